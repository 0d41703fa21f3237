"""The rules of one package, and what happens to calls if the rules cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Callable, Protocol, cast

from ..log import log, raised
from ..process.forks import late
from ..rules.report import REDACTED, Key, Path, Report, RulesError, Violation
from .message import BODY

if TYPE_CHECKING:
    from logging import Logger

    from ..rules import Rules
    from ..rules.rule_set import RuleSet
    from .snapshot import Item


_SWAPPED = (
    "event is not in the tracking plan, but the user id is the name of an event:"
    " track(event, user_id, options, properties)"
)
_PASSING = OSError, MemoryError, RecursionError  # temporary: not the file's fault


class Client(Protocol):
    """The part of a client that calls use."""

    validates: bool
    """Whether calls are checked."""
    renders: bool
    """Whether it takes drafts, which its worker turns into messages."""

    @property
    def sends_unchecked(self) -> bool:
        """Whether messages are sent unchecked when the rules cannot be loaded."""
        ...

    def log(self) -> Logger:
        """The log of the package that uses it."""
        ...

    def freeze(self, body: Mapping[str, object], context: object) -> bytes:
        """A copy of a draft's values; raises if they are not plain, or too large."""
        ...

    def queue(self, item: Item) -> None:
        """Queue a draft."""
        ...

    def accept(self, payload: bytes) -> None:
        """Accept a message."""
        ...

    def refuse(self, payload: bytes, reason: str, cause: str = "") -> None:
        """Count a message as accepted and drop it at once."""
        ...

    def allows(self, violations: Sequence[Violation], payload: bytes) -> bool:
        """Whether a message is sent despite its violations.  May raise ViolationError."""
        ...

    def broke(self, kind: str) -> None:
        """Report that a message could not be built; called from the except block."""
        ...


class Checks:
    """The rules of one package, loaded by the first call that is checked."""

    def __init__(self, package: str, rules: Callable[[], Rules]) -> None:
        self.rules: RuleSet | None = None
        """None until they are loaded, or if they cannot be."""
        self._package = package
        self._import = rules
        self._loaded = late(self._load)
        self._logged: set[tuple[str, str]] = set()

    def check(
        self, to: Client, key: Key, message: Mapping[str, Any], report: Report
    ) -> bool:
        """Report the message's violations of the plan.

        False: the rules cannot be used, which is logged once.  Raises what a value's own
        methods raise.
        """
        try:
            rules = self.rules or self.load()
            body = message.get(BODY.get(key[0], ""))
            if body is not None:
                rules.check_body(key, body, report)
            if rules.checks_messages:
                rules.check_message(message, report)
        except RulesError as error:
            self._log_unusable(to, str(error))
            return False
        return True

    def check_plain(
        self, to: Client, key: Key, message: Mapping[str, Any], report: Report
    ) -> bool:
        """The same for a message in JSON's own types: any exception is the rules' fault."""
        try:
            return self.check(to, key, message, report)
        except Exception as error:  # noqa: BLE001 - the rules may have been edited
            self._log_unusable(to, raised(error))
            return False

    def misplaced(
        self,
        to: Client,
        message: Mapping[str, object],
        has_body: bool,
        report: Report,
    ) -> bool:
        """Whether it is a track call with its arguments in another SDK's order,
        ``track(user_id, event, properties)``: what it means is not what would be sent.

        The report has the violations of the envelope so far, and gets that of the order.
        """
        if message["type"] != "track":
            return False
        unknown = any(each.code == "Unplanned Property" for each in report.violations)
        try:
            rules = (self.rules or self.load()) if to.validates else None
        except RulesError:  # reported by the check
            rules = None
        if rules is None or rules.has_event(message.get("event")):
            return unknown and not has_body
        meant = message.get("userId")
        if not rules.has_event(meant):
            return unknown
        # Named by the event that is meant: what was passed as the event is an identity.
        report.event = cast("str", meant)
        report.violations[:] = [
            each._replace(event=report.event) for each in report.violations
        ]
        report.add(("event",), "Unplanned Event", _SWAPPED, None)
        return True

    def public(self, key: Key, path: Path) -> Path:
        """A path in a message without the keys that may be personal.

        Without usable rules, all keys except the names of properties are redacted.
        """
        try:
            return (self.rules or self.load()).public(key, path)
        except Exception:  # noqa: BLE001 - the rules may have been edited
            below = [step if isinstance(step, int) else REDACTED for step in path[2:]]
            return (*path[:2], *below)

    def load(self) -> RuleSet:
        """The rules.  Raises RulesError if they cannot be loaded."""
        try:
            found = self._loaded()
        except _PASSING as error:
            raise RulesError(_described(error)) from error
        if isinstance(found, str):
            raise RulesError(found)
        self.rules = found
        return found

    def _load(self) -> RuleSet | str:
        """The rules, or why they cannot be used.  Raises errors that may be temporary."""
        try:
            rules = self._import()  # first, to free the memory that compiling it takes
            from ..rules.rule_set import RuleSet

            return RuleSet(rules)
        except _PASSING:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it may be edited
            return str(error) if isinstance(error, RulesError) else _described(error)

    def _log_unusable(self, to: Client, error: str) -> None:
        instead = "sent unchecked" if to.sends_unchecked else "dropped"
        if (error, instead) in self._logged:
            return
        self._logged.add((error, instead))
        log(self._package).error(
            "the rules of %s cannot be used, so messages are %s: %s; regenerate the package",
            self._package,
            instead,
            error,
        )


def _described(error: BaseException) -> str:
    """The error, and where it was raised."""
    text = f"{type(error).__name__}: {error}"
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    if step is None or isinstance(error, (ImportError, SyntaxError)):
        return text
    return f"{text} ({step.tb_frame.f_code.co_filename}, line {step.tb_lineno})"
