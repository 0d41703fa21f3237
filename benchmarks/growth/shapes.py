"""Plans that grow in one dimension, as data: ``SHAPES[dimension](n)``.

Names are words, and no two are alike, unless the dimension is about names that are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

TEXT: Final[Json] = {"type": "string", "description": "What it is."}
_SYLLABLES: Final = [consonant + vowel for consonant in "bdfgklmnrt" for vowel in "aeiou"]
_DEPTH: Final = 30


def word(number: int) -> str:
    """A word of three syllables, a different one for each number below 125,000."""
    digits = (number * 7919 // 2500 % 50, number * 7919 // 50 % 50, number * 7919 % 50)
    return "".join(_SYLLABLES[digit] for digit in digits)


def words(count: int) -> list[str]:
    return [word(number) for number in range(count)]


def plan(*events: Json, **more: Any) -> Json:
    """A plan of these events."""
    return {"tracking_plan": {"display_name": "Growth", **more, "rules": {"events": [*events]}}}


def event(properties: Json | None = None, name: str = "Order Completed", **more: Any) -> Json:
    """An event with these properties."""
    rules = {"properties": properties or {"order": TEXT}, **more.pop("rules", {})}
    return {"name": name, "description": "It was done.", **more, "rules": rules}


def one(schema: Json, **more: Any) -> Json:
    """A plan of one event with one property."""
    return plan(event({"order": schema}), **more)


def _events(count: int) -> Json:
    return plan(*(event({f"{each}_id": TEXT}, f"{each.title()} Viewed") for each in words(count)))


def _properties(count: int) -> Json:
    return plan(event(dict.fromkeys(words(count), TEXT), rules={"required": words(count)}))


def _levels(count: int) -> Json:
    """As many properties in objects, each ``_DEPTH`` levels deep."""
    chains = {}
    for number in range(max(1, count // _DEPTH)):
        schema: Json = TEXT
        for each in words(_DEPTH):
            schema = {"type": "object", "properties": {each: schema}}
        chains[word(number)] = schema
    return plan(event(chains))


def _definitions(count: int) -> Json:
    known = {
        each.title(): {"type": "object", "properties": {each: TEXT, f"{each}_id": TEXT}}
        for each in words(count)
    }
    used = {each: {"$ref": f"#/definitions/{each.title()}"} for each in words(count)}
    return plan(event(used), definitions=known)


def _chain(count: int) -> Json:
    """Definitions, each of which refers to the next."""
    names = [each.title() for each in words(count)]
    known: Json = {
        name: {"type": "object", "properties": {"next": {"$ref": f"#/definitions/{after}"}}}
        for name, after in zip(names, [*names[1:], names[0]], strict=True)
    }
    return one({"$ref": f"#/definitions/{names[0]}"}, definitions=known)


def _inherited(count: int) -> Json:
    """Events, each of which extends the first."""
    names = [f"{each.title()} Viewed" for each in words(count)]
    first, *rest = names
    return plan(event(name=first), *(event({"more": TEXT}, each, extends=first) for each in rest))


def _line_of_events(count: int) -> Json:
    """Events, each of which extends the one before, as far as the bound lets them."""
    names = [f"{each.title()} Viewed" for each in words(count)]
    events = [event(name=names[0])]
    for number in range(1, count):
        more = {} if number % 10 == 0 else {"extends": names[number - 1]}
        events.append(event({word(number): TEXT}, names[number], **more))
    return plan(*events)


def _object(number: int, **more: Any) -> Json:
    properties = {"kind": {"type": "string", "const": word(number)}, word(number): TEXT}
    return {"type": "object", "required": ["kind"], "properties": properties, **more}


def _versions(count: int) -> Json:
    versions = range(1, count + 1)
    functions = [f"order completed {word(each)}" for each in versions]
    return plan(*(event(version=v, function=f) for v, f in zip(versions, functions, strict=True)))


def _enum(values: list[Any], type: str = "string") -> Json:
    return one({"type": type, "enum": values, "description": "Which one."})


def _replaced(count: int) -> Json:
    names = [f"{each.title()} Viewed" for each in words(count)]
    old = (event(name=each, deprecated="Gone.", replaced_by=names[-1]) for each in names[:-1])
    return plan(*old, event(name=names[-1]))


def _text(count: int) -> Json:
    return plan(event(description=" ".join(words(count))))


SHAPES: Final[Mapping[str, Callable[[int], Json]]] = {
    "events": _events,
    "properties": _properties,
    "nested properties": _levels,
    "enum values": lambda n: _enum(words(n)),
    "integer enum values": lambda n: _enum([*range(n)], "integer"),
    "definitions": _definitions,
    "definitions in a chain": _chain,
    "events that extend one": _inherited,
    "events that extend the one before": _line_of_events,
    "versions of an event": _versions,
    "alternatives": lambda n: one({"anyOf": [_object(each) for each in range(n)]}),
    "exclusive alternatives": lambda n: one({"oneOf": [_object(each) for each in range(n)]}),
    "scalar alternatives": lambda n: one({"anyOf": [{"const": each} for each in words(n)]}),
    "allOf": lambda n: one({"allOf": [{"properties": {each: TEXT}} for each in words(n)]}),
    "patterns": lambda n: one({"allOf": [{"pattern": f"^{each}"} for each in words(n)]}),
    "tags": lambda n: plan(event(tags=words(n))),
    "examples": lambda n: one({**TEXT, "examples": words(n)}),
    "a description's words": _text,
    "a description's lines": lambda n: plan(event(description="\n".join(words(n)))),
    "a name's letters": lambda n: plan(event(name="Viewed " + "ab c" * (n // 4))),
    "events replaced by one": _replaced,
    # Findings
    "similar event names": lambda n: plan(
        *(event(name=f"Order Completed{'s' * (i % 2)} {i // 2}") for i in range(n))
    ),
    "similar property names": lambda n: plan(
        event({f"order_number{'s' * (i % 2)}_{i // 2}": TEXT for i in range(n)})
    ),
    "one type, then another": lambda n: plan(
        *(
            event({"total": {"type": "string" if i % 2 else "number"}}, f"{word(i).title()} Seen")
            for i in range(n)
        )
    ),
    "unknown keys": lambda n: plan(event({each: {**TEXT, "desc": each} for each in words(n)})),
    "unknown rules ignored": lambda n: plan(event(ignore=[f"no-{each}" for each in words(n)])),
    "unknown references": lambda n: plan(
        event({each: {"$ref": f"#/definitions/{each}"} for each in words(n)}),
        definitions={each.title(): TEXT for each in words(n)},
    ),
    "unknown required": lambda n: plan(event(rules={"required": words(n)})),
    "unknown replacements": lambda n: plan(
        *(event(name=each.title(), deprecated="x", replaced_by=f"{each}x") for each in words(n))
    ),
    "events of one name": lambda n: plan(*(event() for _ in range(n))),
    "colliding functions": lambda n: plan(
        *(event(name=f"Order Completed{'!' * i}"[:200] + "?" * (i % 50)) for i in range(n))
    ),
    "bad patterns": lambda n: plan(
        event({each: {"type": "string", "pattern": f"[{each}"} for each in words(n)})
    ),
    "bad defaults": lambda n: plan(
        event({each: {"type": "string", "default": 5} for each in words(n)})
    ),
    "bad enum values": lambda n: one({"type": "string", "enum": [*range(n)]}),
    "repeated enum values": lambda n: one({"type": "string", "enum": [*words(n), *words(n)]}),
    "repeated required": lambda n: plan(event(rules={"required": ["order"] * n})),
    "bad types": lambda n: plan(event({each: {"type": "strnig"} for each in words(n)})),
}

Pairs: TypeAlias = Callable[[int], tuple[Json, Json]]


def _named(names: list[str], keys: list[str]) -> Json:
    return plan(
        *(event({"a": TEXT, key: TEXT}, name) for name, key in zip(names, keys, strict=True))
    )


def _titled(names: list[str], after: str) -> list[str]:
    return [f"{each.title()} {after}" for each in names]


def _pairs_of_enums(size: int, shared: int) -> tuple[Json, Json]:
    all_words = words(2 * size)
    return _enum(all_words[:size]), _enum(all_words[size - shared : 2 * size - shared])


def _alternatives(keyword: str, make: Callable[[int], Json]) -> Pairs:
    """Alternatives of which a third is new and a third is gone."""

    def pair(size: int) -> tuple[Json, Json]:
        before, after = range(size), range(size // 3, size + size // 3)
        return one({keyword: [*map(make, before)]}), one({keyword: [*map(make, after)]})

    return pair


def _with_another_key(number: int) -> Json:
    return {"type": "object", "required": [word(number)], "additionalProperties": False,
            "properties": {word(number): TEXT}}  # fmt: skip


def _edited(keyword: str) -> Pairs:
    """Alternatives that all have changed, but for the constant that tells them apart."""

    def pair(size: int) -> tuple[Json, Json]:
        before, after = [*map(_object, range(size))], [*map(_object, range(size))]
        for each in after:
            each["properties"]["more"] = TEXT
        return one({keyword: before}), one({keyword: after})

    return pair


def _renamed_definitions(size: int) -> tuple[Json, Json]:
    def named(after: str) -> Json:
        known = {
            f"{each.title()}{after}": {"type": "object", "properties": {each: TEXT, "more": TEXT}}
            for each in words(size)
        }
        used = {key: {"$ref": f"#/definitions/{key.title()}{after}"} for key in words(size)}
        return plan(event(used), definitions=known)

    return named(""), named("New")


DIFFERENCES: Final[Mapping[str, Pairs]] = {
    "renamed definitions": _renamed_definitions,
    "alternatives": _alternatives("anyOf", _object),
    "exclusive alternatives": _alternatives("oneOf", _object),
    "alternatives with a key of their own": _alternatives("oneOf", _with_another_key),
    "edited alternatives": _edited("anyOf"),
    "edited exclusive alternatives": _edited("oneOf"),
    "scalar alternatives": _alternatives("anyOf", lambda each: {"const": word(each)}),
    "disjoint enums": lambda n: _pairs_of_enums(n, 0),
    "overlapping enums": lambda n: _pairs_of_enums(n, n // 2),
    "renamed enum values": lambda n: (_enum(words(n)), _enum([f"{e}x" for e in words(n)])),
    "enums of numbers": lambda n: (
        _enum([*range(n)], "integer"),
        _enum([*range(n, 2 * n)], "integer"),
    ),
    "enums of both": lambda n: (
        one({"enum": [*words(n), *range(n)]}),
        one({"enum": [*words(n), *range(n, 2 * n)]}),
    ),
    "renamed properties": lambda n: (
        plan(event(dict.fromkeys(words(n), TEXT))),
        plan(event({f"{each}_new": TEXT for each in words(n)})),
    ),
    "retyped properties": lambda n: (
        plan(event(dict.fromkeys(words(n), TEXT))),
        plan(event({key: {"type": "integer"} for key in words(n)})),
    ),
    "required properties": lambda n: (_properties(n), plan(event(dict.fromkeys(words(n), TEXT)))),
    "renamed events": lambda n: (
        _named(_titled(words(n), "Viewed"), words(n)),
        _named(_titled(words(n), "Seen"), words(n)),
    ),
    "events of one shape, renamed": lambda n: (
        plan(*(event(name=each) for each in _titled(words(n), "Viewed"))),
        plan(*(event(name=each) for each in _titled(words(n), "Seen"))),
    ),
    "events replaced by others": lambda n: (
        plan(*(event(name=each) for each in _titled(words(2 * n)[:n], "Viewed"))),
        plan(*(event(name=each) for each in _titled(words(2 * n)[n:], "Seen"))),
    ),
}
"""The same for pairs of plans, which ``diff`` compares."""
