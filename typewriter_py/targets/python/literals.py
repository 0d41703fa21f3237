"""A plan's text and values as Python source: nothing in a plan gets out of its string.

Every function gives what black leaves alone (https://black.readthedocs.io, "The Black code
style"), so that the generated package needs no formatter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from ...plan.model import ABSENT, Enum, Json, Property
from .. import comments
from ..comments import deprecation, sentence, width

WIDTH: Final = 88  # black's default line length

_SPACES: Final = re.compile(r"[ \t]+")
SURROGATES: Final = re.compile("[\ud800-\udfff]")


def _escaped(text: str) -> str:
    return comments.escaped(text, "\\U{:08x}")


@lru_cache(maxsize=1 << 14)
def text(value: str) -> str:
    """A string literal, in double quotes unless single ones need fewer escapes."""
    quote = '"' if value.count('"') <= value.count("'") else "'"
    body = value.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return f"{quote}{_escaped(body)}{quote}"


def value(json_value: Json, indent: int = 0) -> str:
    """A literal of any JSON value, lists and objects one entry a line.

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
    if shown[-1] in "fn":  # inf, nan: YAML has them, JSON and Python's literals do not
        return f'float("{shown}")'
    return shown.replace("e+", "e")


def exploded(opening: str, entries: Iterable[str], closing: str, indent: int = 0) -> str:
    """Brackets around entries, each on its own line with a comma; nothing in them: ``[]``."""
    space = " " * indent
    lines = "".join([f"{space}    {entry},\n" for entry in entries])
    return f"{opening}\n{lines}{space}{closing}" if lines else opening + closing


def short(json_value: Json) -> str:
    """A value on one line, for prose."""
    return text(json_value) if isinstance(json_value, str) else repr(json_value)


def docstring(lines: Iterable[str], indent: int = 0) -> str:
    """A docstring of lines that ``prose`` and ``paragraph`` gave, without the first indent."""
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
    """The plan's text as lines for a docstring at ``indent``: safe, wrapped, without blank
    lines at its ends.  Its own line breaks stay.
    """
    return comments.prose(plan_text, WIDTH - indent, 3, safe)


@lru_cache(maxsize=1 << 14)
def safe(plan_text: str) -> str:
    """One line of docstring text: no quotes that end it, no escapes, no odd characters.

    Lone surrogates go: Python makes no class with one in its docstring.
    """
    line = plan_text.strip()
    if "  " in line or "\t" in line:
        line = _SPACES.sub(" ", line)
    if not line.isprintable():
        line = SURROGATES.sub("\ufffd", line)
    if "\\" in line or '"""' in line:
        line = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return _escaped(line)


def paragraph(line: str, indent: int, first: str, rest: str) -> list[str]:
    """``line`` wrapped at ``WIDTH``, beginning with ``first``, going on with ``rest``."""
    return comments.paragraph(line, WIDTH - indent, first, rest)


_LONE_STRING: Final = re.compile(r"""\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'),?""")


def settled(statement: str, indent: int = 0) -> str:
    """``statement`` laid out for a place ``indent`` columns in.

    As it is where each of its lines fits or is a mere string; black lays out the rest, which
    costs a hundred times as much, and is imported only then.
    """
    room = WIDTH - indent
    plain = statement.isascii()
    if plain and len(statement) <= room:
        return statement
    lines = statement.split("\n")
    if plain and max(map(len, lines)) <= room:
        return statement
    if all(width(line) <= room or _LONE_STRING.fullmatch(line) for line in lines):
        return statement
    return _by_black(statement, room)


def opened(opening: str) -> str:
    """The first lines of a class or function, up to the colon."""
    return settled(opening + "\n    pass").removesuffix("\n    pass")


@lru_cache(maxsize=1 << 12)
def _by_black(statement: str, room: int) -> str:
    import black

    return black.format_str(statement, mode=black.Mode(line_length=max(room, 1))).rstrip("\n")


def indented(code: str, indent: int) -> str:
    """``code`` with every line but the first ``indent`` columns in."""
    return code.replace("\n", "\n" + " " * indent) if "\n" in code else code


# --- what docstrings say of properties ---------------------------------------------------------

_SHORT: Final = (
    60  # columns that allowed values may take in prose; a longer list stands in the type
)


def of_field(property: Property) -> str:
    """The docstring under a field of a TypedDict; empty where there is nothing to say."""
    lines = _about(property, 4)
    return docstring(lines, 4) if lines else ""


def of_argument(name: str, annotation: str, required: bool, property: Property) -> list[str]:
    """A property's lines in the ``Args:`` of a function (Google style)."""
    label = f"{name} ({annotation}{'' if required else ', optional'})"
    said = " ".join(filter(None, _about(property, 4, allowed=True)))
    return paragraph(f"{label}: {said}" if said else label, 4, "    ", " " * 8)


def of_key(key: str, property: Property) -> list[str]:
    """A key's lines in the docstring of a TypedDict in functional form."""
    said = " ".join(filter(None, _about(property, 0)))
    return paragraph(f"{safe(text(key))}: {said}", 0, "", "    ") if said else []


def _about(property: Property, indent: int, allowed: bool = False) -> list[str]:
    description = property.description or property.title
    lines = prose(description, indent) if description else []
    said = property.deprecated or property.pii or property.default is not ABSENT
    if not (said or (allowed and isinstance(property.value.type, Enum))):
        return lines
    notes = " ".join(_notes(property, allowed))
    if not (lines and notes):
        return prose(notes, indent) if notes else lines
    return [*lines[:-1], *paragraph(sentence(lines[-1]) + " " + notes, indent, "", "")]


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
