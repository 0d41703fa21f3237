"""The verdict is that of the Python validators and of jsonschema: random plans and payloads."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from validators import oracle, strategies
from validators.generated import Checks, plan_of

from typewriter_py.interchange.export.json_schemas import payload_schema
from typewriter_py.interchange.export.rules import rules_of
from typewriter_py.plan.model import Plan
from typewriter_py.targets import rendering
from typewriter_py.targets.typescript import literals, names
from typewriter_py.targets.typescript.validators import render_validators

from . import tools

TEMPLATES = rendering.Templates(rendering.folder("typescript"), ".ts", literals.text)
_PLANS = 80
_PAYLOADS = 8
_SETTINGS = settings(
    max_examples=_PLANS,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Case(NamedTuple):
    """A plan of one event, and payloads of it."""

    plan: Plan
    payloads: list[Any]


def _cases() -> list[Case]:
    found: list[Case] = []

    @_SETTINGS
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        definitions = data.draw(strategies.definitions())
        shape = data.draw(strategies.objects(2))
        fitting = strategies.fitting_object(shape, definitions)
        payloads = [data.draw(fitting) for _ in range(_PAYLOADS)]
        plan = plan_of(shape, definitions)
        found.append(Case(plan, [each for each in payloads if not _is_beyond(each)]))

    collect()
    return found


def _is_beyond(value: object) -> bool:
    """Whether a number in it is none of JavaScript's."""
    if isinstance(value, dict):
        return any(map(_is_beyond, value.values()))
    if isinstance(value, list):
        return any(map(_is_beyond, value))
    return isinstance(value, int) and abs(value) > 10**300


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Case, list[Any]]]:
    """The cases, and what the validators in TypeScript say of each payload."""
    return judge(tmp_path_factory.mktemp("verdict"), _cases())


def judge(folder: Path, cases: list[Case]) -> list[tuple[Case, list[Any]]]:
    """What the validators in TypeScript say of each payload."""
    tools.workspace(folder)
    shutil.copy(tools.HERE / "judge.mjs", folder)
    for number, case in enumerate(cases):
        place = folder / "cases" / f"{number:03}"
        for file in render_validators(case.plan, names.assign(case.plan), TEMPLATES):
            tools.write(place, {file.path: file.text})
        event = case.plan.events[0]
        call = {"type": "track", "event": event.name}
        calls = [{**call, "body": payload} for payload in case.payloads]
        (place / "payloads.json").write_text(json.dumps(calls))
    done = subprocess.run(
        ["node", "judge.mjs", "cases"], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    verdicts = json.loads(done.stdout)
    return [(case, verdicts[f"{number:03}"]) for number, case in enumerate(cases)]


@tools.needs_node
def test_the_verdict_is_that_of_python_and_of_jsonschema(
    judged: list[tuple[Case, list[Any]]],
) -> None:
    passed = []
    for case, verdicts in judged:
        validator = oracle.oracle(payload_schema(rules_of(case.plan).rules[0]))
        checks = Checks(case.plan)
        for payload, violations in zip(case.payloads, verdicts, strict=True):
            said = (case.plan, payload, violations)
            assert bool(violations) == (not validator.is_valid(payload)), said
            ours = {(each["path"], each["code"]) for each in violations}
            theirs = {(each.path, each.code) for each in checks(payload)}
            assert ours == theirs, said
            passed.append(not violations)
    assert 0.15 < sum(passed) / len(passed) < 0.85


@tools.needs_node
def test_formats_are_judged_as_by_jsonschema(tmp_path: Path) -> None:
    from validators.test_verdict import _PIECES

    from typewriter_py.plan.model import Object, Property, String, Value

    formats = sorted(strategies.FORMATS)
    shape = Object(tuple(Property(name, Value(String(format=name))) for name in formats))
    texts = [*_PIECES, *(text for pool in strategies.FORMATS.values() for text in pool)]
    texts += [text + "\n" for text in texts] + [text[:-1] for text in texts]
    payloads = [{name: text} for name in formats for text in texts if ":60" not in text]
    ((_, verdicts),) = judge(tmp_path, [Case(plan_of(shape), payloads)])
    for payload, violations in zip(payloads, verdicts, strict=True):
        ((name, text),) = payload.items()
        assert (not violations) == oracle.FORMATS.conforms(text, name), (name, text)
