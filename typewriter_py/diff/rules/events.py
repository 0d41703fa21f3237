"""Changes of events, calls and definitions by themselves, and of the plan as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath

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
    """An event, or another version of one, is planned that was not.

    Safe: nobody sends it yet, and nobody reads it.
    """
    if pair.new and not pair.old:
        yield Finding(SAFE, f"{_version(pair.new)}is planned")


@rule(EventPair, "TW311")
def event_removed(pair: EventPair) -> Iterator[Finding]:
    """An event, or one version of it, is planned no more.

    Breaks callers, whose function is gone, and data, which lacks it from now on. It is
    reported where the plan begins.

    Mark it `deprecated` first, with what to use instead:

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
        yield Finding(BOTH, f"{_version(pair.old)}is planned no more{more}")


@rule(EventPair, "TW312")
def event_renamed(pair: EventPair) -> Iterator[Finding]:
    """An event goes out under another name.

    Breaks callers and data: for both it is another event.

    It is held for the same one because the old plan said `replaced_by`, or because both
    names have the same words, or because the properties of both are the same.
    """
    if pair.old and pair.new and pair.renamed:
        yield Finding(BOTH, f"is the new name of `{pair.old.name}`, {pair.renamed}")


@rule(EventPair, "TW313")
def event_version(pair: EventPair) -> Iterator[Finding]:
    """An event's `version` is another.

    A higher one is safe, and it allows what breaks: it says that the event is not what it was.
    A lower one breaks data, which tells events apart by `context.protocols.event_version`.
    """
    if pair.old and pair.new and pair.old.version != pair.new.version:
        old, new = pair.old.version, pair.new.version
        if (old or 1) > (new or 1):
            yield Finding(DATA, f"is of version {new or 1}, which is lower than {old}")
        elif (old or 1) < (new or 1):
            yield Finding(SAFE, f"is of version {new} now")
        else:
            said = "no version is sent any more" if new is None else "version 1 is sent with it"
            yield Finding(SAFE, f"{said} (no version means 1)")


@rule(EventPair, "TW314")
def function_renamed(pair: EventPair) -> Iterator[Finding]:
    """The generated function, and the type of its properties, have other names, because
    `function:` is another.

    Breaks callers: what they import is gone. On the wire nothing changes.
    """
    if pair.old and pair.new and not pair.renamed:
        old, new = describe.function(pair.old), describe.function(pair.new)
        if old != new:
            yield Finding(CALLERS, f"is sent by another function: `{new}`, which was `{old}`")


@rule(EventPair, "TW315")
def event_platforms(pair: EventPair) -> Iterator[Finding]:
    """Other `platforms` send the event.

    One less breaks data, which loses what came from there; one more is safe. None at all means
    every platform.
    """
    if pair.old and pair.new and set(pair.old.platforms) != set(pair.new.platforms):
        old, new = ({*each.platforms} for each in (pair.old, pair.new))
        said = ", ".join(pair.new.platforms) or "all platforms"
        before = ", ".join(pair.old.platforms) or "all platforms"
        less = bool(new) and not (old and old <= new)
        yield Finding(DATA if less else SAFE, f"is sent by {said}, which was {before}")


@rule(EventPair, "TW316")
def event_integrations(pair: EventPair) -> Iterator[Finding]:
    """The event goes to other destinations (`integrations`).

    One that it reached and does not any more breaks data, for who reads it there; anything
    else is safe.
    """
    if not (pair.old and pair.new):
        return
    old, new = pair.old.integrations or {}, pair.new.integrations or {}
    if same(dict(old), dict(new)):
        return
    lost = [name for name in sorted({*old, *new}) if _goes(old, name) and not _goes(new, name)]
    if lost:
        others = ["all other destinations" if name == "All" else name for name in lost]
        yield Finding(DATA, f"does not go to {', '.join(others)} any more")
    else:
        yield Finding(SAFE, "has other `integrations`, and still goes wherever it went")


def _goes(integrations: Mapping[str, Json], name: str) -> bool:
    """Segment: a destination that is not named follows ``All``, which is true if not said."""
    found = integrations.get(name, integrations.get("All", True))
    return found is not False


@rule(EventPair, "TW317", safe=True)
def event_deprecated(pair: EventPair) -> Iterator[Finding]:
    """An event is deprecated, or not any more, or on other terms.

    Safe: it is still sent. Type checkers show the note where the function is called.
    """
    if pair.old and pair.new and pair.old.deprecated != pair.new.deprecated:
        yield Finding(SAFE, of_deprecation(pair.new.deprecated))


@rule(EventPair, "TW318", safe=True)
def event_described(pair: EventPair) -> Iterator[Finding]:
    """What the plan says of an event for people has changed: its title, description, owner,
    tags, or the lint rules that it ignores.

    Safe.
    """
    if pair.old and pair.new:
        keys = ("title", "description", "owner", "tags", "ignore")
        said = [key for key in keys if getattr(pair.old, key) != getattr(pair.new, key)]
        if said:
            yield Finding(SAFE, f"has another {enumerated(said)}")


@rule(PlanPair, "TW319", safe=True)
def plan_described(pair: PlanPair) -> Iterator[Finding]:
    """The plan's name, id or description has changed.

    Safe.
    """
    said = [
        key for key in ("id", "description") if getattr(pair.old, key) != getattr(pair.new, key)
    ]
    if _title(pair.old) != _title(pair.new):
        said.insert(0, "display_name")
    if said and pair.old.name and pair.new.name:
        yield Finding(SAFE, f"has another {enumerated(said)}")


def _title(plan: Plan) -> str | None:
    """The plan's name, unless it is only its file's."""
    file = PurePath(plan.span.file).stem if plan.span else None
    return None if plan.name == file else plan.name


def of_deprecation(note: Deprecation | None) -> str:
    """What has become of a deprecation."""
    if note is None:
        return "is not deprecated any more"
    reason = f": {note.reason}" if note.reason else ""
    instead = f"; use {note.replaced_by}" if note.replaced_by else ""
    expires = f"; until {note.expires}" if note.expires else ""
    return f"is deprecated{reason}{instead}{expires}"


def enumerated(keys: list[str]) -> str:
    """```owner`, `tags` and `title```."""
    *most, last = (f"`{key}`" for key in keys)
    return f"{', '.join(most)} and {last}" if most else last


def _version(event: Event) -> str:
    return f"version {event.version} " if event.version is not None else ""


_ANY = Value(OPEN)


@rule(CallPair, "TW320")
def call_planned(pair: CallPair) -> Iterator[Finding]:
    """The plan speaks of identify, group, page, screen, or of every message (`common`), of
    which it said nothing.

    Breaks callers: any traits or properties were fine, and now only those that are planned
    are.
    """
    if pair.new and not pair.old:
        narrowed = not pair.inclusion.holds(_ANY, Value(pair.new.properties))
        yield Finding(CALLERS if narrowed else SAFE, "is planned; anything was allowed before")


@rule(CallPair, "TW321")
def call_unplanned(pair: CallPair) -> Iterator[Finding]:
    """The plan says nothing more of identify, group, page, screen, or of every message
    (`common`).

    Breaks data: anything may come with them now.
    """
    if pair.old and not pair.new:
        widened = not pair.inclusion.reverse.holds(_ANY, Value(pair.old.properties))
        yield Finding(DATA if widened else SAFE, "is planned no more; anything is allowed now")


@rule(CallPair, "TW322", safe=True)
def call_described(pair: CallPair) -> Iterator[Finding]:
    """The description of identify, group, page or screen has changed.

    Safe.
    """
    if pair.old and pair.new and pair.old.description != pair.new.description:
        yield Finding(SAFE, "has another `description`")


@rule(DefinitionPair, "TW370", safe=True)
def definition_added(pair: DefinitionPair) -> Iterator[Finding]:
    """A definition is new.

    Safe: what refers to it is told where that stands.
    """
    if pair.new and not pair.old:
        yield Finding(SAFE, "is new")


@rule(DefinitionPair, "TW371")
def definition_removed(pair: DefinitionPair) -> Iterator[Finding]:
    """A definition is gone, and with it the type that generated code has of it.

    Breaks callers who name that type; what referred to it is told where that stands.
    """
    if pair.old and not pair.new:
        yield Finding(CALLERS, f"is gone, and the generated type `{_type(pair.old)}` with it")


@rule(DefinitionPair, "TW372")
def definition_renamed(pair: DefinitionPair) -> Iterator[Finding]:
    """The type that generated code has of a definition is called otherwise, because the
    definition is, or its `name:`.

    Breaks callers who name that type.
    """
    if pair.old and pair.new and _type(pair.old) != _type(pair.new):
        was = f" (the definition was `{pair.old.name}`)" if pair.old.name != pair.new.name else ""
        old, new = _type(pair.old), _type(pair.new)
        yield Finding(CALLERS, f"is the generated type `{new}`, which was `{old}`{was}")


@rule(DefinitionPair, "TW373", safe=True)
def definition_described(pair: DefinitionPair) -> Iterator[Finding]:
    """The title or description of a definition has changed, or the lint rules that it ignores.

    Safe.
    """
    if pair.old and pair.new:
        keys = ("title", "description", "ignore")
        said = [key for key in keys if getattr(pair.old, key) != getattr(pair.new, key)]
        if said:
            yield Finding(SAFE, f"has another {enumerated(said)}")


def _type(definition: Definition) -> str:
    named = definition.name if definition.words is None else definition.words
    return pascal(words_of(named))
