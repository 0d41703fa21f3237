"""How long patterns can take: what the analysis says, held against an engine that counts."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from validation.backtracker import Backtracker

from typewriter_py.plan.patterns.backtracking import QUICK, growth, is_quick, max_matched
from typewriter_py.plan.patterns.dialect import problem_of

LINEAR = [
    *("", "a", "^https?://", r"^\w+$", r"\w+", "^a*b*c*$", '"[^"]*"', ".*", "^(a+)+", "(a*)*"),
    *(r"^#([0-9a-f]{3}){1,2}$", r"^[\w.-]+@[\w.-]+\.\w+$", "^[a-z]+(?:[ _-][a-z]+)*$"),
    *("^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==)?$", r"^\d{3}\d{4}\d{2}$", r"^\S+( \S+)*$"),
    *(r"^(?:\d{4}[ -]?){3}\d{4}$", r"^(\d{1,3}\.){3}\d{1,3}$", "^[A-Z]{1,3}[A-Z]{1,3}[A-Z]{1,9}$"),
]
QUADRATIC = [r"\w+@", r"^\s*\s*$", r"\s+$", "<[^>]+>", r"[\w.-]+@[\w.-]+\.\w+", "^.*a.*=$", "a.*b"]
CUBIC = [r"\s*\s*$", r"^\w+\s*\w+\s*\w+$", ".*.*=.*", "^a*a*a*$"]
EXPONENTIAL = [
    *("^(a+)+$", "(x+x+)+y", "^(a|a)*$", "^(a|b|ab)*c", "^(a?b?)*c", r"^(\w+\s?)*$", "^(a*)*$"),
    *("^([a-zA-Z0-9]+[._-]?)+@[a-z]+\\.com$", r"^(([a-z])+.)+[A-Z]([a-z])+$", "(?:(?:a|b)*)*c"),
    *("^(a?){30}a{30}$", "^(a|a){30}$", "^([a-z]+,?){2,}$", r"(?:\w\d?){1,20}@"),
]


@pytest.mark.parametrize(
    ("pattern", "degree"),
    [(each, 1) for each in LINEAR]
    + [(each, 2) for each in QUADRATIC]
    + [(each, 3) for each in CUBIC]
    + [(each, inf) for each in EXPONENTIAL],
)
def test_the_degree_of_a_pattern(pattern: str, degree: float) -> None:
    assert growth(pattern).degree == degree


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_the_text_for_an_exponential_pattern_takes_more_steps_than_can_be_waited_for(
    pattern: str,
) -> None:
    assert Backtracker(pattern).steps(growth(pattern).text(40), 50_000) > 50_000


@pytest.mark.parametrize("pattern", QUADRATIC + CUBIC)
def test_the_text_for_another_pattern_takes_steps_by_its_degree(pattern: str) -> None:
    found, engine = growth(pattern), Backtracker(pattern)
    few, many = (engine.steps(found.text(times), 3_000_000) for times in (20, 40))
    assert 2 ** (found.degree - 0.5) < many / few < 2 ** (found.degree + 0.3)


# --- what passes cannot hang ---------------------------------------------------------------------

_ATOMS = st.sampled_from(["a", "b", "1", " ", r"\w", r"\d", r"\s", "[ab]", "[^a]", ".", "$", r"\b"])
_QUANTIFIERS = st.sampled_from(["*", "+", "?", "{2}", "{0,3}", "{1,}", "*?", "{2,9}"])


def _larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    few = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        few.map("".join),
        few.map(lambda each: f"(?:{'|'.join(each)})"),
        st.tuples(parts, _QUANTIFIERS).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    )


PATTERNS = st.builds(
    lambda start, middle, end: start + middle + end,
    st.sampled_from(["", "^"]),
    st.recursive(_ATOMS, _larger, max_leaves=7),
    st.sampled_from(["", "$", "!"]),
)
PIECES = st.lists(st.text("ab1 !\n", min_size=1, max_size=3), min_size=1, max_size=3)


@settings(
    max_examples=600, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(PATTERNS, PIECES, st.sampled_from(["", "!", "\n"]))
def test_no_hostile_text_takes_longer_than_the_degree_allows(
    pattern: str, pieces: list[str], end: str
) -> None:
    """Twice the text takes at most 2, 4 or 8 times the steps, as the degree is 1, 2 or 3."""
    assert problem_of(pattern) is None
    degree = growth(pattern).degree
    if degree > QUICK + 1:
        return
    engine = Backtracker(pattern)
    texts = ("".join(piece * times for piece in pieces) + end for times in (16, 32, 64))
    first, second, third = (engine.steps(text, 1_000_000) for text in texts)
    allowed = 1.25 * 2**degree
    assert second <= allowed * max(first, 1000) or third <= allowed * max(second, 1000)


# --- what follows from it ------------------------------------------------------------------------


def test_the_length_up_to_which_a_text_is_matched_depends_on_the_slowest_pattern() -> None:
    assert max_matched([], None) is None
    assert max_matched(LINEAR, None) is None
    assert max_matched([*LINEAR, *QUADRATIC], None) == 1000
    assert max_matched([*QUADRATIC, *CUBIC], None) == 300
    assert max_matched(["^(a+)+$"], None) == 300


def test_a_maximum_length_of_the_plan_makes_another_one_needless() -> None:
    assert max_matched([r"\w+@"], 1000) is None
    assert max_matched([r"\w+@"], 1001) == 1000


def test_a_text_is_quick_if_few_ways_lead_through_it() -> None:
    assert is_quick("^(a+)+$", "b" * 10_000)
    assert is_quick("^(a+)+$", "aaaa!")
    assert not is_quick("^(a+)+$", "a" * 40 + "!")
    assert is_quick(r"\w+@", "a" * 1000)
    assert not is_quick(r"\w+@", "a" * 100_000)
    assert is_quick("^https?://", "h" * 1_000_000)


@pytest.mark.parametrize(
    ("pattern", "degree"),
    [
        ("(?:a{40}|b{40}){40}", 1),
        ("(" * 80 + "a" + ")*" * 80, 1),  # matches every text at once
        ("(" * 80 + "a" + ")*" * 80 + "$", inf),
        ("|".join(["[a-z]+x"] * 120), inf),  # quadratic, 120 times
        ("^" + "a?" * 30 + "a" * 30, inf),
        (r"(?:\w\d?){1,10}@", 2),  # linear, but a thousand steps for each character
        ("(?:" + "|".join(["[a-z]+[0-9]+x"] * 60) + ")*$", inf),
        ("(?:[a-z]{1,40},){1,40}", 1),
        ("^(?:" + "|".join(f"{n}abc" for n in range(100, 600)) + ")+$", 1),
        ("a*b" + "abcdefghij" * 300, 2),
        ("[a-z]{1,50},", 2),  # too many to be written out
    ],
)
def test_large_patterns_are_analysed_too(pattern: str, degree: float) -> None:
    assert problem_of(pattern) is None
    assert growth(pattern).degree == degree
