"""Checks give the same results as the generated validators of earlier releases.

``make_verdicts`` says where these come from.  The rules of a plan in memory and generated
rules have to agree with them, and so with each other.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typewriter_client.rules.report import REDACTED, Report
from typewriter_client.rules.rule_set import RuleSet

from typewriter_py.plan.model import Plan
from typewriter_py.plan.rules import rules_of
from typewriter_py.targets.python.rendering import Templates
from typewriter_py.targets.python.rules import render

from .coded import decode, encode
from .documents import plan_of

VERDICTS = Path(__file__).parent / "verdicts.ndjson.gz"
READ_OTHERWISE = ({"p40": "FR\n"}, {"p42": "x٣"})
"""Patterns had Python's meaning then: ``$`` before a final line feed, digits of all scripts."""


def _in_memory(plan: Plan) -> RuleSet:
    return RuleSet(rules_of(plan))


def _written(plan: Plan) -> RuleSet:
    module: dict[str, Any] = {"__name__": "rules"}
    exec(compile(render(plan, Templates()).text, "_rules.py", "exec", dont_inherit=True), module)
    return RuleSet(module["RULES"])


@pytest.mark.parametrize("rules_from", [_in_memory, _written])
def test_verdicts_are_those_of_the_generated_validators(
    rules_from: Callable[[Plan], RuleSet],
) -> None:
    count, different = 0, []
    for line in _lines():
        plan = plan_of(line["plan"])
        assert plan is not None, line["from"]
        rules = rules_from(plan)
        for key, payload, expected in line["cases"]:
            if decode(payload) in READ_OTHERWISE:
                continue
            count += 1
            found = _violations(rules, key and tuple(key), decode(payload))
            _reword(expected)
            _hide_personal(expected, found)
            expected = _without_personal_keys(expected, found)
            if Counter(map(repr, found)) != Counter(map(repr, expected)):
                different.append((line["from"], key, payload, expected, found))
    assert not different, "\n".join([f"{len(different)} differ", *map(str, different[:20])])
    assert count > 15_000


def _lines() -> Iterator[dict[str, Any]]:
    with gzip.open(VERDICTS, "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def _reword(expected: list[list[Any]]) -> None:
    """One text has been reworded since."""
    for each in expected:
        each[2] = re.sub(
            r" is none of the (\d+) allowed", r" must be one of the \1 allowed", each[2]
        )


def _hide_personal(expected: list[list[Any]], found: list[list[Any]]) -> None:
    """For a body with too many or too few properties the old ones showed all of it, including
    personal values; now it is hidden."""
    hidden = [each[:3] for each in found if each[3] == REDACTED]
    for each in expected:
        if (
            each[0] in ("properties", "traits", "")
            and each[1] == "Out Of Range"
            and each[:3] in hidden
        ):
            each[3] = REDACTED


def _without_personal_keys(expected: list[list[Any]], found: list[list[Any]]) -> list[list[Any]]:
    """The old ones showed keys of a personal object that the plan does not name; now these are
    hidden, and there is one violation for all unplanned ones."""
    for path, code, message, value in found:
        if f".{REDACTED}" in path:
            hiding = re.escape(path).replace(re.escape(f".{REDACTED}"), r"(\.[^.\[]+|\[\".*?\"\])")
            like = [each for each in expected if each[1] == code and re.fullmatch(hiding, each[0])]
            each = like[0]
            expected = [other for other in expected if other is not each]
            expected.append([path, code, each[2].replace(each[0], path), value])
        if message == f"{path} has a property that is not in the tracking plan":
            keys = [
                each
                for each in expected
                if each[1::2] == [code, REDACTED] and re.match(rf"{re.escape(path)}[.\[]", each[0])
            ]
            assert keys
            kept = [each for each in expected if each not in keys]
            expected = [*kept, [path, code, message, value]]
    return expected


def _violations(rules: RuleSet, key: Any, payload: Any) -> list[list[Any]]:
    report = Report("E")
    if key is None:
        rules.check_message(payload, report)
    else:
        rules.check_body(key, payload, report)
    return [[v.path, v.code, v.message, encode(v.value)] for v in report.violations]
