"""Projects of ``rudder-cli``: what they refer to, what is missing, what a plan cannot say."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from typewriter_py.diagnostics import Diagnostic
from typewriter_py.formats.readers import Source, read_source
from typewriter_py.formats.rules import Rule
from typewriter_py.plan.model import ANYTHING

from .importing import Imported, event, import_path, import_text, reloaded

FILE = "version: rudder/v1\nkind: {}\nmetadata: {{name: shop}}\nspec:\n"
EVENTS = FILE.format("events") + (
    "  events:\n"
    "    - {id: paid, name: Order Paid, event_type: track}\n"
    "    - {id: who, event_type: identify}\n"
)
PROPERTIES = (
    FILE.format("properties") + "  properties:\n    - {id: total, name: total, type: number}\n"
)
PLAN = FILE.format("tracking-plan") + "  id: web\n  display_name: Web\n  rules:\n"
PAID = '- {type: event_rule, id: r1, event: "#event:paid"}'


def source(folder: Path, plan: str = PAID, **files: str) -> Source:
    """The project of a plan with these rules, and of more files."""
    files = {"plan": PLAN + indent(plan, "    "), "events": EVENTS, "props": PROPERTIES} | files
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return read_source(str(folder))


def rules(folder: Path, plan: str, **files: str) -> list[Rule]:
    found = source(folder, plan, **files)
    assert found.rules is not None, said(found)
    return list(found.rules.rules)


def said(found: Source) -> list[str]:
    """What was said, each with the text that it is about."""

    def shown(each: Diagnostic) -> str:
        assert each.span is not None
        file, line, column, length = each.span
        text = found.texts[file].split("\n")[line - 1][column - 1 : column - 1 + length]
        return f"{Path(file).name}: {text} {each.code} {each.message}"

    return list(map(shown, found.diagnostics))


def test_a_rule_is_that_of_a_whole_message(tmp_path: Path):
    total = '  properties: [{property: "#property:total", required: true}]'
    (rule,) = rules(tmp_path, f'- type: event_rule\n  id: r1\n  event: "#event:paid"\n{total}')
    assert (rule.kind, rule.key, rule.version) == ("TRACK", "Order Paid", 1)
    assert rule.schema == {
        "type": "object",
        "properties": {
            "properties": {
                "type": "object",
                "properties": {"total": {"type": "number"}},
                "required": ["total"],
                "additionalProperties": False,
            }
        },
    }


@pytest.mark.parametrize("section", ["", ", identity_section: traits"])
def test_traits_of_identify_are_in_the_message(tmp_path: Path, section: str):
    (rule,) = rules(tmp_path, f'- {{type: event_rule, id: r, event: "#event:who"{section}}}')
    assert rule.kind == "IDENTIFY"
    assert [*rule.schema["properties"]] == ["traits"]


def test_a_section_of_the_context_stays_there(tmp_path: Path):
    section = "identity_section: context.traits"
    (rule,) = rules(tmp_path, f'- {{type: event_rule, id: r, event: "#event:paid", {section}}}')
    assert [*rule.schema["properties"]["context"]["properties"]] == ["traits"]


def test_types_that_refer_to_themselves(tmp_path: Path):
    types = FILE.format("custom-types") + (
        "  types:\n"
        "    - id: node\n      name: Tree Node\n      type: object\n"
        '      properties: [{property: "#property:next"}]\n'
        "    - {id: other, name: Tree Node, type: string}\n"
    )
    props = FILE.format("properties") + (
        "  properties:\n"
        '    - {id: next, name: next, type: "#custom-type:node"}\n'
        '    - {id: word, name: word, type: "#custom-type:other"}\n'
    )
    both = '[{property: "#property:next"}, {property: "#property:word"}]'
    plan = f'- {{type: event_rule, id: r, event: "#event:paid", properties: {both}}}'
    (rule,) = rules(tmp_path, plan, types=types, props=props)
    assert rule.schema["properties"]["properties"]["properties"] == {
        "next": {"$ref": "#/definitions/Tree%20Node"},
        "word": {"$ref": "#/definitions/other"},
    }
    assert rule.schema["definitions"] == {
        "Tree Node": {
            "type": "object",
            "properties": {"next": {"$ref": "#/definitions/Tree%20Node"}},
        },
        "other": {"type": "string"},
    }


def test_what_looks_like_a_reference_among_permitted_values_is_none(tmp_path: Path):
    props = PROPERTIES.replace("type: number", 'config: {enum: [{$ref: "#/events/x/y"}]}')
    listed = '[{property: "#property:total"}]'
    plan = f'- {{type: event_rule, id: r, event: "#event:paid", properties: {listed}}}'
    (rule,) = rules(tmp_path, plan, props=props)
    assert "definitions" not in rule.schema


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        (
            '- {type: event_rule, id: r, event: "#event:paidd"}',
            'plan.yaml: "#event:paidd" TW504 `#event:paidd` is not defined in any file'
            " that was read",
        ),
        (
            '- {type: event_rule, id: r, event: "#property:total"}',
            'plan.yaml: "#property:total" TW504 `#property:total` is not defined in any'
            " file that was read",
        ),
        (
            "- {type: event_rule, id: r}",
            "plan.yaml: { TW501 this must be a reference to the event, such as `#event:id`",
        ),
        (
            '- {id: r, event: "#event:paid", properties: [{property: [1]}]}',
            "plan.yaml: [ TW506 this must be a reference to the property, such as `#property:id`",
        ),
        (
            '- {id: r, includes: {$ref: "#/tp/other/event_rule/*"}}',
            "plan.yaml: { TW504 the rules that this includes do not exist",
        ),
        (
            '- {id: r, event: "#event:paid", properties: [3]}',
            "plan.yaml: 3 TW506 an item of `properties` must be a mapping, not a number",
        ),
        (
            '- {id: r, event: "#event:paid", variants: {a: 1}}',
            "plan.yaml: { TW506 `variants` must be a list, not a mapping",
        ),
        (
            '- {id: r, event: "#event:paid", identity_section: body}',
            "plan.yaml: body TW506 `identity_section` must be one of properties, traits,"
            " context.traits, not `body`",
        ),
    ],
)
def test_what_is_wrong_with_a_rule(tmp_path: Path, rule: str, complaint: str):
    """What it lacks costs a warning, as long as something is left."""
    found = source(tmp_path, rule)
    assert (found.rules is None) == ("TW506" not in complaint)
    assert said(found) == [complaint]
    beside = source(tmp_path, f"{rule}\n{PAID}")
    assert beside.rules is not None
    assert said(beside) == [complaint.replace("TW501", "TW506")]


PROPS = "{type: event_rule, id: r, event: '#event:paid', properties: [%s]}"


@pytest.mark.parametrize("says", ["", ", additional_properties: false"])
def test_an_object_with_a_property_that_is_not_defined_is_open(tmp_path: Path, says: str):
    """What it is called is not known, and whoever sends it must not be refused."""
    lines = '{property: "#property:total"}, {property: "#property:gone", required: true}'
    rule = f"- {{type: event_rule, id: r, event: '#event:paid', properties: [{lines}]{says}}}"
    source(tmp_path, rule)
    found = import_path(tmp_path)
    (line,) = found.said
    assert "TW504 `#property:gone` is not defined in any file that was read" in line
    properties = event(found).properties
    assert [each.name for each in properties.properties] == ["total"]
    assert properties.additional == ANYTHING
    assert "# not carried over: a property: {" in (found.text or "")
    assert reloaded(found, tmp_path) == found.plan


def test_a_nested_object_and_a_custom_type_with_properties_that_are_not_defined_are_open(
    tmp_path: Path,
):
    types = FILE.format("custom-types") + (
        "  types:\n"
        "    - id: place\n      name: Place\n      type: object\n"
        '      properties: [{property: "#property:gone"}]\n'
    )
    props = FILE.format("properties") + (
        "  properties:\n"
        "    - {id: cart, name: cart, type: object}\n"
        '    - {id: place, name: place, type: "#custom-type:place"}\n'
    )
    lines = (
        '{property: "#property:cart", properties: [{property: "#property:gone"}]},'
        ' {property: "#property:place"}'
    )
    plan = f"- {{type: event_rule, id: r, event: '#event:paid', properties: [{lines}]}}"
    (rule,) = rules(tmp_path, plan, types=types, props=props)
    payload = rule.schema["properties"]["properties"]
    assert payload["additionalProperties"] is False
    assert payload["properties"]["cart"]["additionalProperties"] is True
    assert rule.schema["definitions"]["Place"]["additionalProperties"] is True


def test_a_custom_type_or_a_category_that_is_not_defined_permits_any_value(tmp_path: Path):
    props = PROPERTIES.replace("type: number", 'type: "#custom-type:gone"')
    events = EVENTS.replace("event_type: track", 'event_type: track, category: "#category:gone"')
    plan = "- " + PROPS % '{property: "#property:total"}'
    found = source(tmp_path, plan, props=props, events=events)
    assert found.rules is not None
    assert said(found) == [
        f'{file}.yaml: "#{kind}:gone" TW504 `#{kind}:gone` is not defined in any file that was read'
        for file, kind in (("events", "category"), ("props", "custom-type"))
    ]
    (rule,) = found.rules.rules
    assert rule.schema["properties"]["properties"]["properties"] == {"total": {}}
    assert "x-typewriter" not in rule.schema


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        (
            {"more": PROPERTIES},
            "props.yaml: total TW501 the property `total` is defined twice",
        ),
        (
            {"props": FILE.format("properties") + "  properties: {}\n"},
            "props.yaml: { TW506 `properties` must be a list, not a mapping",
        ),
        (
            {"props": "version: rudder/v1\nkind: properties\nspec: 3\n"},
            "props.yaml: 3 TW506 `spec` must be a mapping, not a number",
        ),
        (
            {"props": PROPERTIES.replace("id: total, ", "")},
            "props.yaml: { TW506 this property has no `id`",
        ),
        (
            {"web2": PLAN.replace("web", "two").replace("Web", "Two")},
            "web2.yaml: two TW503 there are 2 tracking plans, `Web`, `Two`, and an import takes"
            " one",
        ),
        (
            {"events": EVENTS.replace("track", "sing")},
            "events.yaml: { TW501 the event `paid` has no known `event_type`",
        ),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, files: dict[str, str], complaint: str):
    found = source(tmp_path, **files)
    assert (found.rules is None) == ("TW506" not in complaint)
    assert said(found) == [complaint]


def test_files_that_are_not_part_of_a_plan_are_reported(tmp_path: Path):
    found = source(
        tmp_path,
        '- {type: event_rule, id: r, event: "#event:paid", owner: me}',
        other="version: rudder/v1\nkind: retl-source\nspec: {}\n",
    )
    assert found.rules is not None
    assert said(found) == [
        "other.yaml: retl-source TW520 skipped: a file of kind `retl-source` is not part of a"
        " tracking plan",
        'plan.yaml: owner TW520 `owner` of the rule `r` is not carried over: "me"',
    ]


def test_two_properties_of_one_name(tmp_path: Path):
    props = PROPERTIES + "    - {id: sum, name: total, type: string}\n"
    both = '[{property: "#property:total"}, {property: "#property:sum"}]'
    plan = f'- {{type: event_rule, id: r, event: "#event:paid", properties: {both}}}'
    assert said(source(tmp_path, plan, props=props)) == [
        'plan.yaml: "#property:sum" TW520 a second property called `total` is not carried over'
    ]


def test_files_without_a_plan(tmp_path: Path):
    (tmp_path / "events.yaml").write_text(EVENTS)
    assert said(read_source(str(tmp_path))) == [
        "events.yaml: events TW505 there is no tracking plan, only parts that one may refer to"
    ]


def laid_out(home: Path) -> Path:
    """A repository with two plans beside their catalog, and files of others."""
    places = {
        ".git/config": "",
        "catalog/events/shop.yaml": EVENTS,
        "catalog/properties.yml": PROPERTIES,
        "plans/web.yaml": PLAN + indent(PAID, "    "),
        "plans/mobile.yaml": PLAN.replace("web", "mobile") + indent(PAID, "    "),
        "ci.yaml": "on: push",
        ".hidden/more.yaml": EVENTS,
    }
    for name, text in places.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return home / "plans" / "web.yaml"


def test_one_plan_of_several_finds_what_it_refers_to(tmp_path: Path):
    found = read_source(str(laid_out(tmp_path)))
    assert found.rules is not None, said(found)
    assert [rule.key for rule in found.rules.rules] == ["Order Paid"]
    assert {Path(name).name for name in found.texts} == {
        "web.yaml", "mobile.yaml", "shop.yaml", "properties.yml",
    }  # fmt: skip


def test_another_project_further_out_is_not_in_the_way_of_one_that_lacks_something(tmp_path: Path):
    plan = laid_out(tmp_path / "one")
    lines = '{property: "#property:total"}, {property: "#property:gone"}'
    plan.write_text(PLAN + indent(f"- {PROPS % lines}", "    "))
    (tmp_path / "one/.git/config").unlink()
    (tmp_path / "one/.git").rmdir()
    laid_out(tmp_path / "two")
    found = read_source(str(plan))
    assert found.rules is not None, said(found)
    assert said(found) == [
        'web.yaml: "#property:gone" TW504 `#property:gone` is not defined in any file that was read'
    ]


def test_the_search_ends_at_the_repository(tmp_path: Path):
    plan = laid_out(tmp_path / "one")
    (tmp_path / "events.yaml").write_text(EVENTS)
    (tmp_path / "one/catalog/events/shop.yaml").unlink()
    found = read_source(str(plan))
    assert found.rules is None
    assert said(found) == [
        'web.yaml: "#event:paid" TW504 `#event:paid` is not defined in any file that was read'
    ]


# --- the plan.json of RudderTyper ------------------------------------------------------------


def ruddertyper(*events: dict[str, Any]) -> Imported:
    plan = {"id": "tp_9", "name": "Shop", "creationType": "Data catalog", "version": 3}
    return import_text(json.dumps({**plan, "workspaceId": "w", "rules": {"events": [*events]}}))


def of_event(type: str, name: str, path: list[str]) -> dict[str, Any]:
    schema: Any = {"type": "object", "properties": {"x": {"type": ["string"]}}, "required": ["x"]}
    for step in reversed(path):
        schema = {"type": "object", "properties": {step: schema}}
    return {"name": name, "eventType": type, "description": "d", "rules": schema}


@pytest.mark.parametrize(
    ("type", "path"),
    [
        ("identify", ["traits"]),
        ("identify", ["context", "traits"]),
        ("group", ["traits"]),
        ("page", ["properties"]),
        ("screen", ["properties"]),
    ],
)
def test_a_call_of_ruddertypers_plan_needs_no_name(type: str, path: list[str]):
    found = ruddertyper(of_event(type, "", path), of_event("track", "Kit Bought", ["properties"]))
    assert found.said == []
    assert found.plan is not None
    assert found.plan.name == "Shop"
    assert [event.name for event in found.plan.events] == ["Kit Bought"]
    call = found.plan.calls[type]
    assert call.description == "d"
    assert [(each.name, each.required) for each in call.properties.properties] == [("x", True)]


def test_a_call_that_a_plan_does_not_have_costs_a_warning():
    found = ruddertyper(of_event("alias", "", []), of_event("track", "Kit Bought", ["properties"]))
    assert found.plan is not None
    (line,) = found.said
    assert "TW506 `alias` is not a type of call that a plan has" in line
