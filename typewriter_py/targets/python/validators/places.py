"""Where a value stands while it is judged: its variable, its path, its name, its report."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .lines import tuple_of


@dataclass(frozen=True, slots=True)
class Place:
    """A value that generated code judges.

    ``variable`` holds it; ``steps`` are the items of its path, as source; ``stem`` is what
    the names of functions and constants for it begin with; ``title`` says to a reader what
    it is.  ``private``: it is personal, or all of it stands in something that is.
    ``null`` says that null is fine too (for messages), ``looped`` that it is a list's item.
    """

    variable: str
    steps: tuple[str, ...]
    stem: str
    title: str
    private: bool = False
    null: bool = False
    looped: bool = False

    @property
    def path(self) -> str:
        """The path, as source."""
        if self.steps == ("*path",):
            return "path"
        return tuple_of(*self.steps) if self.steps else "()"

    @property
    def report(self) -> str:
        """The report that hides values where it must, as source."""
        return "report.private" if self.private else "report"

    def expected(self, name: str) -> str:
        """The expected type as Segment spells it, as source."""
        return f'"[{name},null]"' if self.null else f'"{name}"'

    def at(self, step: str, variable: str, stem: str, title: str) -> Place:
        """A value inside, at ``step`` (source of a path's item)."""
        return replace(
            self,
            variable=variable,
            steps=(*self.steps, step),
            stem=f"{self.stem}__{stem}" if stem else self.stem,
            title=f"{self.title}{title}",
            null=False,
            looped=False,
        )

    def item(self) -> Place:
        """An item of the array that stands here."""
        return replace(self.at("index", "item", "", "[]"), looped=True)

    def alone(self, stem: str = "") -> Place:
        """The same value as the argument of a function of its own."""
        return replace(
            self,
            variable="given",
            steps=("*path",),
            stem=f"{self.stem}__{stem}" if stem else self.stem,
            private=False,
            null=False,
            looped=False,
        )

    def or_null(self) -> Place:
        """The same place, where null is fine too."""
        return replace(self, null=True)

    def hidden(self) -> Place:
        """The same place, for a personal value."""
        return replace(self, private=True)
