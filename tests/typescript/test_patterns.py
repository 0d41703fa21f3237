"""A pattern matches in Python, and as TypeScript has it, what it matches in JavaScript itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typewriter_client.rules.patterns import compiled

from tests import ecmascript
from typewriter_py.plan.patterns.dialect import problem_of
from typewriter_py.targets.typescript.rules import to_javascript

PATTERNS = [
    *[rf"^\{letter}$" for letter in "dDwWsS"],
    *[rf"^[\{letter}]$" for letter in "dDwWsS"],
    *[rf"^[^\{letter}]$" for letter in "dDwWsS"],
    r"^[\W_]+$",
    r"^[^\W_]+$",
    r"^[^\S\n]+$",
    r"^[\W^]$",
    r"^[-\Da-]$",
    r"^[^\s@]+$",
    r"^[-\s]$",
    r"^[\s-]$",
    r"^[.$]$",
    r"^[\[^a\]]$",
    r"^[\W\S]$",
    r"^[^\W\S]$",
    r"^.$",
    r"^.*$",
    r"^..$",
    r"\ba",
    r"a\b",
    r"a\B",
    r"\Ba",
    r"\B",
    r"\b",
    r"a$",
    r"$a|^$",
    r"^\x41?a{1,2}$",
    r"^(?:|a)+b?$",
    r"^\d{4}-\d\d$",
    r"^[A-Z]{3}$",
]
TEXTS = [
    *("", "a", "\n", "a\n", "a\r", "a\r\n", "\na", "a\u2028", "\u2029a", "\ufeff", "\x85", "\x1c"),
    *("USD", "USD\n", "2026-01", "2026-01\n", "٢٠٢٦-٠١", "é", "éa", "İ", "ſ", "\u212a", "\xa0"),
    *("\U0001f600", "\U0001f600\U0001f600", "\ud83d", "\U0001d7d9", "\x00", *"_-^][@"),
]


def disagreements(
    pattern: str, native: str, texts: list[str]
) -> list[tuple[str, str, bool, bool, bool]]:
    """Texts in which not all three find the pattern, or not all three miss it."""
    ours = to_javascript(pattern)
    wanted, printed = ecmascript.found([native, ours], texts)
    search = compiled(pattern).search
    return [
        (pattern, text, js, ts, bool(search(text)))
        for text, js, ts in zip(texts, wanted, printed, strict=True)
        if not js == ts == bool(search(text))
    ]


@ecmascript.needs_node
def test_python_and_typescript_find_what_javascript_finds() -> None:
    known = [c for c in map(chr, range(0x3100)) if unicodedata.category(c) != "Cn"]
    known += ["\ufeff", "\uff11", "\U0001d7d9", "\U0001f600", "\U00010330"]
    texts = [*TEXTS, *known, *(f"{c}a" for c in known), *(f"a{c}" for c in known)]
    for pattern in PATTERNS:
        assert disagreements(pattern, pattern, texts) == []


@ecmascript.needs_node
@pytest.mark.parametrize(
    ("pattern", "native"),
    [
        ("a{|}", r"a\{|\}"),
        (r"\/a|\-a", r"\/a|-a"),
        (r"\_\"\ \@", '_" @'),
        (r"[\_\-\&]]", r"[_\-&]\]"),
        (r"x{2}{", r"x{2}\{"),
    ],
)
def test_what_javascript_spells_otherwise_is_printed_as_it_does(pattern: str, native: str) -> None:
    texts = [*TEXTS, *("a{", "}", "/a", "-a", '_" @', "&]", "-]", "xx{")]
    assert to_javascript(pattern) == native
    assert disagreements(pattern, native, texts) == []


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items: Callable[[st.SearchStrategy[str]], st.SearchStrategy[list[str]]]
    items = lambda each: st.lists(each, min_size=1, max_size=3)  # noqa: E731
    quantifier = st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "??", "{2}?"])
    return st.one_of(
        items(parts).map("".join),
        items(parts).map(lambda each: f"(?:{'|'.join(each)})"),
        st.tuples(parts, quantifier).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    )


_ATOMS = st.sampled_from(
    [
        *("a", "b", "1", "_", " ", "^", "$", ".", "", r"\x41", "é", "\U0001f600"),
        *(r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\b", r"\B"),
        *(r"[a-b\d]", r"[^\s1]", r"[\S\n]", "[^a]", r"[\W\d.$]", "[\U0001f600-\U0001f64f]"),
    ]
)
RANDOM_PATTERNS = st.recursive(_ATOMS, _joined, max_leaves=8)
RANDOM_TEXTS = st.text(
    st.sampled_from([*"abAB1_ -\n\r\t", *"٣\xa0\u2028\u2029\ufeff\x85İéK\U0001f600\U0001d7d9"]),
    max_size=6,
)


@ecmascript.needs_node
@settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(RANDOM_PATTERNS, st.lists(RANDOM_TEXTS, min_size=8, max_size=8))
def test_random_patterns_find_the_same_in_random_texts(pattern: str, texts: list[str]) -> None:
    assert problem_of(pattern) is None
    assert disagreements(pattern, pattern, texts) == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_they_are_of_the_dialect_that_a_plan_may_use(pattern: str) -> None:
    assert problem_of(pattern) is None
