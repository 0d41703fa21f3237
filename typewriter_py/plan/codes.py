"""Every kind of diagnostic about a plan: TW1xx.

A number is for ever: it is never given to something else, even when its kind is gone.
"""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

NAME_COLLISION: Final = Code("TW140", "name-collision", "placeholder")
NAME_UNUSABLE: Final = Code("TW141", "name-unusable", "placeholder")
