"""Whether the disk of an outbox works; that it fails is told once, and that it works again."""

from __future__ import annotations

from time import monotonic

from .report import log

_FAILED = 1.0  # seconds for which a disk that failed is left alone


class Health:
    """Of the outbox at ``path``."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._failing = False
        self._avoid_until = 0.0

    def allows(self) -> bool:
        """Whether the disk is worth an attempt."""
        return not self._failing or monotonic() >= self._avoid_until

    def fails(self, error: Exception) -> None:
        """An attempt failed."""
        self._avoid_until = monotonic() + _FAILED
        failed_before, self._failing = self._failing, True
        if not failed_before:
            said = "the outbox %s fails, messages wait in memory meanwhile: %s"
            log().error(said, self._path, error)

    def works(self) -> None:
        """An attempt did not fail."""
        if self._failing:
            self._failing = False
            log().warning("the outbox %s works again", self._path)
