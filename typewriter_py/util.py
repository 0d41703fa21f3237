"""Helpers for any part: cheap dataclasses, spelling suggestions, file names as text, the garbage
collector."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

from .spellings import Spellings


def shortened(text: str, most: int = 60) -> str:
    """``text``, cut to ``most`` characters if it is longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


@contextmanager
def without_gc() -> Iterator[None]:
    """A block, or a function, without automatic garbage collection.

    A plan is a million objects that live to the end, with hardly a cycle among them. Searching
    them for cycles again and again would take a third of the total time, and even one search
    right afterwards a fifteenth: so what was made meanwhile counts as old.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


T = TypeVar("T")


def reached(starts: Iterable[T], leads: Callable[[T], Iterable[T]]) -> set[T]:
    """Everything reachable from ``starts``, themselves included, by following ``leads``."""
    found: set[T] = set()
    ahead = [*starts]
    while ahead:
        each = ahead.pop()
        if each not in found:
            found.add(each)
            ahead += leads(each)
    return found


def on_cycles(leads: Mapping[T, Collection[T]]) -> set[T]:
    """What leads back to itself, directly or through others."""
    return {each for loop in loops(leads, leads) for each in loop}


def loops(starts: Iterable[T], leads: Mapping[T, Collection[T]]) -> Iterator[list[T]]:
    """What leads back to itself, grouped: all in a group lead to each other.

    A group comes after those that it leads to.  These are the strongly connected components, by
    Tarjan's algorithm without recursion: whatever is linked is looked at once.
    """
    number: dict[T, int] = {}
    least: dict[T, int] = {}
    open_: dict[T, None] = {}  # what may still turn out to be on a cycle, in order
    for start in starts:
        ahead = [(start, iter(leads[start]))] if start not in number else []
        while ahead:
            node, following = ahead[-1]
            if node not in number:
                number[node] = least[node] = len(number)
                open_[node] = None
            for other in following:
                if other not in number and other in leads:
                    ahead.append((other, iter(leads[other])))
                    break
                if other in open_:
                    least[node] = min(least[node], number[other])
            else:
                ahead.pop()
                if ahead:
                    above = ahead[-1][0]
                    least[above] = min(least[above], least[node])
                if least[node] == number[node]:
                    together: list[T] = []
                    while not together or together[-1] != node:
                        together.append(open_.popitem()[0])
                    together.reverse()
                    if len(together) > 1 or node in leads[node]:
                        yield together


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The suggestion of the known word closest to ``word``; None if none is close.

    For many words and the same known ones, make ``Spellings`` once.
    """
    return Spellings(known).did_you_mean(word)


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to ``word``; None if none is close."""
    return Spellings(known).closest(word)


def readable(name: str) -> str:
    """A file name as text that is the same in every locale."""
    try:
        return os.fsencode(name).decode("utf-8", errors="replace")
    except UnicodeEncodeError:  # text that was never a file name in this locale
        return name


def native(text: str) -> str:
    """The file name in this locale for ``text`` from a UTF-8 file."""
    return os.fsdecode(text.encode("utf-8"))


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def immutable(made: type[T]) -> type[T]:
    """A dataclass with slots and a hash, which type checkers consider frozen.

    Python's own ``frozen`` would enforce that at run time, at a price: each field is set
    through ``object.__setattr__``, which takes several times as long.
    """
    return dataclass(slots=True, unsafe_hash=True)(made)
