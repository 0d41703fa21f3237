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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typewriter_client import Package, ViolationError
from typewriter_client import rules as r

from typewriter_py.plan.model import Array, Definition, Object, Property, Ref, Union, Value
from typewriter_py.plan.rules import rules_of

from .checking import plan_of
from .strategies import definitions, fitting_object, objects

SECRET = "hush-4711"
EVENT = "Order Completed"


class Shows:
    """Would show it to whoever asks."""

    def __repr__(self) -> str:
        return SECRET

    __str__ = __repr__


class Raises(UserDict[str, Any]):
    """Would have it in the error."""

    def __getitem__(self, key: str) -> Any:
        raise RuntimeError(SECRET)

    def __iter__(self) -> Any:
        raise RuntimeError(SECRET)


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
    [SECRET] * 200_000,
]


def is_shown(text: str) -> bool:
    return SECRET in text or "47114711" in text


def hushed(value: Any, leaf: Any) -> Any:
    """The value with the leaf in place of each text and number; keys stay."""
    if isinstance(value, dict):
        return {key: hushed(each, leaf) for key, each in value.items()}
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
    leaf = draw(st.sampled_from(LEAVES))
    if "email" in value and draw(st.booleans()):
        value["email"] = leaf
    return shape, known, marked(shape, value, known, leaf)


class Overheard(logging.Handler):
    """All that is logged, as it would be written."""

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


def told(package: Package, call: Any) -> list[str]:
    """All that is said of a call, in every mode."""

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
