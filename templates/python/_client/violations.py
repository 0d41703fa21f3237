"""What becomes of a message that breaks the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Final, Literal, Union

from .checks import Violation

OnViolation = Union[
    Literal["warn", "raise", "drop", "ignore"],
    Callable[[Sequence[Violation], dict[str, Any]], object],
]
"""What to do about violations.

``warn`` says each distinct one once and sends; ``drop`` says so and drops; ``raise`` raises
ViolationError in the caller and sends nothing; ``ignore`` does not validate.  A callable
gets the violations and the message as it would go on the wire: it is sent, unless the
callable returns False or raises.
"""

MODES: Final = ("warn", "raise", "drop", "ignore")
_REMEMBERED = 1_000  # distinct violations that one client logs


class ViolationError(ValueError):
    """A call broke the tracking plan, under ``on_violation="raise"``."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(map(str, self.violations)))

    def __reduce__(self) -> tuple[type[ViolationError], tuple[Sequence[Violation]]]:
        """Pickled as what it is made of, to come out of another process whole."""
        return type(self), (self.violations,)


class Verdicts:
    """One client's way with violations."""

    def __init__(self, on_violation: OnViolation) -> None:
        self.mode = on_violation
        self._logged: set[tuple[str, str, str]] = set()

    def allows(self, violations: Sequence[Violation], payload: bytes) -> bool:
        """Whether the message is to be sent all the same.

        Raises ViolationError where that is asked for, and nothing else.
        """
        if self.mode == "raise":
            raise ViolationError(violations)
        if callable(self.mode):
            return self._ask(self.mode, violations, payload)
        self._log(violations)
        return self.mode != "drop"

    def _ask(
        self,
        judge: Callable[[Sequence[Violation], dict[str, Any]], object],
        violations: Sequence[Violation],
        payload: bytes,
    ) -> bool:
        import json

        from .report import log
        from .threads import hurrying

        try:
            with hurrying():
                return judge(violations, json.loads(payload)) is not False
        except Exception:  # noqa: BLE001 - the application's own
            log().exception("on_violation raised; the message is dropped")
            return False

    def _log(self, violations: Sequence[Violation]) -> None:
        """Log those that were not logged before."""
        for each in violations:
            key = each.event, each.path, each.code
            if key not in self._logged and len(self._logged) < _REMEMBERED:
                from .report import log

                self._logged.add(key)
                log().warning("%s", each)
