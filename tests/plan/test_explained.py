"""The examples of `typewriter explain` are as good or as bad as they say."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

import pytest

from typewriter_py import catalogue
from typewriter_py.diagnostics import Code
from typewriter_py.plan import codes

from .planning import complaints

BLOCK = re.compile(r"(Bad|Good):\n\n```yaml\n(.*?)```", re.DOTALL)
BY_TARGETS = {codes.NAME_COLLISION, codes.NAME_UNUSABLE, codes.INEXACT_INTEGER}
FILES = {
    "checkout/a.yaml": "tracking_plan: {}",
    "common.yaml": "tracking_plan: {rules: {events: [{name: Order Completed}]}}",
}

PLAN = "tracking_plan:\n"
PRODUCT = PLAN + "  definitions:\n    Product: {type: object, properties: {sku: {}}}\n"
RULES = PRODUCT + "  rules:\n    events:\n"
EVENT = RULES + "      - name: A\n        rules:\n"
BASE = RULES + "      - {name: Order Completed, rules: {properties: {coupon: {}}}}\n"
FRAMES = [
    ("", 0, ""),
    ("x-all:\n", 2, "tracking_plan: {}\n"),
    (PLAN, 2, ""),
    (PLAN + "  definitions:\n", 4, ""),
    (RULES, 6, ""),
    (BASE, 6, ""),
    (EVENT, 10, ""),
    (EVENT + "          properties:\n", 12, ""),
    (EVENT + "          properties:\n            x:\n", 14, ""),
]
"""Where a fragment may be in a plan: the text before it, its indentation, the text after it."""


def examples() -> Iterator[tuple[Code, str, str]]:
    for code in vars(codes).values():
        if isinstance(code, Code) and code not in BY_TARGETS:
            for verdict, text in BLOCK.findall(code.doc):
                if "# a.yaml" not in text:  # that one is of two files
                    yield code, verdict, text


@pytest.mark.parametrize(
    ("code", "verdict", "text"),
    [pytest.param(*each, id=f"{each[0].name}-{each[1]}") for each in examples()],
)
def test_examples_are_good_and_bad_as_documented(code: Code, verdict: str, text: str) -> None:
    plans = [
        before + textwrap.indent(text, " " * indent) + after for before, indent, after in FRAMES
    ]
    told = [{line.split()[1] for line in complaints(plan, FILES)} for plan in plans]
    if verdict == "Good":
        assert set() in told, told
    else:
        assert any(code.number in each for each in told), told


def test_each_kind_is_explained_with_a_title_and_a_text() -> None:
    every = [code for code in vars(codes).values() if isinstance(code, Code)]
    assert len({code.number for code in every}) == len({code.name for code in every}) == len(every)
    for code in every:
        assert re.fullmatch("TW1[0-9]{2}", code.number)
        assert re.fullmatch("[a-z]+(-[a-z]+)*", code.name)
        assert len(code.doc) > 80
        assert code.doc.endswith("\n")


@pytest.mark.parametrize("code", catalogue.codes(), ids=lambda code: code.number)
def test_examples_in_a_text_are_set_off_as_code(code: Code) -> None:
    prose = re.sub(r"```.*?```", "", code.doc, flags=re.DOTALL)
    for line in prose.splitlines():
        assert line.startswith("    ") or not re.search("# (good|bad)", line), line
