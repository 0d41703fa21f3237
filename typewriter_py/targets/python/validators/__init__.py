"""``_validators.py``: straight-line checks of every message that the plan knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from jinja2 import Environment

from ....plan.model import OPEN, Event, Object, Plan
from ..layout import settled
from ..literals import text
from .judging import Judge
from .lines import Call
from .module import Module
from .places import Place
from .scalars import FORMATS

__all__ = ["FORMATS", "render_validators"]

_CALLS: Final = {
    "identify": "traits",
    "group": "traits",
    "page": "properties",
    "screen": "properties",
}
_MESSAGE: Final = ("given: Mapping[str, object]", "report: Report")


class Names(Protocol):
    """What is asked of the target's names."""

    def function(self, event: Event) -> str:
        """The name of the event's function."""


@dataclass(frozen=True, slots=True)
class View:
    """What the template prints."""

    plain_imports: str
    own_imports: str
    gap: str
    blocks: tuple[str, ...]
    checks: str
    common: str


def render_validators(plan: Plan, names: Names, environment: Environment) -> str:
    """The text of ``_validators.py``, without the header."""
    template = environment.get_template("_validators.py.jinja")
    return template.render(view=view(plan, names)).rstrip("\n") + "\n"


def view(plan: Plan, names: Names) -> View:
    """The checks of ``plan``."""
    module = Module()
    module.uses("Mapping", "MessageCheck", "Report")
    judge = Judge(module, plan.definitions)
    functions = {id(event): module.name(f"_{names.function(event)}") for event in plan.events}
    entries = []
    for message, top in _CALLS.items():
        planned = getattr(plan, message)
        if planned is not None:
            function = module.name(f"_{message}")
            _message(module, judge, function, planned.properties, (top, message))
            entries.append(_entry(message, "", None, function))
    for event in plan.events:
        function = functions[id(event)]
        _message(module, judge, function, event.properties, ("properties", event.name))
        entries.append(_entry("track", event.name, event.version, function))
    common = "None"
    if plan.common is not None:
        common = module.name("_every_message")
        _message(module, judge, common, plan.common, ("", "Every message"))
    return View(
        module.imports_of(ours=False),
        module.imports_of(ours=True),
        "\n" if module.blocks and module.blocks[0].startswith("def ") else "",
        tuple(module.blocks),
        settled(_checks(entries)),
        common,
    )


def _message(
    module: Module, judge: Judge, function: str, shape: Object, whence: tuple[str, str]
) -> None:
    top, title = whence
    module.begin()
    place = Place("given", (text(top),) if top else (), function, title)
    body = judge.members(shape, place) if shape != OPEN else []
    module.end(function, _MESSAGE, title, body)


def _entry(message: str, event: str, version: int | None, function: str) -> str:
    key = Call("", (text(message), text(event), repr(version)))
    return f"    {key.text(4, f'): {function},')}"


def _checks(entries: list[str]) -> str:
    opening = "CHECKS: dict[tuple[str, str, int | None], MessageCheck] = {"
    return "\n".join([opening, *entries, "}"]) if entries else opening + "}"
