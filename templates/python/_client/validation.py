"""The tracking plan's verdict on a message, by the package's own validators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, Optional

from .checks import Report
from .message import complete

Key = tuple[str, str, Optional[int]]
"""A message's type, its event (or "") and the event's version."""
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

    def judge(self, key: Key, message: dict[str, Any], report: Report) -> None:
        """Report what the plan has against the message."""
        if not self._loaded:
            from importlib import import_module

            module = import_module(self._module)
            self._common, self._checks = module.COMMON, module.CHECKS
            self._loaded = True
        check = self._checks.get(key)
        if check is not None:
            check(message[BODY[key[0]]], report)
        if self._common is not None:
            complete(message)
            self._common(message, report)
