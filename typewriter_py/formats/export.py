"""Rules → JSON: a plan as Segment's Public API has it, or a folder of JSON Schemas.

The folder has a schema of each event's properties and each call's traits.  Its ``plan.json``
has the plan's name, and lists its schemas in order; everything that would be lost otherwise is
under ``x-typewriter``, so that the folder reads back as the same plan.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from .. import disk
from ..diagnostics import Diagnostic, Span
from ..names import label
from ..output import Change, Comparison
from ..output.codes import NOT_A_FOLDER, NOT_WRITABLE
from ..plan.model import CALLS
from ..text import json_text
from .codes import NOT_AN_EXPORT
from .json_schema import DRAFT
from .rules import EXTENSION, PAYLOAD, Rule, RuleSet, Schema

INDEX: Final = "plan.json"
_HEAD: Final = ("$schema", "title", "description")
_WRAPPER: Final = {*_HEAD, "type", "properties"}


def segment_document(rules: RuleSet) -> dict[str, Any]:
    """The whole plan, as clients of Segment's Public API keep it on disk.

    https://docs.segmentapis.com/tag/Tracking-Plans; without what Segment itself assigns (times,
    a slug).
    """
    head = {"id": rules.id, "name": rules.name, "description": rules.description}
    found: dict[str, Any] = {key: text for key, text in head.items() if text is not None}
    found["rules"] = [
        {"key": each.key, "type": each.kind, "version": each.version, "jsonSchema": each.schema}
        for each in rules.rules
    ]
    if rules.extension:
        found[EXTENSION] = dict(rules.extension)
    return found


def schema_files(rules: RuleSet) -> tuple[tuple[str, str], ...]:
    """The path of each file in the folder, and its text; the index first."""
    paths = [_path(rule) for rule in rules.rules]
    schemas = [
        (path, json_text(_schema(rule))) for path, rule in zip(paths, rules.rules, strict=True)
    ]
    return ((INDEX, json_text(_index(rules, paths))), *schemas)


def payload_schema(rule: Rule) -> Schema:
    """The schema of the properties or traits of a call of that kind.

    That of a COMMON rule describes the whole message.
    """
    if rule.kind not in PAYLOAD:
        return rule.schema
    body = rule.schema["properties"][PAYLOAD[rule.kind]]
    head = {key: rule.schema[key] for key in _HEAD if key in rule.schema}
    tail = {key: each for key, each in rule.schema.items() if key not in _WRAPPER}
    return {**head, **body, **tail}


def _schema(rule: Rule) -> Schema:
    """The file's schema, with a title, as other tools name types by it."""
    schema = payload_schema(rule)
    extension: Schema = {"call": rule.kind.lower()}
    if rule.kind == "TRACK":
        extension["event"] = rule.key
        if rule.version > 1:
            extension["version"] = rule.version
        if schema.get("title") == rule.key:
            extension["title"] = rule.key  # else it would be taken for the one that is added here
    extension |= schema.get(EXTENSION, {})
    title = schema.get("title") or rule.key or rule.kind.lower()
    head = {"$schema": DRAFT, "title": title}
    rest = {key: schema[key] for key in schema if key not in head}
    return {**head, **rest, EXTENSION: extension}


def _index(rules: RuleSet, paths: list[str]) -> Schema:
    """The schemas of the plan; a payload matches at least one of them."""
    index: Schema = {"$schema": DRAFT, "title": rules.name}
    if rules.description is not None:
        index["description"] = rules.description
    if paths:
        index["anyOf"] = [{"$ref": path} for path in paths]
    id = {} if rules.id is None else {"id": rules.id}
    return {**index, EXTENSION: {"plan": True, **id, **rules.extension}}


# --- names of files --------------------------------------------------------------------------


def _path(rule: Rule) -> str:
    """The path of a rule, which stays the same when other rules are added or removed."""
    if rule.kind != "TRACK":
        return f"{rule.kind.lower()}.json"
    version = f".v{rule.version}" if rule.version > 1 else ""
    return f"events/{label(rule.key)}{version}.json"


_OURS: Final = re.compile(rf"(events/[^/\\]+|common|{'|'.join(CALLS)})\.json")
"""Paths that an export writes: no index makes it remove anything else."""


_ELSEWHERE: Final = "move it away, or choose another folder with --out"


def compare(folder: Path, files: Sequence[tuple[str, str]]) -> Comparison:
    """The changes that make ``folder`` contain ``files``.  Reads only.

    Files that the folder's index lists are an earlier export's: they are replaced or removed.
    Anything else in the way is a diagnostic.
    """
    problem = _not_a_folder(folder)
    if problem:
        return Comparison(folder, diagnostics=(problem,))
    earlier = _earlier(folder)
    changes: list[Change] = []
    problems: list[Diagnostic] = []
    for path, text in files:
        old = _old(folder, path)
        if isinstance(old, Diagnostic):
            problems.append(old)
        elif old is not None and old != text and path not in earlier:
            message = "not written by typewriter, and in the way of the export"
            span = Span(str(folder / path))
            problems.append(NOT_AN_EXPORT.at(span, message, help=_ELSEWHERE))
        elif old != text:
            changes.append(Change(path, old, text))
    if problems:
        return Comparison(folder, diagnostics=tuple(problems))
    unchanged = len(files) - len(changes)
    for path in earlier - {path for path, _ in files}:
        old = _old(folder, path)
        if isinstance(old, str):
            changes.append(Change(path, old, None))
    return Comparison(folder, tuple(sorted(changes, key=lambda each: each.path)), unchanged)


def _not_a_folder(folder: Path) -> Diagnostic | None:
    for path in (folder, *folder.parents):
        if path.is_dir():
            return None
        if path.exists() or path.is_symlink():
            return NOT_A_FOLDER.at(Span(str(folder)), f"`{path}` is a file, not a folder")
    return None


def _old(folder: Path, name: str) -> str | Diagnostic | None:
    path = folder / name
    span = Span(str(path))
    if path.is_symlink() or path.is_dir():
        what = "a symbolic link" if path.is_symlink() else "a folder"
        return NOT_AN_EXPORT.at(span, f"{what} is where a file has to be", help=_ELSEWHERE)
    if disk.leads_out(path.parent, folder):
        span = Span(str(path.parent))
        return NOT_AN_EXPORT.at(span, "a link that leads out of the folder", help=_ELSEWHERE)
    try:
        return disk.read(path).decode("utf-8", "replace").replace("\r\n", "\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return NOT_WRITABLE.at(span, f"cannot read it: {error.strerror}")


def _earlier(folder: Path) -> set[str]:
    """The paths that the folder's index lists, and its own; none if the index is not ours."""
    text = _old(folder, INDEX)
    try:
        index: Any = json.loads(text) if isinstance(text, str) else None
        listed = [each["$ref"] for each in index.get("anyOf", [])]
        if index[EXTENSION]["plan"] is not True:
            return set()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()
    return {INDEX, *(path for path in listed if isinstance(path, str) and _OURS.fullmatch(path))}
