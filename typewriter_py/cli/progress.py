"""A progress bar on stderr, where that is a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self

import click


class Progress:
    """Shows how far something is; without a terminal it shows nothing."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None
        self.at = 0
        """How many things are done."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, trace)

    def to(self, done: int, total: int | None) -> None:
        """``done`` of ``total`` things are done; None: nobody knows of how many."""
        more, self.at = done - self.at, done
        if sys.stderr is None or not sys.stderr.isatty() or not total:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(more)

    def more(self, count: int, total: int) -> None:
        """``count`` more are done."""
        self.to(self.at + count, total)
