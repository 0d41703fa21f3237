"""The tracking plan's verdict on a message, by the package's own validators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from .checks import Report
from .forks import load
from .message import Key

Check = Callable[[Mapping[str, object], Report], None]
"""Judges the properties or traits of a call, or a whole message."""

BODY = {
    "track": "properties",
    "identify": "traits",
    "group": "traits",
    "page": "properties",
    "screen": "properties",
}
"""Where a message of a type has what the call is about."""


class Validators:
    """The checks of one package, loaded by the first call that is validated."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._loaded = False
        self._checks: Mapping[Key, Check] = {}
        self._common: Check | None = None

    def judge(self, key: Key, message: Mapping[str, Any], report: Report) -> None:
        """Report what the plan has against the message."""
        body = message.get(BODY.get(key[0], ""))
        if not self.judge_body(key, body, report) and self._common is not None:
            self._common(message, report)

    def judge_body(
        self, key: Key, body: Mapping[str, object] | None, report: Report
    ) -> bool:
        """Report what the plan has against the properties or traits.

        False: it has more to say, of the message as a whole.
        """
        if not self._loaded:
            self._load()
        check = self._checks.get(key)
        if check is not None and body is not None:
            check(body, report)
        return self._common is None

    def _load(self) -> None:
        module = load(self._module)
        self._common, self._checks = module.COMMON, module.CHECKS
        self._loaded = True
