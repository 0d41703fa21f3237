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
they need (``formats``, ``json_types``), are loaded by the first call that they judge.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from .forks import load
from .paths import Path, dotted, kind

__all__ = ["DEEPEST", "REDACTED", "MessageCheck", "Path", "Report", "Violation"]

REDACTED = "<redacted>"
"""Stands for the value of what the plan marks as personal (``pii: true``)."""

DEEPEST = 100
"""Steps from the top of a message at which a value of a recursive type is too deep."""

_FORMATS = frozenset(
    {
        "date-time",
        "date",
        "time",
        "email",
        "ipv4",
        "ipv6",
        "uuid",
        "uri",
        "hostname",
    }
)
_NOTHING = object()
_LISTED = 8  # allowed values that a message lists before it only counts them
_TOPS = (("properties",), ("traits",))
_PLACES = {
    "user_id": "the first positional argument",
    "anonymous_id": 'options["anonymous_id"], the last positional argument',
    "timestamp": 'options["timestamp"], the last positional argument',
    "context": 'options["context"], the last positional argument',
}


class Violation(NamedTuple):
    """One way in which a message breaks the tracking plan.

        ``path`` is the property as it goes on the wire (``properties.products[2].price``).
        ``code`` is "Required", "Invalid Type", "Unplanned Property", "Invalid Value",
        "Invalid Format", "Out Of Range" or "No Match". ``value`` is what was given, None where
        nothing was and ``"<redacted>"`` where the plan says that it is personal; in JSON's types,
    with a kind such as ``"<bytes>"`` for what JSON has not.
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


class Report:
    """Collects the violations of one message.

    What validators call takes the path of an object or list, that itself, and the steps
    that lead on from there to the value that is wrong: none where it is wrong itself.
    """

    gave_up = False  # on a value that is nested too deeply
    _redact = False
    _root: Report | None = None  # the report that this one began as, if not as itself

    def __init__(self, event: str) -> None:
        self.event = event
        self.violations: list[Violation] = []

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
        report._root = self._root or self
        return report

    def add(self, path: Path, code: str, message: str, value: object) -> None:
        """Add a violation of the value at ``path``."""
        shown = REDACTED if self._redact else value
        violation = Violation(self.event, dotted(path), code, message, shown)
        self.violations.append(violation)

    def missing(self, path: Path, *steps: str) -> None:
        """Nothing is there, and the plan requires it."""
        place = dotted((*path, *steps))
        message = f"{place} is required"
        self.violations.append(Violation(self.event, place, "Required", message))

    def unplanned(
        self, planned: Collection[str], path: Path, given: Mapping[str, object]
    ) -> None:
        """The object has keys that the plan does not know: one violation for each."""
        for key in given:
            if key not in planned:
                at = (*path, key)
                message = f"{dotted(at)} is not in the tracking plan"
                if path in _TOPS and key in _PLACES:
                    message += f"; {key} goes in {_PLACES[key]}"
                self.add(at, "Unplanned Property", message, given[key])

    def expected(
        self, what: str, path: Path, given: Any, *steps: str | int, limit: str = ""
    ) -> None:
        """Something else was: a JSON type ("string", "[string,null]") or a format ("date").

        That nothing is there at all is a violation of its own, so is a text that is not of
        the format, or a number that is beyond the limit ("be at least 0").
        """
        at, value = _followed(path, given, steps)
        name = what.strip("[]").partition(",")[0]
        if value is _NOTHING:
            self.missing(at)
        elif limit and _is_number(value, name):
            self.out_of_range(limit, at, value)
        elif name not in _FORMATS:
            self.wrong_type(at, value, what)
        elif isinstance(value, str):
            self.wrong_format(at, value, name)
        else:
            self.wrong_type(at, value, what.replace(name, "string"))

    def wrong_type(self, path: Path, value: object, expected: str) -> None:
        """The value at ``path`` is of another JSON type than the plan's."""
        message = f"Invalid type. Expected: {expected}, given: {kind(value)}"
        self.add(path, "Invalid Type", message, value)

    def wrong_format(self, path: Path, value: object, expected: str) -> None:
        """The text at ``path`` is not of the plan's format."""
        message = f"{dotted(path)} must be a valid {expected}"
        self.add(path, "Invalid Format", message, value)

    def not_listed(
        self, allowed: Collection[object], path: Path, given: Any, *steps: str | int
    ) -> None:
        """The value is none of those that the plan lists."""
        at, value = _followed(path, given, steps)
        if value is _NOTHING:
            self.missing(at)
        elif not isinstance(value, str) and {type(each) for each in allowed} == {str}:
            self.wrong_type(at, value, "string")
        else:
            if len(allowed) > _LISTED:
                message = f"{dotted(at)} is none of the {len(allowed)} allowed values"
            else:
                listed = ", ".join(json.dumps(each) for each in allowed)
                one_of = "" if len(allowed) == 1 else "one of: "
                message = f"{dotted(at)} must be {one_of}{listed}"
            self.add(at, "Invalid Value", message, value)

    def no_pattern(
        self, pattern: str, path: Path, given: Any, *steps: str | int
    ) -> None:
        """The plan's regular expression is not found in the text, or it is no text."""
        at, value = _followed(path, given, steps)
        if not isinstance(value, str):
            self.expected("string", path, given, *steps)
        else:
            message = f"{dotted(at)} must match {pattern}"
            self.add(at, "Invalid Format", message, value)

    def out_of_range(
        self, limit: str, path: Path, given: Any, *steps: str | int
    ) -> None:
        """The value is too small, too large, too short, too long or repeats itself."""
        at, value = _followed(path, given, steps)
        self.add(at, "Out Of Range", f"{dotted(at)} must {limit}", value)

    def no_match(self, what: str, path: Path, given: Any, *steps: str | int) -> None:
        """The value fits none of the alternatives, or several where one must fit."""
        at, value = _followed(path, given, steps)
        if value is _NOTHING:
            self.missing(at)
        else:
            self.add(at, "No Match", f"{dotted(at)} must match {what}", value)

    def too_deep(self, path: Path, given: object) -> bool:
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
            self.out_of_range("not be nested so deeply", path, given)
        return True


MessageCheck = Callable[[Mapping[str, object], Report], None]
"""Judges the properties or traits of a message, or a message whole."""


def _followed(path: Path, given: Any, steps: tuple[str | int, ...]) -> tuple[Path, Any]:
    """Where the steps lead to, and what is there."""
    at, value = (*path, *steps), given
    for step in steps:
        if isinstance(step, str) and step not in value:
            return at, _NOTHING
        value = value[step]
    return at, value


def _is_number(value: object, name: str) -> bool:
    load(".json_types")
    from .json_types import integer, number

    return (integer if name == "integer" else number)(value) is not None
