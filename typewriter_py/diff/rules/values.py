"""Changes to values: their types, null, permitted values, constraints."""

from __future__ import annotations

from collections.abc import Iterator

from ...plan.model import Enum, Json, Object
from ...plan.values import identity
from ..describe import listed, of_type
from ..intervals import Difference, differences
from ..model import BOTH, CALLERS, DATA, Finding
from ..pairing import ObjectPair, ValuePair
from . import rule


@rule(ValuePair, "TW350")
def type_changed(pair: ValuePair) -> Iterator[Finding]:
    """A type changed: it allows values that it did not, and rejects some that it did.

    Breaks callers and data.

    ```yaml
    total: {type: string}     # old
    total: {type: number}     # new
    ```
    """
    if pair.narrowed and pair.widened:
        yield Finding(BOTH, _retyped(pair))


@rule(ValuePair, "TW351")
def type_widened(pair: ValuePair) -> Iterator[Finding]:
    """A type allows all that it did, and more.

    Breaks data: its readers may see what was never there. Callers need not change anything.

    ```yaml
    total: {type: integer}    # old
    total: {type: number}     # new
    ```
    """
    if pair.widened and not pair.narrowed:
        yield Finding(DATA, _retyped(pair))


@rule(ValuePair, "TW352")
def type_narrowed(pair: ValuePair) -> Iterator[Finding]:
    """A type allows only some of what it did.

    Breaks callers who send the rest.

    ```yaml
    total: {type: number}     # old
    total: {type: integer}    # new
    ```
    """
    if pair.narrowed and not pair.widened:
        yield Finding(CALLERS, _retyped(pair))


def _retyped(pair: ValuePair) -> str:
    old, new = of_type(pair.old.type), of_type(pair.new.type)
    if old == new:
        return f"{_subject(pair)}is still {new}, but allows other values"
    return f"{_subject(pair)}changed from {old} to {new}"


def _subject(pair: ValuePair | ObjectPair) -> str:
    """What the sentence is about; nothing for the whole of an event or definition."""
    return f"`{pair.location.path}` " if pair.location.steps else ""


@rule(ValuePair, "TW353")
def null_allowed(pair: ValuePair) -> Iterator[Finding]:
    """A value can now be null, which it could not be before.

    Breaks data: its readers may see it.
    """
    if pair.new.nullable and not pair.old.nullable:
        yield Finding(DATA, f"{_subject(pair)}can now be null")


@rule(ValuePair, "TW354")
def null_refused(pair: ValuePair) -> Iterator[Finding]:
    """A value that could be null no longer can.

    Breaks callers who send it.
    """
    if pair.old.nullable and not pair.new.nullable:
        yield Finding(CALLERS, f"{_subject(pair)}can no longer be null")


@rule(ValuePair, "TW355")
def enum_value_added(pair: ValuePair) -> Iterator[Finding]:
    """A value was added to an enum.

    Breaks data: its readers may see a value that no report or table knows.
    """
    added = _beyond(pair.new.type, pair.old.type)
    if added:
        yield Finding(DATA, f"{_subject(pair)}can now be {_any_of(added)}")


@rule(ValuePair, "TW356")
def enum_value_removed(pair: ValuePair) -> Iterator[Finding]:
    """A value was removed from an enum.

    Breaks callers who send it.
    """
    removed = _beyond(pair.old.type, pair.new.type)
    if removed:
        yield Finding(CALLERS, f"{_subject(pair)}can no longer be {_any_of(removed)}")


def _beyond(one: object, two: object) -> list[Json]:
    """The values of one enum that another does not have, compared as in JSON."""
    if not isinstance(one, Enum) or not isinstance(two, Enum):
        return []
    known = set(map(identity, two.values))
    return [value for value in one.values if identity(value) not in known]


def _any_of(values: list[Json]) -> str:
    text = listed(values)
    return text[1:-1] if len(values) == 1 else f"any of {text}"


@rule(ValuePair | ObjectPair, "TW357")
def constraint_tightened(pair: ValuePair | ObjectPair) -> Iterator[Finding]:
    """A constraint rejects what it used to allow: a length, a range, a count, a pattern, a format.

    Breaks callers who send that.
    """
    for each in _constraints(pair):
        if each.tighter and not each.looser:
            yield Finding(CALLERS, f"{_subject(pair)}{each}")


@rule(ValuePair | ObjectPair, "TW358")
def constraint_loosened(pair: ValuePair | ObjectPair) -> Iterator[Finding]:
    """A constraint allows what it used to reject, or was removed.

    Breaks data: its readers may see what was never there.
    """
    for each in _constraints(pair):
        if each.looser and not each.tighter:
            yield Finding(DATA, f"{_subject(pair)}{each}")


@rule(ValuePair | ObjectPair, "TW359")
def constraint_changed(pair: ValuePair | ObjectPair) -> Iterator[Finding]:
    """A constraint changed, and neither the old nor the new one is known to include the other:
    another pattern, another format.

    Breaks callers and data.
    """
    for each in _constraints(pair):
        if each.tighter and each.looser:
            yield Finding(BOTH, f"{_subject(pair)}{each}")


def _constraints(pair: ValuePair | ObjectPair) -> Iterator[Difference]:
    """Those of a value as a whole; an object has a pair of its own for them."""
    if isinstance(pair, ObjectPair):
        yield from differences(pair.old, pair.new)
    elif not (pair.old_left or pair.new_left or isinstance(pair.old.type, Object)):
        yield from differences(pair.old.type, pair.new.type)


@rule(ObjectPair, "TW360")
def object_opened(pair: ObjectPair) -> Iterator[Finding]:
    """An object now allows undeclared keys (`additionalProperties`).

    Breaks data: its readers may see any of them.
    """
    if pair.new.additional is not None and pair.old.additional is None:
        yield Finding(DATA, f"{_subject(pair)}now allows undeclared keys")


@rule(ObjectPair, "TW361")
def object_closed(pair: ObjectPair) -> Iterator[Finding]:
    """An object no longer allows undeclared keys (`additionalProperties`).

    Breaks callers who send any.
    """
    if pair.old.additional is not None and pair.new.additional is None:
        yield Finding(CALLERS, f"{_subject(pair)}no longer allows undeclared keys")
