"""`typewriter pull`: Segment's changes come into the files, and nothing else does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from typewriter_py.plan.load import load

from .segment_server import track
from .sync_cli import PLAN, Project, codes, project


def changed(before: str, after: str) -> list[str]:
    return [line for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def edit(project: Project, key: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """Somebody edits an event's rules in Segment."""
    schema = copy.deepcopy(project.segment.schema(key))
    change(schema["properties"]["properties"])
    project.segment.put("TRACK", key, schema)


def add_coupon(rules: dict[str, Any]) -> None:
    rules["properties"]["coupon"] = {"type": "string", "description": "What was used"}


# --- a plan that is not there yet --------------------------------------------------------------


def test_a_new_plan_is_written_with_its_lock(empty: Project) -> None:
    empty.segment.put("TRACK", "Order Completed", track({"id": {"type": "string"}}, "id"))
    done = empty.pull("--id", "tp_123")
    assert done.code == 0
    assert "plan.yaml: written, 1 event" in done.err
    plan = load(empty.plan).plan
    assert plan
    assert (plan.id, plan.name, plan.description) == ("tp_123", "My plan", "What we track")
    empty.in_step()


def test_a_new_plan_is_only_shown_in_a_dry_run(empty: Project) -> None:
    empty.segment.put("TRACK", "A", track({}))
    done = empty.pull("--id", "tp_123", "--dry-run")
    assert done.code == 1
    assert "- name: A" in done.out
    assert list(empty.folder.iterdir()) == []


def test_what_a_plan_cannot_say_is_said_at_its_place(empty: Project) -> None:
    schema = track({"sku": {"type": "string", "pattern": "(?<=a)b"}})
    empty.segment.put("TRACK", "A", schema)
    done = empty.pull("--id", "tp_123")
    assert done.code == 0
    assert "segment:A:" in done.out
    assert '"pattern": "(?<=a)b"' in done.out
    assert "# not carried over: pattern" in empty.text()
    assert codes(empty.pull()) == []
    empty.in_step()


def test_what_segment_may_hold_comes_as_a_plan_that_loads(empty: Project) -> None:
    for key in (
        "delete",
        "Order Completed",
        "order_completed",
        "Bob's & Co",
        "half \ud800",
        "a\nb",
    ):
        empty.segment.put("TRACK", key, track({"a": {"type": "string"}, "A": {}, "a ": {}}))
    for key in ("One", "Two"):
        inner = {"type": "object", "properties": {key: {"type": "string"}}}
        empty.segment.put("PAGE", key, {"properties": {"properties": inner}})
    empty.segment.put("TRACK", "Old", track({}))
    empty.segment.rules[-1]["deprecatedAt"] = "2024-01-01T00:00:00.000Z"
    done = empty.pull("--id", "tp_123")
    assert done.code == 0
    assert "a second PAGE rule is not carried over" in done.out
    plan = load(empty.plan).plan
    assert plan
    assert len(plan.events) == 7
    assert plan.events[-1].deprecated
    assert plan.page
    assert [each.name for each in plan.page.properties.properties] == ["One"]
    empty.in_step()


# --- changes of one side -----------------------------------------------------------------------


def test_a_property_that_was_added_is_one_line_more(pushed: Project) -> None:
    before = pushed.text()
    edit(pushed, "Order Completed", add_coupon)
    done = pushed.pull()
    assert (done.code, codes(done)) == (0, [])
    assert "plan.yaml: changed: Order Completed" in done.err
    assert changed(before, pushed.text()) == [
        "+             coupon:",
        "+               type: string",
        "+               description: What was used",
    ]
    pushed.in_step()


def test_a_word_that_changed_changes_a_word_and_the_comment_stays(pushed: Project) -> None:
    before = pushed.text()
    edit(pushed, "Order Completed", lambda rules: rules["properties"]["total"].update(minimum=5))
    pushed.pull()
    assert changed(before, pushed.text()) == [
        "-               minimum: 0",
        "+               minimum: 5",
    ]
    edit(pushed, "Order Completed", lambda rules: rules["properties"].pop("total"))
    pushed.pull()
    assert changed(before, pushed.text()) == [
        "-             total:",
        "-               type: integer   # in whole cents",
        "-               minimum: 0",
    ]
    pushed.in_step()


def test_events_come_and_go(pushed: Project) -> None:
    before = pushed.text()
    pushed.segment.put("TRACK", "Cart Shared", track({"via": {"type": "string"}}))
    pushed.segment.drop("Order Completed")
    done = pushed.pull()
    assert done.code == 0
    assert "added: Cart Shared" in done.err
    assert "removed: Order Completed" in done.err
    text = pushed.text()
    assert text.startswith(before[: before.index("      # --- checkout")])
    assert "Order Completed" not in text
    assert "      - name: Cart Viewed\n        rules:\n" in text
    assert text.endswith(
        "\n"
        "      - name: Cart Shared\n"
        "        rules:\n"
        "          properties:\n"
        "            via: {type: string}\n"
        "          additionalProperties: true\n"
    )
    pushed.in_step()


def test_the_last_event_goes(pushed: Project) -> None:
    pushed.segment.rules.clear()
    assert pushed.pull().code == 0
    assert "    events: []\n" in pushed.text()
    pushed.in_step()


def test_what_was_changed_here_stays_and_is_reported(pushed: Project) -> None:
    pushed.replace("cart_id", "basket_id")
    edit(pushed, "Order Completed", add_coupon)
    done = pushed.pull()
    assert done.code == 0
    assert "changed only here, for the next push: Cart Viewed" in done.err
    assert "basket_id" in pushed.text()
    assert "coupon" in pushed.text()
    done = pushed.push("--yes")
    assert (done.code, done.out.splitlines()[0]) == (0, "~ Cart Viewed")
    pushed.in_step()


def test_calls_come_change_and_go(pushed: Project) -> None:
    traits = {"type": "object", "properties": {"email": {"type": "string"}}}
    pushed.segment.put("IDENTIFY", "", {"properties": {"traits": traits}})
    pushed.segment.put("COMMON", "", {"type": "object", "required": ["anonymousId"]})
    pushed.segment.put("PAGE", "", {"properties": {"properties": {"type": "object"}}})
    assert pushed.pull().code == 0
    assert "    identify:\n      traits:\n" in pushed.text()
    assert "    common:\n      required: [anonymousId]\n" in pushed.text()
    pushed.in_step()
    traits["properties"]["name"] = {"type": "string"}
    pushed.segment.put("IDENTIFY", "", {"properties": {"traits": traits}})
    pushed.segment.rules = [rule for rule in pushed.segment.rules if rule["type"] != "COMMON"]
    before = pushed.text()
    assert pushed.pull().code == 0
    assert changed(before, pushed.text()) == [
        "+           name: {type: string}",
        "- ",
        "-     common:",
        "-       required: [anonymousId]",
    ]
    pushed.in_step()


def test_traits_in_a_list_are_understood(pushed: Project) -> None:
    traits = "    identify:\n      traits: [{name: email, type: string, required: true}]\n"
    pushed.write(pushed.text() + traits)
    assert pushed.push("--yes").code == 0
    rule = copy.deepcopy(pushed.segment.rules[-1])
    rule["jsonSchema"]["properties"]["traits"]["properties"]["plan"] = {"type": "string"}
    pushed.segment.put("IDENTIFY", "", rule["jsonSchema"])
    assert pushed.pull().code == 0
    plan = load(pushed.plan).plan
    assert plan
    assert plan.identify
    assert [each.name for each in plan.identify.properties.properties] == ["email", "plan"]
    pushed.in_step()


def test_versions_of_an_event_come_with_names_that_differ(pushed: Project) -> None:
    pushed.segment.put("TRACK", "Cart Viewed", track({"n": {"type": "integer"}}), version=2)
    assert pushed.pull().code == 0
    plan = load(pushed.plan).plan
    assert plan
    assert [(event.name, event.version, event.function) for event in plan.events][-1] == (
        "Cart Viewed",
        2,
        "cart viewed v2",
    )
    pushed.in_step()


def test_what_only_we_say_survives_where_segment_keeps_none_of_it(pushed: Project) -> None:
    schema = track({"order_id": {"type": "string"}, "note": {"type": "string"}}, "order_id")
    schema["properties"]["properties"]["additionalProperties"] = False
    pushed.segment.put("TRACK", "Order Completed", schema)
    assert pushed.pull().code == 0
    text = pushed.text()
    assert "owner: checkout@example.com" in text
    assert "order_id: {type: string, pii: false}" in text
    assert "note: {type: string}" in text
    assert "total" not in text
    pushed.in_step()


def test_a_definition_changes_where_it_is_defined(empty: Project) -> None:
    empty.write(
        """\
        tracking_plan:
          id: tp_123
          definitions:
            # what we sell
            Product:
              type: object
              properties:
                sku: {type: string}  # ours
          rules:
            events:
              - {name: A, rules: {properties: {p: {$ref: '#/definitions/Product'}}}}
              - {name: B, rules: {properties: {p: {$ref: '#/definitions/Product'}}}}
        """
    )
    assert empty.push("--yes").code == 0
    before = empty.text()
    for key in ("A", "B"):
        schema = copy.deepcopy(empty.segment.schema(key))
        schema["definitions"]["Product"]["properties"]["price"] = {"type": "number"}
        empty.segment.put("TRACK", key, schema)
    assert empty.pull().code == 0
    assert changed(before, empty.text()) == ["+         price: {type: number}"]
    empty.in_step()
    schema = copy.deepcopy(empty.segment.schema("A"))  # now the two part
    schema["definitions"]["Product"]["properties"]["price"] = {"type": "integer"}
    empty.segment.put("TRACK", "A", schema)
    assert empty.pull().code == 0
    empty.in_step()


def test_line_ends_stay(pushed: Project) -> None:
    pushed.write(pushed.text().replace("\n", "\r\n"))
    edit(pushed, "Order Completed", add_coupon)
    assert pushed.pull().code == 0
    text = pushed.text()
    assert text.count("\n") == text.count("\r\n") == PLAN.count("\n") + 3
    pushed.in_step()


def test_a_dry_run_is_a_patch(pushed: Project) -> None:
    edit(pushed, "Order Completed", add_coupon)
    before = {path: path.read_bytes() for path in pushed.folder.iterdir()}
    done = pushed.pull("--dry-run")
    assert done.code == 1
    assert done.out.startswith("--- plan.yaml\n+++ plan.yaml\n@@")
    assert "+            coupon:\n" in done.out
    assert {path: path.read_bytes() for path in pushed.folder.iterdir()} == before


def test_a_file_that_cannot_be_written_stays_whole(
    pushed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(pushed, "Order Completed", add_coupon)
    before = {path: path.read_bytes() for path in pushed.folder.iterdir()}

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    done = pushed.pull()
    monkeypatch.undo()
    assert done.code == 2
    assert "No space left on device" in done.out
    assert {path: path.read_bytes() for path in pushed.folder.iterdir()} == before


# --- conflicts ---------------------------------------------------------------------------------


def conflict(pushed: Project) -> str:
    pushed.replace("minimum: 0", "minimum: 1")
    edit(pushed, "Order Completed", add_coupon)
    edit(pushed, "Cart Viewed", add_coupon)
    return pushed.text()


def test_what_both_changed_is_left_alone_and_the_rest_comes(pushed: Project) -> None:
    before = conflict(pushed)
    done = pushed.pull()
    assert (done.code, codes(done)) == (1, ["TW550"])
    assert done.err == "plan.yaml: changed: Cart Viewed\n"
    assert "plan.yaml:9:15: TW550 `Order Completed` was changed here and in Segment" in done.out
    assert "+ properties.coupon" in done.out
    assert changed(before, pushed.text()) == [
        "+             coupon:",
        "+               type: string",
        "+               description: What was used",
    ]
    assert pushed.text().index("coupon") > pushed.text().index("Cart Viewed")
    done = pushed.pull()
    assert (done.code, done.err) == (1, "")  # still one, so not "nothing changed"
    assert pushed.push("--yes").code == 1


def test_theirs_takes_segments_side(pushed: Project) -> None:
    conflict(pushed)
    assert pushed.pull("--theirs").code == 0
    assert "minimum: 0" in pushed.text()
    assert pushed.text().count("coupon") == 2
    pushed.in_step()


def test_ours_keeps_our_side_for_the_next_push(pushed: Project) -> None:
    conflict(pushed)
    done = pushed.pull("--ours")
    assert done.code == 0
    assert "kept ours, for the next push: Order Completed" in done.err
    assert "minimum: 1" in pushed.text()
    done = pushed.push("--yes")
    assert done.code == 0
    assert "- properties.coupon" in done.out
    pushed.in_step()


def test_a_conflict_that_was_resolved_by_hand_is_not_reported(pushed: Project) -> None:
    conflict(pushed)
    pushed.pull()
    pushed.replace("minimum: 1", "minimum: 0")
    pushed.replace(
        "              minimum: 0\n",
        "              minimum: 0\n"
        "            coupon: {type: string, description: What was used}\n",
    )
    assert pushed.pull().code == 0
    pushed.in_step()


@pytest.mark.parametrize("gone", ["here", "there"])
def test_an_event_that_one_side_removed_and_the_other_changed(pushed: Project, gone: str) -> None:
    text = pushed.text()
    if gone == "here":
        pushed.write(text[: text.index("      - name: Cart Viewed")])
        edit(pushed, "Cart Viewed", add_coupon)
    else:
        pushed.replace("cart_id", "basket_id")
        pushed.segment.drop("Cart Viewed")
    before = pushed.text()
    done = pushed.pull()
    assert (done.code, codes(done)) == (1, ["TW550"])
    assert pushed.text() == before
    assert pushed.pull("--theirs").code == 0
    assert ("coupon" in pushed.text()) == (gone == "here")
    pushed.in_step()


def test_without_a_lock_every_difference_is_a_conflict(pushed: Project) -> None:
    pushed.lock.unlink()
    edit(pushed, "Order Completed", add_coupon)
    pushed.segment.put("TRACK", "Added", track({}))
    before = pushed.text()
    done = pushed.pull()
    assert (done.code, codes(done)) == (1, ["TW550"])
    assert changed(before, pushed.text())[:2] == ["+ ", "+       - name: Added"]
    assert pushed.pull("--theirs").code == 0
    pushed.in_step()


# --- plans of several files --------------------------------------------------------------------


MAIN = """\
tracking_plan:
  id: tp_123
  include:
    - parts/*.yaml
    - {from: library:ecommerce, only: [Product Viewed, Product Added]}
    - {from: library:traits, only: [group]}
  rules:
    events:
      - name: Product Added
        extends: Product Added
        rules:
          required: [product_id]
      - name: Main Event
        rules: {properties: {a: {type: string}}}
"""
PART = """\
tracking_plan:
  definitions:
    Part: {type: object, properties: {x: {type: string}}}
  rules:
    events:
    - name: Part Event   # of the part
      rules:
        properties:
          p: {$ref: '#/definitions/Part'}
"""


@pytest.fixture
def parts(empty: Project) -> Project:
    empty.write(MAIN)
    empty.write(PART, "parts/part.yaml")
    assert empty.push("--yes").code == 0
    return empty


def test_an_event_changes_in_the_file_that_defines_it(parts: Project) -> None:
    edit(parts, "Part Event", add_coupon)
    assert parts.pull().code == 0
    assert parts.text() == MAIN
    assert changed(PART, parts.text("parts/part.yaml")) == [
        "+           coupon:",
        "+             type: string",
        "+             description: What was used",
    ]
    parts.in_step()


def test_a_definition_of_another_file_changes_there(parts: Project) -> None:
    schema = copy.deepcopy(parts.segment.schema("Part Event"))
    schema["definitions"]["Part"]["properties"]["z"] = {"type": "integer"}
    parts.segment.put("TRACK", "Part Event", schema)
    assert parts.pull().code == 0
    assert parts.text() == MAIN
    line = "    Part: {type: object, properties: {x: {type: string}, z: {type: integer}}}"
    assert changed(PART, parts.text("parts/part.yaml"))[1] == f"+ {line}"
    parts.in_step()


@pytest.mark.parametrize("key", ["Product Viewed", "Product Added"])
def test_what_a_library_has_a_hand_in_is_said_and_left(parts: Project, key: str) -> None:
    edit(parts, key, add_coupon)
    edit(parts, "Main Event", add_coupon)
    done = parts.pull()
    assert (done.code, codes(done)) == (1, ["TW551"])
    assert f"`{key}` was changed in Segment" in done.out
    assert "coupon" in done.out
    assert [line for line in changed(MAIN, parts.text()) if line[0] == "-"] in (
        [],
        ["-         rules: {properties: {a: {type: string}}}"],
    )
    assert "coupon" in parts.text()
    plan = load(parts.plan).plan
    assert plan


def test_a_call_of_a_library_is_said_and_left(parts: Project) -> None:
    rule = next(rule for rule in parts.segment.rules if rule["type"] == "GROUP")
    schema = copy.deepcopy(rule["jsonSchema"])
    schema["properties"]["traits"]["properties"]["plan"] = {"type": "integer"}
    parts.segment.put("GROUP", "", schema)
    done = parts.pull()
    assert (done.code, codes(done)) == (1, ["TW551"])
    assert parts.text() == MAIN


def test_an_ambiguous_alias_is_left(empty: Project) -> None:
    empty.write(
        """\
        x-shared: &id {type: string}
        tracking_plan:
          id: tp_123
          rules:
            events:
              - name: A
                rules: &rules
                  properties:
                    id: *id
              - name: B
                rules: *rules
        """
    )
    assert empty.push("--yes").code == 0
    before = empty.text()
    edit(empty, "A", add_coupon)
    done = empty.pull()
    plan = load(empty.plan).plan
    assert plan
    if done.code == 1:
        assert codes(done) == ["TW554"]
        assert empty.text() == before
    else:
        empty.in_step()
    edit(empty, "B", add_coupon)
    empty.pull()
    assert load(empty.plan).plan


def test_a_plan_that_is_a_link_stays_one(pushed: Project, tmp_path_factory: Any) -> None:
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere") / "real.yaml"
    elsewhere.write_text(pushed.text())
    pushed.plan.unlink()
    pushed.plan.symlink_to(elsewhere)
    edit(pushed, "Order Completed", add_coupon)
    assert pushed.pull().code == 0
    assert pushed.plan.is_symlink()
    assert "coupon" in elsewhere.read_text()
    pushed.in_step()


def test_a_plan_behind_a_link_out_of_the_repository_is_left_alone(
    pushed: Project, tmp_path_factory: Any
) -> None:
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere") / "real.yaml"
    elsewhere.write_text(pushed.text())
    pushed.plan.unlink()
    pushed.plan.symlink_to(elsewhere)
    (pushed.folder / ".git").mkdir()
    edit(pushed, "Order Completed", add_coupon)
    before = elsewhere.read_text(), pushed.lock.read_text()
    done = pushed.pull()
    assert (done.code, "TW023 cannot write: it is a link" in done.out) == (2, True)
    assert (elsewhere.read_text(), pushed.lock.read_text()) == before


def test_a_lock_behind_a_link_out_of_the_repository_is_noticed_before_anything_is_sent(
    pushed: Project, tmp_path_factory: Any
) -> None:
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere") / "lock"
    pushed.lock.rename(elsewhere)
    pushed.lock.symlink_to(elsewhere)
    (pushed.folder / ".git").mkdir()
    pushed.replace("Cart Viewed", "Cart Seen")
    done = pushed.push("--yes")
    assert (done.code, "TW023 cannot write: it is a link" in done.out) == (2, True)
    assert pushed.segment.writes() == []


def test_an_installed_plan_is_not_changed(pushed: Project) -> None:
    done = pushed.run("pull", "--plan", "package:typewriter_py/plans/ecommerce.yaml")
    if "TW006" not in done.out:  # the plans are packaged only in a wheel
        assert (done.code, codes(done)) == (2, ["TW559"])


# --- any change --------------------------------------------------------------------------------

KINDS = st.sampled_from(
    [{"type": "string"}, {"type": "integer"}, {"type": ["string", "null"]}, {"enum": ["a", "b"]}]
)
NAMES = st.sampled_from(["order_id", "total", "cart_id", "new one", "x"])
RULES = st.builds(
    lambda properties, required: track(
        properties, *(name for name in properties if name in required)
    ),
    st.dictionaries(NAMES, KINDS, max_size=4),
    st.sets(NAMES),
)
EVENTS = st.sampled_from(["Order Completed", "Cart Viewed", "Third", "Fourth"])


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(EVENTS, RULES | st.none(), min_size=1))
def test_after_any_change_in_segment_a_pull_brings_both_in_step(
    tmp_path_factory: pytest.TempPathFactory, edits: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with pytest.MonkeyPatch.context() as patch, project(folder, patch) as made:
        made.write(PLAN)
        assert made.push("--yes").code == 0
        for key, schema in edits.items():
            if schema is None:
                made.segment.drop(key)
            else:
                made.segment.put("TRACK", key, schema)
        done = made.pull()
        assert (done.code, codes(done)) == (0, []), done
        made.in_step()
        for name in ("Order Completed", "Cart Viewed"):
            if name not in edits:
                start = PLAN.index(f"      - name: {name}")
                assert PLAN[start:].split("\n\n")[0].rstrip() in made.text()
