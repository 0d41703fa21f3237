"""Which packages of a code base are generated ones: as told, as configured, or as they say."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ..output import HEADER
from .means import Packages
from .modules import Modules

_FACE: Final = "__init__.py"
_EVENTS: Final = "events.py"


def generated_from(data: bytes) -> str | None:
    """The plan that a file's first line says it comes from; None if it is not generated."""
    first = data[:1000].partition(b"\n")[0].decode("utf-8", "replace").rstrip("\r")
    if not first.startswith(HEADER):
        return None
    return first.removeprefix(HEADER).strip().removesuffix(". DO NOT EDIT.")


def detect(files: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The generated packages among absolute ``files``: folder, and plan's name."""
    there = frozenset(files)
    for file in there:
        folder, name = os.path.split(file)
        if name != _EVENTS or os.path.join(folder, _FACE) not in there:
            continue
        try:
            with open(file, "rb") as opened:
                plan = generated_from(opened.read(1000))
        except OSError:
            continue
        if plan is not None:
            yield folder, plan


def identify(modules: Modules, named: Sequence[str], folders: Sequence[str], plan: str) -> Packages:
    """The packages of one plan.

    ``named`` are dotted names; without any, ``folders`` are those of the configured targets;
    without these, packages in the code base that say they come from ``plan``.
    """
    detected = dict(detect(modules.files))
    places: set[str] = set()
    dotted = set(named)
    for name in named:
        parts = name.split(".")
        for folder in detected:
            if folder.split(os.sep)[-len(parts) :] == parts:
                places.add(folder)
        place, taken = modules.find(parts, os.sep) or ("", 0)
        if taken == len(parts):
            places.add(place)
    if not named:
        places = {os.path.realpath(folder) for folder in folders}
        places = places or {folder for folder, source in detected.items() if source == plan}
        dotted = {modules.dotted(folder) for folder in places}
    return Packages(frozenset(places), frozenset(dotted))
