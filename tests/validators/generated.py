"""Generating a module of validators and loading it, as the generated package would."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import Environment, FileSystemLoader

from typewriter_py.names import snake, words
from typewriter_py.plan.model import Definition, Event, Object, Plan
from typewriter_py.targets.python.validators import render_validators

TEMPLATES = Path(__file__).parents[2] / "templates" / "python"
PACKAGE = "package_of_validators"


class SnakeNames:
    def function(self, event: Event) -> str:
        return snake(words(event.name)) or "event"


def text_of(plan: Plan) -> str:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), keep_trailing_newline=True)
    return render_validators(plan, SnakeNames(), environment)


def plan_of(
    shape: Object,
    definitions: Mapping[str, Definition] | None = None,
    name: str = "Order Completed",
) -> Plan:
    return Plan("P", events=(Event(name, shape),), definitions=definitions or {})


def client_module(name: str) -> Any:
    """A module of ``_client``, without the rest of the client."""
    for package, folder in ((PACKAGE, TEMPLATES), (f"{PACKAGE}._client", TEMPLATES / "_client")):
        if package not in sys.modules:
            sys.modules[package] = ModuleType(package)
            sys.modules[package].__path__ = [str(folder)]
    __import__(f"{PACKAGE}._client.{name}")
    return sys.modules[f"{PACKAGE}._client.{name}"]


def load(text: str) -> dict[str, Any]:
    """The generated module's names."""
    client_module("checks")
    names: dict[str, Any] = {"__name__": f"{PACKAGE}._validators", "__package__": PACKAGE}
    exec(compile(text, "_validators.py", "exec"), names)
    return names


class Checks:
    """The checks of one event, or of every message."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.names = load(text_of(plan))

    def __call__(self, given: Mapping[Any, object]) -> list[Any]:
        """The violations of the plan's only event."""
        event = self.plan.events[0]
        return self.run(self.names["CHECKS"]["track", event.name, event.version], given)

    def run(self, check: Any, given: Mapping[Any, object]) -> list[Any]:
        report = client_module("checks").Report("E")
        assert check(given, report) is None
        violations: list[Any] = report.violations
        return violations


def check(
    *properties: Any, definitions: Mapping[str, Definition] | None = None, **shape: Any
) -> Checks:
    """The checks of an event with these properties."""
    return Checks(plan_of(Object(tuple(properties), **shape), definitions))
