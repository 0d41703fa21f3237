"""The violations are those of the rules in Python and of jsonschema: random plans and payloads."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from validation import oracle, strategies
from validation.checking import Checks, plan_of

from typewriter_py.formats.export import payload_schema
from typewriter_py.formats.json_schema import rules_of
from typewriter_py.plan.model import ANYTHING, Object, Plan
from typewriter_py.targets import rendering
from typewriter_py.targets.typescript import literals, names
from typewriter_py.targets.typescript.rules import render_validators

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
    """A plan of one event, and payloads of it (or messages, of one with such rules)."""

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
    """Whether it has a number that JavaScript cannot represent."""
    if isinstance(value, dict):
        return any(map(_is_beyond, value.values()))
    if isinstance(value, list):
        return any(map(_is_beyond, value))
    return isinstance(value, int) and abs(value) > 10**300


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Case, list[Any]]]:
    """The cases, with the violations that TypeScript finds in each payload."""
    return validate(tmp_path_factory.mktemp("verdict"), _cases())


def validate(
    folder: Path, cases: list[Case], sdk: str = "analytics-node"
) -> list[tuple[Case, list[Any]]]:
    """The violations that TypeScript finds in each payload: the event's properties, or a message
    if the plan has rules for every message.
    """
    tools.workspace(folder)
    shutil.copy(tools.HERE / "validate.mjs", folder)
    for number, case in enumerate(cases):
        place = folder / "cases" / f"{number:03}"
        for file in render_validators(case.plan, names.assign(case.plan), TEMPLATES):
            tools.write(place, {file.path: file.text})
        client = TEMPLATES.plain_file(f"client/{sdk}.ts", "client.ts")
        tools.write(place, {client.path: client.text})
        event = case.plan.events[0]
        call = {"type": "track", "event": event.name}
        if case.plan.common is None:
            calls = [{**call, "body": payload} for payload in case.payloads]
        else:
            calls = [{**call, "body": {}, "message": payload} for payload in case.payloads]
        (place / "payloads.json").write_text(json.dumps(calls))
    done = subprocess.run(
        ["node", "validate.mjs", "cases"], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    verdicts = json.loads(done.stdout)
    return [(case, verdicts[f"{number:03}"]) for number, case in enumerate(cases)]


@tools.needs_node
def test_violations_are_those_of_python_and_of_jsonschema(
    validated: list[tuple[Case, list[Any]]],
) -> None:
    passed = []
    for case, verdicts in validated:
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
def test_formats_are_checked_as_by_jsonschema(tmp_path: Path) -> None:
    from validation.test_verdict import _PIECES

    from typewriter_py.plan.model import Object, Property, String, Value

    formats = sorted(strategies.FORMATS)
    shape = Object(tuple(Property(name, Value(String(format=name))) for name in formats))
    texts = [*_PIECES, *(text for pool in strategies.FORMATS.values() for text in pool)]
    texts += ["ı", "İ.com", "ſ", "K"]  # letters that are of ASCII in another case
    texts += [text + "\n" for text in texts] + [text[:-1] for text in texts]
    payloads = [{name: text} for name in formats for text in texts if ":60" not in text]
    ((_, verdicts),) = validate(tmp_path, [Case(plan_of(shape), payloads)])
    for payload, violations in zip(payloads, verdicts, strict=True):
        ((name, text),) = payload.items()
        assert (not violations) == oracle.FORMATS.conforms(text, name), (name, text)


@tools.needs_node
def test_rules_for_every_message_are_checked_as_in_python(tmp_path: Path) -> None:
    cases: list[Case] = []

    @_SETTINGS
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        definitions = data.draw(strategies.definitions())
        common = data.draw(strategies.objects(2))
        fitting = strategies.fitting_object(common, definitions)
        messages = [data.draw(fitting) for _ in range(_PAYLOADS)]
        plan = replace(plan_of(Object(additional=ANYTHING), definitions), common=common)
        cases.append(Case(plan, [each for each in messages if not _is_beyond(each)]))

    collect()
    found = 0
    for case, verdicts in validate(tmp_path, cases):
        checks = Checks(case.plan)
        for message, violations in zip(case.payloads, verdicts, strict=True):
            ours = {(each["path"], each["code"]) for each in violations}
            theirs = {(each.path, each.code) for each in checks.of_message(message)}
            assert ours == theirs, (case.plan, message, violations)
            found += bool(ours)
    assert found > len(cases)


COMMON = """
tracking_plan:
  rules:
    common:
      required: [messageId, anonymousId]
      context:
        required: [tenant, library, page]
        properties:
          tenant: {type: string}
          library: {type: object}
          page: {type: object, required: [url], properties: {url: {type: string, minLength: 2}}}
          app: {type: object, required: [version], properties: {version: {type: string}}}
    events: [{name: Opened}]
"""


@tools.needs_node
@pytest.mark.parametrize(
    ("sdk", "missing"),
    [
        ("analytics-next", ["context.tenant"]),
        ("analytics-node", ["anonymousId", "context.page", "context.tenant"]),
    ],
)
def test_what_the_sdk_will_fill_in_is_not_required(
    sdk: str, missing: list[str], tmp_path: Path
) -> None:
    (tmp_path / "plan.yaml").write_text(COMMON)
    plan = tools.read(tmp_path / "plan.yaml")
    said = {"tenant": "t", "page": {"url": "/a"}}
    messages = [
        {"context": {}},
        {"anonymousId": "a", "context": {**said, "app": {}}},
        {"anonymousId": "a", "context": {**said, "page": {"url": "a"}}},
        {"anonymousId": "a", "context": said},
    ]
    ((_, verdicts),) = validate(tmp_path, [Case(plan, messages)], sdk)
    assert [sorted(each["path"] for each in verdict) for verdict in verdicts] == [
        missing,
        ["context.app.version"],
        ["context.page.url"],
        [],
    ]


VERSIONS = """
tracking_plan:
  rules:
    events:
      - {name: Paid, version: 1, rules: {properties: {total: {type: integer}}}}
      - {name: Paid, version: 2, function: paid up, rules: {properties: {total: {type: string}}}}
"""


@tools.needs_node
def test_a_call_without_a_version_is_checked_as_in_python(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(VERSIONS)
    plan = tools.read(tmp_path / "plan.yaml")
    payloads = [{"total": 1}, {"total": "1"}, {"\u2028\x7fé.": 1}]
    ((_, verdicts),) = validate(tmp_path, [Case(plan, payloads)])
    paths = [[each["path"] for each in verdict] for verdict in verdicts]
    assert paths == [[], ["properties.total"], [r'properties["\u2028\u007f\u00e9."]']]
    checks = Checks(replace(plan, events=plan.events[:1]))
    key = ("track", "Paid", None)
    assert paths == [[each.path for each in checks.of(key, payload)] for payload in payloads]


@tools.needs_node
def test_a_text_that_is_too_long_for_its_pattern_is_a_violation_as_in_python(
    tmp_path: Path,
) -> None:
    from typewriter_py.plan.model import Property, String, Value

    slow, fast = (Value(String(patterns=(each,))) for each in (r"\w+@", "^https?://"))
    plan = plan_of(Object((Property("slow", slow), Property("fast", fast))))
    texts = "a" * 999 + "@", "a" * 1000 + "@", "a" * 1000, "\U0001f600" * 999 + "@"
    payloads: list[Any] = [{"slow": text} for text in texts]
    payloads += [{"fast": "https://" + "a" * 32_000}, {"slow": "a" * 32_000}]
    ((case, verdicts),) = validate(tmp_path, [Case(plan, payloads)])
    ours = [[(each["path"], each["code"], each["message"]) for each in v] for v in verdicts]
    checks = Checks(case.plan)
    theirs = [[(each.path, each.code, each.message) for each in checks(p)] for p in payloads]
    assert ours == theirs
    assert [len(each) for each in ours] == [0, 1, 1, 1, 0, 1]
