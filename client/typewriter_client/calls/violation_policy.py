"""What becomes of a message that breaks the plan: said, raised, asked, counted.

Imported with the package, for the names of the modes; what else is needed comes with the
client that has a policy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Callable, Final, Literal, Union

from ..log import Log, printable, unsaid
from ..rules.report import Violation
from .encoding import to_json

OnViolation = Union[
    Literal["warn", "raise", "drop", "ignore"],
    Callable[[Sequence[Violation], dict[str, Any]], object],
]
"""What to do about violations.

``warn`` says each distinct one once, then how often it came again, and sends; ``drop`` says
so and drops; ``raise`` raises ViolationError in the caller and sends nothing; ``ignore``
does not validate.  A callable gets the violations and the message as it would go on the
wire: it is sent, unless the callable returns False or raises.  It runs on the caller's
thread, or on the worker's where only making JSON of the call shows what is wrong.  What
it sends itself in breach of the plan is treated as under ``warn``.
"""

MODES: Final = ("warn", "raise", "drop", "ignore")
_REMEMBERED = 1_000  # distinct violations; further ones are told apart no more
_SUMMED_UP = 10  # those that a close says the last figures of
_LONGEST = 1_000  # characters of a line in the log: an application's keys can be long
_WHO = ("userId", "anonymousId", "previousId", "groupId")


class ViolationError(ValueError):
    """A call broke the tracking plan, under ``on_violation="raise"``."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(map(str, self.violations)))

    def __reduce__(self) -> tuple[type[ViolationError], tuple[Sequence[Violation]]]:
        """Pickled as what it is made of, to come out of another process whole."""
        return type(self), (self.violations,)


class ViolationPolicy:
    """One client's way with violations."""

    def __init__(self, on_violation: OnViolation, log: Log) -> None:
        import threading

        self.mode = on_violation
        self._log = log
        self._failures = 0
        self._seen: dict[tuple[str, str, str], _Seen] = {}
        self._asking = threading.local()
        self.renew()

    def renew(self) -> None:
        """In a forked child, take no lock of the parent's and leave its figures to it."""
        import threading

        self._lock = threading.RLock()
        for seen in self._seen.values():
            seen.told = seen.count

    def allows(self, violations: Sequence[Violation], payload: bytes) -> bool:
        """Whether the message is to be sent all the same.

        Raises ViolationError where that is asked for, and nothing else.
        """
        if self.mode == "raise":
            raise ViolationError(violations)
        if callable(self.mode) and not getattr(self._asking, "busy", False):
            return self._ask(self.mode, violations, payload)
        self._say(violations)
        return self.mode != "drop"

    def sum_up(self) -> None:
        """Say how often what was said before came again since."""
        with self._lock:
            again = [seen for seen in self._seen.values() if seen.count > seen.told]
            again.sort(key=lambda seen: seen.count, reverse=True)
            for seen in again:
                seen.told = seen.count
        for seen in again[:_SUMMED_UP]:
            self._log().warning("%s", f"{seen.line} ({seen.count:,} times)")
        if len(again) > _SUMMED_UP:
            more = len(again) - _SUMMED_UP
            self._log().warning("%d more violations came more than once", more)

    def _ask(
        self,
        ask: Callable[[Sequence[Violation], dict[str, Any]], object],
        violations: Sequence[Violation],
        payload: bytes,
    ) -> bool:
        import json

        from ..process.threads import hurrying

        self._asking.busy = True  # or what it sends itself might never end
        try:
            with hurrying():
                return ask(violations, json.loads(payload)) is not False
        except Exception as error:  # noqa: BLE001 - the application's own
            with self._lock:
                self._failures += 1
                failures = self._failures
            if _is_round(failures):
                said = (
                    "on_violation raised, %d times so far; the message is dropped: %s"
                )
                self._log().error(said, failures, unsaid(error))
            return False
        finally:
            self._asking.busy = False

    def _say(self, violations: Sequence[Violation]) -> None:
        """Say what was not said before, and at its 10th, 100th … time that it was."""
        lines: list[str] = []
        with self._lock:
            for each in violations:
                lines += self._count(each)
        for line in lines:
            self._log().warning("%s", line)

    def _count(self, violation: Violation) -> list[str]:
        event, path, code, *_ = violation
        # Of the items of a list, the first that is wrong speaks for all.
        key = event[:_LONGEST], re.sub(r"\[\d+\]", "[]", path[:_LONGEST]), code
        seen = self._seen.get(key)
        if seen is None:
            if len(self._seen) > _REMEMBERED:
                return []
            if len(self._seen) == _REMEMBERED:
                key = "", "", ""
                line = f"{_REMEMBERED:,} different violations; others are only counted"
            else:
                line = printable(str(violation), _LONGEST)
            self._seen[key] = _Seen(line)
            return [line]
        seen.count += 1
        if not _is_round(seen.count):
            return []
        seen.told = seen.count
        return [f"{seen.line} ({seen.count:,} times so far)"]


class _Seen:
    """What was said of a violation, how often it came, and how often that was said."""

    __slots__ = ("count", "line", "told")

    def __init__(self, line: str) -> None:
        self.line = line
        self.count = self.told = 1


def _is_round(count: int) -> bool:
    """1, 10, 100 and so on."""
    return str(count).strip("0") == "1"


def shown(violation: Violation, plain: bool = False) -> Violation:
    """The violation with a value that can be kept, pickled and shown: in JSON's types.

    ``plain``: it is in them.  An identity is somebody's, also where it is wrong: then only
    its kind is shown.
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
