"""The demonstration's people, goods and market days, as `demo.yaml` describes them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
PICTURES = FOLDER / "pictures"


class Loader(yaml.SafeLoader):
    """Reads `no:` as a word, as YAML 1.2 does, and not as false."""

    yaml_implicit_resolvers = {
        letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


@cache
def pages_data() -> dict[str, Any]:
    """Return the words of the pages, in both languages; whoever reads them changes nothing."""
    data: dict[str, Any] = Loader((FOLDER / "pages.yaml").read_text()).get_data()
    return data


@cache
def market_sales_data() -> dict[str, list[dict[str, Any]]]:
    """Return what was sold on each market day that is over; whoever reads it changes nothing."""
    data: dict[str, Any] = Loader((FOLDER / "market_sales.yaml").read_text()).get_data()
    return data


@cache
def demo_data() -> dict[str, Any]:
    """Return the file as it stands; whoever reads it changes nothing."""
    data: dict[str, Any] = Loader((FOLDER / "demo.yaml").read_text()).get_data()
    return data
