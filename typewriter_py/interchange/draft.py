"""A plan about to be written: plan-language data, and the comments that go with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..plan.document import Map, Seq


@dataclass(slots=True)
class Comments:
    """Lines for people, each above the key or item that it is about (without the ``#``).

    Nodes are told apart by identity; a comment that stands with key None goes above the
    node's first key.  ``lossy`` are those that say less than they should: part of what they
    came from is in a comment only.
    """

    above: dict[tuple[int, str | int | None], list[str]] = field(default_factory=dict)
    lossy: set[int] = field(default_factory=set)

    def add(self, node: Map | Seq, key: str | int | None, *lines: str) -> None:
        """Put ``lines`` above ``key`` of ``node``, below those that are there already."""
        self.above.setdefault((id(node), key), []).extend(lines)

    def lose(self, node: Map | Seq, what: str, *why: str) -> None:
        """Say at ``node`` that ``what`` is not carried over into the plan."""
        self.add(node, None, f"not carried over: {what}", *why)
        self.lossy.add(id(node))

    def at(self, node: Map | Seq, key: str | int | None) -> list[str]:
        """The lines above ``key`` of ``node``."""
        return self.above.get((id(node), key), []) if self.above else []


@dataclass(slots=True)
class Draft:
    """``root`` is what stands under ``tracking_plan``, its keys in the order of writing.

    Its nodes carry the places in the source that they came from, so what the plan's own
    reader has to say of it points there.  ``head`` is comment lines at the top of the file.
    """

    root: Map
    comments: Comments = field(default_factory=Comments)
    head: list[str] = field(default_factory=list)
