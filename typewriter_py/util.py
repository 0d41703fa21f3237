"""What any part may need: cheap dataclasses, the word that was meant, file names as text, the
garbage collector."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform


@contextmanager
def uncollected() -> Iterator[None]:
    """A block, or a function, without automatic garbage collection.

    A plan is a million objects, hardly a cycle among them, that live to the end: looking for
    cycles in them again and again would take a third of the whole time, and looking once, as
    soon as it may, a fifteenth: what was made meanwhile counts as old.
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
    """All that ``starts`` lead to, themselves included, where each leads to what ``leads`` says."""
    found: set[T] = set()
    ahead = [*starts]
    while ahead:
        each = ahead.pop()
        if each not in found:
            found.add(each)
            ahead += leads(each)
    return found


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A question that names the known word closest to ``word``; None if none is close."""
    found = closest(word, known)
    return None if found is None else f"did you mean `{found}`?"


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to ``word``; None if none is close."""
    from difflib import get_close_matches  # costs more than all the rest: only on a mistake

    spelled = {name.casefold().replace("_", "-"): name for name in known}
    close = get_close_matches(word.casefold().replace("_", "-"), spelled, n=1)
    return spelled[close[0]] if close else None


def readable(name: str) -> str:
    """What a file's name says, for text that must be the same in every locale."""
    try:
        return os.fsencode(name).decode("utf-8", errors="replace")
    except UnicodeEncodeError:  # text that never was a name of this locale
        return name


def native(text: str) -> str:
    """The file's name that ``text`` stands for, where it comes from a UTF-8 file."""
    return os.fsdecode(text.encode("utf-8"))


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def immutable(made: type[T]) -> type[T]:
    """A dataclass with slots and a hash, which type checkers hold to be frozen.

    Python's own ``frozen`` would see to that at run time, at a price: each field is set
    through ``object.__setattr__``, which takes several times as long.
    """
    return dataclass(slots=True, unsafe_hash=True)(made)
