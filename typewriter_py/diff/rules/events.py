"""Changes to events, calls and definitions themselves, and to the plan as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Final

from ...names import pascal
from ...names import words as words_of
from ...plan.model import OPEN, Definition, Deprecation, Event, Json, Plan, Value
from ...plan.values import same
from .. import describe
from ..model import BOTH, CALLERS, DATA, SAFE, Finding
from ..pairing import CallPair, DefinitionPair, EventPair, PlanPair
from . import rule


@rule(EventPair, "TW310", safe=True)
def event_added(pair: EventPair) -> Iterator[Finding]:
    """An event, or another version of one, was added.

    Safe: nobody sends it yet, and nobody reads it.
    """
    if pair.new and not pair.old:
        yield Finding(SAFE, f"{_version(pair.new)}was added")


@rule(EventPair, "TW311")
def event_removed(pair: EventPair) -> Iterator[Finding]:
    """An event, or one version of it, was removed.

    Breaks callers, whose function is gone, and data, which lacks the event from now on. It is
    reported at the beginning of the plan.

    Mark it `deprecated` first, and say what to use instead:

    ```yaml
    - name: Order Completed
      deprecated: too vague
      replaced_by: Order Placed
      expires: 2027-01-31
    ```
    """
    if pair.old and not pair.new:
        instead = pair.old.deprecated.replaced_by if pair.old.deprecated else None
        more = f"; {instead} replaces it" if instead else ""
        yield Finding(BOTH, f"{_version(pair.old)}was removed{more}")


@rule(EventPair, "TW312")
def event_renamed(pair: EventPair) -> Iterator[Finding]:
    """An event is sent under another name.

    Breaks callers and data: to both it is a different event.

    It is taken for the same event because the old plan said `replaced_by`, because both names
    consist of the same words, or because both have the same properties.
    """
    if pair.old and pair.new and pair.renamed:
        yield Finding(BOTH, f"was renamed from `{pair.old.name}` ({pair.renamed})")


@rule(EventPair, "TW313")
def event_version(pair: EventPair) -> Iterator[Finding]:
    """An event's `version` changed.

    A higher one is safe, and allows breaking changes: it says that the event is not what it was.
    A lower one breaks data, which tells events apart by `context.protocols.event_version`.
    """
    if pair.old and pair.new and pair.old.version != pair.new.version:
        old, new = pair.old.version or 1, pair.new.version or 1
        if old > new:
            yield Finding(DATA, f"is now version {new}, lower than {old}")
        elif old < new:
            yield Finding(SAFE, f"is now version {new}")
        else:
            sends = (
                "no longer sends a version" if pair.new.version is None else "now sends version 1"
            )
            yield Finding(SAFE, f"{sends} (none means 1)")


@rule(EventPair, "TW314")
def function_renamed(pair: EventPair) -> Iterator[Finding]:
    """The generated function, and the type of its properties, have other names, because
    `function:` changed.

    Breaks callers: what they import is gone. On the wire nothing changes.
    """
    if pair.old and pair.new and not pair.renamed:
        old, new = describe.function(pair.old), describe.function(pair.new)
        if old != new:
            yield Finding(CALLERS, f"is now sent by the function `{new}`, not `{old}`")


@rule(EventPair, "TW315")
def event_platforms(pair: EventPair) -> Iterator[Finding]:
    """The `platforms` that send the event changed.

    Removing one breaks data, which loses what came from there; adding one is safe. None at all
    means every platform.
    """
    if pair.old and pair.new and set(pair.old.platforms) != set(pair.new.platforms):
        old, new = ({*each.platforms} for each in (pair.old, pair.new))
        was, now = (", ".join(each.platforms) or "all platforms" for each in (pair.old, pair.new))
        fewer = bool(new) and not (old and old <= new)
        yield Finding(DATA if fewer else SAFE, f"is now sent by {now} (before: {was})")


@rule(EventPair, "TW316")
def event_integrations(pair: EventPair) -> Iterator[Finding]:
    """The event is sent to other destinations (`integrations`).

    Losing a destination breaks data, for those who read it there; anything else is safe.
    """
    if not (pair.old and pair.new):
        return
    old, new = pair.old.integrations or {}, pair.new.integrations or {}
    if same(dict(old), dict(new)):
        return
    lost = [
        name for name in sorted({*old, *new}) if _reaches(old, name) and not _reaches(new, name)
    ]
    if lost:
        names = ["all other destinations" if name == "All" else name for name in lost]
        yield Finding(DATA, f"is no longer sent to {', '.join(names)}")
    else:
        yield Finding(SAFE, "has different `integrations`, but loses no destination")


def _reaches(integrations: Mapping[str, Json], name: str) -> bool:
    """Segment: a destination that is not named follows ``All``, which defaults to true."""
    return integrations.get(name, integrations.get("All", True)) is not False


@rule(EventPair, "TW317", safe=True)
def event_deprecated(pair: EventPair) -> Iterator[Finding]:
    """An event was deprecated, is no longer deprecated, or its deprecation changed.

    Safe: it is still sent. Type checkers show the note where the function is called.
    """
    if pair.old and pair.new and pair.old.deprecated != pair.new.deprecated:
        yield Finding(SAFE, of_deprecation(pair.new.deprecated))


@rule(EventPair, "TW318", safe=True)
def event_described(pair: EventPair) -> Iterator[Finding]:
    """What the plan tells people about an event changed: its title, description, owner or tags,
    or the lint rules that it ignores.

    Safe.
    """
    if pair.old and pair.new:
        yield from different(differing(pair.old, pair.new, "title description owner tags ignore"))


@rule(PlanPair, "TW319", safe=True)
def plan_described(pair: PlanPair) -> Iterator[Finding]:
    """The plan's name, id or description changed.

    Safe.
    """
    title = ["display_name"] if _title(pair.old) != _title(pair.new) else []
    if pair.old.name and pair.new.name:
        yield from different([*title, *differing(pair.old, pair.new, "id description")])


def _title(plan: Plan) -> str | None:
    """The plan's name, unless it is only its file's."""
    file = PurePath(plan.span.file).stem if plan.span else None
    return None if plan.name == file else plan.name


def of_deprecation(note: Deprecation | None) -> str:
    """What a deprecation is now."""
    if note is None:
        return "is no longer deprecated"
    reason = f": {note.reason}" if note.reason else ""
    instead = f"; use {note.replaced_by}" if note.replaced_by else ""
    expires = f"; until {note.expires}" if note.expires else ""
    return f"is deprecated{reason}{instead}{expires}"


def differing(old: object, new: object, keys: str) -> list[str]:
    """The keys whose values differ, compared by their repr: to Python 1 equals true."""
    return [key for key in keys.split() if repr(getattr(old, key)) != repr(getattr(new, key))]


def different(keys: list[str], subject: str = "") -> Iterator[Finding]:
    """The finding that ``keys`` have other values, if there are any."""
    if keys:
        *most, last = (f"`{key}`" for key in keys)
        listed = f"{', '.join(most)} and {last}" if most else last
        yield Finding(SAFE, f"{subject}has a different {listed}")


def _version(event: Event) -> str:
    return f"version {event.version} " if event.version is not None else ""


_ANY: Final = Value(OPEN)


@rule(CallPair, "TW320")
def call_planned(pair: CallPair) -> Iterator[Finding]:
    """The plan now describes identify, group, page, screen, or every message (`common`), which
    it did not before.

    Breaks callers: any traits or properties were valid, and now only the planned ones are.
    """
    if pair.new and not pair.old:
        narrowed = not pair.inclusion.holds(_ANY, Value(pair.new.properties))
        yield Finding(CALLERS if narrowed else SAFE, "is now planned; before, anything was allowed")


@rule(CallPair, "TW321")
def call_unplanned(pair: CallPair) -> Iterator[Finding]:
    """The plan no longer describes identify, group, page, screen, or every message (`common`).

    Breaks data: anything may come with them now.
    """
    if pair.old and not pair.new:
        widened = not pair.inclusion.reverse.holds(_ANY, Value(pair.old.properties))
        yield Finding(DATA if widened else SAFE, "is no longer planned; anything is allowed now")


@rule(CallPair, "TW322", safe=True)
def call_described(pair: CallPair) -> Iterator[Finding]:
    """The description of identify, group, page or screen changed.

    Safe.
    """
    if pair.old and pair.new:
        yield from different(differing(pair.old, pair.new, "description"))


@rule(DefinitionPair, "TW370", safe=True)
def definition_added(pair: DefinitionPair) -> Iterator[Finding]:
    """A definition was added.

    Safe: what refers to it is reported separately.
    """
    if pair.new and not pair.old:
        yield Finding(SAFE, "was added")


@rule(DefinitionPair, "TW371")
def definition_removed(pair: DefinitionPair) -> Iterator[Finding]:
    """A definition was removed, and with it the type that is generated for it.

    Breaks callers who use that type; what referred to it is reported separately.
    """
    if pair.old and not pair.new:
        yield Finding(CALLERS, f"was removed, and with it the generated type `{_type(pair.old)}`")


@rule(DefinitionPair, "TW372")
def definition_renamed(pair: DefinitionPair) -> Iterator[Finding]:
    """The type that is generated for a definition has another name, because the name of the
    definition changed, or its `name:`.

    Breaks callers who use that type.
    """
    if pair.old and pair.new and _type(pair.old) != _type(pair.new):
        was = f" (renamed from `{pair.old.name}`)" if pair.old.name != pair.new.name else ""
        old, new = _type(pair.old), _type(pair.new)
        yield Finding(CALLERS, f"is now generated as the type `{new}`, not `{old}`{was}")


@rule(DefinitionPair, "TW373", safe=True)
def definition_described(pair: DefinitionPair) -> Iterator[Finding]:
    """The title or description of a definition changed, or the lint rules that it ignores.

    Safe.
    """
    if pair.old and pair.new:
        yield from different(differing(pair.old, pair.new, "title description ignore"))


def _type(definition: Definition) -> str:
    return pascal(words_of(definition.name if definition.words is None else definition.words))
