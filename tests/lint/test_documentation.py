"""A rule's docstring is what `typewriter explain` prints, and its examples are what they say."""

from __future__ import annotations

import re
import textwrap

import pytest

from tests.plan.planning import load_text
from tests.plan.test_explained import BLOCK, FRAMES
from typewriter_py.lint import Rule, Settings, rules

from .linting import TODAY, findings

LIMITED = re.compile(r"\(with `max-properties = (\d+)`\)")


def examples(rule: Rule) -> list[tuple[str, str]]:
    doc = LIMITED.sub("", rule.code.doc).replace("Bad :", "Bad:").replace("Good :", "Good:")
    return BLOCK.findall(doc)


def reported(rule: Rule, text: str) -> list[set[str]]:
    """What is found with the example in each place where it can be."""
    limit = LIMITED.search(rule.code.doc)
    settings = Settings(today=TODAY, max_properties=int(limit[1]) if limit else 40)
    plans = (load_text(a + textwrap.indent(text, " " * n) + b) for a, n, b in FRAMES)
    select = ("default", rule.code.name)
    return [{each.code for each in findings(plan, select, settings)} for plan in plans if plan.plan]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code.name)
def test_the_examples_are_as_bad_and_as_good_as_they_say(rule: Rule):
    verdicts = [verdict for verdict, _ in examples(rule)]
    assert verdicts == ["Bad", "Good"]
    (_, bad), (_, good) = examples(rule)
    assert any(rule.code.number in codes for codes in reported(rule, bad))
    assert any(rule.code.number not in codes for codes in reported(rule, good))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code.name)
def test_a_docstring_says_what_and_why(rule: Rule):
    assert re.fullmatch("TW2[0-9]{2}", rule.code.number)
    what, why, *_ = rule.code.doc.split("\n\n")
    assert what.endswith((".", ":"))
    assert len(why) > 60
