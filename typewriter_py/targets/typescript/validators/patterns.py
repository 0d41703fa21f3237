"""Regular expressions of the plan, in JavaScript's dialect.

A plan's pattern is one that Python, JavaScript and Go compile (``plan.patterns``); here it gets
Python's meaning, which jsonschema has: classes of Unicode, ``$`` before a last line feed.  The
expression is for the ``u`` flag, so that a character is a code point.
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"\\(?P<escape>.)|\[(?P<class>\^?(?:\\.|[^\]\\])*)\]|(?P<repeat>\{\d+(?:,\d*)?\})|.", re.DOTALL
)
_OUTSIDE: Final = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"[\p{L}\p{N}_]",
    "W": r"[^\p{L}\p{N}_]",
    "s": r"[\s\x1c-\x1f\x85]",
    "S": r"[^\s\x1c-\x1f\x85]",
}
_INSIDE: Final = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"\p{L}\p{N}_",
    "s": r"\s\x1c-\x1f\x85",
}
_PLAIN: Final = {".": r"[^\n]", "$": r"(?=\n?$)", "{": r"\{", "}": r"\}", "]": r"\]"}
_SYNTAX: Final = frozenset("^$\\.*+?()[]{}|/")


def to_javascript(pattern: str) -> str:
    """``pattern`` for ``new RegExp(…, "u")``."""
    return "".join(_translated(token) for token in _TOKEN.finditer(pattern))


def _translated(token: re.Match[str]) -> str:
    if token["escape"]:
        return _escape(token["escape"], _OUTSIDE, _SYNTAX)
    if token["class"] is not None:
        inner = re.sub(r"\\(.)|\[", _in_class, token["class"], flags=re.DOTALL)
        return f"[{inner}]"
    if token["repeat"]:
        return token[0]
    return _PLAIN.get(token[0], token[0])


def _in_class(found: re.Match[str]) -> str:
    return _escape(found[1], _INSIDE, _SYNTAX | {"-"}) if found[1] else r"\["


def _escape(letter: str, classes: dict[str, str], syntax: frozenset[str]) -> str:
    if letter in classes:
        return classes[letter]
    if letter.isalnum() or letter in syntax:
        return f"\\{letter}"
    return letter
