"""Rules → a folder of JSON Schemas, one of each event's properties and each call's traits.

``plan.json`` beside them names the plan, and its schemas in order; everything that would be
lost otherwise stands under ``x-typewriter``, so that the folder reads back as the same plan.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any, Final

from ...names import words
from ..json_schema import DRAFT
from ..rules import EXTENSION, PAYLOAD, Rule, RuleSet, Schema
from .text import json_text

INDEX: Final = "plan.json"
_HEAD: Final = ("$schema", "title", "description")
_WRAPPER: Final = {*_HEAD, "type", "properties"}


def files(rules: RuleSet) -> tuple[tuple[str, str], ...]:
    """The path of each file in the folder, and its text; the index first."""
    paths = _paths(rules)
    schemas = [
        (path, json_text(_schema(rule))) for path, rule in zip(paths, rules.rules, strict=True)
    ]
    return ((INDEX, json_text(_index(rules, paths))), *schemas)


def payload_schema(rule: Rule) -> Schema:
    """The schema of what a call of that kind carries: its properties or traits.

    That of a COMMON rule is of the message whole.
    """
    if rule.kind not in PAYLOAD:
        return rule.schema
    body = rule.schema["properties"][PAYLOAD[rule.kind]]
    head = {key: rule.schema[key] for key in _HEAD if key in rule.schema}
    tail = {key: each for key, each in rule.schema.items() if key not in _WRAPPER}
    return {**head, **body, **tail}


def _schema(rule: Rule) -> Schema:
    """The file's schema: it has a title, as other tools call types by it."""
    schema = payload_schema(rule)
    says: dict[str, Any] = {"call": rule.kind.lower()}
    if rule.kind == "TRACK":
        says["event"] = rule.key
        if rule.version > 1:
            says["version"] = rule.version
        if schema.get("title") == rule.key:
            says["title"] = rule.key  # told apart from the one that is put there here
    title = schema.get("title") or rule.key or rule.kind.lower()
    says |= schema.get(EXTENSION, {})
    head = {"$schema": DRAFT, "title": title}
    return {**head, **{key: schema[key] for key in schema if key not in head}, EXTENSION: says}


def _index(rules: RuleSet, paths: list[str]) -> Schema:
    """The schemas of the plan, of which a payload fits one at least."""
    index: Schema = {"$schema": DRAFT, "title": rules.name}
    if rules.description is not None:
        index["description"] = rules.description
    if paths:
        index["anyOf"] = [{"$ref": path} for path in paths]
    says: dict[str, Any] = {"plan": True}
    if rules.id is not None:
        says["id"] = rules.id
    return {**index, EXTENSION: {**says, **rules.extension}}


# --- names of files --------------------------------------------------------------------------

_RESERVED: Final = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(10)
}


def _paths(rules: RuleSet) -> list[str]:
    """A path for each rule, which stays when other rules come and go.

    Where two events would have the same, both get a few digits of their name's hash.
    """
    plain = [_path(rule, "") for rule in rules.rules]
    often = Counter(plain)
    return [
        path if often[path] == 1 else _path(rule, "-" + _digits(rule.key))
        for path, rule in zip(plain, rules.rules, strict=True)
    ]


def _path(rule: Rule, suffix: str) -> str:
    if rule.kind != "TRACK":
        return f"{rule.kind.lower()}.json"
    name = "_".join(words(rule.key)).lower()
    version = f".v{rule.version}" if rule.version > 1 else ""
    # A name of symbols has no words; systems take names of 255 bytes; Windows keeps some.
    usable = 0 < len(name.encode()) <= 120 and name not in _RESERVED
    name = name if usable else _digits(rule.key)
    return f"events/{name}{suffix}{version}.json"


def _digits(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:8]
