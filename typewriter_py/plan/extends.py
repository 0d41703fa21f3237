"""``extends``: an event that merges over the included event of its name.

Mappings merge key by key; lists are replaced, but ``required`` is joined; what is null is
dropped; ``required: false`` on a property takes it off the list.
"""

from __future__ import annotations

from typing import Any

from ..diagnostics import Diagnostic
from . import codes
from .document import Map, Seq
from .facts import maps


def merge(base: Map, over: Map, diagnostics: list[Diagnostic]) -> Map:
    """``over`` merged over ``base``; neither is changed."""
    merged = Map(over.mark)
    for key in base:
        merged.put(key, base[key], base.marks[key])
    for key in over:
        value, marks = over[key], over.marks[key]
        old = base.get(key)
        if value is None and key in base:
            del merged[key], merged.marks[key]
        elif isinstance(value, Map) and isinstance(old, Map):
            merged.put(key, merge(old, value, diagnostics), marks)
        elif key == "required" and isinstance(value, Seq) and isinstance(old, Seq):
            merged.put(key, _joined(old, value), marks)
        else:
            merged.put(key, value, marks)
    _settle_required(merged, base, over, diagnostics)
    return merged


def _joined(old: Seq, new: Seq) -> Seq:
    """Both lists, each name once."""
    joined = Seq(new.mark)
    for part in (old, new):
        for index, name in enumerate(part):
            if name not in joined:
                joined.append(name)
                joined.marks.append(part.marks[index])
    return joined


def _settle_required(merged: Map, base: Map, over: Map, diagnostics: list[Diagnostic]) -> None:
    """Take dropped and lifted properties off the list of required names."""
    changes = over.get("properties")
    if not isinstance(changes, Map):
        return
    known = base.get("properties")
    dropped = {name for name in changes if changes[name] is None}
    for name in sorted(dropped):
        if not isinstance(known, Map) or name not in known:
            message = f"`{name}: null` drops an included property, and there is none"
            help = "remove it, or check the name"
            found = codes.NOTHING_TO_DROP.at(changes.key_span(name), message, help=help)
            diagnostics.append(found)
    lifted = {
        n for n in changes if isinstance(changes[n], Map) and changes[n].get("required") is False
    }
    listed = merged.get("required")
    if isinstance(listed, Seq) and (dropped | lifted) & set(listed):
        merged.put("required", _without(listed, dropped | lifted), merged.marks["required"])


def _without(listed: Seq, names: set[str]) -> Seq:
    kept = Seq(listed.mark)
    for index, name in enumerate(listed):
        if name not in names:
            kept.append(name)
            kept.marks.append(listed.marks[index])
    return kept


def dropped_without_base(node: Any) -> list[tuple[Map, str]]:
    """Properties that are null where there is nothing to drop: (mapping, name) of each."""
    found: list[tuple[Map, str]] = []
    if not isinstance(node, Map):
        return found
    properties = node.get("properties")
    if isinstance(properties, Map):
        found += [(properties, name) for name in properties if properties[name] is None]
        for name in properties:
            found += dropped_without_base(properties[name])
    for part in (*maps([node.get("items"), node.get("additionalProperties")]),):
        found += dropped_without_base(part)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in maps(node.get(keyword)):
            found += dropped_without_base(part)
    return found
