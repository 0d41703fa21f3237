"""Text of unknown origin as Markdown (GitHub's) shows it: no markup of its own, no link, no
mention of anybody.

https://github.github.com/gfm/
"""

from __future__ import annotations

import re
from typing import Final

from .terminal import printable

_CODE: Final = re.compile(r"(`[^`]*`)")
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_AT_START: Final = re.compile(r"^(\s*)([-+=]|\d+[.)](?=\s|$))")


def escaped(text: str, *, cell: bool = False) -> str:
    """``text`` on one line, its code spans kept; ``cell``: it stands in a table."""
    parts = _CODE.split(printable(text))
    return "".join(
        (code(part[1:-1], cell=cell) if part != "``" else "\\`\\`") if index % 2 else _plain(part)
        for index, part in enumerate(parts)
    )


def code(text: str, *, cell: bool = False) -> str:
    """A code span that holds any text."""
    text = printable(text)
    if cell and "|" in text:  # which ends a cell even in code, and a backslash may not save it
        return f"<code>{''.join(map(_entity, text))}</code>"
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if not text or text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def paragraphs(text: str) -> str:
    """Text of several lines as paragraphs, parted where it has empty lines."""
    found = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    return "\n\n".join(_AT_START.sub(r"\1\\\2", escaped(part)) for part in found if part)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("@", "&#64;")


def _entity(character: str) -> str:
    return character if character.isalnum() or character == " " else f"&#{ord(character)};"
