"""The plan's rules of one package, and what becomes of calls that nothing can check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Callable, Protocol

from ..log import log, raised
from ..process.forks import late
from ..rules.report import REDACTED, Key, Path, Report, RulesError, Violation
from .message import BODY

if TYPE_CHECKING:
    from logging import Logger

    from ..rules import Rules
    from ..rules.rule_set import RuleSet
    from .snapshot import Item


_PASSING = OSError, MemoryError, RecursionError  # not the file's fault


class Client(Protocol):
    """The client, as calls see it."""

    validates: bool
    """Whether calls are checked."""
    renders: bool
    """Whether it takes drafts, of which its worker makes messages."""

    @property
    def sends_unchecked(self) -> bool:
        """Whether a message is sent that nothing could check."""
        ...

    def log(self) -> Logger:
        """The log of the package that uses it."""
        ...

    def freeze(self, body: Mapping[str, object], context: object) -> bytes:
        """A copy of a draft's values; raises for what is not plain, or is too large."""
        ...

    def queue(self, item: Item) -> None:
        """Take a draft."""
        ...

    def accept(self, payload: bytes) -> None:
        """Take a message."""
        ...

    def refuse(self, payload: bytes, reason: str, cause: str = "") -> None:
        """Take a message only to drop it."""
        ...

    def allows(self, violations: Sequence[Violation], payload: bytes) -> bool:
        """Whether a message is sent in spite of its violations.  May raise them."""
        ...

    def broke(self, kind: str) -> None:
        """A message could not even be built; called where the error is handled."""
        ...


class Checks:
    """The rules of one package, loaded by the first call that is checked."""

    def __init__(self, package: str, rules: Callable[[], Rules]) -> None:
        self.rules: RuleSet | None = None
        """None until they are loaded, and if they cannot be."""
        self._package = package
        self._import = rules
        self._loaded = late(self._load)
        self._told: set[tuple[str, str]] = set()

    def check(
        self, to: Client, key: Key, message: Mapping[str, Any], report: Report
    ) -> bool:
        """Report what the plan has against the message.

        False: its rules cannot be used, which the log is told, once.  Raises what a value's
        own methods raise.
        """
        try:
            rules = self.rules or self.load()
            body = message.get(BODY.get(key[0], ""))
            if body is not None:
                rules.check_body(key, body, report)
            if rules.checks_messages:
                rules.check_message(message, report)
        except RulesError as error:
            self._tell(to, str(error))
            return False
        return True

    def check_plain(
        self, to: Client, key: Key, message: Mapping[str, Any], report: Report
    ) -> bool:
        """The same of a message in JSON's own types: what is raised is the rules' fault."""
        try:
            return self.check(to, key, message, report)
        except Exception as error:  # noqa: BLE001 - anybody may edit them
            self._tell(to, raised(error))
            return False

    def public(self, key: Key, path: Path) -> Path:
        """A path in a message without the keys that may be somebody's.

        If no rules can be had that tell, all are left out but properties' own names.
        """
        try:
            return (self.rules or self.load()).public(key, path)
        except Exception:  # noqa: BLE001 - anybody may edit them
            below = [step if isinstance(step, int) else REDACTED for step in path[2:]]
            return (*path[:2], *below)

    def load(self) -> RuleSet:
        """The rules.  Raises RulesError if they cannot be loaded."""
        try:
            found = self._loaded()
        except _PASSING as error:
            raise RulesError(_said(error)) from error
        if isinstance(found, str):
            raise RulesError(found)
        self.rules = found
        return found

    def _load(self) -> RuleSet | str:
        """The rules, or why there are none.  Raises what may not be so another time."""
        try:
            rules = self._import()  # first: what it takes to compile is free again then
            from ..rules.rule_set import RuleSet

            return RuleSet(rules)
        except _PASSING:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - anybody may edit it
            return str(error) if isinstance(error, RulesError) else _said(error)

    def _tell(self, to: Client, error: str) -> None:
        instead = "sent unchecked" if to.sends_unchecked else "dropped"
        if (error, instead) in self._told:
            return
        self._told.add((error, instead))
        log(self._package).error(
            "the rules of %s cannot be used, and messages are %s: %s; generate it again",
            self._package,
            instead,
            error,
        )


def _said(error: BaseException) -> str:
    """What is wrong, and where."""
    said = f"{type(error).__name__}: {error}"
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    if step is None or isinstance(error, (ImportError, SyntaxError)):
        return said
    return f"{said} ({step.tb_frame.f_code.co_filename}, line {step.tb_lineno})"
