"""Changes of what may stand in a place: types, null, permitted values, constraints."""

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
    """A type is another, which allows what was not allowed and refuses what was.

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

    Breaks data: who reads may meet what was never there. Callers may go on as they are.

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
        return f"{_there(pair)}is still {new}, but of other values"
    return f"{_there(pair)}is {new}, which was {old}"


def _there(pair: ValuePair | ObjectPair) -> str:
    """The place that the sentence is about; nothing for the whole of an event or definition."""
    return f"`{pair.place.path}` " if pair.place.steps else ""


@rule(ValuePair, "TW353")
def null_allowed(pair: ValuePair) -> Iterator[Finding]:
    """null may stand where it could not.

    Breaks data: who reads may meet it.
    """
    if pair.new.nullable and not pair.old.nullable:
        yield Finding(DATA, f"{_there(pair)}may be null now")


@rule(ValuePair, "TW354")
def null_refused(pair: ValuePair) -> Iterator[Finding]:
    """null may not stand any more where it could.

    Breaks callers who send it.
    """
    if pair.old.nullable and not pair.new.nullable:
        yield Finding(CALLERS, f"{_there(pair)}may not be null any more")


@rule(ValuePair, "TW355")
def enum_value_added(pair: ValuePair) -> Iterator[Finding]:
    """A value is permitted that was not.

    Breaks data: who reads may meet a value that no report or table knows.
    """
    added = _beyond(pair.new.type, pair.old.type)
    if added:
        yield Finding(DATA, f"{_there(pair)}may be {_these(added)} now")


@rule(ValuePair, "TW356")
def enum_value_removed(pair: ValuePair) -> Iterator[Finding]:
    """A value is permitted no more.

    Breaks callers who send it.
    """
    removed = _beyond(pair.old.type, pair.new.type)
    if removed:
        yield Finding(CALLERS, f"{_there(pair)}may not be {_these(removed)} any more")


def _beyond(one: object, two: object) -> list[Json]:
    """The values of one enum that another does not have, as JSON tells them apart."""
    if not isinstance(one, Enum) or not isinstance(two, Enum):
        return []
    known = set(map(identity, two.values))
    return [value for value in one.values if identity(value) not in known]


def _these(values: list[Json]) -> str:
    text = listed(values)
    return text[1:-1] if len(values) == 1 else f"any of {text}"


@rule(ValuePair | ObjectPair, "TW357")
def constraint_tightened(pair: ValuePair | ObjectPair) -> Iterator[Finding]:
    """A constraint refuses what it allowed: a length, a range, a count, a pattern, a format.

    Breaks callers who send that.
    """
    for each in _constraints(pair):
        if each.tighter and not each.looser:
            yield Finding(CALLERS, f"{_there(pair)}{each}")


@rule(ValuePair | ObjectPair, "TW358")
def constraint_loosened(pair: ValuePair | ObjectPair) -> Iterator[Finding]:
    """A constraint allows what it refused, or is gone.

    Breaks data: who reads may meet what was never there.
    """
    for each in _constraints(pair):
        if each.looser and not each.tighter:
            yield Finding(DATA, f"{_there(pair)}{each}")


@rule(ValuePair | ObjectPair, "TW359")
def constraint_changed(pair: ValuePair | ObjectPair) -> Iterator[Finding]:
    """A constraint is another, of which neither includes the other, as far as can be told:
    another pattern, another format.

    Breaks callers and data.
    """
    for each in _constraints(pair):
        if each.tighter and each.looser:
            yield Finding(BOTH, f"{_there(pair)}{each}")


def _constraints(pair: ValuePair | ObjectPair) -> Iterator[Difference]:
    """Those of the whole of a value; an object's are its own pair's."""
    if isinstance(pair, ObjectPair):
        yield from differences(pair.old, pair.new)
    elif not (pair.old_left or pair.new_left or isinstance(pair.old.type, Object)):
        yield from differences(pair.old.type, pair.new.type)


@rule(ObjectPair, "TW360")
def object_opened(pair: ObjectPair) -> Iterator[Finding]:
    """Keys that are not declared may come, which could not (`additionalProperties`).

    Breaks data: who reads may meet any of them.
    """
    if pair.new.additional is not None and pair.old.additional is None:
        yield Finding(DATA, f"{_there(pair)}may have keys now that are not planned")


@rule(ObjectPair, "TW361")
def object_closed(pair: ObjectPair) -> Iterator[Finding]:
    """Keys that are not declared may not come any more (`additionalProperties`).

    Breaks callers who send some.
    """
    if pair.old.additional is not None and pair.new.additional is None:
        yield Finding(CALLERS, f"{_there(pair)}may not have keys any more that are not planned")
