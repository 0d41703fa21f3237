"""The page as a view model: all text in it is Markdown already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ...plan.model import ABSENT, Array, Deprecation, Event, Object, Plan, Property, Type, Union
from ...plan.queries import reachable
from ...text import code, escaped, paragraphs
from .anchors import Anchors, title
from .types import Words, literal

_CALLS: Final = {
    "identify": ("Users", "Traits that `identify` gives a user."),
    "group": ("Groups", "Traits that `group` gives a company or team."),
    "page": ("Pages", "Properties of `page`, sent when a page is seen."),
    "screen": ("Screens", "Properties of `screen`, sent when a screen is seen."),
}
_COMMON: Final = ("Every message", "What holds for every message, whatever it is.")


@dataclass(frozen=True, slots=True)
class Row:
    """A property: its path, and what the columns of the table say of it."""

    path: str
    type: str
    required: str
    about: str


@dataclass(frozen=True, slots=True)
class Section:
    """An event, a call or a definition."""

    anchor: str
    title: str
    about: str
    notes: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    summary: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The whole of it."""

    title: str
    about: str
    events: tuple[Section, ...]
    calls: tuple[Section, ...]
    definitions: tuple[Section, ...]


def page(plan: Plan) -> Page:
    """The page of ``plan``."""
    view = _View(plan)
    return Page(
        escaped(plan.name),
        paragraphs(plan.description or ""),
        tuple(map(view.event, plan.events)),
        tuple(view.calls()),
        tuple(map(view.definition, plan.definitions)),
    )


class _View:
    """Makes the sections of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._anchors = Anchors(plan)
        self._words = Words(self._anchors)
        self._users: dict[str, list[str]] = {}
        for shape, link in self._shapes():
            for name in reachable(shape, plan.definitions):
                self._users.setdefault(name, []).append(link)

    def _shapes(self) -> Iterator[tuple[Object, str]]:
        """What may refer to a shared type, each with the link that leads there."""
        for event in self._plan.events:
            yield event.properties, self._link(event)
        for name, (heading, _) in _CALLS.items():
            call = getattr(self._plan, name)
            if call is not None:
                yield call.properties, f"[{heading}](#{name})"
        if self._plan.common is not None:
            yield self._plan.common, f"[{_COMMON[0]}](#common)"

    def event(self, event: Event) -> Section:
        about = event.description or event.title or ""
        return Section(
            self._anchors.event(event),
            escaped(title(event), cell=True),
            paragraphs(about),
            tuple(self._notes(event)),
            tuple(self._rows(event.properties)),
            self._summary(event, about),
            escaped(event.owner or "", cell=True),
        )

    def calls(self) -> Iterator[Section]:
        """identify, group, page and screen, and what holds for every message."""
        for name, (heading, about) in _CALLS.items():
            call = getattr(self._plan, name)
            if call is not None:
                about = paragraphs(call.description) if call.description else about
                rows = tuple(self._rows(call.properties))
                yield Section(name, heading, about, self._open(call.properties), rows)
        if self._plan.common is not None:
            yield Section("common", *_COMMON, (), tuple(self._rows(self._plan.common)))

    def definition(self, name: str) -> Section:
        """A shared type, with all that uses it."""
        definition = self._plan.definitions[name]
        users = ", ".join(self._users.get(name, ()))
        notes = (f"Used by: {users}",) if users else ()
        type_ = definition.value.type
        whole = type_ if isinstance(type_, Object) else None
        said = f"Type: {self._words.value(definition.value)}"
        rows = self._rows(whole) if whole else self._inner(type_, "")
        about = paragraphs(definition.description or definition.title or "")
        return Section(
            self._anchors.definition(name), escaped(name), about, (said, *notes), tuple(rows)
        )

    # --- what is said of an event ----------------------------------------------------------

    def _notes(self, event: Event) -> Iterator[str]:
        if event.deprecated:
            yield self._deprecation(event.deprecated)
        for label, text in (
            ("Owner", event.owner),
            ("Tags", ", ".join(event.tags)),
            ("Sent by", ", ".join(event.platforms)),
        ):
            if text:
                yield f"{label}: {escaped(text)}"
        if event.integrations:
            each = (f"{code(name)} {literal(on)}" for name, on in event.integrations.items())
            yield f"Destinations: {', '.join(each)}"
        yield from self._open(event.properties)

    def _open(self, shape: Object) -> tuple[str, ...]:
        if shape.additional is None:
            return ()
        return (f"Further properties may come: {self._words.value(shape.additional)}.",)

    def _deprecation(self, note: Deprecation) -> str:
        reason = f": {escaped(note.reason, cell=True)}" if note.reason else ""
        found = f"**Deprecated**{reason}."
        if note.replaced_by:
            name, anchor = note.replaced_by, self._anchors.named(self._plan, note.replaced_by)
            shown = escaped(name, cell=True)
            found += f" Use {f'[{shown}](#{anchor})' if anchor else shown} instead."
        return found + (f" Expires {escaped(note.expires)}." if note.expires else "")

    def _summary(self, event: Event, about: str) -> str:
        """A cell of the list of events."""
        deprecated = "**Deprecated.** " if event.deprecated else ""
        return deprecated + escaped(" ".join(about.split()), cell=True)

    def _link(self, event: Event) -> str:
        return f"[{escaped(title(event))}](#{self._anchors.event(event)})"

    # --- properties --------------------------------------------------------------------------

    def _rows(self, shape: Object, prefix: str = "") -> Iterator[Row]:
        for declared in shape.properties:
            path = prefix + declared.name
            yield Row(
                code(path, cell=True),
                self._words.value(declared.value),
                "yes" if declared.required else "",
                " ".join(self._about(declared)),
            )
            yield from self._inner(declared.value.type, path)

    def _inner(self, type_: Type, path: str) -> Iterator[Row]:
        """The properties of the objects in a value."""
        match type_:
            case Array(items):
                yield from self._inner(items.type, f"{path}[]")
            case Union(members):
                for member in members:
                    yield from self._inner(member, path)
            case Object():
                yield from self._rows(type_, f"{path}." if path else "")
                if type_.additional is not None:
                    yield from self._inner(type_.additional.type, f"{path}.*")

    def _about(self, declared: Property) -> Iterator[str]:
        text = declared.description or declared.title
        if text:
            yield escaped(_sentence(" ".join(text.split())), cell=True)
        if declared.deprecated:
            yield self._deprecation(declared.deprecated)
        if declared.default is not ABSENT:
            yield f"Default: {literal(declared.default)}."
        if declared.examples:
            yield f"For example {', '.join(map(literal, declared.examples))}."
        if declared.pii:
            yield "Personal data."


def _sentence(text: str) -> str:
    return text if text[-1:] in ".!?…。！？:;" else text + "."
