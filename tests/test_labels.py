"""Labels of names, for files and anchors: readable, and different for any two names."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typewriter_py.names import label


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Order Completed", "order-completed"),
        ("Add to Cart", "add-to-cart"),
        ("SKU Viewed", "sku-viewed"),
        ("2FA Enabled", "2fa-enabled"),
        ("404", "404"),
        ("注文 完了", "注文-完了"),
        ("Élan Vital", "élan-vital"),
        ("order_completed", "order_completed"),
        ("order-completed", "order-completed~kebab"),
        ("orderCompleted", "order-completed~camel"),
        ("OrderCompleted", "order-completed~pascal"),
        ("order completed", "order-completed~lower"),
        ("ORDER COMPLETED", "order-completed~upper"),
        ("ORDER_COMPLETED", "order-completed~constant"),
        ("Order completed", "order-completed~sentence"),
        ("Done!", "done+exclamation"),
        ("Done?!", "done+question++exclamation"),
        ("A/B Test", "a+slash+b-test"),
        ("Sku Viewed", "sku-viewed~0"),
        ("iOS App", "ios-app~7"),
        ("🎉", "+u1f389"),
        ("e\u0301", "e+u301+~1"),
        ("", "~0"),
    ],
)
def test_a_label_is_readable(name: str, expected: str) -> None:
    assert label(name) == expected


def test_the_usual_spelling_has_no_suffix() -> None:
    assert label("LineItem", "pascal") == "line-item"
    assert label("Line Item", "pascal") == "line-item~title"


NAMES = (
    st.text(st.sampled_from("aAbBkK1 _-!'+~.ßẞéÉe\u0301İıſσςΣ\u212aﬁ\u1100\u1161가🎉")) | st.text()
)


def on_disk(label: str) -> str:
    """How a file system may compare it."""
    return unicodedata.normalize("NFKC", label).casefold()


@given(NAMES, NAMES, st.sampled_from(["title", "pascal"]))
def test_two_names_have_two_labels(one: str, two: str, usual: str) -> None:
    labels = [on_disk(label(name, usual)) for name in (one, two)]
    assert (labels[0] == labels[1]) == (one == two)


@given(st.lists(st.sampled_from("aA1 _-!s"), max_size=4).map("".join), st.data())
def test_so_do_names_that_differ_in_one_character(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name)))
    other = name[:at] + data.draw(st.sampled_from("aA1 _-!sßé")) + name[at + 1 :]
    assert (on_disk(label(name)) == on_disk(label(other))) == (name == other)


@given(NAMES)
def test_a_label_is_a_file_name_everywhere(name: str) -> None:
    found = label(name)
    assert found
    assert len(found.encode()) <= 130
    assert not re.search(r'[<>:"/\\|?*.%\s\x00-\x1f]', found)
    assert found.isprintable() or not name.isprintable()
    assert found not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


@pytest.mark.parametrize("name", ["Con", "con", "NUL", "Com1", "LPT9", "aux", "Prn"])
def test_a_label_is_not_a_device_of_windows(name: str) -> None:
    assert re.search("[~+]", label(name))
