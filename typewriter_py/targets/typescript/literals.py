"""A plan's text and values as TypeScript source: no text in a plan can escape its string.

The output of every function is formatted as prettier would (https://prettier.io, with default
options), so that the generated package needs no formatter.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache
from typing import Final

from ...plan.model import ABSENT, Deprecation, Json, Property
from .. import comments
from ..comments import deprecation
from .layout import LINE, Doc, Group, Hang, Indent, array, exploded_object

WIDTH: Final = 80  # prettier's default

_SPACES: Final = re.compile(r"[ \t]+")
_MARKUP: Final = re.compile(r"<(?=/|!)")
_SCRIPT: Final = re.compile(r"<(?=/script|!--)", re.IGNORECASE)
_TAG: Final = re.compile(r"(?:(?<=[\s{])|^)@")
_IDENTIFIER: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_LETTERS: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"})
_MARKS: Final = frozenset({"Mn", "Mc", "Nd", "Pc"})
_LONG_KEY: Final = 5  # columns of a key from which a line break after it gains room
_EXACT: Final = 2**53  # JavaScript's numbers include every integer below
_BEYOND: Final = "\\u{{{:x}}}"


@lru_cache(maxsize=1 << 14)
def text(value: str) -> str:
    """A string literal, in which markup is escaped too, for scripts within HTML."""
    return _MARKUP.sub(r"\\x3C", comments.quoted(value, _BEYOND))


@lru_cache(maxsize=1 << 14)
def key(name: str) -> str:
    """A property's name in an interface, in quotes only if it needs them."""
    return name if _is_name(name) else text(name)


def own_key(name: str) -> str:
    """A property's name in an object; an unquoted ``__proto__`` would set the prototype."""
    return '["__proto__"]' if name == "__proto__" else key(name)


def _is_name(name: str) -> bool:
    """Whether ``name`` is an identifier of ECMAScript 5, which prettier unquotes."""
    if name.isascii():
        return bool(_IDENTIFIER.fullmatch(name))
    return _starts(name[0]) and all(
        _starts(c) or c in "\u200c\u200d" or (c <= "\uffff" and unicodedata.category(c) in _MARKS)
        for c in name[1:]
    )


def _starts(char: str) -> bool:
    return char in "_$" or (char <= "\uffff" and unicodedata.category(char) in _LETTERS)


def number(amount: int | float) -> str:
    """A number as prettier formats it; one too large for JavaScript is infinite."""
    if isinstance(amount, int) and abs(amount) < _EXACT:
        return repr(amount)
    try:
        amount = float(amount)
    except OverflowError:
        return "Infinity" if amount > 0 else "-Infinity"
    if math.isnan(amount):
        return "NaN"
    if math.isinf(amount):
        return "Infinity" if amount > 0 else "-Infinity"
    if amount.is_integer() and abs(amount) < _EXACT:
        return "-0" if amount == 0 and math.copysign(1, amount) < 0 else repr(int(amount))
    mantissa, e, exponent = repr(amount).partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def scalar(json_value: Json) -> str:
    """A literal of a value that is not a list or object."""
    match json_value:
        case None:
            return "null"
        case bool():
            return "true" if json_value else "false"
        case str():
            return text(json_value)
        case int() | float():
            return number(json_value)
        case _:
            raise TypeError("a list or object")


def value(json_value: Json) -> Doc:
    """A literal of any JSON value; objects have one entry per line."""
    match json_value:
        case list():
            numbers = all(
                isinstance(v, int | float) and not isinstance(v, bool) for v in json_value
            )
            lists = len(json_value) > 1 and all(
                isinstance(v, list) and len(v) > 1 for v in json_value
            )
            return array([value(each) for each in json_value], numbers, lists)
        case dict():
            return exploded_object([_entry(k, v) for k, v in json_value.items()])
        case _:
            return scalar(json_value)


def _entry(name: str, json_value: Json) -> Doc:
    if isinstance(json_value, str):
        return assigned(own_key(name), text(json_value))
    literal = value(json_value)
    if isinstance(literal, str) and (literal[0].isdigit() or isinstance(json_value, bool)):
        return f"{own_key(name)}: {literal}"
    return (f"{own_key(name)}:", Hang(literal))


def assigned(key: str, literal: str) -> Doc:
    """A string after a key, on the next line if it does not fit and that gains room."""
    left = f"{key}:"
    if comments.width(key) < _LONG_KEY:
        return f"{left} {literal}"
    return Group((left, Indent((LINE, literal))))


def short(json_value: Json) -> str:
    """A value on one line, for prose."""
    if isinstance(json_value, list):
        return f"[{', '.join(map(short, json_value))}]"
    if isinstance(json_value, dict):
        entries = ", ".join(f"{own_key(k)}: {short(v)}" for k, v in json_value.items())
        return f"{{ {entries} }}" if entries else "{}"
    return scalar(json_value)


def comment(lines: list[str], indent: int = 0) -> str:
    """A TSDoc comment of lines from ``prose``, without the first indent; "" if there are none."""
    if not lines:
        return ""
    space = " " * indent
    if len(lines) == 1 and indent + comments.width(lines[0]) + 7 <= WIDTH:
        return f"/** {lines[0]} */"
    body = "".join([f"{space} * {line}\n" if line else f"{space} *\n" for line in lines])
    return f"/**\n{body}{space} */"


def prose(plan_text: str, indent: int = 0) -> list[str]:
    """The plan's text as lines for a comment at ``indent``: sanitized, wrapped, without blank
    lines at either end.  Its own line breaks stay.
    """
    return comments.prose(plan_text, WIDTH - indent - 3, 0, safe)


def wrapped(line: str, indent: int) -> list[str]:
    """A sanitized line, wrapped for a comment at ``indent``."""
    return comments.paragraph(line, WIDTH - indent - 3, "", "")


def safe(plan_text: str) -> str:
    """One line of a comment: no text that ends it or a page's script, no tags, no unprintable
    characters.
    """
    line = _SPACES.sub(" ", plan_text).strip()
    line = _SCRIPT.sub(r"<\\", line.replace("*/", "*\\/"))
    if "@" in line:
        line = _TAG.sub(r"\\@", line)
    return comments.escaped(line, _BEYOND)


# --- TSDoc comments of properties, types and functions ------------------------------------------

_SHORT: Final = 60  # columns of a default in prose
_OPEN: Final = "The plan allows other properties."


def of_property(property: Property, indent: int) -> str:
    """The comment of a property in an interface; "" if there is nothing to say."""
    text = property.description or property.title
    lines = prose(text, indent) if text else []
    if property.pii:
        lines = comments.with_note(lines, "Personal data.", WIDTH - indent - 3)
    if property.default is not ABSENT:
        shown = short(property.default)
        if len(shown) <= _SHORT:
            lines += _tag("@defaultValue", shown, indent)
    if property.deprecated:
        lines += deprecated(property.deprecated, indent)
    return comment(lines, indent)


def of_type(description: str, is_open: bool = False) -> str:
    """The comment of a type."""
    lines = prose(description)
    if is_open:
        lines += ["", _OPEN] if lines else [_OPEN]
    return comment(lines)


def of_function(description: str, note: Deprecation | None = None) -> str:
    """The comment of a function; editors strike out those with ``@deprecated``."""
    lines = prose(description)
    if note:
        lines += ["", *deprecated(note)] if lines else deprecated(note)
    return comment(lines)


def deprecated(note: Deprecation, indent: int = 0) -> list[str]:
    """``@deprecated Too vague. Use Order Placed instead.``"""
    text = deprecation(note).removeprefix("Deprecated").lstrip(":.").strip()
    return _tag("@deprecated", text, indent)


def _tag(tag: str, text: str, indent: int) -> list[str]:
    first, *rest = prose(f"{tag} {text}", indent)
    return [first.replace("\\@", "@", 1), *rest]
