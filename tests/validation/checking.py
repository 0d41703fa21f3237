"""A plan's rules in both forms: built from the plan in memory, and generated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typewriter_client.rules.report import Report, Violation
from typewriter_client.rules.rule_set import RuleSet

from typewriter_py.plan.model import Definition, Event, Object, Plan
from typewriter_py.plan.rules import rules_of
from typewriter_py.targets.python.rendering import Templates
from typewriter_py.targets.python.rules import render


def text_of(plan: Plan) -> str:
    """``_rules.py`` of a plan."""
    return render(plan, Templates()).text


def in_memory(plan: Plan) -> RuleSet:
    """The rules of a plan, without generated code."""
    return RuleSet(rules_of(plan))


def written(plan: Plan) -> RuleSet:
    """The rules of a plan from its generated package."""
    module: dict[str, Any] = {"__name__": "rules"}
    exec(compile(text_of(plan), "_rules.py", "exec", dont_inherit=True), module)
    return RuleSet(module["RULES"])


def plan_of(
    shape: Object,
    definitions: Mapping[str, Definition] | None = None,
    name: str = "Order Completed",
) -> Plan:
    return Plan("P", events=(Event(name, shape),), definitions=definitions or {})


class Checks:
    """The checks of a plan, on which both kinds of rules have to agree."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.kinds = in_memory(plan), written(plan)

    def __call__(self, given: Mapping[Any, object]) -> list[Violation]:
        """The violations of the plan's only event."""
        event = self.plan.events[0]
        return self.of(("track", event.name, event.version), given)

    def of(self, key: tuple[str, str, int | None], given: Mapping[Any, object]) -> list[Violation]:
        """What is wrong with the properties or traits of a message."""
        reports = [Report("E") for _ in self.kinds]
        for rules, report in zip(self.kinds, reports, strict=True):
            rules.check_body(key, given, report)
        return self._agreed(reports)

    def of_message(self, message: Mapping[Any, object]) -> list[Violation]:
        """What is wrong with a message according to the rule for every message."""
        reports = [Report("E") for _ in self.kinds]
        for rules, report in zip(self.kinds, reports, strict=True):
            rules.check_message(message, report)
        return self._agreed(reports)

    @staticmethod
    def _agreed(reports: list[Report]) -> list[Violation]:
        first, second = (report.violations for report in reports)
        assert repr(first) == repr(second)  # NaN is not equal to itself
        return first


def check(
    *properties: Any, definitions: Mapping[str, Definition] | None = None, **shape: Any
) -> Checks:
    """The checks of an event with these properties."""
    return Checks(plan_of(Object(tuple(properties), **shape), definitions))
