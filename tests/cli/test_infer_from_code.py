"""``typewriter infer --from-code``: a first plan from the raw calls of a code base."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run

from typewriter_py.plan.load import load
from typewriter_py.plan.model import Array, Boolean, Number, Object, String, Union

APP = """\
import segment.analytics as sa
from segment.analytics import Client

client = Client("k")


def send(user, name, props=None):
    client.track(user, name, props)


sa.track("u", "Order Completed", {"order_id": f"o_{x}", "total": 3.5, "items": [{"sku": "a"}]})
client.track(user_id="u", event="Order Completed", properties={"total": 2, "gift": x == 1})
send("u", "Signed Up", {"plan": "pro", **more})
send("u", "Logged In", props)
client.identify("u", {"email": "ada@example.com", "age": len(x)})
client.track("u", name)
"""


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/app.py").write_text(APP)
    return tmp_path


def test_the_plan_has_the_events_their_properties_and_their_places(code: Path, typewriter: Run):
    done = typewriter("infer", "--from-code", "src", "--out", "plan.yaml", fake=False)
    assert done.returncode == 0, done.stderr
    loaded = load(code / "plan.yaml")
    assert loaded.plan is not None, loaded.diagnostics
    events = {event.name: event.properties for event in loaded.plan.events}
    assert list(events) == ["Logged In", "Order Completed", "Signed Up"]
    order = {each.name: each.type for each in events["Order Completed"].properties}
    assert order["order_id"] == String()
    assert order["total"] == Number()
    assert order["gift"] == Boolean()
    assert isinstance(order["items"], Array)
    assert isinstance(order["items"].items.type, Object)
    assert events["Order Completed"].additional is None
    assert events["Signed Up"].additional is not None  # more is spread into it
    assert events["Logged In"].additional is not None  # what it sends is not in the call
    assert loaded.plan.identify is not None
    traits = {each.name: each.type for each in loaded.plan.identify.properties.properties}
    assert traits == {"email": String(), "age": Number(integer=True)}
    text = (code / "plan.yaml").read_text()
    assert "# src/app.py:11, src/app.py:12\n      - name: Order Completed" in text
    assert "# Inferred from 5 raw calls in 1 file of src." in text
    assert typewriter("lint", "plan.yaml", fake=False).returncode == 0
    generated = typewriter("generate", "--plan", "plan.yaml", "--out", "analytics", fake=False)
    assert generated.returncode == 0


def test_what_segments_spec_knows_is_described_and_personal_data_is_marked(
    code: Path, typewriter: Run
):
    assert typewriter("infer", "--from-code", "src", "--out", "plan.yaml", fake=False).stdout == ""
    plan = load(code / "plan.yaml").plan
    assert plan is not None
    assert plan.identify is not None
    order = next(event for event in plan.events if event.name == "Order Completed")
    assert order.description == "User completed an order."
    described = {each.name: each.description for each in order.properties.properties}
    assert described["order_id"] == "ID of the order or transaction"
    assert described["gift"] is None
    traits = {each.name: each for each in plan.identify.properties.properties}
    assert (traits["email"].pii, traits["email"].description) == (True, "The user's email address")
    linted = typewriter("lint", "plan.yaml", fake=False).stdout
    assert "TW230" not in linted


def test_an_event_that_is_not_constant_is_reported_but_not_a_function_that_passes_it_on(
    code: Path, typewriter: Run
):
    done = typewriter("infer", "--from-code", "src", fake=False)
    said = [line for line in done.stderr.splitlines() if "TW" in line]
    assert said == ["src/app.py:16:1: TW411 warning: the name of the event is not known here"]


def test_types_that_differ_are_all_allowed(code: Path, typewriter: Run):
    (code / "src/app.py").write_text(
        "import segment.analytics as a\n"
        "a.track('u', 'X', {'n': 1, 'v': 'x', 'w': None})\n"
        "a.track('u', 'X', dict(n=2.5, v=True, w='y'))\n"
    )
    typewriter("infer", "--from-code", "src/app.py", "--out", "plan.yaml", fake=False)
    loaded = load(code / "plan.yaml")
    assert loaded.plan is not None, loaded.diagnostics
    found = {each.name: each for each in loaded.plan.events[0].properties.properties}
    assert found["n"].type == Number()
    assert isinstance(found["v"].type, Union)
    assert (found["w"].type, found["w"].nullable) == (String(), True)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--from-code", "gone"), "TW407"),
        (("--from-code", "src", "log.ndjson"), "give either LOG or --from-code SRC"),
        ((), "give either LOG or --from-code SRC"),
        (("--from-code", "calm.py"), "no raw call in calm.py"),
    ],
)
def test_where_there_is_nothing_it_says_so(
    code: Path, typewriter: Run, args: tuple[str, ...], said: str
):
    (code / "calm.py").write_text("print('hello')\n")
    done = typewriter("infer", *args, fake=False)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr


def test_half_a_character_in_a_name_is_replaced_so_that_the_plan_loads(code: Path, typewriter: Run):
    (code / "src/app.py").write_text(
        'import segment.analytics as sa\nsa.track("u", "\\ud800 Seen", {"a\\udfff": 1})\n'
    )
    done = typewriter("infer", "--from-code", "src", "--out", "plan.yaml", fake=False)
    assert done.returncode == 0, done.stderr
    (event,) = load(code / "plan.yaml").plan.events  # type: ignore[union-attr]
    assert event.name == "? Seen"
    assert [each.name for each in event.properties.properties] == ["a?"]
