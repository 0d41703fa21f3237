"""The functions of ``events.ts``: view models for its template."""

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
    """One function, and the comment before it."""

    name: str
    doc: str
    signature: str
    call: str


@dataclass(frozen=True, slots=True)
class Sdk:
    """What the functions for one SDK look like.

    ``arguments`` of an event's function, of ``calls`` and of ``track``: each as it is declared,
    with ``{type}`` and ``{optional}`` (a ``?`` where all that it says may be left out).
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
    """identify, group, page and screen, typed as far as the plan speaks of them."""
    for name, kind in CALL_TYPES.items():
        planned: Call | None = getattr(plan, name)
        arguments = _declared(sdk.calls[name], kind, types)
        properties = planned.properties if planned else Object()
        yield Function(
            name,
            literals.of_function(about(planned, OF_CALLS[name])),
            _signature(name, arguments),
            _sending(name, [_name(each) for each in arguments], _planned(properties)),
        )


def events(plan: Plan, names: Names, types: Types, sdk: Sdk) -> Iterator[Function]:
    """One function an event, in the plan's order."""
    for event in plan.events:
        name = names.function(event)
        arguments = _declared(sdk.arguments, names.type(event), types)
        given = [literals.text(event.name), *map(_name, arguments)]
        said = about(event, f"Track {literals.text(event.name)}.")
        yield Function(
            name,
            literals.of_function(said, event.deprecated),
            _signature(name, arguments),
            _sending("track", given, _planned_event(event)),
        )


def exceptions(plan: Plan, names: Names, sdk: Sdk) -> Iterator[tuple[str, str]]:
    """The events of which more is planned than a name, and how their function is called."""
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


def _sending(function: str, given: Sequence[Doc], planned: Doc) -> str:
    """The call of the client; an object at its end hugs the brackets where the rest fits."""
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
    """What the plan says beside the properties, as an object; "" where there is nothing."""
    if defaults := filled(properties):
        entries = [*entries, ("defaults: ", literals.value(defaults))]
    return exploded_object(entries) if entries else ""
