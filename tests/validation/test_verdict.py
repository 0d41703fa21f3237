"""The same values are valid as with jsonschema: random plans, random payloads."""

from __future__ import annotations

import ast
import re
from typing import Any

import black
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typewriter_client.rules import formats
from typewriter_client.rules.report import REDACTED, dotted

from typewriter_py.formats.export import payload_schema
from typewriter_py.formats.json_schema import rules_of

from . import oracle, strategies
from .checking import Checks, plan_of, text_of

QUICK = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def test_the_oracle_checks_formats() -> None:
    assert set(strategies.FORMATS) <= set(oracle.FORMATS.checkers)
    schema = {"properties": {"at": {"format": "date-time"}}}
    assert not oracle.oracle(schema).is_valid({"at": "yesterday"})


@QUICK
@given(st.data())
def test_verdict_and_paths_are_those_of_jsonschema(data: st.DataObject) -> None:
    definitions = data.draw(strategies.definitions())
    shape = data.draw(strategies.objects(2))
    plan = plan_of(shape, definitions)
    validator = oracle.oracle(payload_schema(rules_of(plan).rules[0]))
    checks = Checks(plan)
    for _ in range(8):
        payload = data.draw(strategies.fitting_object(shape, definitions))
        errors = list(validator.iter_errors(payload))
        violations = checks(payload)
        assert bool(violations) == bool(errors), (payload, violations, errors)
        _assert_places_agree(violations, errors)


def _assert_places_agree(violations: list[Any], errors: list[Any]) -> None:
    """Each violation is where jsonschema has an error, and none of its errors is missed."""
    known = {_path(error) for error in oracle.everything(errors)}
    for violation in violations:
        if violation.code in ("Required", "Unplanned Property"):
            at = [place for place in known if _is_child(violation.path, place)]
            assert at or "has a property that is" in violation.message, violation
        if violation.code not in ("Required", "Unplanned Property") or not at:
            assert any(_is_at(violation.path, place) for place in known), violation
    ours = [violation.path for violation in violations]
    for place in map(_path, errors):
        assert any(_is_at(path, place) or _is_child(path, place) for path in ours), place


def _path(error: Any) -> str:
    return dotted(("properties", *error.absolute_path))


def _is_at(path: str, place: str) -> bool:
    """Whether it is the same path, except for redacted keys."""
    ours, theirs = _STEP.findall(path), _STEP.findall(place)
    return len(ours) == len(theirs) and all(
        a == b or a == f".{REDACTED}" for a, b in zip(ours, theirs, strict=True)
    )


def _is_child(path: str, parent: str) -> bool:
    steps = _STEP.findall(path)
    count = len(_STEP.findall(parent))
    return len(steps) > count and _is_at("".join(steps[:count]), parent)


_STEP = re.compile(r'^[^.\[]+|\.[^.\[]+|\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


def test_most_random_payloads_are_not_all_alike() -> None:
    verdicts: list[bool] = []

    @settings(QUICK, max_examples=60)
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        shape, definitions = data.draw(strategies.objects(1)), data.draw(strategies.definitions())
        payload = data.draw(strategies.fitting_object(shape, definitions))
        plan = plan_of(shape, definitions)
        schema = payload_schema(rules_of(plan).rules[0])
        verdicts.append(oracle.oracle(schema).is_valid(payload))

    collect()
    assert 0.15 < sum(verdicts) / len(verdicts) < 0.85


@settings(QUICK, max_examples=25)
@given(strategies.objects(2), strategies.definitions())
def test_black_leaves_the_text_alone_and_nothing_is_there_in_vain(
    shape: Any, definitions: Any
) -> None:
    text = text_of(plan_of(shape, definitions))
    assert black.format_str(text, mode=black.Mode()) == text
    nodes = list(ast.walk(ast.parse(text)))
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    imported = {a.asname or a.name for n in nodes if isinstance(n, ast.ImportFrom) for a in n.names}
    read = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    assert stored | imported <= read | {"annotations", "optional", "RULES"}


@pytest.mark.parametrize("name", sorted(strategies.FORMATS))
def test_formats_agree_with_jsonschema(name: str) -> None:
    ours = _format(name)
    pieces = st.sampled_from([*strategies.FORMATS[name], *_PIECES])
    alphabet = st.sampled_from("0123456789abTtZz:.-+/@[]%{}_ \n٣ſK")

    @settings(QUICK, max_examples=100)
    @given(st.one_of(pieces, st.text(alphabet, max_size=40), _mutated(pieces, alphabet)))
    def agrees(text: str) -> None:
        if ":60" not in text:  # a leap second
            assert ours(text) == oracle.FORMATS.conforms(text, name), text

    agrees()


@st.composite
def _mutated(draw: st.DrawFn, pieces: Any, alphabet: Any) -> str:
    text = draw(pieces)
    at = draw(st.integers(0, len(text)))
    cut = draw(st.integers(0, 2))
    return str(text[:at] + draw(st.text(alphabet, max_size=2)) + text[at + cut :])


_PIECES = [
    "1985-04-12T23:20:50.52Z",
    "1937-01-01T12:00:27.87+00:20",
    "1900-02-29",
    "2000-02-29",
    "23:59:59.999-23:59",
    "::ffff:1.2.3.4",
    "1:2:3:4:5:6:7:8",
    "1::",
    "0.0.0.0",
    "a" * 63 + ".com",
    "a" * 64,
    ".".join(["a" * 62] * 4) + ".",
    "urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380",
    "{2eb8aa08-aa98-11ea-b4aa-73b441d1638}",
    "ftp://u:p@[1::2:3.4.5.6]:21/x//y;z?q=%41#f",
    "http://[v1.a:b]",
    "mailto:a@b",
    "http://a b",
    "http://%zz",
]


def _format(name: str) -> Any:
    names = {"date-time": "date_time", "date": "full_date", "time": "full_time"}
    return getattr(formats, names.get(name, name))
