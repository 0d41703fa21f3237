"""Which alternatives a type may have values in common with, found without trying each of them.

Most alternatives are told apart by a constant, or by a key that only one of them has.  An index
of these leaves few candidates, often one.  What it leaves out is certain; the candidates still
have to be compared.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from ..plan import model as m
from .shapes import is_nothing, needed, resolved, value_of

_Mark: TypeAlias = tuple[type, Hashable]
_ANY: Final[_Mark] = (object, None)
"""The mark of what is not one of a few constants."""

_KINDS: Final[Mapping[type, type]] = {
    bool: m.Boolean,
    int: m.Number,
    float: m.Number,
    str: m.String,
}


class Candidates:
    """An index of alternatives, by position, in the order that they are written in."""

    def __init__(self, members: Sequence[m.Type], definitions: Mapping[str, m.Definition]) -> None:
        self._definitions = definitions
        self._all = range(len(members))
        self._always: list[int] = []
        self._by_constant: dict[_Mark, list[int]] = {}
        self._with_constants: dict[type, dict[int, None]] = {}
        self._by_kind: dict[type, list[int]] = {}
        self._by_key: dict[str, dict[_Mark, list[int]]] = {}
        self._declared: dict[str, list[int]] = {}
        self._open: list[int] = []
        self._open_with: dict[str, set[int]] = {}
        self._open_without: dict[str, list[int]] = {}
        for index, member in enumerate(members):
            self._add(index, resolved(member, definitions))

    def _add(self, index: int, type_: m.Type) -> None:
        marks = constants(type_)
        if marks is not None:
            for mark in marks:
                self._by_constant.setdefault(mark, []).append(index)
            for kind in _kinds(marks):
                self._with_constants.setdefault(kind, {})[index] = None
        elif isinstance(type_, m.AnyType | m.Union | m.Enum):
            self._always.append(index)
        else:
            self._by_kind.setdefault(type(type_), []).append(index)
            if isinstance(type_, m.Object):
                self._add_keys(index, type_)

    def _add_keys(self, index: int, shape: m.Object) -> None:
        for each in shape.properties:
            marks = constants(resolved(each.value.type, self._definitions))
            self._declared.setdefault(each.name, []).append(index)
            slots = self._by_key.setdefault(each.name, {})
            for mark in (_ANY,) if marks is None else marks:
                slots.setdefault(mark, []).append(index)
            if shape.additional is not None:
                self._open_with.setdefault(each.name, set()).add(index)
        if shape.additional is not None:
            self._open.append(index)

    def of(self, type_: m.Type, definitions: Mapping[str, m.Definition]) -> Sequence[int]:
        """The positions of all members that may allow a value of ``type_``, in order; every
        other one has none in common with it, nor includes it.

        ``definitions`` are those of the plan that ``type_`` is from.
        """
        type_ = resolved(type_, definitions)
        marks = constants(type_)
        if marks is not None:
            found: list[Sequence[int]] = [self._by_constant.get(mark, ()) for mark in marks]
            found += [self._by_kind.get(kind, ()) for kind in _kinds(marks)]
        elif isinstance(type_, m.AnyType | m.Union | m.Enum) or is_nothing(type_):
            return self._all
        elif isinstance(type_, m.Object):
            found = self._objects(type_, definitions)
        else:
            kind = type(type_)
            found = [self._by_kind.get(kind, ()), [*self._with_constants.get(kind, ())]]
        return sorted({*self._always, *(index for each in found for index in each)})

    def _objects(
        self, shape: m.Object, definitions: Mapping[str, m.Definition]
    ) -> list[Sequence[int]]:
        """Those that allow the key, of those that ``shape`` needs, which tells most apart."""
        least = len(self._by_kind.get(m.Object, ()))
        best: tuple[str, list[Sequence[int]]] | None = None
        for name in needed(shape):
            value = value_of(shape, name)
            if value is None or value.nullable:
                continue
            type_ = resolved(value.type, definitions)
            if is_nothing(type_):
                continue
            slots, marks = self._by_key.get(name, {}), constants(type_)
            found: list[Sequence[int]] = [slots.get(mark, ()) for mark in (*(marks or ()), _ANY)]
            if marks is None:
                found = [self._declared.get(name, ())]
            size = len(self._open) - len(self._open_with.get(name, ())) + sum(map(len, found))
            if size < least:
                least, best = size, (name, found)
        if best is None:
            return [self._by_kind.get(m.Object, ())]
        return [self._undeclared(best[0]), *best[1]]

    def _undeclared(self, name: str) -> list[int]:
        """The objects that allow a key without declaring it."""
        if name not in self._open_without:
            declared = self._open_with.get(name, set())
            self._open_without[name] = [each for each in self._open if each not in declared]
        return self._open_without[name]


def constants(type_: m.Type) -> dict[_Mark, None] | None:
    """A mark for each value of a type that is one of a few constants: equal if the values are
    to JSON, to which 1 is not true.  None for other types, and lists and objects as constants."""
    if not isinstance(type_, m.Enum) or not type_.values:
        return None
    marks: dict[_Mark, None] = {}
    for value in type_.values:
        kind = _KINDS.get(type(value))
        if kind is None:
            return None
        marks[kind, value] = None  # type: ignore[index]
    return marks


def _kinds(marks: Iterable[_Mark]) -> set[type]:
    return {kind for kind, _ in marks}
