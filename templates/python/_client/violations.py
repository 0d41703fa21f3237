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

``warn`` says each distinct one once, then how often it came again, and sends; ``drop`` says
so and drops; ``raise`` raises ViolationError in the caller and sends nothing; ``ignore``
does not validate.  A callable gets the violations and the message as it would go on the
wire: it is sent, unless the callable returns False or raises.  It runs on the caller's
thread, or on the worker's where only making JSON of the call shows what is wrong.  What
it sends itself in breach of the plan is treated as under ``warn``.
"""

MODES: Final = ("warn", "raise", "drop", "ignore")


class ViolationError(ValueError):
    """A call broke the tracking plan, under ``on_violation="raise"``."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(map(str, self.violations)))

    def __reduce__(self) -> tuple[type[ViolationError], tuple[Sequence[Violation]]]:
        """Pickled as what it is made of, to come out of another process whole."""
        return type(self), (self.violations,)
