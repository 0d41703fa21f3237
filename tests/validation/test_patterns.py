"""Patterns at run time: texts that would take too long are not matched, but are violations."""

from __future__ import annotations

import pytest
from typewriter_client.rules.report import REDACTED

from typewriter_py.plan.model import Property, String, Value

from .backtracker import Backtracker
from .checking import check

HOSTILE = 32_000
"""Characters of a message's largest string."""

LONG = (
    "properties.x must have at most 1000 characters: a longer text is not matched with its pattern"
)


def _of(*patterns: str, pii: bool = False, max_length: int | None = None) -> Property:
    type_ = String(patterns=patterns, max_length=max_length)
    return Property("x", Value(type_), pii=pii)


def test_a_text_that_is_too_long_for_its_pattern_is_a_violation_of_its_own() -> None:
    checks = check(_of(r"\w+@"))
    assert checks({"x": "a" * 999 + "@"}) == []
    (violation,) = checks({"x": "a" * 1000 + "@"})
    assert (violation.code, violation.message) == ("Out Of Range", LONG)
    assert violation.value == "a" * 1000 + "@"
    (violation,) = checks({"x": "a" * 1000})
    assert (violation.code, violation.message) == (
        "Invalid Format",
        r"properties.x must match \w+@",
    )


def test_a_length_is_counted_in_code_points() -> None:
    assert check(_of("\U0001f600+a"))({"x": "\U0001f600" * 999 + "a"}) == []


def test_a_pattern_that_takes_linear_time_is_matched_with_any_text() -> None:
    checks = check(_of("^https?://", r"^\S+$", "[a-z]$"))
    assert checks({"x": "https://" + "a" * HOSTILE}) == []


def test_the_plans_own_maximum_is_reported_if_it_is_lower() -> None:
    (violation,) = check(_of(r"\w+@", max_length=100))({"x": "a" * HOSTILE})
    assert violation.message == "properties.x must have at most 100 characters"


def test_a_personal_text_that_is_too_long_is_not_shown() -> None:
    (violation,) = check(_of(r"\w+@", pii=True))({"x": "a" * HOSTILE})
    assert (violation.message, violation.value) == (LONG, REDACTED)


@pytest.mark.parametrize(
    "pattern", [r"\w+@", r"\s+$", r"[\w.-]+@[\w.-]+\.\w+", r"(?:[a-z]\d?)+@", "<[^>]+>", "^a*a*$"]
)
def test_what_lint_lets_pass_takes_few_steps_for_a_text_of_that_length(pattern: str) -> None:
    from typewriter_py.plan.patterns.backtracking import growth, max_matched

    most = max_matched([pattern], None)
    assert most is not None
    text = growth(pattern).text(most)[: most - 1] + "!"
    assert Backtracker(pattern).steps(text, 4_000_000) < 3_000_000
