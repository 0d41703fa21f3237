"""What happens to a message that violates the plan: logging, raising, a callback, counting.

Imported with the package for the names of the modes; what else it needs is imported when a
client with a policy is created.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Callable, Final, Literal, Union

from ..log import Log, printable, traceback_of
from ..rules.report import Violation
from .encoding import to_json

OnViolation = Union[
    Literal["warn", "raise", "drop", "ignore"],
    Callable[[Sequence[Violation], dict[str, Any]], object],
]
"""What to do about violations.

``warn`` logs each distinct one once, then how often it occurred again, and sends the
message; ``drop`` logs likewise and drops it; ``raise`` raises ViolationError in the caller
and sends nothing; ``ignore`` does not validate.  A callable gets the violations and the
message as it would be sent; the message is sent unless the callable returns False or raises.
It runs on the caller's thread, or on the worker's if a violation only shows when the call is
converted to JSON.  Violations of calls that it makes itself are treated as under ``warn``.
"""

MODES: Final = ("warn", "raise", "drop", "ignore")
_REMEMBERED = 1_000  # distinct violations; further ones are not distinguished
_SUMMED_UP = 10  # violations whose final counts are logged on close
_LONGEST = 1_000  # characters of a log line: an application's keys can be long
_WHO = ("userId", "anonymousId", "previousId", "groupId")


class ViolationError(ValueError):
    """A call violated the tracking plan, under ``on_violation="raise"``."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(map(str, self.violations)))

    def __reduce__(self) -> tuple[type[ViolationError], tuple[Sequence[Violation]]]:
        """Pickle the violations, so that it arrives intact from another process."""
        return type(self), (self.violations,)


class ViolationPolicy:
    """How one client handles violations."""

    def __init__(self, on_violation: OnViolation, log: Log) -> None:
        import threading

        self.mode = on_violation
        self._log = log
        self._failures = 0
        self._seen: dict[tuple[str, str, str], _Seen] = {}
        self._asking = threading.local()
        self.renew()

    def renew(self) -> None:
        """In a forked child, take none of the parent's locks and leave the parent's counts
        to the parent."""
        import threading

        self._lock = threading.RLock()
        for seen in self._seen.values():
            seen.logged = seen.count

    def allows(self, violations: Sequence[Violation], payload: bytes) -> bool:
        """Whether to send the message nevertheless.

        Raises nothing except ViolationError, where that is asked for.
        """
        if self.mode == "raise":
            raise ViolationError(violations)
        if callable(self.mode) and not getattr(self._asking, "busy", False):
            return self._ask(self.mode, violations, payload)
        self._log_new(violations)
        return self.mode != "drop"

    def sum_up(self) -> None:
        """Log how often violations have occurred, if more often than last logged."""
        with self._lock:
            again = [seen for seen in self._seen.values() if seen.count > seen.logged]
            again.sort(key=lambda seen: seen.count, reverse=True)
            for seen in again:
                seen.logged = seen.count
        for seen in again[:_SUMMED_UP]:
            self._log().warning("%s", f"{seen.line} ({seen.count:,} times)")
        if len(again) > _SUMMED_UP:
            more = len(again) - _SUMMED_UP
            self._log().warning("%d more violations occurred more than once", more)

    def _ask(
        self,
        ask: Callable[[Sequence[Violation], dict[str, Any]], object],
        violations: Sequence[Violation],
        payload: bytes,
    ) -> bool:
        import json

        from ..process.threads import never_waiting

        self._asking.busy = True  # else calls that it makes might never end
        try:
            with never_waiting():
                return ask(violations, json.loads(payload)) is not False
        except Exception as error:  # noqa: BLE001 - the application's own
            with self._lock:
                self._failures += 1
                failures = self._failures
            if _is_round(failures):
                self._log().error(
                    "on_violation raised, %d times so far; the message is dropped: %s",
                    failures,
                    traceback_of(error),
                )
            return False
        finally:
            self._asking.busy = False

    def _log_new(self, violations: Sequence[Violation]) -> None:
        """Log each violation the first time, then its count the 10th, 100th … time."""
        lines: list[str] = []
        with self._lock:
            for each in violations:
                lines += self._count(each)
        for line in lines:
            self._log().warning("%s", line)

    def _count(self, violation: Violation) -> list[str]:
        event, path, code, *_ = violation
        # All items of a list count as the same violation: the first of them is shown.
        key = event[:_LONGEST], re.sub(r"\[\d+\]", "[]", path[:_LONGEST]), code
        seen = self._seen.get(key)
        if seen is None:
            if len(self._seen) > _REMEMBERED:
                return []
            if len(self._seen) == _REMEMBERED:
                key = "", "", ""
                line = f"{_REMEMBERED:,} different violations; further ones are only counted"
            else:
                line = printable(str(violation), _LONGEST)
            self._seen[key] = _Seen(line)
            return [line]
        seen.count += 1
        if not _is_round(seen.count):
            return []
        seen.logged = seen.count
        return [f"{seen.line} ({seen.count:,} times so far)"]


class _Seen:
    """The log line of a violation, its count, and the count that was last logged."""

    __slots__ = ("count", "line", "logged")

    def __init__(self, line: str) -> None:
        self.line = line
        self.count = self.logged = 1


def _is_round(count: int) -> bool:
    """1, 10, 100 and so on."""
    return str(count).strip("0") == "1"


def shown(violation: Violation, plain: bool = False) -> Violation:
    """The violation with a value in JSON's types, which can be kept, pickled and shown.

    ``plain``: it is in JSON's types already.  An identity is personal even if it is
    invalid: only its type is shown.
    """
    value = violation.value
    if violation.path in _WHO and value is not None:
        return violation._replace(value=f"<{type(value).__name__}>")
    if plain or value is None or type(value) is str:
        return violation
    in_json = to_json(value, "value")
    return violation._replace(
        value=f"<{type(value).__name__}>" if in_json is None else in_json
    )
