"""Changes of identify, group, page and screen, and of what holds for every message."""

from __future__ import annotations

from collections.abc import Iterator

from ...plan.model import OPEN, Value
from ..model import CALLERS, DATA, SAFE, Finding
from ..pairing import CallPair
from . import rule

_ANY = Value(OPEN)


@rule(CallPair, "TW320", "call-planned")
def call_planned(pair: CallPair) -> Iterator[Finding]:
    """The plan speaks of identify, group, page, screen, or of every message (`common`), of
    which it said nothing.

    Breaks callers: any traits or properties were fine, and now only those that are planned
    are.
    """
    if pair.new and not pair.old:
        narrowed = not pair.inclusion.holds(_ANY, Value(pair.new.properties))
        yield Finding(CALLERS if narrowed else SAFE, "is planned; anything was allowed before")


@rule(CallPair, "TW321", "call-unplanned")
def call_unplanned(pair: CallPair) -> Iterator[Finding]:
    """The plan says nothing more of identify, group, page, screen, or of every message
    (`common`).

    Breaks data: anything may come with them now.
    """
    if pair.old and not pair.new:
        widened = not pair.inclusion.reverse.holds(_ANY, Value(pair.old.properties))
        yield Finding(DATA if widened else SAFE, "is planned no more; anything is allowed now")


@rule(CallPair, "TW322", "call-described", safe=True)
def call_described(pair: CallPair) -> Iterator[Finding]:
    """The description of identify, group, page or screen has changed.

    Safe.
    """
    if pair.old and pair.new and pair.old.description != pair.new.description:
        yield Finding(SAFE, "has another `description`")
