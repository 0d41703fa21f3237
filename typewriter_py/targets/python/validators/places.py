"""Where a value stands while it is judged: its path, its name, its report."""

from __future__ import annotations

from typing import NamedTuple

from .lines import Line, call, tuple_of


class Place(NamedTuple):
    """A value that generated code judges.

    ``steps`` lead to it from ``given``, which a function judges and which stands at
    ``path``; they are source, as are the items of ``top``, that path where it is fixed.
    ``word`` is what functions and constants for it are called.  ``private``: it is personal,
    or all of it stands in something that is.  ``null`` says that null is fine too (for
    messages), ``looped`` that it is a list's item, ``shared`` that its function
    is one for all values alike, in whatever order the plan has their properties.
    """

    word: str
    steps: tuple[str, ...] = ()
    top: tuple[str, ...] | None = None
    private: bool = False
    null: bool = False
    looped: bool = False
    shared: bool = False

    @property
    def path(self) -> str:
        """The path of the value itself, as source."""
        if self.top is not None:
            return tuple_of(*self.top, *self.steps)
        return tuple_of("*path", *self.steps) if self.steps else "path"

    @property
    def report(self) -> str:
        """The report that hides values where it must, as source."""
        return "report.private" if self.private else "report"

    def violation(self, teller: str, kind: str, what: str) -> Line:
        """A violation of the value: its kind (a method), and what it is about."""
        return call(f"{teller}.{kind}", what, "path", "given", *self.steps)

    def expected(self, name: str) -> str:
        """The expected type as Segment spells it, as source."""
        return f'"[{name},null]"' if self.null else f'"{name}"'

    def at(self, step: str, word: str, private: bool = False) -> Place:
        """A value inside, at ``step`` (source of a path's item)."""
        return Place(word, (*self.steps, step), self.top, self.private or private)

    def item(self) -> Place:
        """An item of the array that stands here."""
        return Place(self.word, (*self.steps, "index"), self.top, self.private, False, True)

    def alone(self) -> Place:
        """The same value as the argument of a function of its own."""
        return Place(self.word, shared=True)

    def or_null(self) -> Place:
        """The same place, where null is fine too."""
        return self._replace(null=True)
