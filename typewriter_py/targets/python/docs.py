"""What docstrings of generated code say about events, properties and definitions."""

from __future__ import annotations

from collections.abc import Iterable

from ...plan.model import ABSENT, Enum, Property
from ..comments import deprecation, sentence
from . import literals

_SHORT = 60  # columns that allowed values may take in prose; a longer list stands in the type


def attribute(property: Property) -> str:
    """The docstring under a field of a TypedDict; empty where there is nothing to say."""
    lines = _about(property, 4)
    return literals.docstring(lines, 4) if lines else ""


def argument(name: str, annotation: str, required: bool, property: Property) -> list[str]:
    """A property's lines in the ``Args:`` of a function (Google style)."""
    label = f"{name} ({annotation}{'' if required else ', optional'})"
    text = " ".join(filter(None, _about(property, 4, allowed=True)))
    line = f"{label}: {text}" if text else label
    return literals.paragraph(line, 4, "    ", " " * 8)


def entry(key: str, property: Property) -> list[str]:
    """A key's lines in the docstring of a TypedDict in functional form."""
    text = " ".join(filter(None, _about(property, 0)))
    label = literals.safe(literals.text(key))
    return literals.paragraph(f"{label}: {text}", 0, "", "    ") if text else []


def _about(property: Property, indent: int, allowed: bool = False) -> list[str]:
    description = property.description or property.title
    lines = literals.prose(description, indent) if description else []
    said = property.deprecated or property.pii or property.default is not ABSENT
    if not (said or (allowed and isinstance(property.value.type, Enum))):
        return lines
    notes = " ".join(_notes(property, allowed))
    if not (lines and notes):
        return literals.prose(notes, indent) if notes else lines
    return [*lines[:-1], *literals.paragraph(sentence(lines[-1]) + " " + notes, indent, "", "")]


def _notes(property: Property, allowed: bool) -> Iterable[str]:
    if property.deprecated:
        yield literals.safe(deprecation(property.deprecated))
    if allowed and isinstance(property.value.type, Enum):
        values = ", ".join(literals.short(v) for v in property.value.type.values[:_SHORT])
        if len(values) <= _SHORT:
            yield literals.safe(f"{'One of ' if ', ' in values else 'Always '}{values}.")
    if property.default is not ABSENT:
        default = literals.short(property.default)
        if len(default) <= _SHORT:
            yield literals.safe(f"Default: {default}.")
    if property.pii:
        yield "Personal data."
