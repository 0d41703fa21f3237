"""What validators report: a violation names the property, says what is wrong, shows the value.

The verdict on a message, as it is sent, is that of jsonschema: draft-07 with its formats
(``jsonschema[format-nongpl]``), and ``uuid`` as later drafts have it. Except that

- ``multipleOf`` is judged in decimal, so that 19.99 is a multiple of 0.01;
- ``uniqueItems`` compares every item with every other: jsonschema takes ``[[1], [true], [1]]``
  for unique;
- a leap second, ``23:59:60`` in UTC, is a time, as RFC 3339 has it;
- NaN and infinities are no numbers, as JSON has it;
- a value of a recursive type must not be nested more than ``DEEPEST`` steps deep.

Imported with the package, so it imports little; the validators themselves, and what only
they need (``formats``, ``json_types``), are loaded by the first call that is validated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

Path = tuple["str | int", ...]
"""Where a value stands in a message: ``("properties", "products", 2, "price")``."""

REDACTED = "<redacted>"
"""Stands for the value of what the plan marks as personal (``pii: true``)."""

DEEPEST = 100
"""Steps from the top of a message at which a value of a recursive type is too deep."""

_LISTED = 8  # allowed values that a message lists before it only counts them
_TOPS = (("properties",), ("traits",))
_PLACES = {
    "user_id": "the first positional argument",
    "anonymous_id": 'options["anonymous_id"], the last positional argument',
    "timestamp": 'options["timestamp"], the last positional argument',
    "context": 'options["context"], the last positional argument',
}
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


class Violation(NamedTuple):
    """One way in which a message breaks the tracking plan.

    ``path`` is the property as it goes on the wire (``properties.products[2].price``).
    ``code`` is "Required", "Invalid Type", "Unplanned Property", "Invalid Value",
    "Invalid Format", "Out Of Range" or "No Match". ``value`` is what was given, None where
    nothing was and ``"<redacted>"`` where the plan says that it is personal.
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
        return f"{self.event}: {said}"


class Report:
    """Collects the violations of one message."""

    __slots__ = ("_redact", "_root", "event", "gave_up", "violations")

    def __init__(self, event: str) -> None:
        self.event = event
        self.violations: list[Violation] = []
        self.gave_up = False  # on a value that is nested too deeply
        self._redact = False
        self._root = self

    @property
    def private(self) -> Report:
        """The same report, for personal values: what is added through it is redacted."""
        report = self.scratch
        report.violations = self.violations
        report._redact = True
        return report

    @property
    def scratch(self) -> Report:
        """An empty report on the same message, to see whether one of several checks passes."""
        report = Report(self.event)
        report._redact = self._redact
        report._root = self._root
        return report

    def add(self, path: Path, code: str, message: str, value: object) -> None:
        """Add a violation of the value at ``path``."""
        shown = REDACTED if self._redact else value
        violation = Violation(self.event, dotted(path), code, message, shown)
        self.violations.append(violation)

    def missing(self, path: Path) -> None:
        """Nothing is there, and the plan requires it."""
        message = f"{dotted(path)} is required"
        self.violations.append(Violation(self.event, dotted(path), "Required", message))

    def unplanned(
        self,
        path: Path,
        given: Mapping[str, object],
        planned: Collection[str],
    ) -> None:
        """The object has keys that the plan does not know: one violation for each."""
        for key in given:
            if key not in planned:
                at = (*path, key)
                message = f"{dotted(at)} is not in the tracking plan"
                if path in _TOPS and key in _PLACES:
                    message += f"; {key} goes in {_PLACES[key]}"
                self.add(at, "Unplanned Property", message, given[key])

    def wrong_type(self, path: Path, value: object, expected: str) -> None:
        """The value is of another JSON type than the plan's."""
        message = f"Invalid type. Expected: {expected}, given: {kind(value)}"
        self.add(path, "Invalid Type", message, value)

    def wrong_value(
        self, path: Path, value: object, allowed: Collection[object]
    ) -> None:
        """The value is none of those that the plan lists."""
        if len(allowed) > _LISTED:
            message = f"{dotted(path)} is none of the {len(allowed)} allowed values"
        else:
            listed = ", ".join(json.dumps(each) for each in allowed)
            message = f"{dotted(path)} must be one of: {listed}"
        self.add(path, "Invalid Value", message, value)

    def wrong_format(self, path: Path, value: object, expected: str) -> None:
        """The text is not of the plan's format."""
        message = f"{dotted(path)} must be a valid {expected}"
        self.add(path, "Invalid Format", message, value)

    def wrong_pattern(self, path: Path, value: object, pattern: str) -> None:
        """The plan's regular expression is not found in the text."""
        message = f"{dotted(path)} must match {pattern}"
        self.add(path, "Invalid Format", message, value)

    def out_of_range(self, path: Path, value: object, expected: str) -> None:
        """The value is too small, too large, too short, too long or repeats itself."""
        self.add(path, "Out Of Range", f"{dotted(path)} must {expected}", value)

    def too_deep(self, path: Path, value: object) -> bool:
        """Whether to stop here: a value of a recursive type is nested too deeply.

        Once one was, everything stops: in a value that contains itself, trying what is left
        on every level could take for ever.
        """
        gave_up = self._root.gave_up
        if len(path) <= DEEPEST and not gave_up:
            return False
        self._root.gave_up = True
        if not gave_up or not self.violations:
            self.out_of_range(path, value, "not be nested so deeply")
        return True

    def no_match(self, path: Path, value: object, expected: str) -> None:
        """The value fits none of the alternatives, or several where one must fit."""
        self.add(path, "No Match", f"{dotted(path)} must match {expected}", value)


MessageCheck = Callable[[Mapping[str, object], Report], None]
"""Judges the properties or traits of a message, or a message whole."""


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
        if isinstance(value, known):
            return name
    return type(value).__name__
