"""An index of alternatives leaves out none that matters: the same as if each pair was tried."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.diff.edits import edited_type
from tests.validation.strategies import NAMES, Draw, definitions, types
from typewriter_py.diff.alternatives import Matching, is_whole, kind_of
from typewriter_py.diff.candidates import Candidates
from typewriter_py.diff.inclusion import Definitions, Inclusion, apart
from typewriter_py.plan.model import (
    ANYTHING,
    Array,
    Enum,
    Number,
    Object,
    Property,
    Ref,
    String,
    Type,
    Union,
    Value,
)

SETTINGS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CONSTANTS = st.sampled_from(["a", "b", "c", 1, 1.0, 0, True, False])


@st.composite
def tagged(draw: Draw) -> Object:
    """An object with constants, as the members of a tagged union are, or nearly so."""
    tags = draw(st.lists(st.sampled_from(NAMES[:3]), max_size=2, unique=True))
    properties = [
        Property(
            name,
            Value(
                draw(st.just(String()) | st.builds(lambda *each: Enum(each), CONSTANTS, CONSTANTS)),
                draw(st.sampled_from([False, False, True])),
            ),
            required=draw(st.sampled_from([True, True, False])),
        )
        for name in tags
    ]
    required = draw(st.lists(st.sampled_from(NAMES[:3]), max_size=1))
    return Object(tuple(properties), draw(st.sampled_from([None, ANYTHING])), tuple(required))


MEMBERS = st.one_of(
    tagged(),
    tagged(),
    st.builds(lambda each: Enum((each,)), CONSTANTS),
    types(1).filter(lambda each: each != Ref("Odd")),
)


@st.composite
def pairs_of_lists(draw: Draw) -> tuple[list[Any], list[Any]]:
    """Alternatives, and the same with some changed, gone and added, in another order."""
    old = draw(st.lists(MEMBERS, max_size=5))
    kept = [each for each in old if draw(st.booleans())]
    new = [draw(edited_type(each, 2)) if draw(st.booleans()) else each for each in kept]
    return old, draw(st.permutations(new + draw(st.lists(MEMBERS, max_size=2))))


@SETTINGS
@given(pairs_of_lists(), definitions())
def test_what_is_left_out_has_nothing_in_common_and_includes_nothing(
    lists: tuple[list[Any], list[Any]], known: Any
) -> None:
    old, new = lists
    here, there = Definitions(known), Definitions(known)
    index, inclusion = Candidates(new, there), Inclusion(here, there)
    for one in old:
        near = index.of(one, here)
        assert [*near] == sorted(set(near))
        for each in set(range(len(new))) - set(near):
            assert apart(one, here, new[each], there), (one, new[each])
            assert not inclusion.of_type(one, new[each]), (one, new[each])


@SETTINGS
@given(pairs_of_lists(), definitions())
def test_the_same_match_as_if_each_pair_was_tried(
    lists: tuple[list[Any], list[Any]], known: Any
) -> None:
    old, new = lists
    here, there = Definitions(known), Definitions(known)
    matching = Matching([*old], [*new], here, there, {})
    assert (matching.pairs, matching.old, matching.new) == _matched(old, new, here, there)


@SETTINGS
@given(st.lists(MEMBERS, max_size=4), definitions())
def test_a_one_of_is_whole_as_if_each_pair_was_tried(members: list[Any], known: Any) -> None:
    here = Definitions(known)
    overlap = any(not apart(one, here, two, here) for one, two in combinations(members, 2))
    assert is_whole(Union(tuple(members), exclusive=True), here) == overlap
    assert not is_whole(Union(tuple(members)), here)


@SETTINGS
@given(pairs_of_lists(), st.booleans(), definitions())
def test_a_type_is_within_a_union_as_if_each_member_was_tried(
    lists: tuple[list[Any], list[Any]], exclusive: bool, known: Any
) -> None:
    old, new = lists
    here, there = Definitions(known), Definitions(known)
    wide = Union(tuple(new), exclusive)
    for one in (each for each in old if isinstance(each, Object | String | Number | Array)):
        inclusion = Inclusion(here, there)
        nothing = inclusion.of_type(one, Enum(()))
        tried = any(
            inclusion.of_type(one, member)
            and not (
                exclusive
                and any(not apart(one, here, new[i], there) for i in range(len(new)) if i != index)
            )
            for index, member in enumerate(new)
        )
        assert Inclusion(here, there).of_type(one, wide) == (tried or nothing)


def _matched(
    old: list[Type], new: list[Type], here: Definitions, there: Definitions
) -> tuple[list[tuple[Type, Type]], list[Type], list[Type]]:
    """What ``Matching`` finds, by trying each pair."""

    def kind(type_: Type) -> str:
        return f"ref {type_.name}" if isinstance(type_, Ref) else kind_of(type_)

    def same_kind(one: Type, two: Type) -> bool:
        return kind(one) == kind(two)

    def overlap(one: Type, two: Type) -> bool:
        return same_kind(one, two) and not apart(one, here, two, there)

    old, new = [*old], [*new]
    found = _pair_off(old, new, lambda one, two: repr(one) == repr(two), alone=False)
    found += _pair_off(old, new, same_kind, alone=True)
    found += _pair_off(old, new, overlap, alone=True)
    return found, old, new


def _pair_off(
    old: list[Type], new: list[Type], alike: Callable[[Type, Type], bool], *, alone: bool
) -> list[tuple[Type, Type]]:
    pairs = []
    for one in tuple(old):
        theirs = [index for index, two in enumerate(new) if alike(one, two)]
        if not theirs or (alone and len(theirs) > 1):
            continue
        two = new[theirs[0]]
        if alone and sum(alike(other, two) for other in old) > 1:
            continue
        del new[theirs[0]]
        del old[next(index for index, each in enumerate(old) if each is one)]
        pairs.append((one, two))
    return pairs


def _kind(*values: Any, **more: Any) -> Object:
    return Object((Property("kind", Value(Enum(values)), required=True),), **more)


ALTERNATIVES = [
    _kind("a"),
    _kind("b", "c", additional=ANYTHING),
    Object(),
    Enum(("x", 1)),
    String(),
]


@pytest.mark.parametrize(
    ("type_", "near"),
    [
        (_kind("a"), [0]),
        (_kind("c"), [1]),
        (_kind("d"), []),
        (_kind("a", "b"), [0, 1]),
        (Object(additional=Value(String()), required=("kind",)), [0, 1]),
        (Object(additional=ANYTHING, required=("kind",)), [0, 1, 2]),
        (Object(), [0, 1, 2]),
        (Enum((1.0,)), [3]),
        (Enum((True,)), []),
        (Enum(("x",)), [3, 4]),
        (Number(), [3]),
        (Array(ANYTHING), []),
        (Union(()), [0, 1, 2, 3, 4]),
    ],
)
def test_constants_and_kinds_tell_alternatives_apart(type_: Any, near: list[int]) -> None:
    none = Definitions({})
    assert [*Candidates(ALTERNATIVES, none).of(type_, none)] == near
