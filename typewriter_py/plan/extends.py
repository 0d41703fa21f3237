"""``extends``: an event that merges over the included event of its name.

Mappings merge key by key; lists are replaced, but ``required`` is joined; what is null is
dropped; ``required: false`` on a property takes it off the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Any

from .checks import BESIDE_REF
from .document import Map, Seq


def merge(base: Map, over: Map) -> Map:
    """``over`` merged over ``base``; neither is changed."""
    base, over = _settle_refs(base, over)
    merged = Map(over.mark)
    for key in base:
        merged.put(key, base[key], base.marks[key])
    for key in over:
        value, marks = over[key], over.marks[key]
        old = base.get(key)
        if value is None and key in base:
            merged.remove(key)
        elif isinstance(value, Map) and isinstance(old, Map):
            merged.put(key, merge(old, value), marks)
        elif key == "required" and isinstance(value, Seq) and isinstance(old, Seq):
            merged.put(key, _joined(old, value), marks)
        else:
            merged.put(key, value, marks)
    _settle_required(merged, base, over)
    return merged


def _settle_refs(base: Map, over: Map) -> tuple[Map, Map]:
    """A ``$ref`` cannot merge key by key: it stands for keys that are somewhere else.

    A new ``$ref``, or a new ``type`` over a ``$ref``, replaces what the base allows;
    constraints over a ``$ref`` hold beside it, as ``allOf``.
    """
    if isinstance(over.get("$ref"), str):
        return _only(base, BESIDE_REF - {"$ref"}), over
    says = over.keys() - BESIDE_REF - {"required"}
    if isinstance(over.get("required"), Seq):
        says.add("required")
    if not isinstance(base.get("$ref"), str) or not says:
        return base, over
    annotations = _only(base, BESIDE_REF - {"$ref"})
    if "type" in over:
        return annotations, over
    beside = _only(over, over.keys() - says)
    both = Seq(over.mark)
    both.extend([_only(base, {"$ref"}), _only(over, says)])
    both.marks.extend([base.mark, over.mark])
    beside.put("allOf", both, (over.mark, over.mark))
    return annotations, beside


def _only(node: Map, keys: Set[str]) -> Map:
    """A copy of ``node`` with these keys alone."""
    copy = Map(node.mark)
    for key in node:
        if key in keys:
            copy.put(key, node[key], node.marks[key])
    return copy


def _joined(old: Seq, new: Seq) -> Seq:
    """Both lists, each name once."""
    joined = Seq(new.mark)
    for part in (old, new):
        for index, name in enumerate(part):
            if name not in joined:
                joined.append(name)
                joined.marks.append(part.marks[index])
    return joined


def _settle_required(merged: Map, base: Map, over: Map) -> None:
    """Take dropped and lifted properties off the list of required names.

    What ``over`` lists itself is required, whatever the base says on the property.
    """
    changes = over.get("properties")
    changes = changes if isinstance(changes, Map) else Map(over.mark)
    own, listed = over.get("required"), merged.get("required")
    own = own if isinstance(own, Seq) else ()
    gone = {
        name
        for name, change in changes.items()
        if name not in own
        and (change is None or (isinstance(change, Map) and change.get("required") is False))
    }
    if isinstance(listed, Seq) and gone & {name for name in listed if isinstance(name, str)}:
        merged.put("required", _without(listed, gone), merged.marks["required"])
    _tighten(merged, changes, own)


def _tighten(merged: Map, changes: Map, own: Iterable[Any]) -> None:
    """A name that is newly listed overrules ``required: false`` on the included property."""
    properties = merged.get("properties")
    if not isinstance(properties, Map):
        return
    fresh = _only(properties, properties.keys())
    for name in own:
        node = properties.get(name) if isinstance(name, str) else None
        change = changes.get(name) if isinstance(name, str) else None
        if not isinstance(node, Map) or node.get("required") is not False:
            continue
        if not isinstance(change, Map) or "required" not in change:
            fresh.put(name, _only(node, node.keys() - {"required"}), properties.marks[name])
    merged["properties"] = fresh


def _without(listed: Seq, names: set[str]) -> Seq:
    kept = Seq(listed.mark)
    for index, name in enumerate(listed):
        if not isinstance(name, str) or name not in names:
            kept.append(name)
            kept.marks.append(listed.marks[index])
    return kept
