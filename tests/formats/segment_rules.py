"""Random rules as Segment writes them, and the noise that they carry in the wild."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.plan.strategies import some
from typewriter_py.formats.rules import PAYLOAD, Kind, Rule, RuleSet

Data = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
NAMES = ("order_id", "Total", "user name", "a/b", "é", "products", "x-typewriter", "$ref", "type")
words = st.text(st.sampled_from("abcXYZ 0'&é\n"), min_size=1, max_size=8)
types = st.sampled_from(["string", "integer", "number", "boolean", "array", "object"])


@st.composite
def values(draw: Any, depth: int = 2) -> Data:
    """What Segment's editor makes of a row, and what people write into its JSON."""
    names = draw(
        st.lists(types, min_size=1, max_size=draw(st.sampled_from([1, 1, 1, 3])), unique=True)
    )
    if {"integer", "number"} <= {*names}:
        names.remove("integer")
    null = ["null"] if draw(st.booleans()) else []
    schema: Data = {"type": names[0] if not null and len(names) == 1 else [*names, *null]}
    schema |= draw(some({"description": words}))
    if names == ["string"]:
        schema |= draw(
            st.sampled_from(
                [
                    {},
                    {"pattern": "fall|winter"},
                    {"format": "date-time"},
                    {"enum": ["a", "b", *([None] if null else [])]},
                    {"minLength": 1, "maxLength": 8},
                ]
            )
        )
    if "array" in names and depth and draw(st.booleans()):
        schema["items"] = draw(values(depth - 1))
        schema["items"].pop("description", None)
    if "object" in names and depth and draw(st.booleans()):
        schema |= draw(members(depth - 1))
    return schema if draw(st.integers(0, 9)) else {}


@st.composite
def members(draw: Any, depth: int = 2) -> Data:
    keys = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
    schema: Data = {"properties": {key: draw(values(depth)) for key in keys}} if keys else {}
    required = draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    schema |= {"required": required} if required else {}
    return schema | draw(some({"additionalProperties": st.just(False)}))


def rule(kind: Kind, key: str, version: int, payload: Data, head: Data) -> Rule:
    fields = {PAYLOAD[kind]: {"type": "object"} | payload}
    return Rule(
        kind, key, version, {"$schema": DRAFT, **head, "type": "object", "properties": fields}
    )


@st.composite
def rule_sets(draw: Any) -> RuleSet:
    head = some({"description": words})
    rules = []
    keys = draw(st.lists(st.sampled_from(["A", "Order Completed", "Zoë's & Co", "%"]), unique=True))
    for key in keys:
        versions = draw(st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=2, unique=True))
        for version in versions:
            rules.append(rule("TRACK", key, version, draw(members()), draw(head)))
    kinds: list[Kind] = ["IDENTIFY", "GROUP", "PAGE", "SCREEN"]
    for kind in kinds:
        if draw(st.booleans()):
            rules.append(rule(kind, "", 1, draw(members()), draw(head)))
    return RuleSet("Plan", tuple(rules), "tp_1")


@st.composite
def recurring(draw: Any) -> RuleSet:
    """Events in which the same few shapes of objects come again and again."""
    shapes = [{"type": "object", **draw(members(1))} for _ in range(2)]

    def place() -> Data:
        shape = dict(draw(st.sampled_from(shapes)))
        return draw(
            st.sampled_from(
                [
                    shape,
                    shape | {"type": ["object", "null"]},
                    shape | {"description": "d"},
                    {"type": "array", "items": shape},
                    {"type": "object", "properties": {"inner": shape}},
                ]
            )
        )

    names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)
    rules = []
    for key in "ABC":
        payload = {"properties": {name: place() for name in draw(names)}}
        payload |= draw(some({"additionalProperties": st.just(False)}))
        rules.append(rule("TRACK", key, 1, payload, {}))
    return RuleSet("Plan", tuple(rules))


payloads = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "fall"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from([*NAMES, "inner"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def noisy(schema: Any, top: bool = True) -> Any:
    """The same with what real schemas carry besides."""
    fields = schema["properties"]
    found = {**schema, "id": "/", "labels": {}, "required": ["properties"]}
    noise = {"context": {}, "traits": {}, "properties": {}}
    return found | {"properties": {**noise, **{k: _noisy(v) for k, v in fields.items()}}}


def _noisy(schema: Data, path: str = "/properties") -> Data:
    found = dict(schema)
    if "properties" in schema:
        found["properties"] = {
            name: _noisy(each, f"{path}/properties/{name}")
            for name, each in schema["properties"].items()
        }
    if schema.get("items"):
        found["items"] = _noisy(schema["items"], f"{path}/items")
    return found | {"id": path, "labels": {}, "description": schema.get("description", "")}


def canonical(schema: Any) -> Any:
    """A schema in which nothing is left that means nothing: orders, items that may be anything."""
    if isinstance(schema, list):
        return [canonical(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: sorted(each)
        if key in ("type", "required") and isinstance(each, list)
        else canonical(each)
        for key, each in schema.items()
        if (key, each) != ("items", {})
    }
