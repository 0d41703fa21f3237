"""Generating a module of validators and loading it, as the generated package would."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from typewriter_py.names import snake, words
from typewriter_py.plan.model import Definition, Event, Object, Plan
from typewriter_py.targets.python.rendering import Templates
from typewriter_py.targets.python.validators import render_validators

TEMPLATES = Path(__file__).parents[2] / "templates" / "python"
PACKAGE = "package_of_validators"


class SnakeNames:
    def function(self, event: Event) -> str:
        name = snake(words(event.name)) or "event"
        return name if name.isidentifier() else f"event_{name}"


def texts_of(plan: Plan) -> dict[str, str]:
    """The modules of ``_validators``, by their names."""
    files = render_validators(plan, SnakeNames(), Templates())
    return {Path(file.path).stem: file.text for file in files}


def text_of(plan: Plan) -> str:
    """All modules, one after the other."""
    return "\n".join(texts_of(plan).values())


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


def load(texts: Mapping[str, str]) -> dict[str, Any]:
    """The names of ``_validators`` made of these modules, all of them imported."""
    client_module("checks")
    package = f"{PACKAGE}._validators"
    for name in [known for known in sys.modules if known.startswith(package)]:
        del sys.modules[name]
    client_module("forks")._loaded.clear()
    modules = {
        package if name == "__init__" else f"{package}.{name}": text for name, text in texts.items()
    }
    sys.meta_path.insert(0, _Texts(modules))
    try:
        for name in modules:
            importlib.import_module(name)
        names = vars(sys.modules[package])
        for key, check in names["CHECKS"].items():
            check({}, client_module("checks").Report(key[1]))  # imports it
    finally:
        sys.meta_path.pop(0)
    return names


class _Texts(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports modules whose texts are given."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name not in self._texts:
            return None
        is_package = name.endswith("._validators")
        return importlib.util.spec_from_loader(name, self, is_package=is_package)

    def get_source(self, name: str) -> str:
        return self._texts[name]


class Checks:
    """The checks of one event, or of every message."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.names = load(texts_of(plan))

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
