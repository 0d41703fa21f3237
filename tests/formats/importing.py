"""Short ways to import in memory, and to look at what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typewriter_py.diagnostics import Diagnostic, has_errors, in_order
from typewriter_py.formats.readers import read_source
from typewriter_py.formats.repair import repair_draft
from typewriter_py.formats.rules import Rule, RuleSet
from typewriter_py.formats.translate import draft_of
from typewriter_py.plan.load import load
from typewriter_py.plan.model import Event, Plan
from typewriter_py.plan.yaml_writer import write


@dataclass(frozen=True)
class Imported:
    """``text`` and ``plan`` are None if there is an error."""

    plan: Plan | None
    text: str | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def said(self) -> list[str]:
        return list(map(shown, self.diagnostics))


def import_path(path: Path, **options: bool) -> Imported:
    """The plan at ``path``; its name is in no message."""
    source = read_source(str(path))
    found = Imported(None, None, source.diagnostics)
    if source.rules is not None:
        found = import_rules(source.rules, source.diagnostics, **options)
    return found


def import_text(text: str, name: str = "plan.json", **options: bool) -> Imported:
    """The plan in ``text``, as a file of that name."""
    source = read_source(name, text)
    if source.rules is None:
        return Imported(None, None, source.diagnostics)
    return import_rules(source.rules, source.diagnostics, **options)


def import_rules(rules: RuleSet, before: Sequence[Diagnostic] = (), **options: bool) -> Imported:
    draft, said = draft_of(rules, **options)
    if has_errors(said):
        return Imported(None, None, in_order([*before, *said]))
    plan, found = repair_draft(draft)
    text = None if plan is None else write(draft.root, draft.comments, draft.head)
    return Imported(plan, text, in_order([*before, *said, *found]))


def tracked(payload: Any, name: str = "A", version: int = 1, **root: Any) -> Rule:
    """The rule of an event with that schema of its properties, wrapped as Segment has it."""
    fields = {"context": {}, "traits": {}, "properties": payload}
    return Rule("TRACK", name, version, {"type": "object", "properties": fields, **root})


def import_property(schema: Any, **options: bool) -> Imported:
    """The plan of one event ``A`` with one property ``x``."""
    payload = {"type": "object", "properties": {"x": schema}}
    return import_rules(RuleSet("Test", (tracked(payload),)), **options)


def event(found: Imported) -> Event:
    assert found.plan is not None, found.said
    (only,) = found.plan.events
    return only


def reloaded(found: Imported, folder: Path) -> Plan:
    """The plan as it is read back from a file, with nothing to be said against it."""
    path = folder / "plan.yaml"
    assert found.text is not None, found.said
    path.write_text(found.text, "utf-8")
    loaded = load(path)
    assert loaded.plan is not None, [*map(shown, loaded.diagnostics), found.text]
    return loaded.plan


def shown(diagnostic: Diagnostic) -> str:
    """``line:column CODE message (help)``."""
    span = diagnostic.span
    place = f"{span.line}:{span.column}" if span else "-"
    help = f" ({diagnostic.help})" if diagnostic.help else ""
    others = "".join(f" [{at.line}:{at.column} {says}]" for at, says in diagnostic.related)
    return f"{place} {diagnostic.code} {diagnostic.message}{help}{others}"
