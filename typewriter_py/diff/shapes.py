"""What a type says by itself: what it refers to, which keys it needs, that it allows nothing."""

from __future__ import annotations

from collections.abc import Mapping

from ..plan import model as m
from .intervals import interval, of_keys


def resolved(type_: m.Type, definitions: Mapping[str, m.Definition]) -> m.Type:
    """The type that ``type_`` refers to, if it is a reference."""
    while isinstance(type_, m.Ref):
        type_ = definitions[type_.name].value.type
    return type_


def needed(shape: m.Object) -> dict[str, None]:
    """The keys that an object must have."""
    declared = [each.name for each in shape.properties if each.required]
    return dict.fromkeys([*declared, *shape.required])


def value_of(shape: m.Object, name: str) -> m.Value | None:
    """The value of a key; None if there can be no such key."""
    declared = (each.value for each in shape.properties if each.name == name)
    return next(declared, shape.additional)


class Keys:
    """The keys of an object: the declared ones by name, and those that it must have."""

    def __init__(self, shape: m.Object) -> None:
        self.declared = {each.name: each for each in reversed(shape.properties)}
        self.needed = needed(shape)
        self._rest = shape.additional

    def value(self, name: str) -> m.Value | None:
        """``value_of`` the object."""
        declared = self.declared.get(name)
        return declared.value if declared else self._rest


def is_nothing(type_: m.Type) -> bool:
    """Whether it is certain that no value is of a type, which is not a reference."""
    match type_:
        case m.Union(()) | m.Enum(()):
            return True
        case m.Number() | m.String() | m.Array():
            return interval(type_).empty
        case m.Object():
            return of_keys(type_, len(needed(type_))).empty
    return False
