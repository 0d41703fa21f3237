"""The permitted values in a cell of a spreadsheet: a list, a regular expression, or prose.

People separate values by bars, commas, semicolons, slashes or *or*, put them in quotes and
brackets, and say *one of*, *e.g.* and *etc.*
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from .rules import Schema
from .type_names import format_meant

_SPECIAL: Final = frozenset(r".^$*+?{}[]()")
_PUNCTUATION: Final = frozenset(".()?")
"""Those that are in prose, too."""

_SEPARATORS: Final = ",;\n"
"""What separates values where there are no bars."""


def permitted_cell(schema: Schema) -> str:
    """The values separated by bars, or the pattern."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is None:
        pattern: str = schema.get("pattern", "")
        # One that would be read as values gets a group around it, which means the same.
        return f"(?:{pattern})" if pattern and _reads_as_values(pattern) else pattern
    values = [value for value in values if value is not None]
    cell = "|".join(map(_spelled, values))
    if all(isinstance(value, str) for value in values) and _reads_otherwise(cell, values):
        return "|".join(f'"{_escaped(value)}"' for value in values)
    return cell


def _reads_as_values(pattern: str) -> bool:
    named = is_placeholder(pattern) or format_named(pattern)
    values = permitted_values(pattern)
    return bool(named) or values is not None or _reads_otherwise(pattern, values)


def _reads_otherwise(cell: str, values: list[str] | None) -> bool:
    """Whether people would mean something else by it than these values."""
    worded = without_words(cell)[1] is not None or has_alternatives(cell)
    return worded or is_prose(cell) or permitted_values(cell) != values


def _spelled(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    text = _escaped(value)
    return f'"{text}"' if is_placeholder(value) or format_named(value) else text


def _escaped(value: str) -> str:
    special = _SPECIAL | {*"|\\", *_SEPARATORS, *_QUOTES}
    return "".join("\\" + c if c in special else c for c in value).replace(" / ", " \\/ ")


def permitted_values(cell: str) -> list[str] | None:
    """The values, separated by bars or whatever else people use, without the quotes around them
    and the brackets around all; None if the cell is a regular expression, or prose."""
    cell = plain_list(cell)
    between = separators(cell)
    parts = _cut(cell, between)
    literal = _is_literal(cell, parts, between)
    values: list[str] = []
    for each in parts:
        value = _value(each, literal)
        if value is None:
            return None
        values.append(value)
    return values if between == "|" else [each for each in values if each]


def _cut(cell: str, between: str) -> list[str]:
    """The parts of a cell, still escaped; what is in double quotes is one part."""
    if between == _SLASH:
        return re.split(_SLASH, cell)
    parts, quoted = [""], False
    for token in re.findall(r"\\.|.", cell, re.DOTALL):
        if token == '"' and (quoted or not parts[-1].strip()):
            quoted = not quoted
        if token in between and not quoted:
            parts.append("")
        else:
            parts[-1] += token
    return re.split(f"[{between}]", cell) if quoted else parts  # not closed: an inch, perhaps


def _is_literal(cell: str, parts: list[str], between: str) -> bool:
    """Whether full stops and parentheses are punctuation: ``Card (Visa), PayPal``."""
    plain = _masked(cell)
    if len(parts) < 2 or "(?" in plain or {*plain} & (_SPECIAL - _PUNCTUATION):
        return False
    balanced = all(each.count("(") == each.count(")") for each in parts)
    short = all(len(each.split()) < _WORDS for each in parts)
    return balanced and short and (between != "|" or " (" in plain)


def _value(part: str, literal: bool) -> str | None:
    """The value that a part of a cell spells; None for a regular expression."""
    part = part.strip()
    value, quote = "", part[:1] if part[:1] in _QUOTES and part[:1] else ""
    if quote and len(part) > 1 and part[-1] == _QUOTES[quote] and not _ESCAPED_END.search(part):
        part, literal = part[1:-1], True
    special = _SPECIAL - _PUNCTUATION if literal else _SPECIAL
    characters = iter(part)
    for character in characters:
        if character == "\\":
            escaped = next(characters, "")
            if not escaped or escaped.isalnum():
                return None
            value += escaped
        elif character in special:
            return None
        else:
            value += character
    return value


_QUOTES: Final[Mapping[str, str]] = {'"': '"', "'": "'", "“": "”", "‘": "’", "«": "»"}
_BRACKETS: Final = re.compile(r"[\[{]([^\[\]{}]*[|,;\n][^\[\]{}]*)[\]}]")
_SLASH: Final = r"(?<!\s)\s+/\s+"


def plain_list(cell: str) -> str:
    """A list without brackets and *or*: ``[a|b|c]``, ``a, b or c``; ``[abc]`` is a regular
    expression."""
    found = _BRACKETS.fullmatch(cell.strip())
    return _with_commas(found[1] if found else cell)


def has_alternatives(cell: str) -> bool:
    """Whether values are separated by *or*."""
    return _with_commas(cell) != cell


def _with_commas(cell: str) -> str:
    """``"a" or b`` as ``"a", b``; longer alternatives are prose."""
    plain = _masked(cell)
    start = max(map(plain.rfind, _SEPARATORS)) + 1
    parts = re.split(_OR, plain[start:])
    if "|" in plain or len(parts) == 1 or any(len(each.split()) > 2 for each in parts):
        return cell
    values, position = [], start
    for found in re.compile(_OR).finditer(plain, start):
        values.append(cell[position : found.start()])
        position = found.end()
    return cell[:start] + ", ".join(filter(str.strip, [*values, cell[position:]]))


def _masked(cell: str) -> str:
    """The cell with a letter for each character that is in quotes or escaped."""
    return _TAKEN.sub(lambda found: "_" * len(found[0]), cell)


_OR: Final = r"(?<!\s)\s+(?:or|OR)\s+"
"""Each run of spaces is looked at once: a cell of nothing else would cost its square."""

_TAKEN: Final = re.compile(r'\\.|"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPED_END: Final = re.compile(r"(?<!\\)\\(?:\\\\)*.\Z", re.DOTALL)
_WORDS: Final = 4
"""What has as many words is prose rather than a value."""


# --- words around values -----------------------------------------------------------------------

_EXAMPLES: Final = re.compile(
    r"(?:[^$^*+?\[\]{}|\\]*[\s,;(])?(?:e\.\s?g\.[\s:,]*"
    r"|(?:eg|for example|for instance|such as)[.\s:,]*[\s:,]|(?:examples?|ex)\s*:|ex\.\s)\s*",
    re.IGNORECASE,
)
_ALL: Final = re.compile(
    r"\s*(?:(?:(?:must be|can be|may be|is) )?(?:(?:one|any|either) of(?: the following| these)?"
    r"|either)(?:\s*:|\s)"
    r"|(?:(?:allowed|permitted|possible|valid|accepted) )?(?:values?|options|choices|enum)"
    r"(?: are)?\s*:)",
    re.IGNORECASE,
)
_MORE: Final = re.compile(
    r"(?<![\s,;|])[\s,;|]+(?:etc\b|and (?:so on|so forth|others|more)\b|\.\.\.|…)[\s.]*\Z"
    r"|(?<=\w)(?:\.\.\.|…)\s*\Z",
    re.IGNORECASE,
)
_LISTED: Final = re.compile(r"[,;|\n]|\s(?:/|or|OR)\s")


def without_words(cell: str) -> tuple[str, bool | None]:
    """The values of a cell without the words around them, *one of*, *e.g.*, *etc.*; and whether
    these say that there are more values, None if there are no such words."""
    plain = _masked(cell)
    examples = _EXAMPLES.match(plain)
    every = None if examples else _ALL.match(plain)
    start = examples or every
    at = start.end() if start else 0
    listed = _LISTED.search(plain, at)
    if every and not (":" in every[0] or listed):
        return cell, None  # "One of us"
    end = _MORE.search(plain, at) if listed else None
    rest = cell[at : end.start() if end else None].strip()
    if examples and rest.count("(") < rest.count(")"):
        rest = rest.rstrip(" .").removesuffix(")")  # "free text (e.g. a)"
    if not rest or not (start or end):
        return cell, None
    return rest.rstrip(".") if start and not end else rest, bool(examples or end)


def is_prose(cell: str) -> bool:
    """Whether a cell describes the values rather than listing them: ``max. 20 characters``."""
    plain = _masked(cell.strip())
    if "(?" in plain or {*plain, *cell} & {*"|\\"} or {*plain} & (_SPECIAL - _PUNCTUATION):
        return False
    values = permitted_values(cell)
    words = len(plain.split())
    return words > 1 if values is None else len(values) == 1 and words >= _WORDS


# --- words instead of values -------------------------------------------------------------------


def separators(cell: str) -> str:
    """The characters that separate the values of a cell, as in a class of a regular expression;
    or the pattern of a slash with space around it."""
    plain = re.sub(r"\\.", "", cell)
    if "|" in plain:
        return "|"
    slashed = re.search(_SLASH, plain) and not set(_SEPARATORS) & {*plain}
    return _SLASH if slashed else _SEPARATORS


_PLACEHOLDERS: Final = frozenset(
    "n/a na n.a. n.a - -- – — ? * any none null tbd tba ... … string strings text integer number"
    " boolean bool float object array".split()
) | {"any value", "any string", "any text", "free text", "not applicable"}
_NAMED: Final = frozenset("iso8601 isodatetime rfc3339 datetime timestamp uuid guid".split())


def is_placeholder(cell: str) -> bool:
    """Whether a cell says that there are no permitted values, rather than which: ``N/A``."""
    return cell.strip().casefold() in _PLACEHOLDERS


def format_named(cell: str) -> str | None:
    """The format that a cell names instead of permitted values: ``ISO 8601``; None if none."""
    word = re.sub("[^a-z0-9]", "", cell.casefold())
    plain = re.fullmatch(r"[\w\s.:/()-]+", cell)  # what is in quotes is a value
    return format_meant(word) if plain and word in _NAMED else None
