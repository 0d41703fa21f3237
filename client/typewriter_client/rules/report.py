"""What checks report: each violation has the path of the property, a text and the value.

A message, as it is sent, is valid exactly if jsonschema accepts it: draft-07 with its formats
(``jsonschema[format-nongpl]``), and ``uuid`` as in later drafts.  Except that

- ``multipleOf`` is checked in decimal, so that 19.99 is a multiple of 0.01;
- ``uniqueItems`` compares every item with every other: jsonschema regards
  ``[[1], [true], [1]]`` as unique;
- ``pattern`` means what ECMAScript means by it (flag ``u``), not what Python does: ``$`` is
  the end of the text, ``\\d``, ``\\w`` and ``\\b`` know ASCII alone, ``.`` matches no line break;
- a leap second, ``23:59:60`` in UTC, is a time, as in RFC 3339;
- NaN and infinities are not numbers, as in JSON;
- a value of a recursive type must not be nested more than ``DEEPEST`` steps deep.

Imported with the package, so it imports little; the code that checks messages is imported by
the first call that is checked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple, Optional

Path = tuple["str | int", ...]
"""The steps to a value in a message: ``("properties", "products", 2, "price")``."""

Key = tuple[str, str, Optional[int]]
"""A message's type, event (or "") and the event's version."""

REDACTED = "<redacted>"
"""Replaces values that the plan marks as personal (``pii: true``)."""

DEEPEST = 100
"""Maximum depth in a message of a value of a recursive type."""

BITS = 1024
"""Bits of the largest integer that a receiver can store as a float."""

MOST = 100
"""How many violations of one message are listed."""
_COUNTED = 10_000  # violations after which checking stops

_KINDS = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    tuple: "array",
    dict: "object",
}
_LISTED = 8  # allowed values that are listed; more are only counted
_TOPS = (("properties",), ("traits",))
_ARGUMENTS = {
    "user_id": "the first positional argument",
    "anonymous_id": 'options["anonymous_id"], the last positional argument',
    "timestamp": 'options["timestamp"], the last positional argument',
    "context": 'options["context"], the last positional argument',
    "options": "the last positional argument",
    "group_id": "the second positional argument",
}


class Violation(NamedTuple):
    """One way in which a message violates the tracking plan.

    ``path`` is the property with its names on the wire (``properties.products[2].price``).
    ``code`` is "Required", "Invalid Type", "Unplanned Property", "Invalid Value",
    "Invalid Format", "Out Of Range", "No Match" or, for a call that has its arguments in
    another SDK's order, "Unplanned Event".  ``value`` is the given value in JSON's
    types, None if there was none, ``"<redacted>"`` if the plan marks it as personal, and a
    type such as ``"<bytes>"`` for what JSON does not have.
    """

    event: str
    path: str
    code: str
    message: str
    value: object = None

    def __str__(self) -> str:
        """One line for a log: the event, the property and what is wrong with it."""
        named = self.message.startswith(self.path)
        text = self.message if named else f"{self.path}: {self.message}"
        event = self.event if self.event.isprintable() else json.dumps(self.event)
        return f"{event}: {text}"


class RulesError(Exception):
    """The rules cannot be used: the file is missing or invalid, or one of the rules is."""


class Report:
    """Collects the violations of one message."""

    gave_up = False  # whether a value was nested too deeply
    _redact = False
    _root: Report | None = None  # the report for which this one redacts values

    def __init__(self, event: str) -> None:
        self.event = event
        self.violations: list[Violation] = []

    @property
    def private(self) -> Report:
        """A report that adds to this one, and redacts the values that are added."""
        report = Report(self.event)
        report.violations = self.violations
        report._redact = True
        report._root = self._root or self
        return report

    def step(self, key: str) -> str:
        """A path's step for a key that the plan does not name: inside a personal value, the
        key may be personal, too, and is not shown."""
        return REDACTED if self._redact else key

    @property
    def is_full(self) -> bool:
        """Whether there are so many violations that checking should stop."""
        return len(self.violations) >= _COUNTED

    def add(self, path: Path, code: str, message: str, value: object) -> None:
        """Add a violation of the value at ``path``, unless there are too many."""
        if not self.is_full:
            shown = REDACTED if self._redact else value
            violation = Violation(self.event, dotted(path), code, message, shown)
            self.violations.append(violation)

    def missing(self, path: Path, *steps: str) -> None:
        """Report a missing property that the plan requires."""
        name = dotted((*path, *steps))
        if not self.is_full:
            message = f"{name} is required"
            self.violations.append(Violation(self.event, name, "Required", message))

    def unplanned(
        self, planned: Collection[str], path: Path, given: Mapping[str, object]
    ) -> None:
        """Report the keys of an object that are not in the plan, with a violation for each.

        Inside a personal value it is a single violation, which shows none of them.
        """
        if self._redact:
            message = f"{dotted(path)} has a property that is not in the tracking plan"
            self.add(path, "Unplanned Property", message, given)
            return
        for key in given:
            if key not in planned and not self.is_full:
                at = (*path, key)
                message = f"{dotted(at)} is not in the tracking plan"
                if path in _TOPS and key in _ARGUMENTS:
                    message += f"; {key} goes in {_ARGUMENTS[key]}"
                self.add(at, "Unplanned Property", message, given[key])

    def wrong_type(self, path: Path, value: object, expected: str) -> None:
        """Report a value of a JSON type other than expected: "string", "[string,null]"."""
        message = f"Invalid type. Expected: {expected}, given: {kind(value)}"
        self.add(path, "Invalid Type", message, value)

    def wrong_format(self, path: Path, value: object, expected: str) -> None:
        """Report a string that does not have the plan's format."""
        message = f"{dotted(path)} must be a valid {expected}"
        self.add(path, "Invalid Format", message, value)

    def not_listed(
        self, allowed: Collection[object], path: Path, value: object
    ) -> None:
        """Report a value that is not among the allowed ones."""
        if len(allowed) > _LISTED:
            count = len(allowed)
            message = f"{dotted(path)} must be one of the {count} allowed values"
        else:
            listed = ", ".join(json.dumps(each) for each in allowed)
            one_of = "" if len(allowed) == 1 else "one of: "
            message = f"{dotted(path)} must be {one_of}{listed}"
        self.add(path, "Invalid Value", message, value)

    def no_pattern(self, pattern: str, path: Path, value: object) -> None:
        """Report a string in which the plan's regular expression is not found."""
        message = f"{dotted(path)} must match {pattern}"
        self.add(path, "Invalid Format", message, value)

    def out_of_range(self, limit: str, path: Path, value: object) -> None:
        """Report a value beyond a limit ("be at least 0"): size, length, repetition."""
        self.add(path, "Out Of Range", f"{dotted(path)} must {limit}", value)

    def no_match(self, what: str, path: Path, value: object) -> None:
        """Report a value that fits none of the alternatives, or several instead of one."""
        self.add(path, "No Match", f"{dotted(path)} must match {what}", value)

    def too_deep(self, path: Path, value: object) -> bool:
        """Whether to stop here, as a value of a recursive type is nested too deeply.

        After the first such value everything stops: in a value that contains itself,
        checking the rest at every level might never end.
        """
        root = self._root or self
        gave_up = root.gave_up
        if len(path) <= DEEPEST and not gave_up:
            return False
        root.gave_up = True
        if not gave_up or not self.violations:
            self.out_of_range("not be nested so deeply", path, value)
        return True


def listed(violations: list[Violation]) -> list[Violation]:
    """The violations of a message that are shown: a hundred, and how many more there are."""
    if len(violations) <= MOST:
        return violations
    more = len(violations) - MOST
    some = f"{more:,} more" if len(violations) < _COUNTED else f"at least {more:,} more"
    text = f"{some} violations in this message"
    last = Violation(violations[0].event, "", "Out Of Range", text)
    return [*violations[:MOST], last]


def dotted(path: Path) -> str:
    """``properties.products[2].price``; an ambiguous key is quoted."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif not _is_plain(step):
            text += f"[{json.dumps(str(step))}]"
        else:
            text += f".{step}" if text else step
    return text


def _is_plain(key: object) -> bool:
    if not isinstance(key, str) or not key.isprintable():
        return False
    return bool(key) and not any(sign in key for sign in ".[]")


def kind(value: object) -> str:
    """The JSON type of ``value`` as Segment names it, else the name of its Python type."""
    for known, name in _KINDS.items():
        if type(value) is known:
            return name
    for known, name in _KINDS.items():
        if issubclass(type(value), known):  # isinstance would ask the object
            return name
    return type(value).__name__
