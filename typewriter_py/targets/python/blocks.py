"""What ``_types.py`` is made of, for its template."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClassForm:
    """``class Name(TypedDict): …``; a field is its line, and the docstring under it."""

    name: str
    opening: str
    doc: str
    fields: tuple[str, ...]
    is_class: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """``Name = …``: an alias, or a TypedDict with keys that no class can have."""

    name: str
    code: str
    doc: str
    is_class: bool = False


Block = ClassForm | Statement
