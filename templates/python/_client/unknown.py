"""Options that a call does not know.  Loaded with the first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from .checks import Report
from .message import EVERYWHERE, ON_PAGES
from .paths import dotted

_LONGEST = 40  # characters of what could be meant for an option: to compare is slow


def report_unknown(options: Mapping[str, object], kind: str, report: Report) -> None:
    """Report what is no option of a call of this kind, each with what was meant, perhaps."""
    known = ON_PAGES if kind in ("page", "screen") else EVERYWHERE
    for key, value in options.items():
        if key in known or (key in ON_PAGES and value is None):
            continue
        path = "options", str(key)
        message = f"{dotted(path)} {_advice(str(key))}"
        report.add(path, "Unplanned Property", message, value)


def _advice(key: str) -> str:
    if key in ON_PAGES:
        return "is an option of page and screen alone"
    snake = re.sub("(?=[A-Z])", "_", key[:_LONGEST]).lower()
    meant = get_close_matches(snake, sorted(ON_PAGES), 1, 0.7)
    return "is no option" + "".join(f"; did you mean {each}?" for each in meant)
