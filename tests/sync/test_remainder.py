"""What a plan cannot hold of a rule in Segment: `pull` reports it, and `push` leaves it there."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from typewriter_py.diagnostics import Diagnostic
from typewriter_py.formats.codes import UNSETTLED
from typewriter_py.formats.json_schema import rules_of
from typewriter_py.plan.load import load
from typewriter_py.sync import compare as compared
from typewriter_py.sync.api.plans import RemoteRule
from typewriter_py.sync.compare import fingerprint
from typewriter_py.sync.lock import Entry, Lock, lock_text
from typewriter_py.sync.remainder import Part, hashes

from .segment_server import track
from .sync_cli import Project, codes

STRING = {"type": "string"}


def schema(inner: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An event's rule with `p` and whatever ``inner`` and ``more`` add."""
    body = {"type": "object", "properties": {"p": STRING}, **inner}
    fields = {"properties": body, **more.pop("fields", {})}
    return {"type": "object", "properties": fields, **more}


def kept(project: Project, rule: dict[str, Any], key: str = "Done", kind: str = "TRACK") -> None:
    """A plan that was pulled from a Segment that has this rule."""
    project.segment.put(kind, key, copy.deepcopy(rule))
    done = project.pull("--id", "tp_123")
    assert done.code == 0, done
    project.segment.calls.clear()


def add_q(project: Project) -> None:
    project.replace("p: {type: string}", "p: {type: string}\n            q: {type: integer}")


def with_q(rule: dict[str, Any], payload: str = "properties") -> dict[str, Any]:
    rule = copy.deepcopy(rule)
    rule["properties"][payload]["properties"]["q"] = {"type": "integer"}
    return rule


def same_plan_elsewhere(project: Project) -> None:
    """A pull into another folder gives the plan that is here, comments aside."""
    name = "elsewhere/plan.yaml"
    (project.folder / "elsewhere").mkdir(exist_ok=True)
    (project.folder / "elsewhere" / "plan.yaml").unlink(missing_ok=True)
    assert project.run("pull", "--plan", name, "--id", "tp_123").code == 0
    done = project.run("diff", "plan.yaml", name)
    assert (done.code, done.out.strip()) == (0, ""), done


PARTS = {
    "what one event requires of the context": schema(
        {}, fields={"context": {"type": "object", "required": ["tenant"]}}, required=["context"]
    ),
    "labels": schema({}, labels={"team": "growth"}),
    "noise, too": schema({}, labels={}, id="/rule", fields={"context": {}, "traits": {}}),
    "a oneOf of the whole event": schema({"oneOf": [{"required": ["p"]}, {"required": ["n"]}]}),
    "if and then": schema({"if": {"required": ["p"]}, "then": {"required": ["z"]}}),
    "patternProperties": schema({"patternProperties": {"^x_": STRING}}),
    "a pattern of another dialect beside it": schema(
        {"properties": {"p": STRING, "c": {"type": "string", "pattern": "(?<=a)b"}}}
    ),
    "a list with a schema for each item": schema(
        {"properties": {"p": STRING, "c": {"type": "array", "items": [STRING, {"type": "null"}]}}}
    ),
    "a field of the message": schema({}, fields={"userId": STRING}, required=["userId"]),
    "within a definition": schema(
        {"properties": {"p": STRING, "c": {"$ref": "#/definitions/C"}}},
        definitions={"C": {"type": "object", "propertyNames": {"pattern": "^c"}}},
    ),
    "within an alternative": schema(
        {
            "properties": {
                "p": STRING,
                "c": {"oneOf": [{"type": "object", "patternProperties": {"^x": {}}}, STRING]},
            }
        }
    ),
    "an allowed value that a plan cannot have": schema(
        {"properties": {"p": STRING, "c": {"type": "string", "enum": ["a", 1, "b"]}}}
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_an_edit_leaves_everything_else_of_segments_rule_as_it_is(
    empty: Project, name: str
) -> None:
    kept(empty, PARTS[name])
    add_q(empty)
    done = empty.push("--dry-run")
    assert (done.code, done.out) == (1, '~ Done\n    + properties.q: {"type": "integer"}\n')
    done = empty.push("--yes")
    assert (done.code, codes(done)) == (0, [])
    assert json.dumps(empty.segment.schema("Done")) == json.dumps(with_q(PARTS[name]))
    empty.in_step()
    assert codes(empty.pull()) == []
    same_plan_elsewhere(empty)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("IDENTIFY", "traits"),
        ("GROUP", "traits"),
        ("PAGE", "properties"),
        ("SCREEN", "properties"),
    ],
)
def test_calls_keep_what_a_plan_cannot_hold_as_well(
    empty: Project, kind: str, payload: str
) -> None:
    body = {"type": "object", "properties": {"p": STRING}, "patternProperties": {"^x": STRING}}
    rule = {
        "labels": {"team": "growth"},
        "properties": {"context": {"required": ["ip"]}, payload: body},
        "required": ["userId"],
    }
    kept(empty, rule, "Key", kind)
    empty.replace("p: {type: string}", "p: {type: string, nullable: true}")
    assert empty.push("--yes").code == 0
    rule["properties"][payload]["properties"]["p"] = {"type": ["string", "null"]}
    assert empty.segment.schema("Key") == rule
    empty.in_step()


def test_the_common_rule_keeps_what_a_plan_cannot_hold_as_well(empty: Project) -> None:
    context = {"type": "object", "properties": {"ip": STRING}, "if": {"required": ["ip"]}}
    rule = {"properties": {"context": context, "channel": {"enum": ["web"]}}, "minProperties": 3}
    kept(empty, rule, "", "COMMON")
    empty.replace("ip: {type: string}", "ip: {type: string, maxLength: 15}")
    done = empty.push("--yes")
    assert done.out == "~ common\n    + properties.context.properties.ip.maxLength: 15\n"
    context["properties"] = {"ip": {"type": "string", "maxLength": 15}}
    assert empty.segment.schema("") == rule
    empty.in_step()


def test_a_rule_of_which_a_plan_can_hold_nothing_stays_when_the_plan_gets_one(
    empty: Project,
) -> None:
    rule = {"properties": {"channel": {"enum": ["web"]}}, "minProperties": 3}
    kept(empty, rule, "Key", "COMMON")
    assert "common:" not in empty.text()
    empty.in_step()
    empty.replace(
        "  rules:\n", "  rules:\n    common: {context: {properties: {ip: {type: string}}}}\n"
    )
    assert empty.push("--yes").code == 0
    (got,) = [each["jsonSchema"] for each in empty.segment.rules]
    assert got["minProperties"] == 3
    assert got["properties"]["channel"] == {"enum": ["web"]}
    assert got["properties"]["context"]["properties"]["ip"] == STRING
    empty.in_step()


EDITS: dict[str, tuple[str, str, Callable[[dict[str, Any]], Any]]] = {
    "a property is removed": ("b: {type: integer}", "", lambda rule: rule["properties"].pop("b")),
    "a property becomes required": (
        "required: [b]",
        "required: [b, a]",
        lambda rule: rule["required"].append("a"),
    ),
    "none is required any more": ("required: [b]", "", lambda rule: rule.pop("required")),
    "a bound changes": (
        "b: {type: integer}",
        "b: {type: integer, minimum: 3}",
        lambda rule: rule["properties"]["b"].update(minimum=3),
    ),
    "a type changes beside it": (
        "b: {type: integer}",
        "b: {type: boolean}",
        lambda rule: rule["properties"]["b"].update(type="boolean"),
    ),
    "it is described": (
        "a:\n",
        "a:\n              description: A\n",
        lambda rule: rule["properties"]["a"].update(description="A"),
    ),
    "null is allowed where the part is": (
        "type: string\n",
        "type: string\n              nullable: true\n",
        lambda rule: rule["properties"]["a"].update(type=["string", "null"]),
    ),
    "a value is added": (
        "enum: [u, v]",
        "enum: [u, v, w]",
        lambda rule: rule["properties"]["e"].update(enum=["u", "v", "w"]),
    ),
    "the event is closed": (
        "          additionalProperties: true\n",
        "",
        lambda rule: rule.update(additionalProperties=False),
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_each_kind_of_edit_is_made_where_it_belongs(empty: Project, name: str) -> None:
    a = {"id": "/a", "type": "string", "pattern": "(?<=a)b"}
    properties = {"a": a, "b": {"type": "integer"}, "e": {"enum": ["u", "v"]}}
    rule = track(properties, "b", dependencies={"a": ["b"]})
    rule["labels"] = {"team": "growth"}
    kept(empty, rule)
    old, new, change = EDITS[name]
    empty.replace(old, new)
    if name == "a property is removed":
        empty.replace("required: [b]", "")
        rule["properties"]["properties"]["required"] = []
    change(rule["properties"]["properties"])
    assert empty.push("--yes").code == 0
    got = copy.deepcopy(empty.segment.schema("Done"))
    if name in ("a property is removed", "none is required any more"):
        got["properties"]["properties"].setdefault("required", [])
        rule["properties"]["properties"].setdefault("required", [])
    assert got == rule
    empty.in_step()
    same_plan_elsewhere(empty)


def test_what_only_a_plan_has_is_added_to_segments_own_rule(empty: Project) -> None:
    rule = schema({"patternProperties": {"^x": STRING}})
    kept(empty, rule)
    empty.replace("- name: Done", "- name: Done\n        owner: me@example.com")
    empty.replace("p: {type: string}", "p: {type: string, pii: true, maxLength: 9}")
    done = empty.push("--yes")
    assert '    + x-typewriter: {"owner": "me@example.com"}' in done.out.splitlines()
    got = copy.deepcopy(empty.segment.schema("Done"))
    assert got.pop("x-typewriter") == {"owner": "me@example.com"}
    p = {"type": "string", "maxLength": 9, "x-typewriter": {"pii": True}}
    rule["properties"]["properties"]["properties"] = {"p": p}
    assert got == rule
    empty.in_step()


# --- rules that are spelled in another way ---------------------------------------------------

SPELLED: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a bound of draft-04": (
        {"type": "number", "minimum": 1, "exclusiveMinimum": True, "description": "old"},
        "exclusiveMinimum: 1",
        "exclusiveMinimum: 2",
        '"exclusiveMinimum": 2',
    ),
    "alternatives of which one has lost something": (
        {"oneOf": [{"type": "object", "patternProperties": {"^x": {}}}, {"type": "string"}]},
        "{type: string}\n",
        "{type: string, minLength: 2}\n",
        '"oneOf": [{"type": "object", "patternProperties": {"^x": {}}},'
        ' {"type": "string", "minLength": 2}]',
    ),
    "a description beside a reference": (
        {"$ref": "#/definitions/C", "description": "Odd", "examples": ["c"]},
        "description: Odd",
        "description: Odd\n              nullable: true",
        '"description": "Odd", "examples": ["c"], "anyOf": [{"$ref": "#/definitions/C"},',
    ),
    "a type by another name": (
        {"type": "float", "minimum": "1", "if": {}},
        "type: number",
        "type: integer",
        '{"type": "integer", "minimum": "1", "if": {}}',
    ),
}


@pytest.mark.parametrize("name", SPELLED)
def test_an_edit_of_what_segment_spells_in_another_way(empty: Project, name: str) -> None:
    source, old, new, expected = SPELLED[name]
    inner = {"properties": {"c": source}, "if": {"required": ["c"]}}
    rule = schema(inner, labels={"a": "b"}, definitions={"C": {"type": "integer"}})
    kept(empty, rule)
    empty.replace(old, new)
    done = empty.push("--yes")
    assert done.code == 0, done
    assert expected in json.dumps(empty.segment.schema("Done"))
    assert empty.segment.schema("Done")["labels"] == {"a": "b"}
    assert empty.segment.schema("Done")["properties"]["properties"]["if"] == {"required": ["c"]}
    empty.in_step()
    same_plan_elsewhere(empty)


def test_a_description_that_segment_has_within_is_not_there_twice(empty: Project) -> None:
    rule = schema({"description": "Old words", "if": {"required": ["p"]}})
    kept(empty, rule)
    empty.replace("description: Old words", "description: New words")
    assert empty.push("--yes").code == 0
    got = empty.segment.schema("Done")
    assert got["description"] == "New words"
    assert "Old words" not in json.dumps(got)
    assert got["properties"]["properties"]["if"] == {"required": ["p"]}
    empty.in_step()


def test_definitions_under_their_newer_keyword_stay_there(empty: Project) -> None:
    defs = {"C": {"type": "object", "properties": {"c": STRING}, "patternProperties": {"^x": {}}}}
    rule = schema({"properties": {"p": {"$ref": "#/$defs/C"}}}, **{"$defs": defs})
    kept(empty, rule)
    empty.replace("c: {type: string}", "c: {type: integer}")
    assert empty.push("--yes").code == 0
    rule = json.loads(
        json.dumps(rule).replace('"c": {"type": "string"}', '"c": {"type": "integer"}')
    )
    assert empty.segment.schema("Done") == rule
    empty.in_step()


# --- what would be lost ------------------------------------------------------------------------

LOST: dict[str, tuple[str, str, str, str]] = {
    "its property is removed": (
        "            c:\n",
        "            d:\n",
        'properties.c.patternProperties: {"^x": {"type": "string"}}',
        '+ properties.d: {"type": "object"}',
    ),
    "its type is another one": (
        "              type: object\n",
        "              type: boolean\n",
        'properties.c.patternProperties: {"^x": {"type": "string"}}',
        '~ properties.c.type: "object" → "boolean"',
    ),
    "a reference stands in its place": (
        "              type: object\n",
        "              $ref: '#/definitions/C'\n",
        'properties.c.patternProperties: {"^x": {"type": "string"}}',
        '+ properties.c.$ref: "#/definitions/C"',
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_what_an_edit_would_lose_is_shown_and_refused(empty: Project, name: str) -> None:
    rule = schema(
        {"properties": {"c": {"type": "object", "patternProperties": {"^x": STRING}}}},
        labels={"team": "growth"},
    )
    kept(empty, rule)
    old, new, lost, change = LOST[name]
    empty.replace("  rules:\n", "  definitions:\n    C: {type: string}\n  rules:\n")
    empty.replace(old, new)
    for args in (["--dry-run"], ["--yes"], ["--yes", "--delete"]):
        done = empty.push(*args)
        assert (done.code, codes(done)) == (1, ["TW570"])
        assert f"    {change}\n" in done.out
        assert f"    - {lost}   (only in Segment, and lost)\n" in done.out
        assert f"help: {lost}; --discard deletes it" in done.out
    assert empty.segment.schema("Done") == rule
    assert empty.segment.writes() == []
    done = empty.push("--dry-run", "--output-format", "json")
    found = {each["code"]: each for each in json.loads(done.out)}
    assert lost in found["TW553"]["help"]
    assert lost in found["TW570"]["help"]
    done = empty.push("--yes", "--discard")
    assert (done.code, codes(done)) == (0, [])
    assert f"    - {lost}   (only in Segment, and lost)\n" in done.out
    got = empty.segment.schema("Done")
    assert "patternProperties" not in json.dumps(got)
    assert got["labels"] == {"team": "growth"}
    empty.in_step()


def test_what_contradicts_the_edit_is_lost_and_nothing_else(empty: Project) -> None:
    """A plan that is closed cannot have what the patterns let in, as Segment's rule does."""
    c = {"type": "object", "propertyNames": {"maxLength": 5}}
    inner = {"properties": {"c": c}, "patternProperties": {"^x": STRING}}
    rule = schema({**inner, "additionalProperties": False}, labels={"team": "growth"})
    kept(empty, rule)
    empty.replace("          additionalProperties: true\n", "")
    done = empty.push("--yes")
    lost = 'patternProperties: {"^x": {"type": "string"}}'
    assert (done.code, codes(done)) == (1, ["TW570"])
    assert done.out.startswith(f"~ Done\n    - {lost}   (only in Segment, and lost)\nplan.yaml:")
    assert empty.push("--yes", "--discard").code == 0
    del rule["properties"]["properties"]["patternProperties"]
    assert empty.segment.schema("Done") == rule
    empty.in_step()


def test_an_event_that_is_deleted_shows_what_only_segment_has_of_it(empty: Project) -> None:
    kept(empty, schema({"if": {"required": ["p"]}}, labels={"team": "growth"}))
    text = empty.text()
    empty.write(text[: text.index("    events:")] + "    events: []\n")
    assert empty.push("--yes").out.startswith("- Done   (kept; --delete deletes it)\n")
    expected = [
        "- Done",
        '    - if: {"required": ["p"]}   (only in Segment, and lost)',
        '    - message.labels: {"team": "growth"}   (only in Segment, and lost)',
    ]
    assert empty.push("--dry-run", "--delete").out.splitlines() == expected
    done = empty.push("--delete", "--yes")
    assert (done.code, done.out.splitlines()) == (0, expected)
    assert empty.segment.rules == []
    empty.in_step()


def test_a_rule_that_cannot_be_read_is_neither_deleted_nor_overwritten_without_a_word(
    pushed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No rule is known that an import gives up on, so here it gives up on one that it knows."""
    real = compared.canonical_all

    def gives_up(rules: Any) -> Any:
        why: tuple[Diagnostic, ...] = (UNSETTLED.at(None, "too odd"),)
        found = real(rules)
        return {
            key: (None, why) if "odd" in str(rules[key].schema) else found[key] for key in found
        }

    monkeypatch.setattr(compared, "canonical_all", gives_up)
    odd = track({"odd": STRING})
    pushed.segment.put("TRACK", "Cart Viewed", odd)
    done = pushed.pull()
    assert (done.code, codes(done)) == (1, ["TW524"])
    assert pushed.push("--yes", "--delete").code == 1
    pushed.replace("cart_id", "basket_id")
    assert codes(pushed.pull("--ours")) == []
    done = pushed.push("--yes", "--delete")
    assert (done.code, codes(done)) == (1, ["TW570"])
    assert "- properties.odd: " in done.out
    text = pushed.text()
    pushed.write(text[: text.index("      - name: Cart Viewed")])
    assert pushed.push("--yes", "--delete", "--discard").code == 0
    assert pushed.segment.schema("Cart Viewed") == odd
    pushed.write(text)
    assert pushed.push("--yes", "--discard").code == 0
    assert "basket_id" in json.dumps(pushed.segment.schema("Cart Viewed"))


# --- when Segment changes it -------------------------------------------------------------------


def context(*names: str) -> dict[str, Any]:
    fields = {"context": {"required": [*names]}} if names else {}
    return schema({}, fields=fields)


def test_a_part_that_changes_in_segment_is_reported_once(empty: Project) -> None:
    kept(empty, context("tenant"))
    before = empty.text()
    empty.segment.put("TRACK", "Done", context("region"))
    assert empty.push("--dry-run").code == 0
    for args in (["--dry-run"], []):
        done = empty.pull(*args)
        assert done.code == 0
        report = done.err if args else done.out
        assert (
            "segment:Done:12:5: TW571 warning: `Done`: `message.properties.context` was" in report
        )
        assert '{"required": ["region"]}' in report
        assert "nothing changed" not in done.err
    done = empty.pull()
    assert (codes(done), done.err) == ([], "plan.yaml: nothing changed in Segment\n")
    empty.segment.put("TRACK", "Done", context())
    done = empty.pull()
    assert "plan.yaml:9:15: TW571" in done.out
    assert "`message.properties.context` was removed in Segment" in done.out
    assert codes(empty.pull()) == []
    empty.segment.put("TRACK", "Done", context("tenant"))
    done = empty.pull()
    assert "`Done`: `message.properties.context` is in Segment, and the plan cannot" in done.out
    assert codes(empty.pull()) == []
    assert empty.text() == before


def test_a_part_that_was_reported_is_not_reported_with_the_next_change(empty: Project) -> None:
    kept(empty, schema({"if": {"required": ["p"]}}, labels={"a": "b"}))
    rule = with_q(schema({"if": {"required": ["q"]}, "else": {}}, labels={"a": "b"}))
    empty.segment.put("TRACK", "Done", rule)
    done = empty.pull()
    assert sorted(codes(done)) == ["TW520", "TW571"]
    assert "`else` is not carried over" in done.out
    assert "`if` was changed in Segment" in done.out
    assert "q: {type: integer}" in empty.text()
    empty.in_step()


def test_a_part_that_changes_in_segment_is_no_conflict_with_an_edit_here(empty: Project) -> None:
    kept(empty, context("tenant"))
    empty.segment.put("TRACK", "Done", context("region"))
    add_q(empty)
    done = empty.pull()
    assert (done.code, codes(done)) == (0, ["TW571"])
    assert codes(empty.pull()) == []
    empty.segment.put("TRACK", "Done", context("city"))
    done = empty.push("--yes")
    assert (done.code, codes(done)) == (0, ["TW571"])
    assert empty.segment.schema("Done") == with_q(context("city"))
    empty.in_step()


def test_a_push_does_not_swallow_the_report(empty: Project) -> None:
    empty.segment.put("TRACK", "Other", schema({"properties": {"o": STRING}}))
    kept(empty, context("tenant"))
    empty.segment.put("TRACK", "Done", context("region"))
    empty.replace("o: {type: string}", "o: {type: boolean}")
    assert empty.push("--yes").code == 0
    assert codes(empty.pull()) == ["TW571"]
    empty.in_step()


def test_a_segment_that_drops_such_a_part_from_what_it_is_sent_is_reported(empty: Project) -> None:
    rule = schema({"if": {"required": ["p"]}}, labels={"team": "growth"})
    kept(empty, rule)
    empty.segment.keep = lambda schema: {k: v for k, v in schema.items() if k != "labels"}
    add_q(empty)
    done = empty.push("--yes")
    assert (done.code, codes(done)) == (0, ["TW557"])
    assert 'stored `Done` differently: - message.labels: {"team": "growth"}\n' in done.out
    empty.in_step()


# --- calls of which Segment has several ------------------------------------------------------


def page(name: str) -> dict[str, Any]:
    return {"properties": {"properties": {"type": "object", "properties": {name: STRING}}}}


def test_a_second_rule_for_a_call_is_left_alone_whatever_happens_to_it(empty: Project) -> None:
    empty.segment.put("PAGE", "Two", page("two"))
    kept(empty, page("p"), "", "PAGE")
    assert "p: {type: string}" in empty.text()  # the one without a key, whatever the order
    empty.in_step()
    empty.segment.put("PAGE", "Two", page("too"))
    empty.replace("p: {type: string}", "p: {type: integer}")
    assert empty.push("--yes", "--delete").code == 0
    before = empty.text()
    done = empty.pull()
    assert (done.code, codes(done), empty.text()) == (0, ["TW571"], before)
    assert "`page `Two`` was changed in Segment" in done.out
    assert codes(empty.pull()) == []
    assert empty.segment.schema("Two") == page("too")
    empty.in_step()


def test_a_call_has_the_version_that_segment_gives_it(empty: Project) -> None:
    empty.segment.put("PAGE", "Key", page("p"), version=2)
    assert empty.pull("--id", "tp_123").code == 0
    empty.in_step()
    empty.replace("p: {type: string}", "p: {type: integer}")
    assert empty.push("--yes").code == 0
    (rule,) = empty.segment.rules
    assert rule["jsonSchema"]["properties"]["properties"]["properties"]["p"] == {"type": "integer"}
    empty.in_step()


# --- the lock ----------------------------------------------------------------------------------


def test_the_lock_has_a_hash_of_each_part_and_only_of_those(empty: Project) -> None:
    empty.segment.put("TRACK", "Plain", schema({}))
    kept(empty, schema({"if": {}, "then": {"required": ["q"]}}, labels={"a": "b"}))
    rules = json.loads(empty.lock.read_text())["plans"]["tp_123"]["rules"]
    found = {rule["key"]: rule.get("kept") for rule in rules}
    assert found["Plain"] is None
    inner = "#/properties/properties/"
    assert list(found["Done"]) == [f"{inner}if", f"{inner}then", "#/labels"]
    before = empty.lock.read_text()
    empty.in_step()
    assert empty.lock.read_text() == before


def test_a_lock_without_parts_still_works(empty: Project) -> None:
    kept(empty, context("tenant"))
    data = json.loads(empty.lock.read_text())
    for rule in data["plans"]["tp_123"]["rules"]:
        del rule["kept"]
    empty.lock.write_text(json.dumps(data))
    assert empty.pull().code == 0
    assert empty.push("--dry-run").code == 0
    empty.segment.put("TRACK", "Done", context("region"))
    assert codes(empty.pull()) == ["TW571"]
    assert codes(empty.pull()) == []
    add_q(empty)
    assert empty.push("--yes").code == 0
    assert empty.segment.schema("Done") == with_q(context("region"))
    empty.in_step()


def test_a_part_that_a_later_version_can_read_is_not_lost_either(empty: Project) -> None:
    """As if the plan had been pulled by a version without `maxLength`."""
    rule = schema({"properties": {"p": {"type": "string", "maxLength": 9}}})
    kept(empty, rule)
    text = empty.text()
    empty.replace("              maxLength: 9\n", "")
    plan = load(empty.plan).plan
    assert plan is not None
    known = RemoteRule(empty.segment.rules[0], ("TRACK", "Done", 1))
    part = Part(("properties", "properties", "properties", "p", "maxLength"), 9)
    entry = Entry(known.digest, fingerprint(rules_of(plan).rules[0]), hashes([part]))
    empty.lock.write_text(lock_text({"tp_123": Lock("us", {known.identity: entry})}))
    empty.in_step()
    q = "            q: {type: integer}\n          additional"
    empty.replace("          additional", q)
    done = empty.push("--yes")
    assert (done.code, codes(done)) == (1, ["TW570"])
    assert "- properties.p.maxLength: 9   (only in Segment, and lost)" in done.out
    empty.write(text.replace("          additional", q))
    assert empty.push("--yes").code == 0
    assert empty.segment.schema("Done") == with_q(rule)
    empty.in_step()
