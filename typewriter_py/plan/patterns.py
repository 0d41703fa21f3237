"""Regular expressions of the plan: the dialect that Python, JavaScript and Go share.

The generated package runs on Python 3.9 and later, other targets run elsewhere, and Segment
evaluates the same pattern itself; so what only some of them compile is refused here.
"""

from __future__ import annotations

import re
import warnings
from typing import Final, NamedTuple


class Problem(NamedTuple):
    """Why a pattern cannot stand in a plan, and what to do about it."""

    message: str
    help: str | None = None


_CONSTRUCTS: Final = tuple(
    (re.compile(construct), what, help)
    for construct, what, help in (
        (r"\(\?(P[<=>]|<(?![=!]))", "named groups", "a plain group ( … ) does"),
        (r"\(\?\(", "conditional groups", "say it with alternatives: (a|b)"),
        (r"\(\?#", "comments", "say it in the `description`"),
        (r"\(\?>", "atomic groups", "a plain group (?: … ) does"),
        (r"\(\?-?[A-Za-z]+[-:)]", "inline flags", "spell out both cases, as in [Aa]"),
        (r"\(\?<?[=!]", "lookahead and lookbehind", "say it with alternatives, or in code"),
        (r"([*+?]|\{[0-9]+(,[0-9]*)?\})\+", "possessive quantifiers", "leave out the last +"),
        (r"\{,[0-9]+\}", "repetitions without a lower bound", "write {0,n}"),
    )
)
_ESCAPES: Final = {
    "A": "write ^",
    "Z": "write $",
    "z": "write $",
    "a": "write \\x07",
    **dict.fromkeys("pP", "list the characters, as in [A-Za-zÀ-ÿ]"),
    **dict.fromkeys("uUN", "write the character itself"),
    **dict.fromkeys("123456789", "Go has no references back to a group"),
}
_ANYWHERE: Final = frozenset("bBdDfnrsStvwWx0")
"""Letters and digits after a backslash that all dialects know."""

_TOKEN: Final = re.compile(
    r"\\(?P<escape>.)|\[(?P<class>\^?\]?(?:\\.|\[:[a-z]+:\]|[^\]\\])*)\]|.", re.DOTALL
)
_MOST_REPEATS: Final = 1000
"""As many as Go compiles."""


def problem_of(pattern: str) -> Problem | None:
    """What keeps ``pattern`` out of the shared dialect; None if nothing does."""
    for token in _TOKEN.finditer(pattern):
        found = _in_token(token, pattern)
        if found is not None:
            return found
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except Warning:
        return Problem("a set within a set is not understood everywhere", "write \\[ for a [")
    except (re.error, OverflowError, RecursionError) as error:
        message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        return Problem(f"not a regular expression: {message}", _advice(message))
    return None


def _in_token(token: re.Match[str], pattern: str) -> Problem | None:
    if token["escape"]:
        return _in_escape(token["escape"])
    if token["class"] is not None:
        return _in_class(token["class"])
    if token[0] not in "(*+?{":
        return None
    for construct, what, help in _CONSTRUCTS:
        if construct.match(pattern, token.start()):
            return Problem(f"{what} are not understood everywhere", help)
    repeats = _REPEATS.match(pattern, token.start())
    if repeats and any(len(n) > 4 or int(n) > _MOST_REPEATS for n in repeats.groups() if n):
        return Problem("more than 1000 repetitions are not understood everywhere")
    return None


_REPEATS: Final = re.compile(r"\{([0-9]+)(?:,([0-9]+)?)?\}")


def _in_escape(character: str) -> Problem | None:
    if character in _ESCAPES:
        return Problem(f"`\\{character}` is not understood everywhere", _ESCAPES[character])
    if not character.isascii() or (character.isalnum() and character not in _ANYWHERE):
        help = f"for the character itself, write {character}"
        return Problem(f"`\\{character}` is not understood everywhere", help)
    return None


def _in_class(text: str) -> Problem | None:
    inner = text.removeprefix("^")
    if inner.startswith("]"):
        return Problem("`]` first in a set is not understood everywhere", "write \\] in it")
    if re.search(r"\[:\^?[a-z]+:\]?", text):
        return Problem("`[:name:]` is not understood everywhere", "list the characters: a-z")
    for escape in re.finditer(r"\\(.)", inner, re.DOTALL):
        found = _in_escape(escape[1])
        if found is not None or escape[1] in "bB":
            return found or Problem("`\\b` in a set is not understood everywhere")
    return None


def _advice(error: str) -> str | None:
    if "repeat" in error:
        return "`*`, `+` and `?` follow something; as plain characters they are \\*, \\+ and \\?"
    if "unterminated" in error or "unbalanced" in error or "missing )" in error:
        return "as plain characters brackets are \\( \\) \\[ \\]"
    return None
