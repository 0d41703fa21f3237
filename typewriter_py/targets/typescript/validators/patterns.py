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
_SETS: Final = {
    "d": r"\p{Nd}",
    "w": r"\p{L}\p{N}_",
    "s": r"\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
}
"""What the classes hold, for a set in brackets."""

_WORD: Final = f"[{_SETS['w']}]"
_OUTSIDE: Final = {
    **{letter: f"[{held}]" for letter, held in _SETS.items()},
    **{letter.upper(): f"[^{held}]" for letter, held in _SETS.items()},
    "b": f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",
    "B": f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))",
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
        return _set(token["class"])
    if token["repeat"]:
        return token[0]
    return _PLAIN.get(token[0], token[0])


def _set(text: str) -> str:
    """A set in brackets; what it holds but for a class (``\\S``) stands beside them."""
    beside: dict[str, None] = {}

    def translated(found: re.Match[str]) -> str:
        letter = found[1]
        if letter is None:
            return f"\\{found[0]}"
        if letter in "DSW":
            beside[_OUTSIDE[letter]] = None
            return ""
        return _escape(letter, _SETS, _SYNTAX | {"-"})

    negated = text.startswith("^")
    inner = re.sub(r"\\(.)|[\[^]", translated, text[negated:], flags=re.DOTALL)
    if not beside:
        return f"[{'^' * negated}{inner}]"
    held = "|".join([f"[{inner}]", *beside] if inner else beside)
    return rf"(?:(?!{held})[\s\S])" if negated else f"(?:{held})"


def _escape(letter: str, classes: dict[str, str], syntax: frozenset[str]) -> str:
    if letter in classes:
        return classes[letter]
    if letter.isalnum() or letter in syntax:
        return f"\\{letter}"
    return letter
