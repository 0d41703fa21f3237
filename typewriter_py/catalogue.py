"""Every code that a diagnostic may have, for ``explain``."""

from __future__ import annotations

from functools import cache

from .audit import codes as audit
from .config import codes as config
from .diagnostics import Code
from .diff import codes as diff
from .diff.rules import rules as diff_rules
from .formats import codes as formats
from .infer import codes as infer
from .lint.registry import rules as lint_rules
from .output import codes as output
from .plan import codes as plan
from .sync import codes as sync


@cache
def codes() -> tuple[Code, ...]:
    """All codes, by number."""
    modules = (audit, config, diff, formats, infer, output, plan, sync)
    found = {each for module in modules for each in vars(module).values() if isinstance(each, Code)}
    found |= {*(rule.code for rule in diff_rules()), *(rule.code for rule in lint_rules())}
    return tuple(sorted(found, key=lambda code: code.number))


@cache
def words() -> frozenset[str]:
    """Every number and every name that a kind of diagnostic is known by."""
    return frozenset(word for each in codes() for word in (each.number, each.name))


def find(word: str) -> Code | None:
    """The code of that number or name, in any case; None if there is none."""
    known = {each.casefold(): code for code in codes() for each in (code.number, code.name)}
    return known.get(word.strip().casefold())
