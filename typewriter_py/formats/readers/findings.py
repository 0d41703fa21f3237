"""Diagnostics about the nodes of a source, gathered while it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final

from ...diagnostics import Code, Diagnostic, Severity, Span, has_errors
from ...plan.document import Map, Seq
from ...plan.metaschema import kind as kind_of
from ...plan.values import LONG, describe
from .. import codes
from ..rules import RuleSet

_ALONE: Final[Mapping[str, Code]] = {
    codes.SKIPPED.number: codes.WRONG_SHAPE,
    codes.UNRESOLVED.number: codes.UNRESOLVED.graded(Severity.ERROR),
}
"""The kinds of what was left out, where nothing else is there."""


class Findings:
    """The diagnostics about a source, so far."""

    EMPTY: ClassVar[tuple[Any, ...]] = (None, "", {}, [])
    """Values of unknown keys that are not worth a warning."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def add(self, code: Code, span: Span, message: str, help: str | None = None) -> None:
        """Report something at a location."""
        self.diagnostics.append(code.at(span, message, help=help))

    def wrong(self, node: Map, key: str, message: str, help: str | None = None) -> None:
        """Report a part that is not what the format has there, and is left out."""
        self.add(codes.SKIPPED, node.value_span(key), message, help)

    def result(self, rules: RuleSet) -> tuple[RuleSet | None, tuple[Diagnostic, ...]]:
        """The rules, None if there is an error, and all diagnostics.

        What was left out is an error if nothing else is there.
        """
        found = self.diagnostics
        if not rules.rules:
            found = [replace(each, kind=_ALONE.get(each.code, each.kind)) for each in found]
        return (None if has_errors(found) else rules), tuple(found)

    def lost(self, node: Map, key: str, message: str) -> None:
        """Report a key that is not carried over."""
        help = "typewriter has no use for it; keep the source if you need it"
        self.add(codes.NOT_CARRIED, node.key_span(key), message, help)

    def check_keys(self, node: Map, known: frozenset[str], what: str) -> None:
        """Report unknown keys, unless they are empty."""
        for key, value in node.items():
            if key not in known and value not in self.EMPTY:
                value = describe(value, LONG)
                self.lost(node, key, f"`{key}` of {what} is not carried over: {value}")

    def listed(self, node: Map, key: str) -> Iterator[Map]:
        """The mappings in the list under ``key``; anything else there is left out."""
        found = node.get(key)
        if isinstance(found, Seq):
            yield from self.mappings(found, key)
        elif found is not None:
            self.wrong(node, key, f"`{key}` must be a list, not {kind_of(found)}")

    def mappings(self, items: Seq, name: str) -> Iterator[Map]:
        """The mappings in the list called ``name``; any other item is left out."""
        for index, each in enumerate(items):
            if isinstance(each, Map):
                yield each
            else:
                message = f"an item of `{name}` must be a mapping, not {kind_of(each)}"
                self.add(codes.SKIPPED, items.item_span(index), message)
