"""Code that compiled: where the diff says that callers are safe, the Python functions keep
their names, take every argument that they took, and ask for none that was left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from tests.diff.edits import edited_object
from tests.validation.strategies import Draw, objects
from typewriter_py.diff import compare
from typewriter_py.plan.model import ABSENT, Definition, Event, Number, Object, Plan, Value
from typewriter_py.targets.python import names, types

WORDS = st.sampled_from([None, None, "a", "b", "the thing", "class", "User ID", "userId", "x2"])
KNOWN = {name: Definition(name, Value(Number())) for name in ("Node", "Odd")}


@st.composite
def worded(draw: Draw, shape: Object) -> Object:
    """The object with other words for some of its properties, and other defaults."""
    changed = [
        replace(
            each,
            words=draw(WORDS),
            default=draw(st.sampled_from([ABSENT, ABSENT, 1, "x"])),
            const=draw(st.sampled_from([ABSENT, ABSENT, "c"])),
        )
        for each in shape.properties
    ]
    return replace(shape, properties=tuple(changed))


def as_read(shape: Object) -> Object:
    """The object as a plan's reader gives it: what it declares says itself whether it must be."""
    declared = tuple(
        replace(each, required=each.required or each.name in shape.required)
        for each in shape.properties
    )
    # A closed object cannot require what it does not declare: no plan that is read has one.
    others = {*shape.required} - {each.name for each in declared} if shape.additional else ()
    return replace(shape, properties=declared, required=tuple(others))


@st.composite
def plans(draw: Draw) -> Plan:
    shape = as_read(draw(worded(draw(objects(1)))))
    return Plan("P", events=(Event("Cart Viewed", shape),), definitions=KNOWN)


@st.composite
def edits(draw: Draw, plan: Plan) -> Plan:
    (one,) = plan.events
    shape = one.properties
    if draw(st.booleans()):
        shape = draw(edited_object(shape))
    if draw(st.booleans()):
        shape = draw(worded(shape))
    function = draw(st.sampled_from([None, None, "cart viewed", "cartViewed", "seen cart"]))
    return replace(plan, events=(replace(one, properties=as_read(shape), function=function),))


def face(plan: Plan) -> tuple[str, dict[str, bool]]:
    """The function of the only event, and its keywords: whether each must be given."""
    named = names.assign(plan)
    built: Any = types.build(plan, named)
    assume(not named.diagnostics)
    (one,) = plan.events
    arguments = built.arguments[named.type(one)]
    return named.function(one), {each.name: each.required for each in arguments}


@settings(max_examples=200, deadline=None)
@given(st.data(), plans())
def test_what_breaks_no_callers_compiles_as_it_did(data: st.DataObject, old: Plan) -> None:
    new = data.draw(edits(old))
    (function, before), (same_function, after) = face(old), face(new)
    breaks = any("callers" in change.breaks for change in compare(old, new))
    event(f"breaks callers: {breaks}")
    if not breaks:
        assert same_function == function
        assert before.keys() <= after.keys()
        assert {k for k, needed in after.items() if needed} <= {k for k, n in before.items() if n}
