"""A plan's text before and after: words added to and removed from ``ignore:``, keys dropped."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from typewriter_py.diagnostics import Span
from typewriter_py.plan.suppressions import Drop, Silence, Unsilence, amended


def place(text: str, marker: str, nth: int = 0) -> Span:
    """The location of ``marker`` in the text."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(marker, at + 1)
    return Span("p", text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


CASES = {
    "an event, behind its name": (
        """
        tracking_plan:
          rules:
            events:
              # first
              - name: order done   # sic
                description: |
                  Text
                rules: {}
        """,
        [(Silence, "order done", ("event-name-casing",)), (Silence, "order done", ("TW202",))],
        """
        tracking_plan:
          rules:
            events:
              # first
              - name: order done   # sic
                ignore: [event-name-casing, TW202]
                description: |
                  Text
                rules: {}
        """,
    ),
    "properties in block and in flow": (
        """
        x:
          properties:
            one:  # why
              type: string
              # the end
            two: {type: string}
            three: {}
        """,
        [(Silence, mark, ("a",)) for mark in ("one", "two", "three")],
        """
        x:
          properties:
            one:  # why
              type: string
              ignore: [a]
              # the end
            two: {type: string, ignore: [a]}
            three:
              ignore: [a]
        """,
    ),
    "a list that is there": (
        """
        one: {ignore: [a]}
        two:
          ignore: [a]  # why
        three:
          ignore:
            - a  # why
        """,
        [(Silence, mark, ("b",)) for mark in ("one", "two", "three")],
        """
        one: {ignore: [a, b]}
        two:
          ignore: [a, b]  # why
        three:
          ignore:
            - a  # why
            - b
        """,
    ),
    "a listed trait": (
        "traits:\n  - {name: email, type: string}\n  - name: age\n    type: integer\n",
        [(Silence, "email", ("a",)), (Silence, "age", ("a",))],
        "traits:\n  - {name: email, type: string, ignore: [a]}\n  - name: age\n"
        "    ignore: [a]\n    type: integer\n",
    ),
    "what an alias stands for": (
        "x: &x {type: string}\nevents:\n  properties:\n    one: *x\n    two: *x\n",
        [(Silence, "one", ("a",))],
        "x: &x {type: string, ignore: [a]}\nevents:\n  properties:\n    one: *x\n    two: *x\n",
    ),
    "what is merged": (
        "x: &x\n  one: {type: string}\nproperties:\n  <<: *x\n  two: {type: string}\n",
        [(Silence, "one", ("a",)), (Silence, "two", ("a",))],
        "x: &x\n  one: {type: string, ignore: [a]}\nproperties:\n  <<: *x\n"
        "  two: {type: string, ignore: [a]}\n",
    ),
    "words taken away": (
        """
        one: {ignore: [aaa, b]}
        two:
          type: string
          ignore: [bbb]
          description: x
        three:
          ignore:
            - c  # one
            - ddd
        four: {ignore: [eee]}
        """,
        [(Unsilence, mark, None) for mark in ("aaa", "bbb", "ddd", "eee")],
        """
        one: {ignore: [b]}
        two:
          type: string
          description: x
        three:
          ignore:
            - c  # one
        four: {}
        """,
    ),
    "keys dropped": (
        """
        one: {type: string, minLength: 0, description: x}
        two:
          minLength: 0  # useless
          type: string
        three: {minLength: 0}
        """,
        [(Drop, mark, ("minLength", 0)) for mark in ("one", "two", "three")],
        """
        one: {type: string, description: x}
        two:
          type: string
        three: {}
        """,
    ),
    "keys dropped from items": (
        """
        x: &x {type: string, minLength: 0}
        one:
          type: array
          items: {type: array, items: {type: string, minLength: 0}}
        two: {type: array, items: *x}
        three: {type: array}
        """,
        [
            (Drop, "one", ("minLength", 0, ("items", "items"))),
            (Drop, "two", ("minLength", 0, ("items",))),
        ],
        """
        x: &x {type: string}
        one:
          type: array
          items: {type: array, items: {type: string}}
        two: {type: array, items: *x}
        three: {type: array}
        """,
    ),
    "JSON stays JSON": (
        """
        {
          "zero": {"name": "order done", "ignore": ["bbb"],
            "rules": {}},
          "one": {"type": "string", "minLength": 0},
          "two": {
            "type": "string"
          }
        }
        """,
        [
            (Unsilence, '"bbb"', None),
            (Drop, '"one"', ("minLength", 0)),
            (Silence, '"two"', ("a",)),
        ],
        """
        {
          "zero": {"name": "order done",
            "rules": {}},
          "one": {"type": "string"},
          "two": {
            "type": "string",
            "ignore": ["a"]
          }
        }
        """,
    ),
}


@pytest.mark.parametrize("breaks", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("case", CASES)
def test_only_the_requested_change_is_made(case: str, mark: str, breaks: str):
    before, amendments, after = CASES[case]
    before, after = (textwrap.dedent(each).lstrip("\n") for each in (before, after))
    wanted = [
        Unsilence(place(before, marker))
        if kind is Unsilence
        else kind(place(before, marker), *rest)
        for kind, marker, rest in amendments
    ]
    made = amended(mark + before.replace("\n", breaks), wanted)
    assert made.text == mark + after.replace("\n", breaks)
    assert made.done == tuple(wanted)


def test_an_amendment_without_a_node_changes_nothing():
    text = "one: {minLength: 1}\nlist: [word]\n"
    wanted = [
        Silence(Span("p", 9, 1), "a"),
        Drop(place(text, "one"), "minLength", 0),
        Drop(place(text, "one"), "maxLength", 0),
        Drop(place(text, "one"), "minLength", 1, ("items",)),
        Unsilence(place(text, "word")),
    ]
    made = amended(text, wanted)
    assert (made.text, made.done) == (text, ())
    assert amended("[", wanted[:1]).text == "["


def test_true_is_not_one():
    text = "one: {minLength: true}\n"
    assert amended(text, [Drop(place(text, "one"), "minLength", 1)]).text == text


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_silencing_and_unsilencing_restores_the_text(data: st.DataObject):
    """Over random layouts of properties: block or flow, comments, blank lines."""
    lines = ["tracking_plan:", "  properties:"]
    names = [f"p{index}" for index in range(data.draw(st.integers(1, 5)))]
    for name in names:
        lines += data.draw(st.sampled_from([[], [""], ["    # above"]]))
        tail = data.draw(st.sampled_from(["", "  # behind"]))
        if data.draw(st.booleans()):
            lines.append(f"    {name}: {{type: string, minLength: 1}}{tail}")
        else:
            lines += [f"    {name}:{tail}", "      type: string", f"      minLength: 1{tail}"]
    text = "\n".join(lines) + data.draw(st.sampled_from(["\n", "\n\n# end\n"]))
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    silenced = amended(
        text, [Silence(place(text, f"    {n}:")._replace(column=5), "w") for n in chosen]
    )
    assert len(silenced.done) == len(chosen)
    assert silenced.text.count("ignore: [w]") == len(chosen)
    spans = [place(silenced.text, "[w]", nth) for nth in range(len(chosen))]
    back = amended(silenced.text, [Unsilence(s._replace(column=s.column + 1)) for s in spans])
    assert back.text == text
