"""A plan's text and values as Python source: no text in a plan can escape its string.

The output of every function is formatted as black would (https://black.readthedocs.io, "The
Black code style"), so that the generated package needs no formatter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from ...plan.model import ABSENT, Enum, Json, Property
from .. import comments
from ..comments import deprecation, width

WIDTH: Final = 88  # black's default line length

_SPACES: Final = re.compile(r"[ \t]+")
SURROGATES: Final = re.compile("[\ud800-\udfff]")
_BEYOND: Final = "\\U{:08x}"


@lru_cache(maxsize=1 << 14)
def text(value: str) -> str:
    """A string literal."""
    return comments.quoted(value, _BEYOND)


def value(json_value: Json, indent: int = 0) -> str:
    """A literal of any JSON value; lists and objects have one entry per line.

    ``indent`` is that of the line that it begins on.
    """
    if isinstance(json_value, str):
        return text(json_value)
    if isinstance(json_value, float):
        return _float(json_value)
    if isinstance(json_value, list):
        return exploded("[", (value(item, indent + 4) for item in json_value), "]", indent)
    if isinstance(json_value, dict):
        entries = (f"{text(k)}: {value(v, indent + 4)}" for k, v in json_value.items())
        return exploded("{", entries, "}", indent)
    return repr(json_value)


def _float(number: float) -> str:
    shown = repr(number)
    if shown[-1] in "fn":  # inf, nan: in YAML, but not in JSON or Python's literals
        return f'float("{shown}")'
    return shown.replace("e+", "e")


def exploded(opening: str, entries: Iterable[str], closing: str, indent: int = 0) -> str:
    """Brackets around entries, each on its own line with a comma; ``[]`` if there are none."""
    space = " " * indent
    lines = "".join([f"{space}    {entry},\n" for entry in entries])
    return f"{opening}\n{lines}{space}{closing}" if lines else opening + closing


def short(json_value: Json) -> str:
    """A value on one line, for prose."""
    return text(json_value) if isinstance(json_value, str) else repr(json_value)


def docstring(lines: Iterable[str], indent: int = 0) -> str:
    """A docstring of lines from ``prose`` and ``paragraph``, without the first indent."""
    body = list(lines)
    if len(body) == 1 and indent + width(body[0]) + 6 > WIDTH:
        body = paragraph(body[0], indent + 6, "", "")
    if len(body) == 1:
        return f'"""{_padded(body[0])}"""'
    space = " " * indent
    rest = "".join([f"{space}{line}\n" if line else "\n" for line in body[1:]])
    opening = " " if body[0][:1] == '"' else ""
    return f'"""{opening}{body[0]}\n{rest}{space}"""'


def _padded(line: str) -> str:
    return (" " if line[:1] == '"' else "") + line + (" " if line[-1:] == '"' else "")


def prose(plan_text: str, indent: int = 0) -> list[str]:
    """The plan's text as lines for a docstring at ``indent``: sanitized, wrapped, without blank
    lines at either end.  Its own line breaks stay.
    """
    return comments.prose(plan_text, WIDTH - indent, 3, safe)


@lru_cache(maxsize=1 << 14)
def safe(plan_text: str) -> str:
    """One line of docstring text: no quotes that end it, no escapes, no unprintable characters.

    Lone surrogates are replaced: Python creates no class with one in its docstring.
    """
    line = plan_text.strip()
    if "  " in line or "\t" in line:
        line = _SPACES.sub(" ", line)
    if not line.isprintable():
        line = SURROGATES.sub("\ufffd", line)
    if "\\" in line or '"""' in line:
        line = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return comments.escaped(line, _BEYOND)


def paragraph(line: str, indent: int, first: str, rest: str) -> list[str]:
    """``line`` wrapped for a docstring at ``indent``, indented by ``first`` and then ``rest``."""
    return comments.paragraph(line, WIDTH - indent, first, rest)


_LONE_STRING: Final = re.compile(r"""\s*(?:\w+=)?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'),?""")


def fits(source: str, room: int) -> bool:
    """Whether each line of ``source`` fits in ``room`` columns or is just a string."""
    lines = source.split("\n")
    if source.isascii() and max(map(len, lines)) <= room:  # as most do, and this is fast
        return True
    return all(width(line) <= room or _LONE_STRING.fullmatch(line) for line in lines)


def formatted(statement: str, indent: int = 0) -> str:
    """``statement`` as black formats it at ``indent``.

    Only if it does not fit is black imported and called, which costs a hundred times as much.
    """
    room = WIDTH - indent
    if len(statement) <= room and statement.isascii():  # as most do
        return statement
    return statement if fits(statement, room) else _by_black(statement, room)


def opened(opening: str) -> str:
    """The first lines of a class or function, up to the colon."""
    return formatted(opening + "\n    pass").removesuffix("\n    pass")


@lru_cache(maxsize=1 << 12)
def _by_black(statement: str, room: int) -> str:
    import black

    return black.format_str(statement, mode=black.Mode(line_length=max(room, 1))).rstrip("\n")


def indented(code: str, indent: int) -> str:
    """``code`` with every line except the first indented."""
    return code.replace("\n", "\n" + " " * indent) if "\n" in code else code


# --- properties in docstrings -------------------------------------------------------------------

_SHORT: Final = 60  # columns of allowed values in prose; only the type has a longer list


def of_field(property: Property) -> str:
    """The docstring of a field of a TypedDict; "" if there is nothing to say."""
    lines = _about(property, 4)
    return docstring(lines, 4) if lines else ""


def of_argument(name: str, annotation: str, required: bool, property: Property) -> list[str]:
    """A property's lines in the ``Args:`` section of a function (Google style)."""
    label = f"{name} ({annotation}{'' if required else ', optional'})"
    about = " ".join(filter(None, _about(property, 4, allowed=True)))
    return paragraph(f"{label}: {about}" if about else label, 4, "    ", " " * 8)


def of_key(key: str, property: Property) -> list[str]:
    """A key's lines in the docstring of a TypedDict in functional form."""
    about = " ".join(filter(None, _about(property, 0)))
    return paragraph(f"{safe(text(key))}: {about}", 0, "", "    ") if about else []


def _about(property: Property, indent: int, allowed: bool = False) -> list[str]:
    description = property.description or property.title
    lines = prose(description, indent) if description else []
    noted = property.deprecated or property.pii or property.default is not ABSENT
    if not (noted or (allowed and isinstance(property.value.type, Enum))):  # as for most
        return lines
    notes = " ".join(_notes(property, allowed))
    if not (lines and notes):
        return prose(notes, indent) if notes else lines
    return comments.with_note(lines, notes, WIDTH - indent)


def _notes(property: Property, allowed: bool) -> Iterable[str]:
    if property.deprecated:
        yield safe(deprecation(property.deprecated))
    if allowed and isinstance(property.value.type, Enum):
        values = ", ".join(short(v) for v in property.value.type.values[:_SHORT])
        if len(values) <= _SHORT:
            yield safe(f"{'One of ' if ', ' in values else 'Always '}{values}.")
    if property.default is not ABSENT:
        default = short(property.default)
        if len(default) <= _SHORT:
            yield safe(f"Default: {default}.")
    if property.pii:
        yield "Personal data."
