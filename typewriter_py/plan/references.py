"""Which definitions a type refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .model import Array, Definition, Object, Plan, Ref, Type, Union


def parts(type_: Type) -> Iterator[Type]:
    """``type_`` and every type written inside it; what a ``Ref`` refers to is not."""
    yield type_
    match type_:
        case Array(items):
            yield from parts(items.type)
        case Union(members):
            for member in members:
                yield from parts(member)
        case Object():
            for declared in type_.properties:
                yield from parts(declared.value.type)
            if type_.additional is not None:
                yield from parts(type_.additional.type)


def references(type_: Type) -> Iterator[str]:
    """The names of the definitions that ``type_`` itself names."""
    for part in parts(type_):
        if isinstance(part, Ref):
            yield part.name


def reachable(type_: Type, definitions: Mapping[str, Definition]) -> set[str]:
    """The names of the definitions that ``type_`` needs, and that those need in turn."""
    names: set[str] = set()
    ahead = list(references(type_))
    while ahead:
        name = ahead.pop()
        if name not in names:
            names.add(name)
            ahead += references(definitions[name].value.type)
    return names


def used(plan: Plan) -> set[str]:
    """The names of the definitions that events, calls and ``common`` need."""
    calls = (plan.identify, plan.group, plan.page, plan.screen)
    roots = [each.properties for each in (*plan.events, *calls) if each is not None]
    roots += [plan.common] if plan.common is not None else []
    names: set[str] = set()
    for root in roots if plan.definitions else ():
        names |= reachable(root, plan.definitions)
    return names
