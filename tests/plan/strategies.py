"""Random schemas as authors write them, values to try on them, and whether draft-07 accepts them.

``normalised`` turns a schema of the plan language into plain draft-07, in a way of its own:
by adding to what is written, where the plan's reader takes it apart and merges it.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]

NAMES = ("a", "b", "c")
TEXTS = ("", "a", "ab", "abc", "né", "1")
NUMBERS = (-1, 0, 1, 2, 3, 4, 0.5, 1.0, 1.5, 2.0)
REFS = ("Node", "Word", "Pair", "Maybe")

DEFINITIONS: dict[str, Schema] = {
    "Node": {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "integer"},
            "b": {"$ref": "#/definitions/Node", "nullable": True},
        },
    },
    "Word": {"type": "string", "minLength": 1, "enum": ["a", "ab"]},
    "Pair": {
        "allOf": [
            {"type": "object", "properties": {"a": {"$ref": "#/definitions/Word"}}},
            {"type": "object", "properties": {"c": {"type": ["integer", "null"]}}},
        ]
    },
    "Maybe": {"nullable": True, "oneOf": [{"type": "boolean"}, {"$ref": "#/definitions/Node"}]},
}


def some(optional: dict[str, st.SearchStrategy[Any]], **fixed: Any) -> st.SearchStrategy[Schema]:
    required = {key: st.just(value) for key, value in fixed.items()}
    return st.fixed_dictionaries(required, optional=optional)


def ordered(low: str, high: str, numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Schema]:
    """None, one or both of two bounds that leave room between them."""
    return st.tuples(numbers, numbers, st.integers(0, 3)).map(
        lambda drawn: {
            **({low: min(drawn[:2])} if drawn[2] & 1 else {}),
            **({high: max(drawn[:2])} if drawn[2] & 2 else {}),
        }
    )


def joined(*parts: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.tuples(*parts).map(lambda drawn: {k: v for part in drawn for k, v in part.items()})


counts = st.integers(0, 3)
texts = joined(
    some({"pattern": st.sampled_from(["a", "^a", "b$", "^[a-c]+$"])}, type="string"),
    ordered("minLength", "maxLength", counts),
)
numbers = joined(
    st.sampled_from(["number", "integer"]).map(lambda name: {"type": name}),
    ordered("minimum", "maximum", st.sampled_from(NUMBERS)),
    some({"multipleOf": st.sampled_from([1, 2, 0.5])}),
    st.sampled_from([{}, {"exclusiveMinimum": -5}, {"exclusiveMaximum": 9.5}]),
)
listed = st.lists(
    st.sampled_from([*TEXTS, 1, 2.0, 0.5, True, False, None, [1], {"a": 1}]),
    min_size=1,
    max_size=4,
    unique_by=repr,
)
fixed = listed.map(lambda values: {"enum": values}) | st.sampled_from(
    [1, True, "a", None, [], {}, [1.0], {"a": [True]}]
).map(lambda value: {"const": value})
types = st.lists(
    st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"]),
    min_size=1,
    max_size=3,
    unique=True,
).map(lambda names: {"type": names})
scalars = st.one_of(texts, numbers, fixed, types, st.just({}), st.just({"type": "boolean"}))
references = st.sampled_from(REFS).map(lambda name: {"$ref": f"#/definitions/{name}"})


@st.composite
def objects(draw: Any, schemas: st.SearchStrategy[Schema], part: bool = False) -> Schema:
    """An object, or with ``part`` one of several that are to be merged."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
    found: Schema = {"type": "object"}
    if names:
        found["properties"] = {name: dict(draw(schemas)) for name in names}
        needed = draw(st.lists(st.sampled_from(names), unique=True))
        if draw(st.booleans()) and needed:
            found["required"] = needed
        else:
            for name in needed:
                found["properties"][name]["required"] = True
    rest = st.sampled_from([None, None, True]) | schemas
    extra = draw(rest if part else rest | st.just(False))
    if extra is not None:
        found["additionalProperties"] = extra
    return found | draw(ordered("minProperties", "maxProperties", counts))


def merged(schemas: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    """Objects merged by ``allOf``, and those with more constraints in ``anyOf``."""
    parts = st.lists(
        objects(schemas, part=True) | st.just({"$ref": "#/definitions/Pair"}),
        min_size=1,
        max_size=3,
    )
    names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)
    needs = st.lists(names.map(lambda needed: {"required": needed}), min_size=1, max_size=2)
    whole = st.fixed_dictionaries(dict.fromkeys(NAMES, schemas))
    beside = st.sampled_from(["anyOf", "oneOf"])
    return st.one_of(
        parts.map(lambda drawn: {"allOf": drawn}),
        st.tuples(whole, beside, needs).map(
            lambda drawn: {"type": "object", "properties": drawn[0], drawn[1]: drawn[2]}
        ),
        st.tuples(
            objects(schemas, part=True),
            beside,
            st.lists(objects(schemas, part=True), min_size=1, max_size=2),
        ).map(lambda drawn: drawn[0] | {drawn[1]: drawn[2]}),
    )


def unions(schemas: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    members = st.lists(schemas, min_size=1, max_size=3)
    return st.tuples(st.sampled_from(["anyOf", "oneOf"]), members, types | st.just({})).map(
        lambda drawn: drawn[2] | {drawn[0]: drawn[1]}
    )


def arrays(schemas: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return joined(
        some({"items": schemas, "uniqueItems": st.booleans()}, type="array"),
        ordered("minItems", "maxItems", counts),
    )


def deeper(schemas: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.one_of(arrays(schemas), objects(schemas), merged(schemas), unions(schemas))


nullable = st.sampled_from([{}, {}, {}, {"nullable": True}, {"nullable": False}])
schemas = st.recursive(
    joined(scalars | references, nullable),
    lambda inner: joined(deeper(inner), nullable),
    max_leaves=8,
)

atoms = st.sampled_from([*TEXTS, *NUMBERS, True, False, None])
values = st.recursive(
    atoms,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=8,
)


@st.composite
def candidates(draw: Any, schema: Schema, depth: int = 0) -> Any:
    """A value that has a chance with ``schema``: one that follows it, mostly."""
    if depth > 5 or draw(st.integers(0, 9)) == 9:
        return draw(values)
    if "$ref" in schema:
        schema = DEFINITIONS[schema["$ref"].rpartition("/")[2]]
    if schema.get("nullable") and draw(st.integers(0, 3)) == 0:
        return None
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    if "const" in schema:
        return schema["const"]
    if "properties" in schema or "allOf" in schema or schema.get("type") == "object":
        return draw(members_of(schema, depth))
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return draw(candidates(draw(st.sampled_from(schema[keyword])), depth + 1))
    if "items" in schema:
        item = candidates(schema["items"], depth + 1)
        return draw(st.lists(item, max_size=3))
    return draw(values)


@st.composite
def members_of(draw: Any, schema: Schema, depth: int) -> Any:
    found: dict[str, Any] = {}
    parts, ahead = [], [schema]
    while ahead:
        part = ahead.pop()
        parts.append(part)
        for keyword in ("allOf", "anyOf", "oneOf"):
            ahead += part.get(keyword, [])
        if "$ref" in part:
            ahead.append(DEFINITIONS[part["$ref"].rpartition("/")[2]])
    for part in parts:
        for name, inner in part.get("properties", {}).items():
            if draw(st.integers(0, 4)):
                found[name] = draw(candidates(inner, depth + 1))
    return found


# --- the oracle ------------------------------------------------------------------------------


def normalised(schema: Schema) -> Schema:
    """``schema`` in draft-07: null and closedness made explicit."""
    plain = {k: v for k, v in schema.items() if k != "nullable"}
    if isinstance(plain.get("required"), bool):
        del plain["required"]
    found = _closed(plain) if _is_object(plain) else _translated(plain)
    if schema.get("nullable") is True:
        return {"anyOf": [{"type": "null"}, found]}
    return found


def _is_object(schema: Schema) -> bool:
    return not {"allOf", "properties", "additionalProperties"}.isdisjoint(schema)


def _closed(schema: Schema) -> Schema:
    """The merged parts, and the names that they declare together."""
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            rest = {k: v for k, v in schema.items() if k != keyword}
            return {keyword: [_closed({"allOf": [rest, each]}) for each in schema[keyword]]}
    parts = _parts(schema)
    names = {name for part in parts for name in part.get("properties", {})}
    open = not names or any("additionalProperties" in part for part in parts)
    shut = {} if open else {"additionalProperties": False, "properties": dict.fromkeys(names, True)}
    return {"allOf": [*map(_translated, parts), shut]}


def _parts(schema: Schema) -> list[Schema]:
    """The merged objects, without the ``allOf`` around them."""
    if "$ref" in schema:
        return _parts(DEFINITIONS[schema["$ref"].rpartition("/")[2]])
    rest = {k: v for k, v in schema.items() if k != "allOf"}
    return [rest, *(part for each in schema.get("allOf", ()) for part in _parts(each))]


def _translated(schema: Schema) -> Schema:
    """One node, its inner schemas normalised."""
    found = dict(schema)
    for keyword in ("items", "additionalProperties"):
        if isinstance(found.get(keyword), dict):
            found[keyword] = normalised(found[keyword])
    for keyword in ("anyOf", "oneOf"):
        if keyword in found:
            found[keyword] = [normalised(member) for member in found[keyword]]
    if "properties" in found:
        inner: Schema = found["properties"]
        needed = [n for n, each in inner.items() if each.get("required") is True]
        found["properties"] = {name: normalised(each) for name, each in inner.items()}
        if needed:
            found["required"] = [*found.get("required", []), *needed]
    return found


def document(schema: Schema) -> Schema:
    """A whole draft-07 document."""
    inner = {name: normalised(each) for name, each in DEFINITIONS.items()}
    return {"definitions": inner, "allOf": [normalised(schema)]}
