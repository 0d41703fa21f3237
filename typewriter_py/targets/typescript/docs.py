"""What TSDoc comments of generated code say about events, properties and definitions."""

from __future__ import annotations

from typing import Final

from ...plan.model import ABSENT, Deprecation, Property
from ..comments import deprecation, sentence
from . import literals

_SHORT: Final = 60  # columns that a default may take in prose
_OPEN: Final = "The plan lets further properties stand here."


def of_property(property: Property, indent: int) -> str:
    """The comment of a property in an interface; "" where there is nothing to say."""
    text = property.description or property.title
    lines = literals.prose(text, indent) if text else []
    if property.pii:
        lines = _with_note(lines, "Personal data.", indent)
    if property.default is not ABSENT:
        shown = literals.short(property.default)
        if len(shown) <= _SHORT:
            lines += _tag("@defaultValue", shown, indent)
    if property.deprecated:
        lines += deprecated(property.deprecated, indent)
    return literals.comment(lines, indent)


def of_type(description: str, is_open: bool = False) -> str:
    """The comment of a type."""
    lines = literals.prose(description)
    if is_open:
        lines += ["", _OPEN] if lines else [_OPEN]
    return literals.comment(lines)


def of_function(description: str, note: Deprecation | None = None) -> str:
    """The comment of a function, with the tag that editors strike it out by."""
    lines = literals.prose(description)
    if note:
        lines += ["", *deprecated(note)] if lines else deprecated(note)
    return literals.comment(lines)


def deprecated(note: Deprecation, indent: int = 0) -> list[str]:
    """``@deprecated Too vague. Use Order Placed instead.``"""
    said = deprecation(note).removeprefix("Deprecated").removeprefix(":").removeprefix(".").strip()
    return _tag("@deprecated", said, indent)


def _tag(tag: str, text: str, indent: int) -> list[str]:
    first, *rest = literals.prose(f"{tag} {text}", indent)
    return [first.replace("\\@", "@", 1), *rest]


def _with_note(lines: list[str], note: str, indent: int) -> list[str]:
    if not lines:
        return [note]
    return [*lines[:-1], *literals.wrapped(f"{sentence(lines[-1])} {note}", indent)]
