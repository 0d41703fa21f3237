"""The columns of a tracking plan in a spreadsheet, and how one cell holds a property's path.

Segment's editor has the columns Name, Description, Status, Data Type and Permitted Values
(https://segment.com/docs/protocols/tracking-plan/create/#tracking-plan-columns) for events and
properties alike, and labels beside an event.  What the header of its download says is not
published, save "Allowed Property Values"; so a header is read in any of its likely spellings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

CALL: Final = "Event Type"
EVENT: Final = "Event Name"
VERSION: Final = "Event Version"
ABOUT: Final = "Event Description"
LABELS: Final = "Labels"
PROPERTY: Final = "Property Name"
MEANING: Final = "Property Description"
STATUS: Final = "Property Status"
TYPE: Final = "Property Data Type"
PERMITTED: Final = "Permitted Values"

OWNER: Final = "Owner"
PERSONAL: Final = "PII"
"""Of ours: Segment has no such columns, but analysts keep them, and a plan has words for them."""

COLUMNS: Final = (
    CALL, EVENT, VERSION, ABOUT, LABELS, PROPERTY, MEANING, STATUS, TYPE, PERMITTED,
)  # fmt: skip

ITEMS: Final = "[]"
"""A step of a path: into the items of a list."""

_PLAIN: Final = re.compile(r'[^.\[\]",;\s](?:[^.\[\]",;\n]*[^.\[\]",;\s])?')
_PATH: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^",;\n])+|"')
_STEP: Final = re.compile(r'\[\]|\.?(?P<quoted>"(?:[^"\\]|\\.)*")|\.?(?P<plain>[^.\[\]"]+)')


def path_text(steps: Iterable[str | None]) -> str:
    """A path in one cell: ``address.city``, ``products[].sku``; None is a step into items.

    A name with a dot, bracket or quote of its own stands in quotes, as JSON has them.
    """
    found = ""
    for step in steps:
        if step is None:
            found += ITEMS
        else:
            dot = "." if found else ""
            plain = _PLAIN.fullmatch(step)
            found += dot + (step if plain else json.dumps(step, ensure_ascii=False))
    return found


def paths_in(cell: str) -> list[str]:
    """The paths in one cell: people list properties with commas or line ends between them."""
    return [each for each in (found.strip() for found in _PATH.findall(cell)) if each]


def path_steps(text: str) -> list[str | None] | None:
    """The steps of a path; None for what is none (``a..b``, ``products[0]``)."""
    steps: list[str | None] = []
    place = 0
    while place < len(text):
        found = _STEP.match(text, place)
        if found is None or (found[0].startswith(".") != bool(steps) and found[0] != ITEMS):
            return None
        if found[0] == ITEMS:
            if not steps:
                return None
            steps.append(None)
        elif found["quoted"]:
            try:
                steps.append(json.loads(found["quoted"]))
            except ValueError:
                return None
        else:
            steps.append(found["plain"])
        place = found.end()
    return steps or None
