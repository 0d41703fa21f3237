"""The modules of ``_validators``: which check stands in which, and the index of them all."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from ....plan.model import Event, Plan
from ....plan.references import reachable
from ...personal import Personal
from ..literals import docstring, prose, text
from ..reserved import KEYWORDS
from .judging import Judge
from .lines import Call
from .module import IMPORTED, Module, words_of

_CALLS: Final = {
    "identify": "traits",
    "group": "traits",
    "page": "properties",
    "screen": "properties",
}
_DEVICES: Final = frozenset(
    {"aux", "con", "nul", "prn", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}
)
"""No file may be called so on Windows, whatever its suffix."""
_LONGEST: Final = 40  # characters of a module's name; file systems allow 255 bytes of a file's


class Names(Protocol):
    """What is asked of the target's names."""

    def function(self, event: Event) -> str:
        """The name of the event's function."""


@dataclass(frozen=True, slots=True)
class View:
    """What the template of a module prints."""

    about: str
    imports: str
    blocks: list[str]


def module_of(function: str) -> str:
    """The module for an event's check: the first word of the event's function.

    It depends on nothing else, and two that a file system may take for one are one: small
    ASCII letters, digits and underscores (as in IDNA where the word has others).
    """
    word = function.partition("_")[0] or "event"
    name = word
    if not word.isascii():
        name = "xn_" + word.encode("punycode").decode().lower().replace("-", "_")
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 9]}_{zlib.crc32(word.encode()):08x}"
    return f"{name}_" if name in KEYWORDS or name in _DEVICES else name


class Package:
    """The checks of a plan, as modules."""

    def __init__(self, plan: Plan, names: Names) -> None:
        self._plan = plan
        self._names = names
        self._personal = Personal(plan)
        self._modules: dict[str, tuple[Module, Judge]] = {}
        self._defined = self._definitions()
        self._words: dict[str, str] = {}
        self.entries: list[str] = []
        self.common = plan.common is not None
        self._calls()
        plain = {event.name for event in plan.events if event.version is None}
        for event in plan.events:
            function = names.function(event)
            module = module_of(function)
            self._words.setdefault(module, function.partition("_")[0])
            name = self._module(module).name(f"{function}_" if function in IMPORTED else function)
            self._judge(module).message(name, event.properties, (text("properties"),), event.name)
            self._enter(("track", event.name, event.version), module, name)
            if event.name not in plain and not event.function:
                # The untyped track() knows no versions; this one has the event's own name.
                self._enter(("track", event.name, None), module, name)

    def views(self) -> Iterator[tuple[str, View]]:
        """The modules, each with its name."""
        for name, (module, _) in self._modules.items():
            about = docstring(prose(self._about(name)))
            yield name, View(about, module.imports(), module.blocks())

    def _about(self, name: str) -> str:
        if name == "_calls":
            return "Checks of Segment's calls other than track, and of what all have in common."
        if name == "_definitions":
            return "Checks of what the plan defines for several places."
        return f"Checks of the events whose functions begin with {self._words[name]}."

    def _module(self, name: str) -> Module:
        if name not in self._modules:
            module = Module()
            judge = Judge(module, self._plan.definitions, self._defined, self._personal)
            self._modules[name] = module, judge
        return self._modules[name][0]

    def _judge(self, module: str) -> Judge:
        self._module(module)
        return self._modules[module][1]

    def _enter(self, key: tuple[str, str, int | None], module: str, name: str) -> None:
        message, event, version = key
        source = Call("", (text(message), text(event), repr(version)))
        value = text(f"{module}.{name}")
        self.entries.append(f"        {source.text(8, f'): {value},')}")

    def _calls(self) -> None:
        for message, top in _CALLS.items():
            planned = getattr(self._plan, message)
            if planned is not None:
                self._judge("_calls").message(message, planned.properties, (text(top),), message)
                self._enter((message, "", None), "_calls", message)
        if self._plan.common is not None:
            self._judge("_calls").message("every_message", self._plan.common, (), "Every message")

    def _definitions(self) -> dict[str, str]:
        """The functions for definitions, of which all are written if any is needed."""
        definitions = self._plan.definitions
        if not definitions:
            return {}
        module = Module()
        names = {name: module.name(f"definition__{words_of(name)}") for name in definitions}
        judge = Judge(module, definitions, names, self._personal)
        for name, each in definitions.items():
            type_ = each.value.type
            recursive = name in reachable(type_, definitions)
            judge.define(names[name], type_, words_of(name), recursive)
        module.definitions.clear()  # they are at home here
        self._modules["_definitions"] = module, judge
        return names
