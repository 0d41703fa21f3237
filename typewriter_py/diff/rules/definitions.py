"""Changes of definitions by themselves; those of their types are told by the other rules."""

from __future__ import annotations

from collections.abc import Iterator

from ...names import pascal
from ...names import words as words_of
from ...plan.model import Definition
from ..model import CALLERS, SAFE, Finding
from ..pairing import DefinitionPair
from . import rule
from .events import enumerated


@rule(DefinitionPair, "TW370", "definition-added", safe=True)
def definition_added(pair: DefinitionPair) -> Iterator[Finding]:
    """A definition is new.

    Safe: what refers to it is told where that stands.
    """
    if pair.new and not pair.old:
        yield Finding(SAFE, "is new")


@rule(DefinitionPair, "TW371", "definition-removed")
def definition_removed(pair: DefinitionPair) -> Iterator[Finding]:
    """A definition is gone, and with it the type that generated code has of it.

    Breaks callers who name that type; what referred to it is told where that stands.
    """
    if pair.old and not pair.new:
        yield Finding(CALLERS, f"is gone, and the generated type `{_type(pair.old)}` with it")


@rule(DefinitionPair, "TW372", "definition-renamed")
def definition_renamed(pair: DefinitionPair) -> Iterator[Finding]:
    """The type that generated code has of a definition is called otherwise, because the
    definition is, or its `name:`.

    Breaks callers who name that type.
    """
    if pair.old and pair.new and _type(pair.old) != _type(pair.new):
        was = f" (the definition was `{pair.old.name}`)" if pair.old.name != pair.new.name else ""
        old, new = _type(pair.old), _type(pair.new)
        yield Finding(CALLERS, f"is the generated type `{new}`, which was `{old}`{was}")


@rule(DefinitionPair, "TW373", "definition-described", safe=True)
def definition_described(pair: DefinitionPair) -> Iterator[Finding]:
    """The title or description of a definition has changed.

    Safe.
    """
    if pair.old and pair.new:
        keys = ("title", "description")
        said = [key for key in keys if getattr(pair.old, key) != getattr(pair.new, key)]
        if said:
            yield Finding(SAFE, f"has another {enumerated(said)}")


def _type(definition: Definition) -> str:
    named = definition.name if definition.words is None else definition.words
    return pascal(words_of(named))
