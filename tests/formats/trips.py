"""The ways there and back, and random plans to send on them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.plan.planning import load_text, shown
from tests.plan.strategies import DEFINITIONS, joined, schemas, some
from typewriter_py.formats import export as json_schemas_export
from typewriter_py.formats import export as segment_export
from typewriter_py.formats.export import json_text
from typewriter_py.formats.nodes import Draft
from typewriter_py.formats.readers import json_schemas as json_schemas_reader
from typewriter_py.formats.readers import segment as segment_reader
from typewriter_py.formats.repair import repair_draft
from typewriter_py.formats.rules import RuleSet
from typewriter_py.formats.translate import draft_of
from typewriter_py.plan import json_reader
from typewriter_py.plan.document import Document
from typewriter_py.plan.model import ABSENT, ANYTHING, OPEN, Object, Plan, Type, Union
from typewriter_py.plan.queries import parts
from typewriter_py.plan.yaml_writer import write

Data = dict[str, Any]

MAY_REFUSE = {"TW133", "TW135", "TW137", "TW139"}
"""A random schema may contradict itself; then there is no plan to send anywhere."""


def loaded(root: Data) -> Plan | None:
    """The plan of ``root``, if that is one."""
    text = json.dumps({"tracking_plan": root}, ensure_ascii=False)
    found = load_text(text.replace("\u2028", "\\u2028"))  # a line end in YAML 1.1
    for each in found.diagnostics:
        if each.severity.value == "error":
            assert each.code in MAY_REFUSE, f"{shown(each)}\n{json.dumps(root)}"
    plan = found.plan
    return None if plan is None or _refuses_a_constant(plan) or _says_nothing(plan) else plan


def _says_nothing(plan: Plan) -> bool:
    """Whether a field of ``common`` is not described: an import leaves it out, as noise."""
    fields = plan.common.properties if plan.common is not None else ()
    return any(field.value == ANYTHING or field.type == OPEN for field in fields)


def _refuses_a_constant(plan: Plan) -> bool:
    """Whether a property is to be filled with what its own schema refuses: null alone is left."""
    calls = (plan.identify, plan.group, plan.page, plan.screen)
    roots: list[Type] = [each.properties for each in (*plan.events, *calls) if each is not None]
    roots += [each.value.type for each in plan.definitions.values()]
    roots += [plan.common] if plan.common is not None else []
    return any(
        declared.const not in (ABSENT, None) and declared.type == Union(())
        for root in roots
        for part in parts(root)
        if isinstance(part, Object)
        for declared in part.properties
    )


def imported(rules: RuleSet) -> Plan:
    """The plan that ``rules`` are imported as: nothing is left out, and its text loads."""
    text, said = import_text(rules)
    assert not said, said
    back = load_text(text)
    assert back.plan is not None, [*map(shown, back.diagnostics), text]
    return back.plan


def by_segment(rules: RuleSet) -> RuleSet:
    """The rules in Segment's plan, written and read."""
    written = json_reader.read("plan.json", json_text(segment_export.segment_document(rules)))
    return read_by(segment_reader.rules_in, [written])


def by_folder(rules: RuleSet) -> RuleSet:
    """The rules in a folder of JSON Schemas, written and read; the file system shuffles them."""
    files = sorted(json_schemas_export.schema_files(rules))
    return read_by(
        json_schemas_reader.rules_in, [json_reader.read(path, text) for path, text in files]
    )


def read_by(read: Any, documents: list[Document]) -> RuleSet:
    """The rules that a reader finds, without a word."""
    assert not [each.diagnostics for each in documents if each.diagnostics]
    rules, said = read(documents, "unnamed")
    assert rules is not None, said
    assert not said
    found: RuleSet = rules
    return found


def import_text(rules: RuleSet, *, share: bool = False) -> tuple[str, list[str]]:
    """What is written for ``rules``, and what is said on the way."""
    draft, lost = draft_of(rules, closed=False, share=share)
    plan, mended = repair_draft(draft)
    said = [f"{each.code} {each.message}" for each in (*lost, *mended)]
    assert plan is not None, said
    return _text(draft), said


def _text(draft: Draft) -> str:
    return write(draft.root, draft.comments, draft.head)


# --- random plans ----------------------------------------------------------------------------

texts = st.text(st.sampled_from("abz AZ_-'\"\\{}%#:&*!|>?@`,[]~\n\t\u2028é注🎉0"), max_size=12)
words = texts.filter(bool)
scalars = st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | texts
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
lists = st.lists(words, min_size=1, max_size=2, unique=True)
days = st.dates().map(str)
deprecations = some({"deprecated": st.booleans() | texts, "replaced_by": words, "expires": days})
odd_names = st.sampled_from(["a/b", "a~b", "a b", "%41", "é", "x.y", "#", "1", "null", "Node"])
definitions = st.dictionaries(odd_names, schemas, max_size=3).map(
    lambda drawn: {
        name: schema | {"name": f"words {number}", "ignore": ["all"]}
        for number, (name, schema) in enumerate((drawn | DEFINITIONS).items())
    }
)


@st.composite
def properties(draw: Any, names: list[str]) -> Data:
    """Properties, each with words of its own, for random names are often alike."""
    found: Data = {}
    refs = st.sampled_from(names).map(_reference)
    for number, key in enumerate(draw(st.lists(texts, unique=True, max_size=3))):
        said = some(
            {
                "title": words,
                "description": words,
                "examples": st.lists(anything, min_size=1, max_size=2),
                "pii": st.booleans(),
                "ignore": lists,
                "required": st.booleans(),
            }
        )
        beside = draw(joined(said, deprecations))
        schema = {k: v for k, v in draw(schemas | refs).items() if k not in beside}
        if "required" in schema:
            beside.pop("required", None)
        found[key] = schema | beside | {"name": f"property {number}"}
        if draw(st.integers(0, 4)) == 0:
            found[key] |= draw(_defaults(found[key]))
    return found


def _reference(name: str) -> Data:
    return {"$ref": "#/definitions/" + name}


@st.composite
def _defaults(draw: Any, schema: Data) -> Data:
    """A default that its schema takes for certain."""
    if "enum" in schema:
        return {"default": draw(st.sampled_from(schema["enum"]))}
    if not schema.keys() - {"title", "description", "examples", "pii", "ignore", "required"}:
        return {"default": draw(anything)}
    return {"default": None, "nullable": True} if "$ref" not in schema else {}


@st.composite
def members(draw: Any, names: list[str], bounds: bool = False) -> Data:
    """What an event's rules or a call's members may say."""
    found: Data = {}
    inner = draw(properties(names))
    if inner or draw(st.booleans()):
        found["properties"] = inner
    rest = draw(st.sampled_from([None, True, False]) | schemas)
    if rest is not None:
        found["additionalProperties"] = rest
    if rest not in (None, False) and draw(st.booleans()):
        found["required"] = ["beyond"] if "beyond" not in inner else []
    if bounds:
        found |= draw(some({"minProperties": st.just(0), "maxProperties": st.integers(5, 9)}))
    return found


@st.composite
def events(draw: Any, names: list[str]) -> list[Data]:
    found = []
    keys = draw(
        st.lists(
            st.tuples(words, st.sampled_from([None, 1, 2, 7])),
            max_size=3,
            unique_by=lambda k: (k[0], k[1] or 1),
        )
    )
    for number, (name, version) in enumerate(keys):
        said = some(
            {
                "title": words,
                "description": words,
                "owner": words,
                "tags": lists,
                "platforms": lists,
                "ignore": lists,
                "integrations": st.dictionaries(
                    texts, st.booleans() | st.dictionaries(texts, anything, max_size=2), max_size=2
                ),
                "rules": members(names, bounds=True),
            }
        )
        event = {"name": name} | draw(joined(said, deprecations))
        event |= {"function": f"event {number}"} | ({"version": version} if version else {})
        found.append(event)
    return found + draw(versions())


@st.composite
def versions(draw: Any) -> list[Data]:
    """Versions of one event, of which one is called by its name in code."""
    numbers = draw(st.lists(st.integers(1, 5), unique=True, max_size=3))
    found = [{"name": "Versioned", "version": n, "function": f"old {n}"} for n in numbers]
    if found:
        del found[draw(st.integers(0, len(found) - 1))]["function"]
    return found


@st.composite
def calls(draw: Any, names: list[str]) -> Data:
    found: Data = {}
    about = some({"description": words})
    for kind in ("identify", "group"):
        if draw(st.integers(0, 2)) == 0:
            found[kind] = draw(about) | {"traits": draw(members(names))}
    for kind in ("page", "screen"):
        if draw(st.integers(0, 2)) == 0:
            found[kind] = draw(about) | draw(members(names))
    if draw(st.integers(0, 2)) == 0:
        fields = some(dict.fromkeys(("context", "properties", "userId", "groupId"), schemas))
        common = draw(fields) | draw(some({"required": st.just(["context", "type"])}))
        found |= {"common": common} if common else {}
    return found


@st.composite
def plans(draw: Any) -> Data:
    """The value of ``tracking_plan``; it may contradict itself."""
    defined = draw(definitions)
    rules = {"events": draw(events([*defined]))} | draw(calls([*defined]))
    head = draw(some({"id": words, "description": words}))
    return {"display_name": draw(words)} | head | {"definitions": defined, "rules": rules}
