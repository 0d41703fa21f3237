"""The name that is meant by a word: the same as without an index, and at a cost that does not
depend on how many names there are."""

from __future__ import annotations

import random
from difflib import get_close_matches

import pytest

from typewriter_py.spellings import Index, Spellings

NAMES = [f"{what} {done} {number}" for what in ("order", "cart") for done in ("seen", "opened")
         for number in range(500)]  # fmt: skip


def test_of_a_few_names_all_are_compared() -> None:
    assert Index(["b", "a"]).near("zzz") == ("b", "a")


@pytest.mark.parametrize("seed", range(5))
def test_a_typo_among_many_names_finds_what_a_comparison_with_all_finds(seed: int) -> None:
    chance = random.Random(seed)
    spellings = Spellings(NAMES)
    for name in chance.sample(NAMES, 20):
        at = chance.randrange(len(name) - 4)
        word = name[:at] + "x" + name[at + 1 :]
        assert spellings.closest(word) == get_close_matches(word, NAMES, 1)[0]


def test_case_and_underscores_do_not_count_but_what_is_suggested_is_the_name() -> None:
    assert Spellings(["Order_Id", "total"]).did_you_mean("order-id") == "did you mean `Order_Id`?"


def test_nothing_close_is_no_suggestion() -> None:
    assert Spellings(NAMES).closest("zzzzzz") is None
    assert Spellings(()).did_you_mean("a") is None


def test_few_of_many_names_are_compared() -> None:
    index = Index(NAMES)
    assert len(index.near("order seen 250")) < 100
    assert "order seen 250" in index.near("order sen 250")


def test_names_that_are_added_or_left_out_later_count() -> None:
    index = Index(NAMES)
    assert "order seen 250" in index.near("order seen 250")
    index.discard("order seen 250")
    index.add("order seen 5000")
    assert "order seen 250" not in index.near("order seen 250")
    assert "order seen 5000" in index.near("order seen 5000")
