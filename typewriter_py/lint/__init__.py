"""Lint: what is badly named, badly described or contradictory in a plan that is valid.

A rule is a function under a decorator of ``registry``; its docstring is what ``typewriter
explain`` prints.  A new rule needs nothing else: every module of this folder is searched.
"""

from __future__ import annotations

from ..casing import STYLES, Naming
from .context import Settings
from .engine import Found, Request, lint, with_severity
from .registry import Rule, chosen, rules

__all__ = [
    "STYLES",
    "Found",
    "Naming",
    "Request",
    "Rule",
    "Settings",
    "chosen",
    "lint",
    "rules",
    "with_severity",
]
