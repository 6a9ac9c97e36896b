"""What Stripe takes: checked against the types of its own library, so nothing else passes here.

A parameter that the library does not know, or no longer, is refused as Stripe would; so is one
that is missing, and a number that is none.
"""

from __future__ import annotations

import re
import sys
import typing
from functools import cache
from typing import Any, Literal, NotRequired, TypedDict, Union, get_args, get_origin
from urllib.parse import parse_qsl

from stripe import StripeContext
from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject

OPTIONS = frozenset(RequestOptions.__annotations__)
"""What travels in headers and stands among the parameters in the types."""


class Refused(Exception):
    """What Stripe answers instead: a status, and the body of its error."""

    def __init__(self, message: str, *, status: int = 400, **more: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": "invalid_request_error", "message": message, **more}}


def read_form(body: str) -> dict[str, Any]:
    """Read a form of Stripe's, in which `a[0][b]=1` is a list of dictionaries."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        *path, last = re.findall(r"[^\[\]]+", name)
        place = root
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return {name: _as_lists(value) for name, value in root.items()}


def _as_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    value = {name: _as_lists(each) for name, each in value.items()}
    if value and all(name.isdigit() for name in value):
        return [value[name] for name in sorted(value, key=int)]
    return value


def check(given: dict[str, Any], wanted: Any, *, at: str = "") -> None:
    """Refuse what a type of the library does not describe.

    Args:
        wanted: one of its `TypedDict`s, such as `SessionCreateParams`.
        at: where in the whole it stands, such as "line_items[0]".

    Raises:
        Refused: with the parameter's name and Stripe's word for what is wrong.
    """
    hints = _hints(wanted)
    for name in given.keys() - hints.keys():
        where = f"{at}[{name}]" if at else name
        raise Refused(f"Received unknown parameter: {where}", code="parameter_unknown", param=where)
    for name in wanted.__required_keys__ - given.keys():
        where = f"{at}[{name}]" if at else name
        raise Refused(f"Missing required param: {where}.", code="parameter_missing", param=where)
    for name, value in given.items():
        _check_value(value, hints[name], f"{at}[{name}]" if at else name)


def _check_value(value: Any, hint: Any, where: str) -> None:
    origin, inside = get_origin(hint), get_args(hint)
    if origin is NotRequired:
        _check_value(value, inside[0], where)
    elif origin in {Union, type(int | str)}:
        _check_choice(value, inside, where)
    elif hasattr(hint, "__required_keys__"):
        if not isinstance(value, dict):
            raise Refused("Invalid object", param=where)
        check(value, hint, at=where)
    elif origin is list:
        if not isinstance(value, list):
            raise Refused("Invalid array", param=where)
        for number, each in enumerate(value):
            _check_value(each, inside[0], f"{where}[{number}]")
    elif origin in {dict, UntypedStripeObject} and not isinstance(value, dict):
        raise Refused("Invalid object", param=where)
    elif hint is int and not re.fullmatch(r"-?\d+", str(value)):
        raise Refused(f"Invalid integer: {value}", code="parameter_invalid_integer", param=where)
    elif hint is bool and value not in {"true", "false"}:
        raise Refused(f"Invalid boolean: {value}", param=where)
    elif origin is Literal and value not in inside:
        raise Refused(f"Invalid {where}: must be one of {', '.join(inside)}", param=where)


def _check_choice(value: Any, choices: tuple[Any, ...], where: str) -> None:
    """Take what any of several types describes; the library adds `str` to every list of words."""
    words = [choice for choice in choices if get_origin(choice) is Literal]
    if words and isinstance(value, str):
        return _check_value(value, words[0], where)
    refusals: list[Refused] = []
    for choice in choices:
        try:
            return _check_value(value, choice, where)
        except Refused as refusal:
            refusals.append(refusal)
    raise refusals[0]


@cache
def _hints(wanted: Any) -> dict[str, Any]:
    module = sys.modules[wanted.__module__]
    hints = typing.get_type_hints(
        wanted, {**vars(typing), **vars(module), "StripeContext": StripeContext}
    )
    return {name: hint for name, hint in hints.items() if name not in OPTIONS}


class ListParams(TypedDict, total=False):
    """What every list of Stripe's takes."""

    created: Any
    ending_before: str
    limit: int
    payment_intent: str
    starting_after: str
