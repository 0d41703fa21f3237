"""Dataclasses that nobody changes, for what there are very many of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def immutable(made: type[T]) -> type[T]:
    """A dataclass with slots and a hash, which type checkers hold to be frozen.

    Python's own ``frozen`` would see to that at run time, at a price: each field is set
    through ``object.__setattr__``, which takes several times as long.
    """
    return dataclass(slots=True, unsafe_hash=True)(made)
