"""`typewriter push`: what it shows, when it refuses, what it writes, what it remembers."""

from __future__ import annotations

import copy
import json
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from typewriter_py import disk

from .segment_server import TOKEN, Call, Reply, failure, track
from .sync_cli import PLAN, Project, codes


def without_ours(schema: Any) -> Any:
    """A Segment that keeps nothing that it does not know."""
    if isinstance(schema, dict):
        return {k: without_ours(v) for k, v in schema.items() if k != "x-typewriter"}
    return [without_ours(each) for each in schema] if isinstance(schema, list) else schema


def many(count: int) -> str:
    events = "\n".join(
        f"      - name: Event {n}\n        rules: {{properties: {{n: {{type: integer}}}}}}"
        for n in range(count)
    )
    return f"tracking_plan:\n  id: tp_123\n  rules:\n    events:\n{events}\n"


def test_a_first_push_fills_an_empty_plan(empty: Project) -> None:
    empty.write(PLAN)
    done = empty.push("--yes")
    assert done.code == 0
    assert done.out.splitlines() == ["+ Order Completed", "+ Cart Viewed"]
    assert "rules: 2 written" in done.err
    assert [call.method for call in empty.segment.writes()] == ["PATCH"]
    schema = empty.segment.schema("Order Completed")
    assert schema["x-typewriter"] == {"owner": "checkout@example.com"}
    assert schema["properties"]["properties"]["required"] == ["order_id"]
    empty.in_step()


def test_a_change_is_shown_in_its_parts_and_pushed_alone(pushed: Project) -> None:
    pushed.replace("minimum: 0", "minimum: 1")
    pushed.replace("required: [order_id]", "required: [order_id, total]")
    done = pushed.push("--yes")
    assert done.out.splitlines() == [
        "~ Order Completed",
        '    + required: "total"',
        "    ~ properties.total.minimum: 0 → 1",
    ]
    (call,) = pushed.segment.writes()
    assert [rule["key"] for rule in call.body["rules"]] == ["Order Completed"]
    pushed.in_step()


def test_a_dry_run_says_it_and_exits_1(pushed: Project) -> None:
    assert pushed.push("--dry-run").code == 0
    pushed.replace("cart_id", "basket_id")
    lock = pushed.lock.read_text()
    done = pushed.push("--dry-run")
    assert done.code == 1
    assert "- properties.cart_id" in done.out
    assert pushed.segment.writes() == []
    assert pushed.lock.read_text() == lock
    done = pushed.push("--dry-run", "--output-format", "github")
    assert done.code == 1
    assert "file=plan.yaml,line=20" in done.out
    assert "`Cart Viewed` differs in Segment" in done.out


def test_it_asks(pushed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed.replace("minimum: 0", "minimum: 1")
    done = pushed.push()
    assert done.code == 2
    assert "--yes" in done.err
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True)
    done = pushed.push(input="n\n")
    assert (done.code, pushed.segment.writes()) == (1, [])
    assert "Write 1 in “My plan” (tp_123, us)?" in done.err
    assert pushed.push(input="y\n").code == 0
    assert len(pushed.segment.writes()) == 1


def test_segment_may_change_while_it_asks(pushed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the reading that is shown and the answer, somebody edits the plan."""
    pushed.replace("minimum: 0", "minimum: 1")
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True)

    def answer(*_: Any, **__: Any) -> bool:
        pushed.segment.put("TRACK", "Order Completed", track({"order_id": {"type": "integer"}}))
        return True

    monkeypatch.setattr("click.confirm", answer)
    done = pushed.push()
    assert (done.code, pushed.segment.writes()) == (1, [])
    assert "TW552" in done.out
    assert "changed while you were asked" in done.out


def test_what_the_plan_has_no_more_goes_only_with_delete(pushed: Project) -> None:
    text = pushed.text()
    pushed.write(text[: text.index("      - name: Cart Viewed")])
    assert pushed.push("--dry-run").code == 1
    done = pushed.push("--yes")
    assert done.code == 0
    assert "TW555" in codes(done)
    assert len(pushed.segment.rules) == 2
    done = pushed.push("--yes", "--delete")
    assert done.code == 0
    assert "- Cart Viewed" in done.out
    assert "rules: 1 deleted" in done.err
    assert [rule["key"] for rule in pushed.segment.rules] == ["Order Completed"]
    assert [call.method for call in pushed.segment.writes()] == ["DELETE"]
    pushed.in_step()


def test_a_new_name_is_said_to_look_like_one(pushed: Project) -> None:
    pushed.replace("name: Cart Viewed", "name: Basket Viewed")
    done = pushed.push("--yes", "--delete")
    assert "`Basket Viewed` has the shape of `Cart Viewed`" in done.err
    assert {rule["key"] for rule in pushed.segment.rules} == {"Order Completed", "Basket Viewed"}
    assert [call.method for call in pushed.segment.writes()] == ["PATCH", "DELETE"]
    pushed.in_step()


def test_every_part_of_a_plan_travels(empty: Project) -> None:
    empty.write(
        """\
        tracking_plan:
          id: tp_123
          definitions:
            Product: {type: object, properties: {sku: {type: string}}}
            Alone: {type: string}
          rules:
            common: {required: [userId]}
            events:
              - {name: A, version: 1, function: first a, rules: {}}
              - name: A
                version: 2
                function: second a
                rules: {properties: {p: {$ref: '#/definitions/Product', pii: true}}}
            identify: {traits: {properties: {email: {type: string, format: email}}}}
            group: {traits: [{name: plan, type: string, required: true}]}
            page: {properties: {title: {type: string}}}
            screen: {properties: {title: {type: string, nullable: true}}}
        """
    )
    assert empty.push("--yes").code == 0
    kinds = [(rule["type"], rule["key"], rule["version"]) for rule in empty.segment.rules]
    assert sorted(kinds) == [
        ("COMMON", "", 1),
        ("GROUP", "", 1),
        ("IDENTIFY", "", 1),
        ("PAGE", "", 1),
        ("SCREEN", "", 1),
        ("TRACK", "A", 1),
        ("TRACK", "A", 2),
    ]
    empty.in_step()


# --- when Segment was changed ------------------------------------------------------------------


def test_it_stops_if_segment_was_changed_since(pushed: Project) -> None:
    pushed.segment.put("TRACK", "Cart Viewed", track({"cart_id": {"type": "integer"}}))
    pushed.segment.put("TRACK", "Added", track({}))
    pushed.replace("minimum: 0", "minimum: 1")
    lock = pushed.lock.read_text()
    for args in (["--yes", "--delete"], ["--dry-run"]):
        done = pushed.push(*args)
        assert done.code == 1
        assert codes(done) == ["TW552", "TW552"]
        assert "plan.yaml:20:15: TW552 `Cart Viewed` was changed in Segment" in done.out
        assert "`Added` was added in Segment" in done.out
    assert pushed.segment.writes() == []
    assert pushed.lock.read_text() == lock


def test_it_stops_if_a_rule_was_removed_in_segment(pushed: Project) -> None:
    pushed.segment.drop("Cart Viewed")
    done = pushed.push("--yes")
    assert (done.code, codes(done)) == (1, ["TW552"])
    assert "`Cart Viewed` was removed in Segment" in done.out


def test_without_a_lock_segments_plan_must_say_nothing_else(pushed: Project) -> None:
    pushed.lock.unlink()
    assert pushed.push("--yes").code == 0
    assert pushed.lock.exists()
    pushed.lock.unlink()
    pushed.replace("minimum: 0", "minimum: 1")
    done = pushed.push("--yes")
    assert (done.code, codes(done)) == (1, ["TW552"])
    assert "no typewriter.lock says who changed it" in done.out
    assert pushed.segment.writes() == []


def test_the_same_change_on_both_sides_is_none(pushed: Project) -> None:
    pushed.replace("minimum: 0", "minimum: 1")
    schema = copy.deepcopy(pushed.segment.schema("Order Completed"))
    schema["properties"]["properties"]["properties"]["total"]["minimum"] = 1
    pushed.segment.put("TRACK", "Order Completed", schema)
    done = pushed.push("--yes")
    assert done.code == 0
    assert pushed.segment.writes() == []
    pushed.in_step()


# --- what Segment makes of it ------------------------------------------------------------------


def test_a_segment_that_drops_our_words_is_in_step(empty: Project) -> None:
    empty.segment.keep = without_ours
    empty.write(PLAN)
    assert empty.push("--yes").code == 0
    assert "x-typewriter" not in json.dumps(empty.segment.rules)
    empty.in_step()
    assert "owner: checkout@example.com" in empty.text()


def test_what_segment_normalises_is_reported_once(empty: Project) -> None:
    def bare(schema: Any) -> Any:
        text = json.dumps(without_ours(schema)).replace('"minimum": 0', '"minimum": 0.5')
        return json.loads(text)

    empty.segment.keep = bare
    empty.write(PLAN)
    done = empty.push("--yes")
    assert (done.code, codes(done)) == (0, ["TW557"])
    assert "~ properties.total.minimum: 0 → 0.5" in done.out
    empty.in_step()
    empty.replace("minimum: 0", "minimum: 3")
    assert empty.push("--dry-run").code == 1


def test_rules_that_say_nothing_are_not_a_difference(pushed: Project) -> None:
    pushed.segment.put("IDENTIFY", "", {"type": "object", "properties": {"traits": {}}})
    pushed.segment.put("GROUP", "Group", {"labels": {}})
    pushed.in_step()
    pushed.replace("  rules:\n", "  rules:\n    group: {traits: {properties: {plan: {}}}}\n")
    assert pushed.push("--yes").code == 0
    (call,) = pushed.segment.writes()
    assert call.body["rules"][0]["key"] == "Group"  # it replaces the one that is there
    assert len(pushed.segment.rules) == 4
    pushed.in_step()


# --- large plans, and faults --------------------------------------------------------------------


def test_more_than_200_rules_go_in_parts(empty: Project) -> None:
    empty.write(many(450))
    assert empty.push("--yes").code == 0
    assert [len(call.body["rules"]) for call in empty.segment.writes()] == [200, 200, 50]
    empty.in_step()
    empty.segment.calls.clear()
    empty.write(many(5))
    assert empty.push("--yes", "--delete").code == 0
    assert len(empty.segment.rules) == 5
    assert {call.method for call in empty.segment.writes()} == {"DELETE"}


def test_a_push_that_stops_half_way_says_so_and_the_next_goes_on(empty: Project) -> None:
    def fault(call: Call, number: int) -> Reply | None:
        full = call.method == "PATCH" and len(empty.segment.rules) >= 200
        return failure(422, "input-validation", "no more today") if full else None

    empty.segment.fault = fault
    empty.write(many(450))
    done = empty.push("--yes")
    assert done.code == 2
    assert set(codes(done)) == {"TW547", "TW556"}
    assert "no more today" in done.out
    assert "200 rules written and 0 deleted, 250 to go" in done.out
    assert len(empty.segment.rules) == 200
    assert empty.lock.read_text().count('"TRACK"') == 200
    empty.segment.fault = lambda call, number: None
    done = empty.push("--yes")
    assert done.code == 0
    assert done.out.count("+ Event") == 250
    empty.in_step()


def until_main_waits() -> None:
    main = threading.main_thread().ident
    deadline = time.monotonic() + 10
    while sys._current_frames()[main or 0].f_code.co_name != "readinto":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_push_that_is_interrupted_says_how_far_it_came_and_the_next_goes_on(
    pushed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(call: Call, number: int) -> Reply | None:
        if call.method == "PATCH" and len(pushed.segment.rules) >= 200:
            until_main_waits()  # an interrupt while it builds a response is Python's to report
            signal.raise_signal(signal.SIGINT)
            time.sleep(0.5)
        return None

    pushed.replace("name: Order Completed", "name: Order Completed\n        description: Paid")
    pushed.write(pushed.text() + many(250).partition("events:\n")[2])
    pushed.segment.fault = interrupt
    done = pushed.push("--yes")
    assert done.code == 130
    assert "interrupted: 200 of 251 rules were pushed" in done.err
    pushed.segment.fault = lambda call, number: None
    done = pushed.push("--yes")
    assert done.code == 0
    assert "Order Completed" not in done.out
    pushed.in_step()


def test_a_push_whose_end_is_not_seen_goes_on_as_well(empty: Project) -> None:
    def fault(call: Call, number: int) -> Reply | None:
        wrote = any(each.method == "PATCH" for each in empty.segment.calls[:-1])
        return Reply(404, "gone") if wrote else None

    empty.segment.fault = fault
    empty.write(many(250))
    done = empty.push("--yes")
    assert done.code == 2
    assert "TW556" in codes(done)
    assert not empty.lock.exists()
    empty.segment.fault = lambda call, number: None
    done = empty.push("--yes")
    assert (done.code, done.out.count("+ Event")) == (0, 50)
    empty.in_step()


def test_a_limit_that_lifts_is_waited_for(pushed: Project) -> None:
    pushed.segment.fault = lambda call, number: (
        Reply(429, "", {"Retry-After": "0"}) if number == 1 else None
    )
    done = pushed.push("--dry-run")
    assert done.code == 0
    assert "rules, page 1: too many requests; retrying in 0 s" in done.err


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (failure(401, "unauthorized", "Unauthorized"), "TW542"),
        (failure(404, "not-found", "no such thing"), "TW543"),
        (failure(403, "forbidden", "Protocols is not enabled for this workspace"), "TW544"),
        (Reply(200, "<html>Please log in</html>"), "TW546"),
        (Reply(200, '{"data": {"trackingPlan"'), "TW546"),
        (Reply(200, {"data": 7}), "TW546"),
    ],
)
@pytest.mark.parametrize("command", ["push", "pull"])
def test_a_fault_leaves_everything_as_it_is(
    pushed: Project, reply: Reply, code: str, command: str
) -> None:
    pushed.replace("minimum: 0", "minimum: 1")
    before = {path: path.read_bytes() for path in pushed.folder.iterdir()}
    for number in (0, 1):  # the first request, the second
        pushed.segment.calls.clear()
        pushed.segment.fault = lambda call, n, at=number: reply if n == at else None
        done = pushed.run(command, "--plan", "plan.yaml", *(["--yes"] if command == "push" else []))
        assert (done.code, codes(done)) == (2, [code]), done
    assert {path: path.read_bytes() for path in pushed.folder.iterdir()} == before
    assert pushed.segment.writes() == []


# --- the token, the plan, the lock -------------------------------------------------------------


def test_the_token_of_a_command(pushed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEGMENT_API_TOKEN")
    done = pushed.push("--dry-run")
    assert (done.code, codes(done)) == (2, ["TW541"])
    command = f'"{sys.executable}" -c "print(\'{TOKEN}\')"'
    assert pushed.push("--dry-run", "--token-command", command).code == 0
    (pushed.folder / "typewriter.toml").write_text(
        f"plan = 'plan.yaml'\n[segment]\nregion = 'us'\ntoken-command = '''{command}'''\n"
    )
    assert pushed.push("--dry-run").code == 0
    assert pushed.run("push", "--dry-run").code == 0  # the plan of the configuration


def test_the_command_of_another_users_configuration_is_not_run(
    pushed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEGMENT_API_TOKEN")
    (pushed.folder / ".git").mkdir()
    file = pushed.folder / "typewriter.toml"
    file.write_text("plan = 'plan.yaml'\n[segment]\ntoken-command = 'touch pwned'\n")
    before = disk.owner
    monkeypatch.setattr(
        disk, "owner", lambda path: 54_321 if Path(path).name == file.name else before(path)
    )
    for more in ([], ["--config", str(file)]):
        done = pushed.push("--dry-run", *more)
        assert (done.code, codes(done)) == (2, ["TW541"])
        assert "another user's, so it is not run" in done.out
    assert not (pushed.folder / "pwned").exists()
    command = f'"{sys.executable}" -c "print(\'{TOKEN}\')"'
    assert pushed.push("--dry-run", "--token-command", command).code == 0


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-command-at-all", "cannot be run"),
        (f'"{sys.executable}" -c "raise SystemExit(3)"', "failed with status 3"),
        (f'"{sys.executable}" -c ""', "an empty token"),
        (f'"{sys.executable}" -c "print(\'{TOKEN}\\n{TOKEN}\')"', "an invalid token"),
        ('"unclosed', "cannot be parsed"),
        ("'' ", "cannot be run"),
    ],
)
def test_a_command_that_gives_no_token(pushed: Project, command: str, words: str) -> None:
    done = pushed.push("--dry-run", "--token-command", command)
    assert (done.code, codes(done)) == (2, ["TW541"])
    assert words in done.out


def test_which_plan_is_meant(pushed: Project) -> None:
    pushed.replace("  id: tp_123\n", "")
    done = pushed.push("--dry-run")
    assert (done.code, codes(done)) == (2, ["TW543"])
    assert pushed.push("--dry-run", "--id", "tp_123").code == 0


def test_a_lock_of_another_region_is_none(pushed: Project) -> None:
    pushed.replace("minimum: 0", "minimum: 1")
    done = pushed.push("--yes", "--region", "eu")
    assert (done.code, codes(done)) == (1, ["TW552"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"version": 2, "plans": {}}',
        '{"version": 1, "plans": {"tp_123": {"region": "us", "rules": [{"kind": "TRACK"}]}}}',
        '{"version": 1, "plans": {"tp_123": {"region": 1, "rules": []}}}',
        '{\n<<<<<<< HEAD\n"version": 1\n=======\n"version": 1\n>>>>>>> x\n',
        "[" * 100_000,
        '{"version": ' + "[" * 900 + "]" * 900 + "}",
    ],
)
def test_an_invalid_lock_is_reported(pushed: Project, text: str) -> None:
    pushed.lock.write_text(text)
    for run in (pushed.push, pushed.pull):
        done = run("--dry-run")
        assert (done.code, codes(done)) == (2, ["TW549"])
    assert pushed.segment.calls == []


def test_the_lock_is_one_line_a_rule_and_stays_as_it_is(pushed: Project) -> None:
    text = pushed.lock.read_text()
    lines = [line for line in text.splitlines() if '"kind"' in line]
    assert [json.loads(line.strip().rstrip(","))["key"] for line in lines] == [
        "Cart Viewed",
        "Order Completed",
    ]
    pushed.in_step()
    assert pushed.lock.read_text() == text


def test_a_plan_with_errors_is_not_pushed(pushed: Project) -> None:
    pushed.replace("type: integer", "type: intger")
    done = pushed.push("--yes")
    assert done.code == 2
    assert "TW1" in done.out
    assert pushed.segment.calls == []


def test_the_address_of_tests_leads_nowhere_else(
    pushed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPEWRITER_API_URL", "http://example.com")
    done = pushed.push("--dry-run")
    assert done.code == 2
    assert "on this machine" in done.err
