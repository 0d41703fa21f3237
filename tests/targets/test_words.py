"""Names are cut into words the same way, whoever wrote them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typewriter_py.names import pascal, singular, snake, words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Order Completed", "order_completed"),
        ("order_completed", "order_completed"),
        ("orderCompleted", "order_completed"),
        ("OrderCompleted", "order_completed"),
        ("ORDER COMPLETED", "order_completed"),
        ("order-completed!", "order_completed"),
        ("HTTPError", "http_error"),
        ("viaHTTPLink", "via_http_link"),
        ("iOS App", "i_os_app"),
        ("2FA Enabled", "2fa_enabled"),
        ("3DSecure", "3d_secure"),
        ("Step2Completed", "step2_completed"),
        ("Bob's & Co", "bobs_co"),
        ("Größe geändert", "größe_geändert"),
        ("ÉtatChangé", "état_changé"),
        ("注文 完了", "注文_完了"),
        ("हिन्दी नाम", "हिन्दी_नाम"),
        ("ﬁle", "file"),
        ("🎉🎉", ""),
        ("  ", ""),
    ],
)
def test_names_in_small_letters(name: str, expected: str) -> None:
    assert snake(words(name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("order completed", "OrderCompleted"),
        ("HTTPError", "HttpError"),
        ("product_id", "ProductId"),
        ("2FA", "2fa"),
        ("注文", "注文"),
    ],
)
def test_names_in_capitals(name: str, expected: str) -> None:
    assert pascal(words(name)) == expected


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("products", "product"),
        ("categories", "category"),
        ("addresses", "address"),
        ("boxes", "box"),
        ("batches", "batch"),
        ("purchases", "purchase"),
        ("statuses", "status"),
        ("people", "person"),
        ("movies", "movie"),
        ("line items", "line item"),
    ],
)
def test_one_of_a_plural(plural: str, one: str) -> None:
    assert singular(words(plural)) == words(one)


@pytest.mark.parametrize("name", ["cart", "data", "series", "address", "status", "basis", "s", ""])
def test_what_is_no_plural(name: str) -> None:
    assert singular(words(name)) is None


@given(st.text())
def test_any_text_gives_words_that_are_normal_and_may_stand_in_an_identifier(name: str) -> None:
    for word in words(name):
        assert ("a" + word).isidentifier()
        assert "_" not in word
    for made in (snake(words(name)), pascal(words(name))):
        assert unicodedata.is_normalized("NFKC", made)
