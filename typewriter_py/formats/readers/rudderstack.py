"""RudderStack's plans, as ``rudder-cli`` has them in YAML → rules.

A project is a folder of files, each of one kind: properties, events, categories, custom
types, tracking plans.  They refer to each other as ``#property:id`` since ``rudder/v1``, as
``#/properties/group/id`` before.
https://www.rudderstack.com/docs/rudder-cli/yaml-data-catalog-and-tracking-plans/
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from ... import disk
from ...diagnostics import Diagnostic, has_errors
from ...plan.annotations import text
from ...plan.conjunction import maps
from ...plan.document import Document, Map
from ...plan.files import read_text
from .. import codes
from ..nodes import copy_entry, put
from ..rules import EXTENSION, KIND_OF, Kind, Rule, RuleSet
from .rudder_catalog import Catalog, Entry, Types, reference

_SECTIONS: Final = ("properties", "traits", "context.traits")
_OF_A_PLAN: Final = frozenset("id display_name description rules".split())
_OF_A_RULE: Final = frozenset(
    "type id event includes properties variants identity_section additional_properties"
    " allow_unplanned".split()
)
_OF_A_REFERENCE: Final = frozenset({"$ref", "allow_unplanned", "identity_section"})
_OF_AN_EVENT: Final = frozenset("id name event_type description category".split())


def recognises(documents: Sequence[Document]) -> bool:
    """Whether one of the documents belongs to a project of ``rudder-cli``."""
    return any(map(_is_ours, documents))


def _is_ours(document: Document) -> bool:
    data = document.data
    return isinstance(data, Map) and str(data.get("version", "")).startswith("rudder/")


def rules_in(
    documents: Sequence[Document], name: str
) -> tuple[RuleSet | None, tuple[Diagnostic, ...]]:
    """The rules of the project's tracking plan; ``name`` is for a plan that has none."""
    return _Reader(documents).read(name)


class _Reader:
    """``chosen`` is the ``spec`` of the plan to read, if there may be others."""

    def __init__(self, documents: Iterable[Document], chosen: Any = None) -> None:
        self._catalog = Catalog([each.data for each in documents if _is_ours(each)])
        self._chosen = chosen
        self._types = Types(self._catalog)

    def read(self, name: str) -> tuple[RuleSet | None, tuple[Diagnostic, ...]]:
        plan = self._plan()
        rules: list[Rule] = []
        if plan is not None:
            self._catalog.check_keys(plan.node, _OF_A_PLAN, "the tracking plan")
            for node in self._catalog.listed(plan.node, "rules"):
                rules += self._rule(node)
        node = Map(self._catalog.start.mark) if plan is None else plan.node
        title = text(node, "display_name") or name
        return self._catalog.result(
            RuleSet(title, tuple(rules), description=text(node, "description"))
        )

    # --- which plan ----------------------------------------------------------------------

    def _plan(self) -> Entry | None:
        """The only plan, or the only one that no other includes."""
        plans = self._catalog.all("tracking-plan")
        for plan in plans:
            if plan.node is self._chosen:
                return plan
        included = {
            _included(node.get("includes"))[0]
            for plan in plans
            for node in maps(plan.node.get("rules"))
        }
        roots = [plan for plan in plans if plan.id not in included] or plans
        if len(roots) == 1:
            return roots[0]
        if not roots:
            help = "import the whole folder; the plan is the file with `kind: tracking-plan`"
            message = "there is no tracking plan, only parts that one may refer to"
            self._catalog.add(codes.NO_PLAN, self._catalog.start.value_span("kind"), message, help)
            return None
        names = ", ".join(f"`{text(plan.node, 'display_name') or plan.id}`" for plan in roots)
        message = f"there are {len(roots)} tracking plans, {names}, and an import takes one"
        help = "import its file alone: what it refers to is found in the folders around it"
        self._catalog.add(codes.SEVERAL_PLANS, roots[1].node.value_span("id"), message, help)
        return None

    # --- rules ---------------------------------------------------------------------------

    def _rule(self, node: Map, *, deep: bool = True) -> Iterator[Rule]:
        """A rule of a plan, or the rules of another plan that it includes."""
        if "includes" in node:
            if deep:
                yield from self._include(node)
            return
        what = f"the rule `{text(node, 'id') or '?'}`"
        self._catalog.check_keys(node, _OF_A_RULE, what)
        target = node.get("event")
        if isinstance(target, Map):
            self._catalog.check_keys(target, _OF_A_REFERENCE, f"the event of {what}")
        event = self._catalog.find("event", target, node, "event")
        if event is None:
            return
        event_type = str(event.node.get("event_type"))
        kind = KIND_OF.get(event_type) if event_type != "common" else None
        name = (text(event.node, "name") or "") if kind == "TRACK" else ""
        if kind is None or (kind == "TRACK" and not name):
            lacks = "`name`" if kind else "known `event_type`"
            self._catalog.wrong(event.node, "", f"the event `{event.id}` has no {lacks}")
            return
        yield Rule(kind, name, 1, self._schema(node, event, kind), span=node.key_span("event"))

    def _include(self, node: Map) -> Iterator[Rule]:
        wanted, rule = _included(node.get("includes"))
        plan = next((p for p in self._catalog.all("tracking-plan") if p.id == wanted), None)
        found = [
            each
            for each in maps(plan.node.get("rules") if plan else None)
            if rule in ("*", text(each, "id"))
        ]
        if plan is None or not found:
            message, help = "the rules that this includes do not exist", "import the whole folder"
            self._catalog.add(codes.UNRESOLVED, node.value_span("includes"), message, help)
            return
        for each in found:
            yield from self._rule(each, deep=False)

    def _schema(self, node: Map, event: Entry, kind: Kind) -> Map:
        """The schema of a whole message."""
        schema, about = Map(node.mark), event.node
        self._catalog.check_keys(about, _OF_AN_EVENT, f"the event `{event.id}`")
        if text(about, "description"):
            copy_entry(about, "description", schema, about["description"])
        if about.get("category"):
            category = self._catalog.find("category", about["category"], about, "category")
            if category is not None:
                tag = text(category.node, "name") or category.id
                put(schema, EXTENSION, {"tags": [tag]}, about.mark)
        target = node["event"] if isinstance(node["event"], Map) else node
        payload = self._types.members(node, open=_is_open(node) or _is_open(target))
        put(schema, "type", "object")
        inner: Any = payload
        for step in reversed(self._section(node, target, kind)):
            inner = {"type": "object", "properties": {step: inner}}
        put(schema, "properties", inner["properties"])
        definitions = self._types.definitions(payload)
        if definitions:
            put(schema, "definitions", definitions)
        return schema

    def _section(self, node: Map, target: Map, kind: Kind) -> list[str]:
        """The path to the payload in a message.

        RudderStack's identify and group calls have their traits in the context, Segment's
        directly in the message.
        """
        where = node if "identity_section" in node else target
        section = where.get("identity_section") or "properties"
        if section not in _SECTIONS:
            message = f"`identity_section` must be one of {', '.join(_SECTIONS)}, not `{section}`"
            self._catalog.wrong(where, "identity_section", message)
            section = "properties"
        if kind in ("IDENTIFY", "GROUP"):
            return ["traits"]
        return str(section).split(".")


def _is_open(node: Map) -> bool:
    return node.get("additional_properties") is True or node.get("allow_unplanned") is True


def _included(value: Any) -> tuple[str, str]:
    """The plan and the rule in ``#/tp/plan/event_rule/rule``."""
    parts = (reference(value) or "").split("/")
    return (parts[2], parts[4]) if len(parts) == 5 and parts[1] == "tp" else ("", "")


_LEVELS: Final = 3
"""Folders that may be the project's: the file's own, and those above it."""

_MOST: Final = 2_000
"""YAML files to look at in a folder."""

_MARK: Final = b"rudder/"
_BEGINNING: Final = 4_096
_SUFFIXES: Final = (".yaml", ".yml")
_SKIPPED: Final = ("node_modules", "venv", "vendor")


def read_around(
    main: Document, name: str, read: Callable[[str, str], Document]
) -> tuple[RuleSet | None, tuple[Diagnostic, ...], dict[str, str]]:
    """The rules of the plan in ``main``, with what it refers to from the files around it.

    Also returns the texts of those files by name.  ``read`` makes a document of a name and a
    text.
    """
    attempts: list[tuple[RuleSet | None, tuple[Diagnostic, ...], dict[str, str]]] = []
    for files in chain([[]], around(main.file)):
        contents = {file: read_text(Path(file), file) for file in files}
        texts = {file: text for file, text in contents.items() if isinstance(text, str)}
        others = [read(file, text) for file, text in texts.items()]
        broken = tuple(each for other in others for each in other.diagnostics)
        rules, found = _Reader([main, *others], main.data.get("spec")).read(name)
        found = (*broken, *found)
        attempts.append((None if has_errors(found) else rules, found, texts))
        if not unresolved(found):
            break
    # Folders further out may have other projects, which must not be in the way of this one.
    return min(attempts, key=lambda each: (each[0] is None, unresolved(each[1])))


def unresolved(found: Iterable[Diagnostic]) -> int:
    """How many references led nowhere."""
    return sum(each.code == codes.UNRESOLVED.number for each in found)


def around(path: str) -> Iterator[list[str]]:
    """The other files of the project, for each folder around ``path`` that may be the project's.

    They go from its own folder outwards, but not beyond a repository; the first that has
    everything that is referred to is the project's.
    """
    folder = os.path.dirname(path) or os.curdir
    own = os.path.abspath(path)
    for _ in range(_LEVELS):
        found = [file for file in _files_below(folder) if os.path.abspath(file) != own]
        yield found
        if disk.is_repository(folder) or os.path.ismount(folder):
            return
        folder = os.path.normpath(os.path.join(folder, os.pardir))


def _files_below(folder: str) -> Iterator[str]:
    for file in islice(files_in(folder, _SUFFIXES, _SKIPPED), _MOST):
        with suppress(OSError):
            if not disk.leads_out(file, folder) and _MARK in disk.beginning(file, _BEGINNING):
                yield os.path.normpath(file)


def files_in(
    folder: str,
    suffixes: tuple[str, ...],
    skipped: tuple[str, ...] = (),
    also: re.Pattern[str] | None = None,
) -> Iterator[str]:
    """The files in a folder and below it, in order, whose names end in ``suffixes`` or are
    ``also`` meant; hidden ones and ``skipped`` folders are not."""
    for file in disk.below(folder, skipped):
        if file.lower().endswith(suffixes) or (also and also.fullmatch(os.path.basename(file))):
            yield file
