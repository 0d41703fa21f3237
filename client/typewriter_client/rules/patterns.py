"""Regular expressions of a plan, which mean what ECMAScript means by them.

In JavaScript that is ``new RegExp(pattern, "u")``, and characters are code points there as here.
Python reads the same pattern differently: ``$`` matches before a final line feed, ``.`` matches
all but a line feed, and ``\\s`` is not the same white space.
"""

from __future__ import annotations

import re

_SPACE = (
    r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"  # as in a set
)
_NO_SPACE = (
    r"\x00-\x08\x0e-\x1f!-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e"
    r"\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-\U0010ffff"
)
_IN_SET = {r"\s": _SPACE, r"\S": _NO_SPACE}
_OUTSIDE = {
    r"\s": f"[{_SPACE}]",
    r"\S": f"[^{_SPACE}]",
    r"\B": r"(?!\b)",  # Python's does not match the empty string
    ".": r"[^\n\r\u2028\u2029]",
    "$": r"\Z",
}


def to_python(pattern: str) -> str:
    """The same pattern for ``re``, with its flag ``ASCII``.

    The pattern has to be one that a plan may have (diagnostic TW138).
    """
    parts: list[str] = []
    inside = False
    characters = iter(pattern)
    for each in characters:
        if each == "\\":
            each += next(characters, "")
            each = (_IN_SET if inside else _OUTSIDE).get(each, each)
        elif inside:
            inside = each != "]"
        elif each == "[":
            inside = True
        else:
            each = _OUTSIDE.get(each, each)
        parts.append(each)
    return "".join(parts)


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled; ``re`` keeps those that were compiled last.

    Raises ``re.error`` if it is not a regular expression.
    """
    return re.compile(to_python(pattern), re.ASCII)
