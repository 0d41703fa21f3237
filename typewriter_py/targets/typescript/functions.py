"""The functions of ``events.ts``, as its template needs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ...plan.model import Call, Event, Object, Plan
from ..comments import OF_CALLS, about, filled, width
from ..naming import Names
from . import literals
from .layout import Doc, bracketed, exploded_object, printed
from .names import CALL_TYPES
from .types import Types, tracked


@dataclass(frozen=True, slots=True)
class Function:
    """One function, and its comment."""

    name: str
    doc: str
    signature: str
    call: str


@dataclass(frozen=True, slots=True)
class Sdk:
    """The functions for one SDK.

    ``arguments`` are those of an event's function, ``calls`` those of each other call, declared
    with ``{type}`` and ``{optional}`` (a ``?`` if no property is required); ``retyped`` are the
    arguments of an event's function when ``track`` calls it.
    """

    arguments: tuple[str, ...]
    calls: dict[str, tuple[str, ...]]
    retyped: tuple[str, ...]


SDKS: Final = {
    "analytics-next": Sdk(
        arguments=("properties{optional}: {type}", "options?: Options"),
        calls={
            "identify": (
                "userId{optional}: string | null",
                "traits{optional}: {type}",
                "options?: Options",
            ),
            "group": ("groupId: string", "traits{optional}: {type}", "options?: Options"),
            "page": (
                "name{optional}: string | null",
                "properties{optional}: {type}",
                "options?: PageOptions",
            ),
            "screen": (
                "name{optional}: string | null",
                "properties{optional}: {type}",
                "options?: PageOptions",
            ),
        },
        retyped=("properties as {type}", "options"),
    ),
    "analytics-node": Sdk(
        arguments=("message: TrackMessage<{type}>",),
        calls={
            "identify": ("message: IdentifyMessage<{type}>",),
            "group": ("message: GroupMessage<{type}>",),
            "page": ("message: PageMessage<{type}>",),
            "screen": ("message: PageMessage<{type}>",),
        },
        retyped=("given as TrackMessage<{type}>",),
    ),
}


def calls(plan: Plan, types: Types, sdk: Sdk) -> Iterator[Function]:
    """identify, group, page and screen, typed if the plan describes them."""
    for name, kind in CALL_TYPES.items():
        planned: Call | None = getattr(plan, name)
        arguments = _declared(sdk.calls[name], kind, types)
        properties = planned.properties if planned else Object()
        yield Function(
            name,
            literals.of_function(about(planned, OF_CALLS[name])),
            _signature(name, arguments),
            _call_of(name, [_name(each) for each in arguments], _planned(properties)),
        )


def events(plan: Plan, names: Names, types: Types, sdk: Sdk) -> Iterator[Function]:
    """One function for each event, in the plan's order."""
    for event in plan.events:
        name = names.function(event)
        arguments = _declared(sdk.arguments, names.type(event), types)
        given = [literals.text(event.name), *map(_name, arguments)]
        description = about(event, f"Track {literals.text(event.name)}.")
        yield Function(
            name,
            literals.of_function(description, event.deprecated),
            _signature(name, arguments),
            _call_of("track", given, _planned_event(event)),
        )


def exceptions(plan: Plan, names: Names, sdk: Sdk) -> Iterator[tuple[str, str]]:
    """Events for which the plan adds to the message, and the calls of their functions."""
    for event in tracked(plan):
        if _planned_event(event):
            arguments: list[Doc] = [each.format(type=names.type(event)) for each in sdk.retyped]
            call = ("return ", bracketed(f"{names.function(event)}(", arguments, ");"))
            yield literals.text(event.name), printed(call, 6)


def _declared(arguments: Sequence[str], kind: str, types: Types) -> list[str]:
    optional = "?" if kind in types.optional else ""
    return [each.format(type=kind, optional=optional) for each in arguments]


def _name(argument: str) -> str:
    return argument.partition(":")[0].removesuffix("?")


def _signature(name: str, arguments: Sequence[Doc]) -> str:
    return printed(bracketed(f"export function {name}(", arguments, "): void {"))


def _call_of(function: str, given: Sequence[Doc], planned: Doc) -> str:
    """The call of the client; a final object hugs the brackets if the rest fits on the line."""
    opening = f"client.{function}("
    if not planned:
        return printed(bracketed(opening, given, ");"), 2)
    first = f"  {opening}{', '.join(map(str, given))}, {{"
    if width(first) <= literals.WIDTH:
        return printed((f"{first.strip()[:-1]}", planned, ");"), 2)
    return printed(bracketed(opening, [*given, planned], ");"), 2)


def _planned_event(event: Event) -> Doc:
    entries: list[Doc] = []
    if event.version is not None:
        entries.append(f"version: {event.version}")
    if event.integrations is not None:
        entries.append(("integrations: ", literals.value(dict(event.integrations))))
    return _planned(event.properties, entries)


def _planned(properties: Object, entries: Sequence[Doc] = ()) -> Doc:
    """What the plan adds to a message, as an object; "" if there is nothing."""
    if defaults := filled(properties):
        entries = [*entries, ("defaults: ", literals.value(defaults))]
    return exploded_object(entries) if entries else ""
