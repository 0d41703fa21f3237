"""Slips of the pen are told from words that happen to be alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typewriter_py.lint.similar import _one_edit
from typewriter_py.lint.words import WORDS

from .linting import in_text


def found(*names: str) -> list[str]:
    text = "tracking_plan:\n  rules:\n    events:\n      - name: Parcel Packed\n"
    text += "        description: Ready.\n        rules:\n          properties:\n"
    text += "".join(f"            {name}: {{type: string}}\n" for name in names)
    return [line.split(" only ")[0].split("TW205 ")[1] for line in in_text(text, ["TW205"])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("category", "catgory"),
        ("category", "catagory"),
        ("category", "cateogry"),
        ("currency_code", "curency_code"),
        ("colour", "color"),
        ("order_id", "orderId"),
        ("order_id", "order__id"),
        ("shipping_address", "shiping_address"),
        ("is_complete", "is_completed"),
    ],
)
def test_a_slip_is_found(one: str, other: str):
    assert found(one, other) == [f"the property `{other}` differs from `{one}`"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("country", "county"),
        ("code", "mode"),
        ("host", "cost"),
        ("price", "prize"),
        ("product", "products"),
        ("min_price", "max_price"),
        ("price_1", "price_2"),
        ("start_date", "start_rate"),
        ("utm_term", "utm_team"),
        ("lat", "lot"),
        ("step", "steps"),
        ("billing_city", "shipping_city"),
    ],
)
def test_another_word_is_not_a_typo(one: str, other: str):
    assert found(one, other) == []


def test_a_word_is_in_the_vocabulary_because_another_is_like_it():
    alone = [w for w in WORDS if not any(_one_edit(w, other) for other in WORDS - {w})]
    assert alone == []


letters = st.text("abcd", min_size=1, max_size=6)


@given(letters, letters)
def test_one_edit_is_a_distance_of_one(one: str, two: str):
    assert _one_edit(one, two) == _one_edit(two, one) == (two in edits(one) and one != two)


def edits(word: str) -> set[str]:
    """All that one edit makes of a word, over four letters (after Norvig)."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    return {
        *(a + b[1:] for a, b in cuts if b),
        *(a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1),
        *(a + c + b[1:] for a, b in cuts if b for c in "abcd"),
        *(a + c + b for a, b in cuts for c in "abcd"),
    }
