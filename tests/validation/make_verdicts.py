"""Makes ``verdicts.ndjson.gz``: what the generated validators said, before rules were data.

It runs only on commit 08d70a4, the last one that generates them::

    git worktree add ../old 08d70a4
    cd ../old && python -m venv .venv && .venv/bin/pip install -e . --group dev
    PYTHONPATH=tests:OURS/tests .venv/bin/python -m validation.make_verdicts OURS/tests/validation

The seed is 13; hypothesis was 6.170.17, and another release may draw other plans.  Each line is a
plan and its cases::

    {"from": "random 7", "plan": {"tracking_plan": …}, "cases": [[key, payload, violations], …]}

``key`` is a message's type, event and version, or null for the rule of every message; the
payload is as ``coded`` writes it; a violation is ``[path, code, message, value]``.  Of a value
that is nested too deeply only the first branch is reported, so no payload has two of them.
"""

from __future__ import annotations

import gzip
import io
import json
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from plan import strategies as schemas
from typewriter_py.targets.python.validators import render_validators
from validators import strategies
from validators.generated import client_module, load

from typewriter_py.plan.load import load as load_plan
from typewriter_py.plan.model import Call, Event, Plan
from typewriter_py.targets.python.rendering import Templates

from . import traps
from .coded import encode
from .documents import document_of, plan_of
from .payloads import Payloads

OLD = Path.cwd()
SEED = 13
RANDOM_PLANS = 800
SCHEMA_PLANS = 250
LONGEST = 2.0  # seconds for one verdict

Key = tuple[str, str, int | None]
Made = Iterator[tuple[Key | None, Any]]
TOPS = {"identify": "traits", "group": "traits", "page": "properties", "screen": "properties"}


class Names:
    """A function for each event, whatever it is called."""

    def __init__(self, plan: Plan) -> None:
        self._numbers = {id(event): number for number, event in enumerate(plan.events)}

    def function(self, event: Event) -> str:
        """Its name."""
        return f"event_{self._numbers[id(event)]}"


class Old:
    """The generated validators of a plan."""

    def __init__(self, plan: Plan) -> None:
        files = render_validators(plan, Names(plan), Templates())
        self.names = load({Path(file.path).stem: file.text for file in files})

    def verdict(self, key: Key | None, payload: Any) -> list[list[Any]] | None:
        """What they report; None if they take too long."""
        check = self.names["COMMON"] if key is None else self.names["CHECKS"][key]
        report = client_module("checks").Report("E")
        signal.setitimer(signal.ITIMER_REAL, LONGEST)
        try:
            check(payload, report)
        except TimeoutError:
            return None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return [[v.path, v.code, v.message, encode(v.value)] for v in report.violations]


def bodies(plan: Plan) -> Iterator[tuple[Key | None, Any]]:
    """Each rule's key, and the shape of what it is about."""
    for kind in TOPS:
        if call := getattr(plan, kind):
            yield (kind, "", None), call.properties
    plain = {event.name for event in plan.events if event.version is None}
    for event in plan.events:
        yield ("track", event.name, event.version), event.properties
        if event.name not in plain and not event.function:
            yield ("track", event.name, None), event.properties
    if plan.common is not None:
        yield None, plan.common


def made(plan: Plan, random: Random, count: int) -> Made:
    """So many payloads for each rule of the plan."""
    source = Payloads(plan.definitions, random)
    for key, shape in bodies(plan):
        for payload in source.some(shape, count):
            yield key, payload


# --- plans ------------------------------------------------------------------------------------


def own_plans() -> Iterator[tuple[str, Plan]]:
    """The plans that the repository has."""
    paths = [
        *sorted(OLD.glob("plans/*.yaml")),
        *sorted(OLD.glob("tests/golden/*/plan.yaml")),
        *(OLD / f"tests/{name}/plan.yaml" for name in ("typing", "rules/shop")),
    ]
    for path in paths:
        plan = load_plan(path).plan
        assert plan is not None, path
        yield str(path.relative_to(OLD)), plan


def drawn(count: int, seed_: int, draw: Callable[[st.DataObject], Any]) -> list[Any]:
    """What ``draw`` makes of so many examples."""
    found: list[Any] = []

    @seed(seed_)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        found.append(draw(data))

    collect()
    return found


def random_plan(data: st.DataObject) -> tuple[Plan, list[tuple[Key | None, Any]]]:
    """A plan of the strategies of the validators' tests, and payloads by them."""
    known = data.draw(strategies.definitions())
    shapes = [data.draw(strategies.objects(2)) for _ in range(data.draw(st.integers(1, 3)))]
    plan = Plan("P", events=(Event("E", shapes[0]),), definitions=known)
    if len(shapes) > 1:
        other = data.draw(st.sampled_from(["identify", "group", "page", "screen", "version"]))
        if other == "version":
            plan = replace(plan, events=(*plan.events, Event("V", shapes[1], version=2)))
        else:
            plan = replace(plan, **{other: Call(shapes[1])})
    if len(shapes) > 2:
        plan = replace(plan, common=shapes[2])
    payloads = [
        (key, data.draw(strategies.fitting_object(shape, known)))
        for key, shape in bodies(plan)
        for _ in range(6)
    ]
    return plan, payloads


def schema_plan(data: st.DataObject) -> tuple[dict[str, Any], list[tuple[Key | None, Any]]]:
    """A document as authors write them, and payloads that have a chance with it."""
    properties = {name: data.draw(schemas.schemas) for name in ("a", "b", "c")}
    event = {"name": "E", "rules": {"properties": properties}}
    root = {"definitions": schemas.DEFINITIONS, "rules": {"events": [event]}}
    payloads = [
        {
            name: data.draw(schemas.candidates(schema))
            for name, schema in properties.items()
            if data.draw(st.integers(0, 4))
        }
        for _ in range(8)
    ]
    key = ("track", "E", None)
    return {"tracking_plan": root}, [(key, payload) for payload in payloads]


def everything(seed_: int, random_plans: int, schema_plans: int) -> Iterator[tuple[str, Any, Made]]:
    """What each plan is, its document, and its payloads."""
    random = Random(seed_)
    document = traps.document()
    plan = plan_of(document)
    assert plan is not None
    single = ((("track", "Traps", None), each) for each in traps.payloads())
    yield "traps", document, chain(single, made(plan, random, 250))
    for name, plan in own_plans():
        yield name, document_of(plan), made(plan, random, max(2, 60 // (len(plan.events) + 1)))
    for number, (plan, payloads) in enumerate(drawn(random_plans, seed_, random_plan)):
        document = document_of(plan)
        loaded = plan_of(document)
        if loaded is not None:
            keys = dict(bodies(loaded))
            more = made(loaded, random, 6)
            chosen = (case for case in [*payloads, *more] if case[0] in keys)
            yield f"random {number}", document, chosen
    for number, (document, payloads) in enumerate(drawn(schema_plans, seed_, schema_plan)):
        loaded = plan_of(document)
        if loaded is not None:
            yield f"schemas {number}", document, iter([*payloads, *made(loaded, random, 4)])


def main(folder: Path) -> None:
    """Write the file into ``folder``."""

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    lines, count, right, late = [], 0, 0, 0
    for name, document, payloads in everything(SEED, RANDOM_PLANS, SCHEMA_PLANS):
        plan = plan_of(document)
        assert plan is not None, name
        old, cases, seen = Old(plan), [], set()
        for key, payload in payloads:
            case = json.dumps([key, encode(payload)])
            if case in seen:
                continue
            seen.add(case)
            violations = old.verdict(key, payload)
            if violations is None:
                late += 1
                continue
            cases.append([key, encode(payload), violations])
            right += not violations
        count += len(cases)
        line = {"from": name, "plan": document, "cases": cases}
        lines.append(json.dumps(line, separators=(",", ":")))
    with io.BytesIO() as packed:
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as stream:
            stream.write("\n".join(lines).encode() + b"\n")
        written = packed.getvalue()
    (folder / "verdicts.ndjson.gz").write_bytes(written)
    size = f"{len(written) / 1000:.0f} kB"
    print(f"{len(lines)} plans, {count} payloads, {right} right, {late} too slow, {size}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
