"""What the plan marks as personal leaves a call in its message alone: it is in no violation,
no line of a log and no exception, whatever is wrong with it and whatever is done about that."""

from __future__ import annotations

import logging
import pickle
import traceback
from collections import UserDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.utils.functional import SimpleLazyObject, lazy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typewriter_client import Package, ViolationError
from typewriter_client import rules as r
from werkzeug.local import LocalProxy

from typewriter_py.plan.model import Array, Definition, Object, Property, Ref, Union, Value
from typewriter_py.plan.rules import rules_of

from .checking import plan_of
from .strategies import definitions, fitting_object, objects

SECRET = "hush-4711"
EVENT = "Order Completed"


class Shows:
    """Would reveal it in its repr."""

    def __repr__(self) -> str:
        return SECRET

    __str__ = __repr__


class Raises(UserDict[str, Any]):
    """Would reveal it in an exception."""

    def __getitem__(self, key: str) -> Any:
        raise RuntimeError(SECRET)

    def __iter__(self) -> Any:
        raise RuntimeError(SECRET)


def fail(*_: Any, **__: Any) -> Any:
    raise LookupError(f"nobody is called {SECRET}")


class Hides:
    """Would have it in the error when it is asked what it is."""

    @property
    def __class__(self) -> Any:
        return fail()


@dataclass
class Holds:
    value: Any = SECRET


LEAVES = [
    SECRET,
    SECRET.encode(),
    47114711.5,
    10**400 + 47114711,
    {SECRET},
    (SECRET, float("nan")),
    Holds(),
    Holds(Raises()),
    Shows(),
    Raises(),
    Hides(),
    SimpleLazyObject(fail),
    LocalProxy(fail),
    lazy(fail, str)(),
    {SECRET: 1},
    {SECRET: b"", "more": {SECRET: [float("nan")]}},
    {SECRET: 1, Holds: 2, 7: {"7": SECRET, 7: SECRET}},
    [SECRET] * 200_000,
]


def is_shown(text: str) -> bool:
    return SECRET in text or "47114711" in text


def hushed(value: Any, leaf: Any) -> Any:
    """The value with the leaf in place of each text and number, and a key that is one more."""
    if value is leaf:
        return leaf
    if isinstance(value, dict):
        more = {SECRET: leaf} if len(value) % 2 else {}
        return {**{key: hushed(each, leaf) for key, each in value.items()}, **more}
    if isinstance(value, list):
        return [hushed(each, leaf) for each in value]
    return value if value is None or isinstance(value, bool) else leaf


def marked(type_: Any, value: Any, known: dict[str, Definition], leaf: Any) -> Any:
    """The value with the leaf wherever the type, or one that it may be, says personal."""
    if isinstance(type_, Ref):
        return marked(known[type_.name].value.type, value, known, leaf)
    if isinstance(type_, Union):
        for member in type_.members:
            if not isinstance(member, Ref) or isinstance(value, (dict, list)):
                value = marked(member, value, known, leaf)
    if isinstance(type_, Array) and isinstance(value, list):
        return [marked(type_.items.type, each, known, leaf) for each in value]
    if isinstance(type_, Object) and isinstance(value, dict):
        planned = {each.name: each for each in type_.properties}
        found = {}
        for key, each in value.items():
            if key in planned and planned[key].pii:
                found[key] = hushed(each, leaf)
            elif key in planned:
                found[key] = marked(planned[key].value.type, each, known, leaf)
            elif type_.additional is not None:
                found[key] = marked(type_.additional.type, each, known, leaf)
            else:
                found[key] = each
        return found
    return value


@st.composite
def events(draw: st.DrawFn) -> tuple[Object, dict[str, Definition], dict[str, Any]]:
    """An event of a random plan, and properties of which all that is personal is a leaf."""
    known, shape = draw(definitions()), draw(objects(2))
    email = Property("email", draw(objects(1).map(Value)), pii=True)
    if draw(st.booleans()):
        shape = replace(shape, properties=(*shape.properties, email))
    value = draw(fitting_object(shape, known))
    leaf = LEAVES[draw(st.integers(0, len(LEAVES) - 1))]  # which nobody may look at
    if "email" in value and draw(st.booleans()):
        value["email"] = leaf
    return shape, known, marked(shape, value, known, leaf)


class Overheard(logging.Handler):
    """Everything that is logged, as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        shown = logging.Formatter("%(message)s").format(record)
        self.said += [shown, repr(record.args), str(record.exc_info)]


@contextmanager
def overheard() -> Iterator[list[str]]:
    handler, root = Overheard(), logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        yield handler.said
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


class Transport:
    def send(self, batch: list[dict[str, Any]]) -> None:
        """As if it had been delivered."""


class FailsOnce:
    """Has the whole of its first batch in the error, whatever kind that is."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind

    def send(self, batch: list[dict[str, Any]]) -> None:
        kind, self.kind = self.kind, None
        if kind is not None:
            raise kind(f"cannot send {batch}")


class Objects:
    """An SDK's client that rejects each call with all of it in the exception."""

    send = True

    def object(self, **message: Any) -> None:
        raise ValueError(f"cannot send {message}")

    track = identify = group = page = screen = alias = object


ERRORS = [ValueError, OSError, ImportError, SystemExit, lambda said: OSError(5, said)]


def said_by_failures(package: Package, call: Any, kind: Any) -> list[str]:
    """Everything reported about a call if everything that the application passes raises."""

    def show(*given: Any) -> Any:
        raise ValueError(f"cannot take {given}")

    with overheard() as said:
        for transport in (FailsOnce(kind), Objects()):
            for mode in ("warn", "drop", "ignore", show):
                package.configure(
                    transport=transport,
                    on_violation=mode,  # type: ignore[arg-type]
                    on_drop=show if mode != "warn" else None,
                    close_timeout=1,
                )
                call()
                package.flush()
            package.close()
    return said


def told(package: Package, call: Any) -> list[str]:
    """Everything reported about a call, in every mode."""

    def judge(violations: Any, message: Any) -> None:
        said.extend([*map(repr, violations), *map(str, violations)])
        said.append(pickle.dumps(violations).decode("latin-1"))

    with overheard() as said:
        for mode in ("warn", "raise", "drop", judge):
            package.configure(
                transport=Transport(),
                on_violation=mode,  # type: ignore[arg-type]
                on_drop=lambda message, reason: said.append(reason),
            )
            try:
                call()
            except ViolationError as error:
                judge(error.violations, None)
                said.extend([repr(error), str(error), "".join(traceback.format_exception(error))])
            package.flush()
        package.close()
    return said


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(events(), st.sampled_from([None, {"message_id": "m"}, {"extra": {}}]))
def test_it_is_in_nothing_that_is_said(
    event: tuple[Object, dict[str, Definition], dict[str, Any]], options: Any
) -> None:
    shape, known, properties = event
    rules = rules_of(plan_of(shape, known))
    package = Package("analytics.events", lambda: rules)
    said = told(package, lambda: package.track(EVENT, "u", options, properties))
    assert not [each for each in said if is_shown(each)]
    assert not [each for each in said if "cannot be used" in each]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(events(), st.sampled_from(ERRORS))
def test_nor_where_all_that_the_application_gives_raises(
    event: tuple[Object, dict[str, Definition], dict[str, Any]], kind: Any
) -> None:
    shape, known, properties = event
    rules = rules_of(plan_of(shape, known))
    package = Package("analytics.events", lambda: rules)
    call = lambda: package.track(EVENT, "u", None, properties)  # noqa: E731
    assert not [each for each in said_by_failures(package, call, kind) if is_shown(each)]


@pytest.mark.parametrize("kind", ERRORS)
def test_what_a_transport_raises_is_told_by_its_kind_and_place(kind: Any) -> None:
    call = lambda: PACKAGE.track(EVENT, "1", None, {"email": f"{SECRET}@"})  # noqa: E731
    said = said_by_failures(PACKAGE, call, kind)
    assert not [each for each in said if is_shown(each)]
    name = type(kind("")).__name__
    assert [each for each in said if f"{name}, raised at {__file__}:" in each]
    assert [each for each in said if f"(refused: ValueError, raised at {__file__}:" in each]


OWNERS: r.Rules = {
    r.track(EVENT): lambda: r.closed(
        {
            r.optional("owner"): r.pii(r.closed({r.optional("name"): r.string()})),
            r.optional("ages"): r.pii(r.open({}, additional=r.integer())),
            r.optional("people"): [r.ref("Person")],
        }
    ),
    r.define("Person"): lambda: r.any_of(
        r.string(), r.closed({r.optional("contacts"): r.pii(r.open({}))})
    ),
}


@pytest.mark.parametrize("mode", ["warn", "raise", "drop", "ignore"])
@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"owner": {SECRET: 1}}, "properties.owner"),
        ({"owner": {SECRET: b""}}, "properties.owner.<redacted>"),
        ({"owner": {"name": b""}}, "properties.owner.name"),
        ({"ages": {SECRET: "x"}}, "properties.ages.<redacted>"),
        ({"ages": {SECRET: float("nan")}}, "properties.ages.<redacted>"),
        ({"people": [{"contacts": {SECRET: {SECRET: b""}}}]}, "contacts.<redacted>.<redacted>"),
    ],
)
def test_keys_of_what_is_personal_are_not_shown(properties: Any, path: str, mode: Any) -> None:
    package = Package("owners.events", lambda: OWNERS)
    with overheard() as said:
        package.configure(transport=Transport(), on_violation=mode, on_drop=lambda *_: None)
        try:
            package.track(EVENT, "u", None, properties)
        except ViolationError as error:
            said.extend([str(error), repr(error.violations)])
        package.close()
    assert not [each for each in said if is_shown(each)]
    assert [each for each in said if path in each] or mode == "ignore"


RULES: r.Rules = {
    r.track(EVENT): lambda: r.closed(
        {r.optional("email"): r.pii(r.string(pattern="@")), r.optional("phone"): r.pii(r.string())},
        max_properties=1,
    ),
    r.identify(): lambda: r.closed({"email": r.pii(r.string())}, min_properties=3),
    r.every_message(): lambda: r.open(
        {
            "userId": r.pii(r.string(pattern="^[0-9]+$")),
            r.optional("context"): r.open(
                {
                    r.optional("traits"): r.closed(
                        {r.optional("email"): r.pii(r.string("email"))}, max_properties=1
                    )
                }
            ),
        }
    ),
}
PACKAGE = Package("personal.events", lambda: RULES)
BOTH = {"email": SECRET, "phone": SECRET}
CALLS = {
    "too many properties": lambda: PACKAGE.track(EVENT, "1", None, BOTH),
    "too few traits": lambda: PACKAGE.identify("1", None, {"email": SECRET}),
    "taken for options": lambda: PACKAGE.track(EVENT, "1", BOTH, {}),
    "as a whole": lambda: PACKAGE.track(EVENT, "1", None, Holds(BOTH)),  # type: ignore[arg-type]
    "a list": lambda: PACKAGE.track(EVENT, "1", None, [BOTH]),  # type: ignore[arg-type]
    "JSON": lambda: PACKAGE.track(EVENT, "1", None, f'{{"a": "{SECRET}"}}'),  # type: ignore[arg-type]
    "cannot be read": lambda: PACKAGE.track(EVENT, "1", None, Raises(email=SECRET)),
    "options that cannot be read": lambda: PACKAGE.track(EVENT, "1", Raises(), BOTH),
    "further properties": lambda: PACKAGE.track(EVENT, "1", {"extra": [SECRET]}, {}),
    "context": lambda: PACKAGE.track(
        EVENT, "1", {"context": {"traits": {"email": SECRET, "name": 1}}}, {}
    ),
    "context that is none": lambda: PACKAGE.track(EVENT, "1", {"context": SECRET}, {}),
    "who": lambda: PACKAGE.track(EVENT, SECRET, {"anonymous_id": {SECRET}}, {}),
    "whom nobody knows": lambda: PACKAGE.track(EVENT, Holds(), {"anonymous_id": [SECRET]}, {}),
    "who was who": lambda: PACKAGE.alias("1", {SECRET: SECRET}, None),
    "whose group": lambda: PACKAGE.group("1", {SECRET: SECRET}, None, {"email": SECRET}),
}


@pytest.mark.parametrize("name", CALLS)
def test_nor_where_it_stands_in_the_wrong_place(name: str) -> None:
    said = told(PACKAGE, CALLS[name])
    assert [each for each in said if "personal" in each or ": " in each or "[" in each]
    assert not [each for each in said if is_shown(each)]
