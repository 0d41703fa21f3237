"""A long check in several functions, as type checkers give up on one that is too long.

pyright does not know what a variable holds that is assigned more than 64 times, nor
anything of a function with more than 768 branches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from .lines import Line, call
from .module import Module, function

_MOST: Final = 120
"""Branches and assignments of one function: a variable that is assigned is then tested, so
that these are at most 60 assignments of it."""


def split(groups: Iterable[list[Line]]) -> list[list[Line]]:
    """The lines of all groups, as bodies of functions; no group is taken apart."""
    bodies: list[list[Line]] = [[]]
    room = _MOST
    for group in groups:
        size = sum(_size(line) for _, line in group)
        if size > room and bodies[-1]:
            bodies.append([])
            room = _MOST
        bodies[-1] += group
        room -= size
    return bodies


def _size(line: object) -> int:
    if isinstance(line, str):
        return 1 + line.count(" and ") + line.count(" or ")
    return 0


def functions(
    module: Module,
    name: str,
    parameters: Sequence[str],
    bodies: Sequence[list[Line]],
    title: str = "",
    constant: str = "",
) -> str:
    """A function of the first body, which at its end calls one for each of the others."""
    texts = []
    calls: list[Line] = []
    for part, body in _named(module, name, bodies[1:]):
        module.uses("Mapping")
        calls.append(call(part, *[each.partition(":")[0] for each in parameters]))
        texts.append(function(part, ("given: Mapping[str, object]", *parameters[1:]), body))
    first = function(name, tuple(parameters), [*bodies[0], *calls], title, constant)
    return "\n\n\n".join([first, *texts])


def _named(
    module: Module, name: str, bodies: Sequence[list[Line]]
) -> Iterator[tuple[str, list[Line]]]:
    for number, body in enumerate(bodies, 2):
        yield module.name(f"_{name.removeprefix('_')}_part_{number}"), body
