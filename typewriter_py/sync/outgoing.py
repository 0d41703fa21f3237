"""What to write into Segment: its own rules, each with the changes that were made to it here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..formats.rules import EXTENSION, PAYLOAD, Rule, Schema
from .api.plans import Identity, RemoteRule, with_spans
from .compare import (
    Canonical,
    Pair,
    canonical,
    canonical_all,
    fingerprint,
    grafted,
    has_extension,
    ordered,
)
from .describe import Path
from .patch import Patch
from .remainder import Part, remainder


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A rule to write, and the parts of Segment's that would be lost with it."""

    rule: Rule
    lost: tuple[Part, ...] = ()


def outgoing(pairs: Iterable[Pair]) -> dict[Identity, Outgoing]:
    """What to write for each of ``pairs``, which were changed here.

    Our changes are made to Segment's own rule.  If an import of the result does not say what our
    rule does, because Segment's is spelled in another way, the nodes in question are written as
    we spell them, the smallest first.
    """
    found: dict[Identity, Outgoing] = {}
    trials: dict[Identity, _Trial] = {}
    for pair in pairs:
        if pair.local is None:
            continue
        if pair.raw is None:
            found[pair.identity] = Outgoing(pair.local)
        elif pair.is_broken:  # nothing of it is known to be in ours
            everything = Part((), pair.raw.raw["jsonSchema"])
            found[pair.identity] = Outgoing(pair.local, (everything,))
        else:
            trials[pair.identity] = _Trial(pair, pair.local, pair.raw)
    while trials:
        results = canonical_all({key: trial.source for key, trial in trials.items()})
        accepted = {key for key, trial in trials.items() if trial.accepts(results[key])}
        found |= {key: trials[key].outgoing for key in accepted}
        trials = {key: trial for key, trial in trials.items() if key not in accepted}
    return found


class _Trial:
    """Attempts to make our changes to one rule of Segment's.

    ``source`` is the current one, as it is imported to see what it says.
    """

    def __init__(self, pair: Pair, local: Rule, raw: RemoteRule) -> None:
        self._parts = pair.parts
        self._local = local
        self._raw = raw
        base = pair.remote.schema if pair.remote else {}
        # If Segment keeps no x-typewriter, the base has ours, for the comparison alone.
        self._base: Schema = base if has_extension(raw) else _without_extensions(base)
        self._whole: set[Path] = set()
        self._bare: set[Path] = set()
        self._dropped: set[Path] = set()
        self._target: Rule | None = None
        old, new = self._base.get("description"), local.schema.get("description")
        if old != new and "description" not in raw.raw["jsonSchema"]:
            # The old one may be that of the properties; an import prefers the event's own.
            self._dropped.add(("properties", PAYLOAD.get(local.kind, ""), "description"))
        self._attempt()

    def _attempt(self) -> None:
        schema = self._raw.raw["jsonSchema"]
        parts = {part.path: part.value for part in self._parts}
        patch = Patch(parts, self._whole, self._bare)
        self._schema: Schema = patch.apply(schema, self._base, self._local.schema)
        # From the last item of a list to the first, so that those before keep their indexes.
        for path in sorted(self._dropped, key=_by_position, reverse=True):
            self._schema = _dropped(self._schema, path)
        self._gone = patch.gone
        changed = {**self._raw.raw, "jsonSchema": self._schema}
        self._changed = RemoteRule(changed, self._raw.identity)
        rule = grafted(self._changed, self._local)
        # Segment's own mark stays, as it is not in the schema; a plan without it is not wrong.
        marked = rule.deprecated and self._local.deprecated
        self.source, _ = with_spans(replace(rule, deprecated=marked))

    @property
    def outgoing(self) -> Outgoing:
        """The rule of the current attempt."""
        lost = [
            part
            for part in self._parts
            if any(
                _is_within(part.path, gone) or _is_within(gone, part.path) for gone in self._gone
            )
        ]
        return Outgoing(replace(self._local, schema=self._schema), tuple(lost))

    def accepts(self, result: Canonical) -> bool:
        """Whether an import of the attempt says what our rule does; makes another if not."""
        said, diagnostics = result
        parts = remainder(self._changed, self.source, diagnostics)
        wrong = self._wrong(said)
        strays = [part for part in parts if not self._is_known(part)]
        if not wrong and not strays:
            return True
        if () in self._whole & self._bare:  # nothing is left to try but our rule, and no more
            self._schema, self._gone = self._local.schema, [()]
            return True
        for part in strays:
            # What was carried over until now is superseded; it need not stay next to its successor.
            superseded = part.is_in(self._raw.raw["jsonSchema"]) and part.path not in self._dropped
            (self._dropped if superseded else wrong).add(part.path)
        for node in {self._smallest(path[:-1]) for path in wrong}:
            self._go_on(node)
        self._attempt()
        return False

    def _smallest(self, node: Path) -> Path:
        """The node, or the smallest one around it, for which not everything has been tried."""
        while node and node in self._whole & self._bare:
            node = node[:-1]
        return node

    def _go_on(self, node: Path) -> None:
        """Try the next way with a node: spelled as ours, without its parts, and then both."""
        if node in self._whole and node not in self._bare:
            self._whole.remove(node)
            self._bare.add(node)
        else:
            self._whole.add(node)

    def _wrong(self, said: Rule | None) -> set[Path]:
        """The paths at which the attempt says something else than our rule."""
        if said is None:
            return {()}
        if fingerprint(said) == fingerprint(self._target or self._local):
            return set()
        if self._target is None:  # an import may not give even our own rule back as it is
            self._target = canonical(self._local)[0] or self._local
        return set(_differing(ordered(said.schema), ordered(self._target.schema)))

    def _is_known(self, part: Part) -> bool:
        known = self._parts
        return any(part.path == each.path or part.value == each.value for each in known)


def _is_within(inner: Path, outer: Path) -> bool:
    return inner[: len(outer)] == outer


def _by_position(path: Path) -> list[str]:
    return [f"{step:>9}" for step in path]


def _dropped(schema: Any, path: Path) -> Any:
    """A copy of ``schema`` without the node at ``path``."""
    first, *rest = path
    if isinstance(schema, Mapping) and first in schema:
        others = {key: value for key, value in schema.items() if key != first or rest}
        return {**others, first: _dropped(schema[first], tuple(rest))} if rest else others
    if isinstance(schema, list) and isinstance(first, int) and first < len(schema):
        own = [_dropped(schema[first], tuple(rest))] if rest else []
        return [*schema[:first], *own, *schema[first + 1 :]]
    return schema


def _without_extensions(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        rest = {key: value for key, value in schema.items() if key != EXTENSION}
        return {key: _without_extensions(value) for key, value in rest.items()}
    return [_without_extensions(each) for each in schema] if isinstance(schema, list) else schema


def _differing(one: Any, other: Any, path: Path = ()) -> Iterator[Path]:
    """The paths at which two schemas differ, the deepest that say so."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in {**one, **other}:
            if key in one and key in other:
                yield from _differing(one[key], other[key], (*path, key))
            else:
                yield (*path, key)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (each, its) in enumerate(zip(one, other, strict=True)):
            yield from _differing(each, its, (*path, index))
    elif one != other:
        yield path
