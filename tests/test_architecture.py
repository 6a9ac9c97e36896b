"""The shape of the code, kept by tests where the import linter cannot see."""

from __future__ import annotations

import ast
import re
import statistics
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings

ROOT = Path(__file__).parent.parent
APPS = ["config", "demo", "cms", "market", "people", "ledger"]
WRITES = {
    "save", "create", "update", "delete", "get_or_create", "update_or_create", "bulk_create",
    "bulk_update", "add", "remove", "set", "clear",
}  # fmt: skip
CHAIN = re.compile(
    r"\bobjects\b|_set\b|\blines\b|\bgroups\b|\bpermissions\b|\bnotices\b|\btokens\b"
)
MAY_WRITE = ("actions", "migrations", "demo", "management")
UNWANTED = {"utils", "helpers", "common", "core", "services", "base", "signals"}
SILENT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER, tokenize.ENCODING,
}  # fmt: skip
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 50
LINES_OF_MOST_FUNCTIONS = 40
LINES_OF_THE_MEDIAN_FUNCTION = 8


def modules() -> list[Path]:
    return sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in modules():
        if "migrations" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef):
                    yield path, node


def length(function: ast.FunctionDef) -> int:
    """Lines of code: a docstring may be as long as it takes."""
    whole = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        whole -= (first.end_lineno or 0) - first.lineno + 1
    return whole


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_actions_write(path: Path) -> None:
    if any(part in MAY_WRITE for part in path.parts):
        return
    source = path.read_text()
    writes = [
        f"{name_of(path)}:{node.lineno} {called}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and (called := ast.get_source_segment(source, node.func) or "")
        and (CHAIN.search(called) or node.func.attr in {"bulk_create", "get_or_create"})
    ]
    assert writes == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_actions_insert_rows(path: Path) -> None:
    if any(part in MAY_WRITE for part in path.parts) or path.name == "rows.py":
        return
    assert "insert_rows" not in path.read_text()


def test_functions_fit_on_a_screen() -> None:
    lengths = {
        f"{name_of(path)}:{function.name}": length(function) for path, function in functions()
    }
    ordered = sorted(lengths.values())

    assert {name: lines for name, lines in lengths.items() if lines > LINES_OF_A_FUNCTION} == {}
    assert ordered[int(len(ordered) * 0.95)] <= LINES_OF_MOST_FUNCTIONS
    assert statistics.median(ordered) <= LINES_OF_THE_MEDIAN_FUNCTION


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LINES_OF_A_FILE


def test_names_say_what_is_in_them() -> None:
    names = {
        part.removesuffix(".py") for path in modules() for part in path.relative_to(ROOT).parts
    }

    assert names & UNWANTED == set()


@pytest.mark.parametrize(
    "path", [path for path in modules() if "actions" in path.parts[-2:-1]], ids=name_of
)
def test_an_action_is_one_public_function_named_like_its_file(path: Path) -> None:
    if path.stem == "__init__":
        return
    tree = ast.parse(path.read_text())
    public = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]

    assert path.stem in public


def test_templates_use_only_their_own_and_shared_pieces() -> None:
    templates = ROOT / "templates"
    strays = [
        f"{path.relative_to(templates)} uses {used}"
        for path in templates.rglob("*.html")
        for used in re.findall(r"{%\s*(?:include|extends)\s+\"([^\"]+)\"", path.read_text())
        if not used.startswith(
            ("base.html", "components/", "wagtailadmin/", path.relative_to(templates).parts[0])
        )
    ]
    assert strays == []


def test_templates_have_no_inline_code() -> None:
    inline = re.compile(
        r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / "templates").rglob("*.html")
        for match in inline.finditer(path.read_text())
    ]
    assert found == []


def test_every_task_that_is_queued_exists(db: None) -> None:
    """Actions queue by name, and the clock too, so a typo would only show in production."""
    current_app.loader.import_default_modules()
    queued = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    for path in modules():
        queued |= set(re.findall(r"nudge,\s*\"([\w.]+)\"", path.read_text()))

    assert queued - set(current_app.tasks) == set()


def lines_of_code(path: Path) -> int:
    """Lines that do something: no blanks, comments or docstrings."""
    tree = ast.parse(path.read_text())
    described = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    with path.open("rb") as file:
        written = {
            line
            for token in tokenize.tokenize(file.readline)
            if token.type not in SILENT
            for line in range(token.start[0], token.end[0] + 1)
        }
    return len(written - described)


def test_tests_are_longer_than_what_they_test() -> None:
    code = sum(lines_of_code(path) for path in modules() if "migrations" not in path.parts)
    tests = sum(lines_of_code(path) for path in (ROOT / "tests").rglob("*.py"))

    assert tests >= 1.2 * code, f"{tests} lines of tests for {code} of code"
