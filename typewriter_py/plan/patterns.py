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


_PYTHON_ONLY: Final = (
    (r"\(\?P[<=>]", "named groups", "a plain group ( … ) does"),
    (r"\(\?\(", "conditional groups", None),
    (r"\(\?#", "comments", "say it in the `description`"),
    (r"\(\?>", "atomic groups", "Python 3.9 and JavaScript have none"),
    (r"\(\?[aiLmsux-]+[:)]", "inline flags", "spell out both cases, as in [Aa]"),
    (r"\(\?<?[=!]", "lookaround", "Go has none; say it with alternatives, or in code"),
    (r"[*+?}]\+", "possessive quantifiers", "Python 3.9 and JavaScript have none"),
)
_ESCAPES: Final = {
    "A": "use ^",
    "Z": "use $",
    "z": "use $",
    "p": "list the characters, as in [A-Za-zÀ-ÿ]",
    "P": "list the characters, as in [^A-Za-z]",
    **dict.fromkeys("123456789", "Go has no references back to a group"),
}
_TOKEN: Final = re.compile(r"\\(.)|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)


def problem_of(pattern: str) -> Problem | None:
    """What keeps ``pattern`` out of the shared dialect; None if nothing does."""
    for token in _TOKEN.finditer(pattern):
        escape = token[1]
        if escape in _ESCAPES:
            return Problem(f"`\\{escape}` is not understood everywhere", _ESCAPES[escape])
        if token[0] in ("(", "*", "+", "?", "}"):
            for construct, what, help in _PYTHON_ONLY:
                if re.compile(construct).match(pattern, token.start()):
                    return Problem(f"{what} are not understood everywhere", help)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return Problem(f"not a regular expression: {error}", _advice(str(error)))
    return None


def _advice(error: str) -> str | None:
    if "nothing to repeat" in error:
        return "`*`, `+` and `?` follow something; as plain characters they are \\*, \\+ and \\?"
    if "unterminated" in error or "unbalanced" in error or "missing )" in error:
        return "as plain characters brackets are \\( \\) \\[ \\]"
    return None
