"""The values at one path of all messages, counted: their types, strings, and what is inside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from ..lint.personal import of_name
from ..names import singular, words
from ..plan.values import FORMATS

MAX_VALUES: Final = 20
"""Different values that are counted; a property with more is not an ``enum``."""

LONGEST: Final = 40
"""Characters of a value that may be in an ``enum``."""

Check: TypeAlias = Callable[[str], object]

_URI_PART: Final = r"(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})"
PATTERNS: Final = {
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "date": r"\d{4}-\d\d-\d\d",
    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "email": r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+",
    "uri": rf"[a-z][a-z0-9+.-]*://[\w.-]+(:\d+)?(/{_URI_PART}*)?(\?(?:{_URI_PART}|\?)*)?"
    rf"(#(?:{_URI_PART}|\?)*)?",
    "ipv4": r"\d{1,3}(\.\d{1,3}){3}",
    "ipv6": r"[0-9a-f:]*:[0-9a-f:.]*",
    "number": r"[+-]?\d+([.,]\d+)?",
}
"""Narrower than the validators' own checks, which have to pass as well: a format is inferred if
it is meant, not merely possible.  "number" is a number that is sent as a string."""


def _check(name: str, pattern: str) -> Check:
    fits = re.compile(pattern, re.ASCII | re.IGNORECASE).fullmatch
    conforms = FORMATS.get(name)
    return fits if conforms is None else lambda text: fits(text) and conforms(text)


_CHECKS: Final = {name: _check(name, pattern) for name, pattern in PATTERNS.items()}
_is_email: Final = _CHECKS["email"]
_is_phone: Final = re.compile(r"\+\d[\d ().-]{6,20}\d").fullmatch


class Texts:
    """The strings at one path.

    ``values`` counts each of them, and is None if they are too many or too long; ``formats``
    are those that all of them have.
    """

    __slots__ = ("count", "emails", "formats", "phones", "values")

    def __init__(self) -> None:
        self.count = self.emails = self.phones = 0
        self.values: dict[str, int] | None = {}
        self.formats = _CHECKS

    def see(self, text: str) -> None:
        """Count one more."""
        self.count += 1
        if "@" in text and _is_email(text):
            self.emails += 1
        elif text[:1] == "+" and _is_phone(text):
            self.phones += 1
        values = self.values
        if values is not None:
            if text in values:
                values[text] += 1
                return  # its formats have been checked
            self._count_new(text)
        for check in self.formats.values():
            if not check(text):
                self.formats = {k: c for k, c in self.formats.items() if c(text)}
                break

    def _count_new(self, text: str, times: int = 1) -> None:
        if self.values is None:
            return
        if len(self.values) < MAX_VALUES and len(text) <= LONGEST and text.isprintable():
            self.values[text] = times
        else:
            self.values = None

    def merge(self, other: Texts) -> None:
        """Count those of another path as well."""
        self.count += other.count
        self.emails += other.emails
        self.phones += other.phones
        self.formats = {k: c for k, c in self.formats.items() if k in other.formats}
        if other.values is None:
            self.values = None
        for text, times in (other.values or {}).items():
            if self.values is not None and text in self.values:
                self.values[text] += times
            else:
                self._count_new(text, times)


MAX_DEPTH: Final = 12
"""Levels of nested objects and lists that are counted."""

MAX_KEYS: Final = 300
"""Keys of one object that are counted separately; with more of them, keys are data."""

LONGEST_KEY: Final = 200


class Room:
    """How many more paths can be counted separately, in the whole log."""

    __slots__ = ("left",)

    def __init__(self, paths: int = 50_000) -> None:
        self.left = paths


class Values:
    """The values at one path: how many of each type, the strings, the items, the keys."""

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
        """How many values there were, including null."""
        texts = self.texts.count if self.texts else 0
        numbers = self.integers + self.floats
        return self.nulls + self.booleans + numbers + texts + self.arrays + self.objects

    def see(self, value: Any, depth: int, room: Room) -> None:
        """Count one more, as ``json`` reads it; ``depth`` is how deep it is nested."""
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
        """Count those of another path as well, which must not be used afterwards."""
        for kind in ("nulls", "booleans", "integers", "floats", "arrays", "objects"):
            setattr(self, kind, getattr(self, kind) + getattr(other, kind))
        for part in ("texts", "items", "shape"):
            mine, its = getattr(self, part), getattr(other, part)
            if mine is None:
                setattr(self, part, its)
            elif its is not None:
                mine.merge(its)

    def paths(self) -> int:
        """How many paths are counted separately inside."""
        return (self.shape.paths() if self.shape else 0) + (self.items.paths() if self.items else 0)


class Shape:
    """The objects at one path: the values of each key.

    ``rest`` is the values of keys that are not counted separately, as they are too many or
    not names; ``scattered``: that is all keys.
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
            room.left += self.paths()
            self.scatter()
            room.left -= self.paths()
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
        """Stop counting keys separately."""
        self.scattered = True
        rest = self._rest()
        for field in self.fields.values():
            rest.merge(field)
        self.fields.clear()

    def merge(self, other: Shape) -> None:
        """Count the objects of another path as well, which must not be used afterwards."""
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

    def paths(self) -> int:
        """How many paths are counted separately inside."""
        inside = sum(1 + field.paths() for field in self.fields.values())
        return inside + (self.rest.paths() if self.rest else 0)


def _is_name(key: str) -> bool:
    """Whether a key can be written in a plan, and be meant as a name."""
    return 0 < len(key) <= LONGEST_KEY and is_unicode(key)


def is_unicode(text: str) -> bool:
    """Whether UTF-8 can encode it: it has no lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


# --- what follows from the counts ----------------------------------------------------------------

RECURRING: Final = 10
"""How often each permitted value must have been sent, on average."""

_ID_LIKE: Final = re.compile(r"\d{5}|[0-9a-f]{12}", re.IGNORECASE)


def choices(texts: Texts, name: str, samples: int) -> list[str] | None:
    """The permitted values of a property, sorted; None if it should not have an ``enum``.

    A value that was sent only once means that there are others (Good and Turing: the share of
    values not seen yet is about that of values seen once).
    """
    values = texts.values
    if values is None or len(values) < 2 or is_open(name):
        return None
    if texts.count < max(samples, RECURRING * len(values)) or 1 in values.values():
        return None
    if any(_ID_LIKE.search(value) for value in values):
        return None
    if not all(any(map(str.isalpha, value)) for value in values if value):
        return None  # numbers, or symbols
    return sorted(values)


ODD: Final = 0.01
"""A type with a smaller share of the values is an oddity: some sender's mistake."""

_A: Final = {"integer": "an integer", "array": "a list", "object": "an object"}


def kinds_of(values: Values) -> dict[str, int]:
    """How many values are of each JSON type, except null; the most frequent first.

    A single fraction makes all of them numbers rather than integers.
    """
    number = "number" if values.floats else "integer"
    counts = {
        "string": values.texts.count if values.texts else 0,
        number: values.integers + values.floats,
        "boolean": values.booleans,
        "object": values.objects,
        "array": values.arrays,
    }
    return dict(sorted(((k, n) for k, n in counts.items() if n), key=lambda each: -each[1]))


def usual(values: Values) -> list[str]:
    """The JSON types that a property should have."""
    counts = kinds_of(values)
    least = ODD * sum(counts.values())
    return [kind for kind, count in counts.items() if count >= least]


def remarks_on_kinds(values: Values) -> Iterator[str]:
    """What is odd about the types of a property, such as: was a string in 3 of 1,000."""
    main, total = usual(values), values.count - values.nulls
    texts = {
        kind: f"{_A.get(kind, f'a {kind}')} {in_of(count, total)}"
        for kind, count in kinds_of(values).items()
    }
    yield from (f"was {text}" for kind, text in texts.items() if kind not in main)
    if len(main) > 1:
        yield "was " + ", ".join(texts[kind] for kind in main)


def in_of(count: int, total: int) -> str:
    """Such as: in 3 of 20,114."""
    return f"in {count:,} of {total:,}"


def times(count: int, one: str, many: str) -> str:
    """A number and its noun: 1 line, 20,114 lines."""
    return f"{count:,} {one if count == 1 else many}"


# --- what a property's name says of its values: personal data, open vocabularies, amounts ---------

Endings = frozenset[tuple[str, ...]]


def _endings(text: str) -> Endings:
    return frozenset(tuple(each.split()) for each in text.replace("\n", ",").split(",") if each)


_PERSONAL: Final = _endings(
    """fax,nickname,cvv,cvc,passwd,postal code,postalcode,postcode,zip,zip code,latitude,longitude
lat,lng,gender,age,avatar,recipient,share message"""
)
"""Ends of names of personal data, in addition to those that lint knows.  Only ends, as there:
``customer_email`` is personal, ``email_campaign`` is not."""

_PERSONAL_TRAITS: Final = _endings("name,description,website")
"""Ends of names that are personal data of a user, but not of a product."""

_OPEN: Final = _endings(
    """id,key,token,hash,uuid,guid,code,sku,number,no,ref,reference,url,uri,path,slug,name
title,description,message,text,body,comment,query,search,term,version,build,referrer,coupon
city,country,region,locale,language,timezone,brand,category,variant,campaign,label,tag
affiliation,keyword,filename,hostname,date,time,at,model,agent,user"""
)
"""Ends of names whose values are open-ended, even if a log has only a few of them."""

_AMOUNTS: Final = _endings("price,value,revenue,total,subtotal,shipping,tax,discount,amount,cost")
"""Ends of names of numbers in Segment's e-commerce spec and the like, even if all were whole."""


def _ends(name: str, endings: Endings) -> bool:
    parts = tuple(word.lower() for word in words(name))
    forms = [form for form in (parts, singular(parts)) if form]
    return any(form[-length:] in endings for form in forms for length in (1, 2, 3))


def is_personal(name: str, of_user: bool) -> bool:
    """Whether a property of that name is personal data; ``of_user``: it is a user's trait."""
    if of_name(words(name)) is not None or _ends(name, _PERSONAL):
        return True
    return of_user and _ends(name, _PERSONAL_TRAITS)


def is_open(name: str) -> bool:
    """Whether values of that name are open-ended."""
    return _ends(name, _OPEN)


def is_amount(name: str) -> bool:
    """Whether it is an amount, usually of money, which need not be whole."""
    return _ends(name, _AMOUNTS)
