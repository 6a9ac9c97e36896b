"""What the documents say is so: their files are there, their commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
PATHS = re.compile(
    r"`((?:config|demo|cms|market|people|ledger|templates|static|locale|docs|tests|benchmarks)"
    r"/[\w./-]*)`"
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_the_files_it_names_are_there(document: Path) -> None:
    named = PATHS.findall(document.read_text())

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_its_commands_exist(document: Path) -> None:
    text = document.read_text()

    assert set(re.findall(r"\bmake ([a-z]+)\b(?=[`\n ])", text)) - TARGETS - PROSE == set()
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) - set(get_commands()) == set()


PROSE = {"it", "a", "the", "sure", "up", "them", "no"}
"""What “make” is followed by where it is only a verb."""


@pytest.mark.parametrize(
    "path",
    [
        path
        for app in ("config", "demo", "cms", "market", "people", "ledger")
        for path in sorted((ROOT / app).rglob("*.py"))
    ],
    ids=name_of,
)
def test_documents_that_the_code_names_are_there(path: Path) -> None:
    named = re.findall(r"docs/[\w/-]+\.md", path.read_text())

    assert [document for document in named if not (ROOT / document).exists()] == []
