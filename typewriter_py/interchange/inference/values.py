"""What stood in one place of all messages, counted: kinds of values, and what is inside."""

from __future__ import annotations

from typing import Any, Final

from .texts import Texts

MAX_DEPTH: Final = 12
"""Objects and lists within each other that are looked into."""

MAX_KEYS: Final = 300
"""Keys of one object that are told apart; where there are more, keys are data."""

LONGEST_KEY: Final = 200


class Room:
    """How many places can still be told apart, in the whole log."""

    __slots__ = ("left",)

    def __init__(self, places: int = 50_000) -> None:
        self.left = places


class Values:
    """The values of one place: how many of each kind, the texts, the items, the keys."""

    __slots__ = (
        "arrays", "booleans", "floats", "integers", "items", "nulls", "objects", "shape", "texts",
    )  # fmt: skip

    def __init__(self) -> None:
        self.nulls = self.booleans = self.integers = self.floats = 0
        self.arrays = self.objects = 0
        self.texts: Texts | None = None
        self.items: Values | None = None
        self.shape: Shape | None = None

    @property
    def count(self) -> int:
        """How many values there were, null among them."""
        texts = self.texts.count if self.texts else 0
        numbers = self.integers + self.floats
        return self.nulls + self.booleans + numbers + texts + self.arrays + self.objects

    def see(self, value: Any, depth: int, room: Room) -> None:
        """Count one more, as ``json`` reads it; ``depth`` is how far inside it stands."""
        kind = type(value)
        if kind is str:
            if self.texts is None:
                self.texts = Texts()
            self.texts.see(value)
        elif kind is int:
            self.integers += 1
        elif kind is float:
            self.floats += 1
        elif kind is bool:
            self.booleans += 1
        elif value is None:
            self.nulls += 1
        elif kind is dict:
            self.objects += 1
            if depth < MAX_DEPTH:
                if self.shape is None:
                    self.shape = Shape()
                self.shape.see(value, depth + 1, room)
        else:
            self.arrays += 1
            if depth < MAX_DEPTH and value:
                if self.items is None:
                    self.items = Values()
                see = self.items.see
                for item in value:
                    see(item, depth + 1, room)

    def merge(self, other: Values) -> None:
        """Count those of another place as well, which is not used after."""
        for kind in ("nulls", "booleans", "integers", "floats", "arrays", "objects"):
            setattr(self, kind, getattr(self, kind) + getattr(other, kind))
        for part in ("texts", "items", "shape"):
            mine, its = getattr(self, part), getattr(other, part)
            if mine is None:
                setattr(self, part, its)
            elif its is not None:
                mine.merge(its)

    def places(self) -> int:
        """How many places are told apart inside."""
        inside = self.shape.places() if self.shape is not None else 0
        return inside + (self.items.places() if self.items else 0)


class Shape:
    """The objects of one place: what stood under each key.

    ``rest`` is what stood under keys that are not told apart: they are too many, or no names.
    With ``scattered`` that is all of them.
    """

    __slots__ = ("count", "fields", "rest", "scattered")

    def __init__(self) -> None:
        self.count = 0
        self.fields: dict[str, Values] = {}
        self.rest: Values | None = None
        self.scattered = False

    def __bool__(self) -> bool:
        """Whether any of them had a key."""
        return bool(self.fields) or self.rest is not None

    def see(self, found: dict[str, Any], depth: int, room: Room) -> None:
        """Count one more object."""
        self.count += 1
        fields = self.fields
        for key, value in found.items():
            field = fields.get(key)
            if field is None:
                field = self._new_field(key, room)
            field.see(value, depth, room)

    def _new_field(self, key: str, room: Room) -> Values:
        if len(self.fields) >= MAX_KEYS:
            room.left += self.places()
            self.scatter()
            room.left -= self.places()
        if self.scattered or room.left <= 0 or not _is_name(key):
            return self._rest()
        room.left -= 1
        field = self.fields[key] = Values()
        return field

    def _rest(self) -> Values:
        if self.rest is None:
            self.rest = Values()
        return self.rest

    def scatter(self) -> None:
        """Tell the keys apart no more."""
        self.scattered = True
        rest = self._rest()
        for field in self.fields.values():
            rest.merge(field)
        self.fields.clear()

    def merge(self, other: Shape) -> None:
        """Count the objects of another place as well, which is not used after."""
        self.count += other.count
        if other.rest is not None:
            self._rest().merge(other.rest)
        for key, field in other.fields.items():
            if key in self.fields:
                self.fields[key].merge(field)
            else:
                self.fields[key] = field
        if self.scattered or other.scattered or len(self.fields) > MAX_KEYS:
            self.scatter()

    def places(self) -> int:
        """How many places are told apart inside."""
        inside = sum(1 + field.places() for field in self.fields.values())
        return inside + (self.rest.places() if self.rest else 0)


def _is_name(key: str) -> bool:
    """Whether a key can be written in a plan, and be meant as a name."""
    if len(key) > LONGEST_KEY:
        return False
    try:
        key.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return bool(key)
