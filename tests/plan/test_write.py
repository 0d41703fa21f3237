"""What is written reads back the same, with any reader; and it is laid out as people do it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from typewriter_py.plan.document import Map
from typewriter_py.plan.yaml_reader import read
from typewriter_py.plan.yaml_writer import write, write_item

PLAIN = (
    "no y ON ~ = << null True .inf -.NaN 1e3 0x1f 0o7 0b1 1_000 12:30 2026-01-02 010 .5 1. +1"
    " --- ... : | a: @ % ` ' \" \\ '\"\\ # & * ! { } [ ] , ?"
).split()
ODD = (
    *PLAIN,
    *("a: b", "a #b", "- a", "? a", "> a", "%a", "@a", "`a`", "a, b", " a", "a ", "a\t", "\ta"),
    *("\n", "a\n", "a\n\n", "a\n b\n", " a\nb", "a\n\nb", "a\n \nb", "\r", "a\r\nb", ""),
    *("\ufeff", "\x85", "\u2028", "\x00", "\x7f", "\xa0", "🎉", "👩\u200d💻"),
    *("word " * 40 + "end", "two  spaces " * 20 + "end", "x" * 1100, "# " * 60 + "a"),
)
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"])) | st.sampled_from(ODD)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


class Said:
    """The same comment everywhere."""

    def at(self, node: Any, key: str | int | None) -> Sequence[str]:
        return ["about\n" + repr(key), "", "and more: " + "words " * 30]


def same(one: Any, two: Any) -> bool:
    """Equality that tells 1 from 1.0 and true, and minds the order of keys."""
    if isinstance(one, dict):
        return isinstance(two, dict) and same([*one.items()], [*two.items()])
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(same, one, two))
    return type(one) is type(two) and repr(one) == repr(two)


@given(st.dictionaries(texts, values, max_size=4), st.booleans())
def test_it_reads_back_the_same(root: dict[str, Any], commented: bool):
    text = write(root, Said() if commented else None, ["head"] * commented)
    document = read("plan.yaml", text)
    assert document.diagnostics == ()
    assert same(document.data, {"tracking_plan": root}), text


@given(st.dictionaries(texts.filter(lambda key: key != "<<"), values, max_size=4))
def test_a_reader_of_yaml_1_1_reads_the_same(root: dict[str, Any]):
    loaded = yaml.safe_load(write(root))
    assert same(loaded, {"tracking_plan": root})


@given(st.dictionaries(texts, values, min_size=1, max_size=4), st.integers(0, 8))
def test_an_item_reads_back_where_it_is_put(event: dict[str, Any], indent: int):
    text = "".join(f"{line}\n" for line in write_item(event, indent))
    document = read("plan.yaml", "events:\n" + text)
    assert document.diagnostics == ()
    assert same(document.data, {"events": [event]}), text


LAID_OUT = """\
# yaml-language-server: $schema=./plan.schema.json
tracking_plan:
  display_name: Shop

  definitions:
    Item: {type: string}

    Price:
      type: number
      minimum: 0

  rules:
    events:
      - name: Order Completed
        description: |
          The shop has the order.

          Sent by the order service.
        tags: [revenue, checkout]
        rules:
          required: [total]
          properties:
            total:
              # not carried over: if: {}
              type: number
              description: >-
                What the shopper pays, with shipping and tax and without whatever was
                taken off for a coupon
            "no": {type: string}
            at:
              type: string
              pattern: '^[0-9]{2}: "x"$'
            parts:
              type: array
              items:
                anyOf:
                  - {type: string}
                  - {type: "null"}

      # seen once
      - name: Signed Out

    page:
      properties:
        path: {}
"""


def test_the_layout():
    root = read("plan.yaml", LAID_OUT).data["tracking_plan"]
    total = root["rules"]["events"][0]["rules"]["properties"]["total"]

    class Comments:
        def at(self, node: Any, key: str | int | None) -> Sequence[str]:
            if node is total and key is None:
                return ["not carried over: if: {}"]
            return ["seen once"] if node is root["rules"]["events"] and key == 1 else ()

    head = ["yaml-language-server: $schema=./plan.schema.json"]
    assert isinstance(root, Map)
    assert write(root, Comments(), head) == LAID_OUT


def test_no_line_is_wider_than_it_must_be():
    words = "several words of a rather long description " * 5
    text = write({"rules": {"events": [{"name": "A", "description": words.strip()}]}}, Said())
    assert max(map(len, text.splitlines())) <= 88


@pytest.mark.parametrize("empty", [{}, []])
def test_a_comment_on_an_empty_node_goes_above_it(empty: Any):
    class Comments:
        def at(self, node: Any, key: str | int | None) -> Sequence[str]:
            return ["nothing is left of it"] if node is empty and key is None else ()

    expected = f"""\
    tracking_plan:
      rules:
        events:
          - name: A
            rules:
              properties:
                # nothing is left of it
                x: {empty}
                z: {{type: string}}
    """
    properties = {"x": empty, "z": {"type": "string"}}
    root = {"rules": {"events": [{"name": "A", "rules": {"properties": properties}}]}}
    assert write(root, Comments()) == textwrap.dedent(expected)
