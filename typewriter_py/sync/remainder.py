"""The remainder of a rule in Segment: the parts of it that a plan cannot hold.

The plan has a comment in their place.  They stay in Segment when the rest of the rule is edited
here, and the lock has a hash of each, which shows whether they have changed there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from ..formats.codes import NOT_CARRIED
from ..formats.nodes import pointer_to, steps_of
from ..formats.rules import Kind, Rule
from ..plan.document import Map, Seq
from ..plan.text_edit import same
from ..plan.values import describe
from . import codes
from .api.plans import RemoteRule, digest
from .describe import SHOWN, Path, shown

_DIGITS: Final = 16  # of a hash: enough to show a change, and a rule's line in the lock is short


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a rule that a plan cannot hold: its path in the schema, and its value there.

    ``span`` is its location in the schema's text.
    """

    path: Path
    value: Any
    span: Span | None = None

    @property
    def pointer(self) -> str:
        """What identifies it within its rule."""
        return pointer_to(*map(str, self.path))

    def is_in(self, schema: Mapping[str, Any]) -> bool:
        """Whether ``schema`` has exactly this part."""
        return _has(schema, self.path) and same(_value(schema, self.path), self.value)

    def line(self, kind: Kind) -> str:
        """It for people, in a rule of that kind: ``message.required: ["context"]``."""
        value = describe(self.value, SHOWN)
        return f"{shown(kind, self.path)}: {value}" if self.path else value


def remainder(raw: RemoteRule, source: Rule, diagnostics: Iterable[Diagnostic]) -> tuple[Part, ...]:
    """The parts of ``raw`` that ``diagnostics`` report, which are of importing ``source``.

    ``source`` has spans, one line for each key and item, and the same schema, perhaps with more
    in it than Segment has.  Of a spare rule a plan holds nothing at all.
    """
    schema = raw.raw["jsonSchema"]
    if raw.is_spare:
        return (Part((), schema, source.span),)
    losses = [each.span for each in diagnostics if _is_loss(each, source) and each.span]
    lines = {span.line: span for span in losses}
    found: list[Part] = []
    for line, path in _paths((), source.schema) if lines else ():
        nested = found and path[: len(found[-1].path)] == found[-1].path
        if line in lines and not nested and _has(schema, path):
            found.append(Part(path, _value(schema, path), lines[line]))
    return tuple(found)


def formerly(raw: RemoteRule, parts: Iterable[Part], known: Mapping[str, str]) -> Iterator[Part]:
    """The parts that the lock has, ``known``, and an import leaves out no more.

    The plan was pulled by a version that could not read them, so it does not hold them.
    """
    now = {part.pointer for part in parts}
    for pointer in known.keys() - now:
        node: Any = raw.raw["jsonSchema"]
        path: Path = ()
        for step in steps_of(pointer):
            path = (*path, int(step) if isinstance(node, list) and step.isdecimal() else step)
            node = _value(node, path[-1:]) if _has(node, path[-1:]) else None
        part = Part(path, node)
        if node is not None and hashes([part])[pointer] == known[pointer]:
            yield part


def _is_loss(diagnostic: Diagnostic, source: Rule) -> bool:
    file = source.span.file if source.span else None
    return diagnostic.kind is NOT_CARRIED and diagnostic.file == file


def _paths(path: Path, node: Any) -> Iterator[tuple[int, Path]]:
    """The line of each key and item, and its path; outer ones first."""
    if isinstance(node, Map):
        for key, value in node.items():
            yield node.marks[key][0][1], (*path, key)
            yield from _paths((*path, key), value)
    elif isinstance(node, Seq):
        for index, value in enumerate(node):
            yield node.marks[index][1], (*path, index)
            yield from _paths((*path, index), value)


def _has(node: Any, path: Path) -> bool:
    try:
        _value(node, path)
    except (LookupError, TypeError):
        return False
    return True


def _value(node: Any, path: Path) -> Any:
    for step in path:
        node = node[step]
    return node


def hashes(parts: Iterable[Part]) -> dict[str, str]:
    """A hash of each part, as the lock has it."""
    return {part.pointer: digest(part.value)[:_DIGITS] for part in parts}


def changes(
    name: str, kind: Kind, parts: Iterable[Part], before: Mapping[str, str], span: Span | None
) -> Iterator[Diagnostic]:
    """How the parts of Segment's rule ``name`` differ from those that the lock has, ``before``.

    ``span`` is the location in the plan, for what has no location in Segment any more.
    """
    now = {part.pointer: part for part in parts}

    def named(path: Path) -> str:
        return f"`{name}`: `{shown(kind, path)}`" if path else f"`{name}`"

    for pointer, part in now.items():
        known = before.get(pointer)
        if known != hashes([part])[pointer]:
            how = "was changed in Segment" if known else "is in Segment"
            message = f"{named(part.path)} {how}, and the plan cannot hold it"
            help = f"it stays there as it is: {describe(part.value, SHOWN)}"
            yield codes.PART_CHANGED.at(part.span, message, help=help)
    for pointer in before.keys() - now.keys():
        message = f"{named(steps_of(pointer))} was removed in Segment; the plan did not hold it"
        yield codes.PART_CHANGED.at(span, message)
