"""What rules can be told: how names are written, how many properties, which day it is."""

from __future__ import annotations

import pytest

from typewriter_py.casing import respelled
from typewriter_py.diagnostics import Severity
from typewriter_py.lint import STYLES, Naming, Settings, chosen, rules, with_severity

from .linting import in_text

NAMES = {
    "Title Case": "Order Completed",
    "Sentence case": "Order completed",
    "lower case": "order completed",
    "snake_case": "order_completed",
    "kebab-case": "order-completed",
    "camelCase": "orderCompleted",
    "PascalCase": "OrderCompleted",
}


def plan(event: str, *properties: str) -> str:
    text = f"tracking_plan:\n  rules:\n    events:\n      - name: '{event}'\n"
    text += "        description: A payment went through.\n"
    text += "        rules:\n          properties:\n" if properties else ""
    return text + "".join(f"            '{name}': {{type: string}}\n" for name in properties)


def test_every_style_is_tried():
    assert NAMES.keys() == STYLES.keys()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("written", NAMES)
def test_a_name_fits_its_own_style_alone_and_is_respelled(style: str, written: str):
    settings = Settings(naming=Naming(event=(style,), property=("snake_case",)))
    name = NAMES[written].replace("rder", "ffer")  # the spec's own name is let be
    found = in_text(plan(name), ("event-name-casing",), settings)
    expected = [] if style == written else [f"4:15 TW201 `{name}` is not in {style}"]
    assert found == expected


@pytest.mark.parametrize("style", STYLES)
def test_a_respelled_name_fits(style: str):
    for name in NAMES.values():
        fresh = STYLES[style].spell(tuple(NAMES["Title Case"].split(" ")))
        assert STYLES[style].fits(fresh), (style, name)
        assert fresh == NAMES[style]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("user_logged_in", "User Logged In"),
        ("cart_checked_out", "Cart Checked Out"),
        ("add_to_cart", "Add to Cart"),
        ("in_app_message_shown", "In App Message Shown"),
    ],
)
def test_the_first_and_the_last_word_of_a_title_are_never_small(name: str, written: str):
    assert respelled(name, "Title Case") == written


def test_several_styles_may_hold_at_once():
    settings = Settings(naming=Naming(property=("snake_case", "camelCase")))
    text = plan("Parcel Packed", "parcel_id", "parcelId", "Parcel ID")
    assert in_text(text, ("property-name-casing",), settings) == [
        "10:13 TW203 the property `Parcel ID` is not in snake_case or camelCase"
    ]


def test_the_limit_of_properties_can_be_set():
    text = plan("Parcel Packed", "a", "b", "c")
    assert in_text(text, ("too-many-properties",), Settings(max_properties=3)) == []
    assert in_text(text, ("too-many-properties",), Settings(max_properties=2)) == [
        "4:15 TW255 `Parcel Packed` has 3 properties, more than 2"
    ]


def test_without_a_day_nothing_has_expired():
    text = plan("Parcel Packed") + "        deprecated: x\n        expires: 2001-01-01\n"
    assert in_text(text, ("deprecation-expired",), Settings()) == []
    assert in_text(text, ("deprecation-expired",), Settings(today="2001-01-01")) == []
    assert in_text(text, ("deprecation-expired",), Settings(today="2001-01-02")) == [
        "4:15 TW244 `Parcel Packed` was to be removed after 2001-01-01"
    ]


def test_which_rules_run():
    default = {rule.code.name for rule in chosen()}
    assert default == {rule.code.name for rule in rules() if rule.default}
    assert {rule.code.name for rule in rules()} - default == {
        "missing-owner",
        "missing-property-description",
    }
    assert {rule.code.name for rule in chosen(["TW201", "missing-owner"])} == {
        "event-name-casing",
        "missing-owner",
    }
    assert chosen(["all"]) == rules()
    assert chosen(["all"], ["all"]) == ()
    assert {rule.code.name for rule in chosen(["default"], ["TW201"])} == default - {
        "event-name-casing"
    }


def test_every_rule_warns_by_default_so_none_breaks_a_build():
    assert {rule.code.severity for rule in rules()} == {Severity.WARNING}


def test_a_finding_can_weigh_more_or_less():
    found = rules()[0].code.at(None, "x")
    assert with_severity(found, Severity.ERROR).severity is Severity.ERROR
    assert with_severity(found, Severity.ERROR).code == found.code
