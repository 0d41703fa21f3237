"""The rules of one package, in the form that its calls use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Callable, cast

from ..process.forks import importing, late
from .base import Rule, Test
from .definitions import Definitions
from .report import Key, Path, Report, RulesError
from .words import Entry, Rules, Shape, rule_of

_EVERY_MESSAGE: Key = ("every message", "", None)
_TOPS: dict[str, Path] = {
    "every message": (),
    "track": ("properties",),
    "page": ("properties",),
    "screen": ("properties",),
    "identify": ("traits",),
    "group": ("traits",),
}
"""The path of the body that a rule of this kind is for."""
_PASSING = MemoryError, RecursionError  # temporary: not the rules' fault


class RuleSet:
    """Checks messages and their bodies against a package's rules.

    The rule of an event is created and compiled when the event is first sent, under the
    lock that forks wait for.  Only its functions are kept: it is created again if a message
    does not fit.  Raises RulesError for malformed rules.
    """

    def __init__(self, rules: Rules) -> None:
        if not isinstance(cast("object", rules), dict):  # it may be edited by hand
            raise RulesError(f"the rules must be a dict, not {type(rules).__name__}")
        self._rules = rules
        self._defaults: dict[Key, Entry] = {}
        self._tests: dict[Key, Test] = {}
        self._explained: dict[Key, Rule] = {}
        self._wrong: dict[Key, str] = {}
        definitions: dict[str, Callable[[], Rule]] = {}
        for entry in rules:
            if type(entry) is not Entry:
                raise RulesError(f"{entry!r} is not a key of rules, such as r.track(…)")
            kind, name, version, default = entry
            if kind == "definition":
                definitions[name] = partial(_make, entry, rules[entry])
            elif default:
                self._defaults[kind, name, version] = entry
                self._defaults[kind, name, None] = entry
        self._makers = definitions
        self._definitions = Definitions(definitions)
        self.checks_messages = self._entry(_EVERY_MESSAGE) is not None
        """Whether there is a rule for every message."""

    def check_body(self, key: Key, body: Mapping[str, object], report: Report) -> bool:
        """Report violations in the properties or traits of a message.

        Returns whether the plan has such messages.  Raises RulesError if the rules are
        invalid, and what a value's own methods raise.
        """
        test = self._tests.get(key)
        if test is None:
            entry = self._entry(key)
            if entry is None:
                return False
            test = self._compile(key, entry)
        try:
            if test(body):
                return True
        except Exception:  # noqa: BLE001 - whatever an object's own methods raise
            pass
        self._explain(key, body, report)
        return True

    def check_message(self, message: Mapping[str, object], report: Report) -> None:
        """Report a message's violations of the rule for every message."""
        self.check_body(_EVERY_MESSAGE, message, report)

    def has_event(self, name: object) -> bool:
        """Whether the plan has an event of that name."""
        if type(name) is not str:
            return False
        key: Key = "track", name, None
        return key in self._tests or self._entry(key) is not None

    def public(self, key: Key, path: Path) -> Path:
        """A path in a message without the keys that may be personal."""
        for each in (key, _EVERY_MESSAGE):
            top = _TOPS.get(each[0], path)
            if self._entry(each) is not None and path[: len(top)] == top:
                below = _public()(self._rule(each), path[len(top) :], self._definitions)
                path = *top, *below
        return path

    def _entry(self, key: Key) -> Entry | None:
        """The entry with the rule for messages of a key, None if there is none."""
        entry = Entry(*key)
        return entry if entry in self._rules else self._defaults.get(key)

    def _compile(self, key: Key, entry: Entry) -> Test:
        with importing():
            check = self._made(key, entry).check(self._definitions)
            test = check.test
            if check.deep:
                test = partial(_deeply, test, len(_TOPS[key[0]]))
            self._tests[key] = test
            return test

    def _explain(self, key: Key, body: Mapping[str, object], report: Report) -> None:
        whole = body if isinstance(body, dict) else dict(body)
        self._rule(key).explain(whole, _TOPS[key[0]], report)

    def _rule(self, key: Key) -> Rule:
        """The rule for messages of a key, which must exist."""
        rule = self._explained.get(key)
        if rule is None:
            entry = self._entry(key)
            assert entry is not None
            with importing():
                rule = self._explained[key] = self._made(key, entry)
        return rule

    def _made(self, key: Key, entry: Entry) -> Rule:
        """The rule of an entry, compiled.  Raises RulesError if it is invalid."""
        if key in self._wrong:
            raise RulesError(self._wrong[key])
        try:
            rule = _make(entry, self._rules[entry])
            rule.check(self._definitions)
            return rule
        except (Exception, SystemExit) as error:
            self._definitions = Definitions(self._makers)  # some may be incomplete
            text = _explained(key, error)
            if not isinstance(error, _PASSING):
                self._wrong[key] = text
            raise RulesError(text) from error


@late
def _public() -> Callable[[Rule, Path, Definitions], Path]:
    from .personal import public

    return public


def _deeply(test: Test, depth: int, body: Any) -> bool:
    return test(body, depth, {})


def _make(entry: Entry, shape: Callable[[], Shape]) -> Rule:
    """The rule of an entry.  Raises a ValueError that says where it is wrong."""
    try:
        return rule_of(shape())
    except _PASSING:
        raise
    except (Exception, SystemExit) as error:
        text = f"{error}{_line_of(error, shape)}"
        if entry.kind == "definition":
            text = f"{_described(*entry[:3])}: {text}"
        raise ValueError(text) from error


def _line_of(error: BaseException, shape: Callable[[], Shape]) -> str:
    """The line of the shape's file at which the error was raised; "" if elsewhere."""
    code = getattr(shape, "__code__", None)
    file, line = getattr(code, "co_filename", ""), 0
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            line = step.tb_lineno
        step = step.tb_next
    return f" ({file}, line {line})" if line else ""


def _explained(key: Key, error: BaseException) -> str:
    text = isinstance(error, (TypeError, ValueError)) and str(error)
    return f"{_described(*key)}: {text or f'{type(error).__name__}: {error}'}"


def _described(kind: str, name: str, version: int | None) -> str:
    named = f"{kind} {name!r}" if name else kind
    return named if version is None else f"{named}, version {version}"
