"""Splicing changes into a plan's text: the change, and not a byte more."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from typewriter_py.plan.text_edit import NOTHING, Change, edited, same
from typewriter_py.plan.yaml_reader import read
from typewriter_py.plan.yaml_writer import write_entry


def data(text: str) -> Any:
    document = read("plan.yaml", text)
    assert document.diagnostics == (), text
    return document.data


def change(text: str, *changes: Change) -> str:
    return edited(textwrap.dedent(text), changes)


PLAN = """\
# The plan of the shop.
tracking_plan:
  display_name: Shop   # as people say it

  rules:
    events:
      # --- checkout ---
      - name: Order Completed  # the one that counts
        description: 'Done'
        owner: checkout@example.com
        rules:
          required: [order_id]
          properties:
            order_id: {type: string}   # from the shop
            total:
              # in whole cents
              type: integer
              minimum: 0

      # --- catalogue ---

      - {name: Product Viewed, rules: {properties: {sku: {type: string}}}}

      - name: Cart Viewed
        # nothing is known of it
        rules: {}
    identify:
      traits:
        - name: email
          type: string
          required: true
"""
EVENTS = ("tracking_plan", "rules", "events")
TOTAL = (*EVENTS, 0, "rules", "properties", "total")


def event(index: int, old: Any, new: Any, whole: bool = False) -> Change:
    return Change((*EVENTS, index), old, new, whole)


def lines_changed(new: str, old: str = PLAN) -> list[str]:
    from difflib import ndiff

    return [line for line in ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]


def test_one_word_within_an_event_changes_one_line() -> None:
    old = {"type": "integer", "minimum": 0}
    done = change(PLAN, Change(TOTAL, old, {"type": "number", "minimum": 0}))
    assert lines_changed(done) == [
        "-               type: integer",
        "+               type: number",
    ]


def test_a_comment_after_a_changed_value_stays() -> None:
    path = (*EVENTS, 0, "rules", "properties", "order_id")
    done = change(PLAN, Change(path, {"type": "string"}, {"type": "string", "minLength": 1}))
    assert "            order_id: {type: string, minLength: 1}   # from the shop\n" in done


def test_a_property_comes_after_the_one_that_it_follows() -> None:
    properties = (*EVENTS, 0, "rules", "properties")
    old = {"order_id": {"type": "string"}, "total": {"type": "integer", "minimum": 0}}
    new = {"order_id": old["order_id"], "coupon": {"type": "string"}, "total": old["total"]}
    done = change(PLAN, Change(properties, old, new))
    assert lines_changed(done) == ["+             coupon: {type: string}"]
    assert "# from the shop\n            coupon: {type: string}\n            total:\n" in done


def test_a_removed_entry_takes_its_comments_along() -> None:
    properties = (*EVENTS, 0, "rules", "properties")
    old = {"order_id": {"type": "string"}, "total": {"type": "integer", "minimum": 0}}
    done = change(PLAN, Change(properties, old, {"order_id": old["order_id"]}))
    assert lines_changed(done) == [
        "-             total:",
        "-               # in whole cents",
        "-               type: integer",
        "-               minimum: 0",
    ]


def test_an_event_in_flow_style_stays_on_its_line() -> None:
    old = {"name": "Product Viewed", "rules": {"properties": {"sku": {"type": "string"}}}}
    new = {"name": "Product Viewed", "rules": {"properties": {"sku": {"type": "integer"}}}}
    done = change(PLAN, event(1, old, new))
    line = "      - {name: Product Viewed, rules: {properties: {sku: {type: integer}}}}"
    assert line in done.splitlines()
    assert len(lines_changed(done)) == 2


def test_an_event_is_added_at_the_end_with_a_blank_line_as_the_others_have() -> None:
    new = {"name": "Cart Shared", "rules": {"properties": {"cart_id": {"type": "string"}}}}
    done = change(PLAN, Change((*EVENTS, -1), NOTHING, new))
    assert lines_changed(done) == [
        "+ ",
        "+       - name: Cart Shared",
        "+         rules:",
        "+           properties:",
        "+             cart_id: {type: string}",
    ]
    assert "rules: {}\n\n      - name: Cart Shared" in done
    assert "\n    identify:\n" in done


def test_many_events_are_added_in_their_order() -> None:
    names = [f"Event {number}" for number in range(200)]
    done = change(PLAN, *(Change((*EVENTS, -1), NOTHING, {"name": name}) for name in names))
    found = [each["name"] for each in data(done)["tracking_plan"]["rules"]["events"]]
    assert found[3:] == names


def test_an_event_goes_with_the_comment_above_it_and_its_blank_line() -> None:
    old = {"name": "Order Completed"}
    done = change(PLAN, event(0, old, NOTHING))
    assert "    events:\n      # --- catalogue ---\n\n      - {name: Product Viewed" in done
    done = change(PLAN, event(2, {"name": "Cart Viewed"}, NOTHING))
    assert (
        "{type: string}}}}\n\n    identify:" in done or "{type: string}}}}\n    identify:" in done
    )
    assert "nothing is known" not in done


def test_items_that_go_together_keep_their_numbers() -> None:
    items = "".join(f"      - name: {name}\n        x: 1\n\n" for name in "ABCDE")
    text = f"tracking_plan:\n  rules:\n    events:\n{items}"
    gone = [event(index, {}, NOTHING) for index in (0, 2, 3, 4)]
    for changes in (gone, gone[::-1]):
        names = [
            each["name"]
            for each in data(change(text, *changes))["tracking_plan"]["rules"]["events"]
        ]
        assert names == ["B"]


def test_the_last_event_that_goes_leaves_an_empty_list() -> None:
    text = "tracking_plan:\n  rules:\n    events:\n      - name: A\n    # calls\n    page: {}\n"
    with pytest.raises(ValueError, match="no such entry"):
        change(text, event(0, {"name": "A"}, NOTHING))
    done = change(text, Change(EVENTS, [{"name": "A"}], []))
    assert done == "tracking_plan:\n  rules:\n    events: []\n    # calls\n    page: {}\n"


def test_traits_that_are_spelled_as_a_list_are_written_anew() -> None:
    path = ("tracking_plan", "rules", "identify")
    old = {"traits": {"required": ["email"], "properties": {"email": {"type": "string"}}}}
    new = {"traits": {"properties": {"email": {"type": "string"}}}}
    done = change(PLAN, Change(path, old, new))
    assert data(done)["tracking_plan"]["rules"]["identify"] == new
    assert lines_changed(done)[0] == "-         - name: email"


@pytest.mark.parametrize(
    "text",
    [
        "tracking_plan: {}\n",
        "tracking_plan: {display_name: A}",
        "tracking_plan:\n  display_name: A",
        "tracking_plan:\n  display_name: A\n  rules:\n",
        "tracking_plan:\n  rules: {}\n  display_name: A\n",
        "tracking_plan:\n  rules: {events: []}\n",
        "tracking_plan:\n  rules:\n    events: [{name: Z}]\n",
        "tracking_plan:\n  rules:\n    events:\n    - name: Z\n    page: {}\n",
        "tracking_plan:\n  rules:\n    events: null # none yet\n",
        "tracking_plan: # ours\n  rules:\n    events:\n      -\n        name: Z\n",
        '{"tracking_plan": {"rules": {"events": [{"name": "Z"}]}}}',
    ],
)
def test_missing_parents_are_added(text: str) -> None:
    new = {"name": "A: b", "rules": {"properties": {"x": {"enum": ["a", "b,c"]}}}}
    call = {"traits": {"properties": {"email": {"type": "string"}}}}
    product = {"type": "object"}
    done = edited(
        text,
        [
            Change((*EVENTS, -1), NOTHING, new),
            Change((*EVENTS, -1), NOTHING, {"name": "B"}),
            Change(("tracking_plan", "rules", "identify"), NOTHING, call),
            Change(("tracking_plan", "definitions", "P"), NOTHING, product),
        ],
    )
    plan = data(done)["tracking_plan"]
    assert plan["rules"]["events"][-2:] == [new, {"name": "B"}]
    assert plan["rules"]["identify"] == call
    assert plan["definitions"] == {"P": product}
    assert ("name: Z" in done or '"Z"' in done) == ("Z" in text)
    assert ("display_name: A" in done) == ("display_name" in text)


def test_line_ends_and_the_mark_at_the_beginning_stay() -> None:
    text = "\ufeff" + PLAN.replace("\n", "\r\n")
    old = {"type": "integer", "minimum": 0}
    done = edited(text, [Change(TOTAL, old, {"type": "integer", "minimum": 0, "maximum": 9})])
    assert done == text.replace("minimum: 0\r\n", "minimum: 0\r\n              maximum: 9\r\n")


def test_text_that_is_not_yaml_is_refused() -> None:
    with pytest.raises(ValueError, match="not YAML"):
        edited("a: [", [Change(("a",), 1, 2)])
    with pytest.raises(ValueError, match="does not contain a mapping"):
        edited("- a\n", [Change(("a",), 1, 2)])


def test_the_values_of_an_enum_come_and_go_in_a_list_of_lines() -> None:
    text = "a:\n  enum:\n    # small\n    - x\n    - y # why\n    # great\n    - z\n"
    done = edited(text, [Change(("a",), {"enum": ["x", "y", "z"]}, {"enum": ["x", "z"]})])
    assert done == "a:\n  enum:\n    # small\n    - x\n    # great\n    - z\n"
    done = edited(text, [Change(("a",), {"enum": ["x", "y", "z"]}, {"enum": [*"xyzw"]})])
    assert done == text + "    - w\n"


# --- any data --------------------------------------------------------------------------------

texts = st.sampled_from(["", "a", "b c", "no", "12:30", "x: y", "# c", "a\nb\n", "'", '"', "é"])
atoms = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([0.5, 1.0]) | texts
values = st.recursive(
    atoms,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["k", "l", "m", "n o"]), inner, max_size=3)
    ),
    max_leaves=8,
)
mappings = st.dictionaries(st.sampled_from(["a", "b", "c", "d e", "yes"]), values, max_size=5)
styles = st.sampled_from(["ours", "block", "flow", "mixed", "JSON", "JSON in lines"])


def spelled(value: Any, style: str) -> str:
    if style == "ours":
        return "\n".join(line for key in value for line in write_entry(key, value[key], 0)) + "\n"
    if style.startswith("JSON"):
        return json.dumps(value, ensure_ascii=False, indent=2 if "lines" in style else None)
    flow = {"block": False, "flow": True, "mixed": None}[style]
    text: str = yaml.safe_dump(value, default_flow_style=flow, sort_keys=False, allow_unicode=True)
    return text


@given(mappings, mappings, styles, st.booleans())
def test_any_change_of_any_text_reads_back_as_the_new_data(
    old: dict[str, Any], new: dict[str, Any], style: str, crlf: bool
) -> None:
    assume(old and new)
    text = spelled({"top": old}, style)
    assume(same(data(text), {"top": old}))  # PyYAML writes YAML 1.1
    text = text.replace("\n", "\r\n") if crlf else text
    done = edited(text, [Change(("top",), old, new)])
    assert same(data(done.replace("\r\n", "\n")), {"top": new})
    assert not style.startswith("JSON") or same(json.loads(done), {"top": new})
    assert not crlf or done.count("\n") == done.count("\r\n")


@given(mappings, st.data(), st.sampled_from(["ours", "block"]))
def test_unchanged_text_stays_byte_for_byte(
    old: dict[str, Any], drawn: st.DataObject, style: str
) -> None:
    assume(old)
    chunks = {}
    for key, value in old.items():
        entry = spelled({key: value}, style)
        assume(same(data(entry), {key: value}))
        chunks[key] = f"# about {key}\n{entry}\n"
    text = "".join(chunks.values())
    touched = drawn.draw(st.sets(st.sampled_from(sorted(old)), max_size=len(old) - 1))
    new = {k: v for k, v in old.items() if k not in touched}
    for key in sorted(touched):
        if drawn.draw(st.booleans()):
            new[key] = drawn.draw(values)
    changes = [Change((key,), old[key], new.get(key, NOTHING)) for key in sorted(touched)]
    done = edited(text, changes)
    assert same(data(done), new)
    for key in old.keys() - touched:
        assert chunks[key].rstrip("\n") in done
