"""The way to a nested type, by which it is named."""

from __future__ import annotations

from typing import NamedTuple

from ..names import Words, singular, words
from ..plan.model import Property
from .naming import Owner, property_owner


class Path(NamedTuple):
    """The way to a type: the name of what it is nested in, and the last step's words."""

    prefix: str
    parts: Words
    property: Property
    what: str

    def element(self, otherwise: str) -> Path:
        """One of the things here: ``products`` → ``product``, ``cart`` → ``cart item``."""
        return self._replace(parts=singular(self.parts) or (*self.parts, otherwise))

    def option(self, number: int) -> Path:
        """The union's member of that number (from 1), where several need a name."""
        return self._replace(parts=(*self.parts, "option", str(number)))

    def owner(self) -> Owner:
        """Who to name when the type's name is taken."""
        return property_owner(self.property, self.what)


def step(prefix: str, property: Property, what: str) -> Path:
    """The path from the type called ``prefix`` to its property."""
    return Path(prefix, words(property.words or property.name), property, what)
