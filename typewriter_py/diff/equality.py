"""Properties that are the same in both plans: a short way past what nobody has changed."""

from __future__ import annotations

from ..plan.model import ABSENT, Array, Enum, Object, Property, Ref, Type, Union


def alike(old: Property, new: Property) -> bool:
    """Whether nothing has changed, as is true of most: told only where that is certain."""
    return old == new and _is_plain(new)


def _is_plain(property: Property) -> bool:
    """Whether Python's equality is JSON's, which tells 1 from true, and nothing is referred to."""
    texts = (property.default, property.const, *property.examples)
    return all(each is ABSENT or type(each) is str for each in texts) and _is_plain_type(
        property.value.type
    )


def _is_plain_type(type_: Type) -> bool:
    match type_:
        case Ref():
            return False
        case Enum(values):
            return all(type(value) is str for value in values)
        case Array(items):
            return _is_plain_type(items.type)
        case Object():
            rest = type_.additional
            return all(map(_is_plain, type_.properties)) and (
                rest is None or _is_plain_type(rest.type)
            )
        case Union(members):
            return all(map(_is_plain_type, members))
    return True
