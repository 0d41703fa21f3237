"""What checks report: a violation names the property, says what is wrong, shows the value.

The verdict on a message, as it is sent, is that of jsonschema: draft-07 with its formats
(``jsonschema[format-nongpl]``), and ``uuid`` as later drafts have it. Except that

- ``multipleOf`` is checked in decimal, so that 19.99 is a multiple of 0.01;
- ``uniqueItems`` compares every item with every other: jsonschema takes ``[[1], [true], [1]]``
  for unique;
- a leap second, ``23:59:60`` in UTC, is a time, as RFC 3339 has it;
- NaN and infinities are not numbers, as JSON has it;
- a value of a recursive type must not be nested more than ``DEEPEST`` steps deep.

Imported with the package, so it imports little; what checks a message is loaded by the first
call that is checked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple, Optional

Path = tuple["str | int", ...]
"""Where a value stands in a message: ``("properties", "products", 2, "price")``."""

Key = tuple[str, str, Optional[int]]
"""A message's type, its event (or "") and the event's version."""

REDACTED = "<redacted>"
"""Stands for the value of what the plan marks as personal (``pii: true``)."""

DEEPEST = 100
"""Steps from the top of a message at which a value of a recursive type is too deep."""

BITS = 1024
"""Of the largest whole number that a receiver can hold as a float."""

MOST = 100
"""Violations of one message that are listed."""
_COUNTED = 10_000  # beyond, nothing more is looked for

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
_LISTED = 8  # allowed values that a message lists before it only counts them
_TOPS = (("properties",), ("traits",))
_PLACES = {
    "user_id": "the first positional argument",
    "anonymous_id": 'options["anonymous_id"], the last positional argument',
    "timestamp": 'options["timestamp"], the last positional argument',
    "context": 'options["context"], the last positional argument',
    "options": "the last positional argument",
    "group_id": "the second positional argument",
}


class Violation(NamedTuple):
    """One way in which a message breaks the tracking plan.

    ``path`` is the property as it goes on the wire (``properties.products[2].price``).
    ``code`` is "Required", "Invalid Type", "Unplanned Property", "Invalid Value",
    "Invalid Format", "Out Of Range" or "No Match". ``value`` is what was given, None where
    nothing was and ``"<redacted>"`` where the plan says that it is personal; in JSON's
    types, with a kind such as ``"<bytes>"`` for what JSON has not.
    """

    event: str
    path: str
    code: str
    message: str
    value: object = None

    def __str__(self) -> str:
        """One line for a log: the event, the property and what is wrong with it."""
        named = self.message.startswith(self.path)
        said = self.message if named else f"{self.path}: {self.message}"
        event = self.event if self.event.isprintable() else json.dumps(self.event)
        return f"{event}: {said}"


class RulesError(Exception):
    """The rules cannot be used: the file, or one of them, is missing or wrong."""


class Report:
    """Collects the violations of one message."""

    gave_up = False  # on a value that is nested too deeply
    _redact = False
    _root: Report | None = None  # the report that this one hides the values of

    def __init__(self, event: str) -> None:
        self.event = event
        self.violations: list[Violation] = []

    @property
    def private(self) -> Report:
        """The same report, for personal values: what is added through it is redacted."""
        report = Report(self.event)
        report.violations = self.violations
        report._redact = True
        report._root = self._root or self
        return report

    def step(self, key: str) -> str:
        """A step to what a key holds that the plan does not name: in what is personal, the
        key may be somebody's as well, and is not shown."""
        return REDACTED if self._redact else key

    @property
    def is_full(self) -> bool:
        """Whether there are so many violations that no more are looked for."""
        return len(self.violations) >= _COUNTED

    def add(self, path: Path, code: str, message: str, value: object) -> None:
        """Add a violation of the value at ``path``, unless there are too many."""
        if not self.is_full:
            shown = REDACTED if self._redact else value
            violation = Violation(self.event, dotted(path), code, message, shown)
            self.violations.append(violation)

    def missing(self, path: Path, *steps: str) -> None:
        """Nothing is there, and the plan requires it."""
        place = dotted((*path, *steps))
        if not self.is_full:
            message = f"{place} is required"
            self.violations.append(Violation(self.event, place, "Required", message))

    def unplanned(
        self, planned: Collection[str], path: Path, given: Mapping[str, object]
    ) -> None:
        """The object has keys that the plan does not know: one violation for each.

        In what is personal it is one for all, which shows none of them.
        """
        if self._redact:
            message = f"{dotted(path)} has a property that is not in the tracking plan"
            self.add(path, "Unplanned Property", message, given)
            return
        for key in given:
            if key not in planned and not self.is_full:
                at = (*path, key)
                message = f"{dotted(at)} is not in the tracking plan"
                if path in _TOPS and key in _PLACES:
                    message += f"; {key} goes in {_PLACES[key]}"
                self.add(at, "Unplanned Property", message, given[key])

    def wrong_type(self, path: Path, value: object, expected: str) -> None:
        """The value is of another JSON type than the plan's: "string", "[string,null]"."""
        message = f"Invalid type. Expected: {expected}, given: {kind(value)}"
        self.add(path, "Invalid Type", message, value)

    def wrong_format(self, path: Path, value: object, expected: str) -> None:
        """The string is not of the plan's format."""
        message = f"{dotted(path)} must be a valid {expected}"
        self.add(path, "Invalid Format", message, value)

    def not_listed(
        self, allowed: Collection[object], path: Path, value: object
    ) -> None:
        """The value is none of those that the plan lists."""
        if len(allowed) > _LISTED:
            message = f"{dotted(path)} is none of the {len(allowed)} allowed values"
        else:
            listed = ", ".join(json.dumps(each) for each in allowed)
            one_of = "" if len(allowed) == 1 else "one of: "
            message = f"{dotted(path)} must be {one_of}{listed}"
        self.add(path, "Invalid Value", message, value)

    def no_pattern(self, pattern: str, path: Path, value: object) -> None:
        """The plan's regular expression is not found in the string."""
        message = f"{dotted(path)} must match {pattern}"
        self.add(path, "Invalid Format", message, value)

    def out_of_range(self, limit: str, path: Path, value: object) -> None:
        """The value is beyond a limit ("be at least 0"): size, length, repetition."""
        self.add(path, "Out Of Range", f"{dotted(path)} must {limit}", value)

    def no_match(self, what: str, path: Path, value: object) -> None:
        """The value fits none of the alternatives, or several where one must fit."""
        self.add(path, "No Match", f"{dotted(path)} must match {what}", value)

    def too_deep(self, path: Path, value: object) -> bool:
        """Whether to stop here: a value of a recursive type is nested too deeply.

        Once one was, everything stops: in a value that contains itself, trying what is left
        on every level could take for ever.
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
    """The violations of a message as they are shown: a hundred, and how many more."""
    if len(violations) <= MOST:
        return violations
    more = len(violations) - MOST
    some = f"{more:,} more" if len(violations) < _COUNTED else f"at least {more:,} more"
    said = f"{some} violations in this message"
    last = Violation(violations[0].event, "", "Out Of Range", said)
    return [*violations[:MOST], last]


def dotted(path: Path) -> str:
    """``properties.products[2].price``; a key that would be unclear so is quoted."""
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
    """The JSON type of ``value`` as Segment names it, else its Python type's name."""
    for known, name in _KINDS.items():
        if type(value) is known:
            return name
    for known, name in _KINDS.items():
        if issubclass(type(value), known):  # isinstance would ask the object
            return name
    return type(value).__name__
