"""JSON with locations: its data, where it is, and what is wrong with text that is not JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typewriter_py.diagnostics import Span
from typewriter_py.plan.document import Map, Seq
from typewriter_py.plan.json_reader import read

from .planning import shown

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
).filter(lambda value: "Infinity" not in json.dumps(value))


@given(values, st.booleans(), st.sampled_from([None, 2, "\t", "\r\n"]))
def test_the_data_is_that_of_the_standard_library(value: Any, escaped: bool, indent: Any):
    text = json.dumps(value, ensure_ascii=escaped, indent=indent)
    document = read("plan.json", text)
    assert document.diagnostics == ()
    assert json.dumps(document.data) == json.dumps(value)
    for span, written in places(document.data):
        line = text.split("\n")[span.line - 1]
        assert json.loads(line[span.column - 1 :][: span.length]) == written


def places(node: Any) -> list[tuple[Span, Any]]:
    """Every scalar and every key, with its location."""
    found: list[tuple[Span, Any]] = []
    if isinstance(node, Map):
        for key, value in node.items():
            found.append((node.key_span(key), key))
            found += places(value) or [(node.value_span(key), value)] * _is_scalar(value)
    elif isinstance(node, Seq):
        for index, value in enumerate(node):
            found += places(value) or [(node.item_span(index), value)] * _is_scalar(value)
    return found


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, Map | Seq)


CUT = "the JSON ends too early (was the download cut short? fetch it again)"
AGAIN = "(fetch it again, rather than repair it by hand)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1:1 TW108 the file is empty (was the download cut short? fetch it again)"),
        ('{"a": [1, {"b": "x', f"1:18 TW108 {CUT}"),
        ('{\n  "a": [1', f"2:9 TW108 {CUT}"),
        ('{"a": tru', f"1:9 TW108 {CUT}"),
        ('{"a":', f"1:5 TW108 {CUT}"),
        ('{"a', f"1:3 TW108 {CUT}"),
        (
            "\n<!DOCTYPE html>\n<html><head><title>Sign in\n– Acme</title>",
            "2:1 TW108 this is HTML, not JSON, with the title “Sign in – Acme” (a proxy or a"
            " login page answered instead; sign in and fetch it again)",
        ),
        (
            "<Error><Code>AccessDenied</Code></Error>",
            "1:1 TW108 this is XML or HTML, not JSON (a proxy or a login page answered instead;"
            " sign in and fetch it again)",
        ),
        (
            '{"a": 1,}',
            "1:8 TW108 a comma with nothing after it (remove it: JSON only has commas"
            " between entries)",
        ),
        (
            '{"a": [1, \n]}',
            "1:9 TW108 a comma with nothing after it (remove it: JSON only has commas"
            " between entries)",
        ),
        ("{'a': 1}", '1:2 TW108 a string in single quotes (JSON strings need "double quotes")'),
        ('{"a": 1 // b\n}', "1:9 TW108 a comment (JSON has no comments: remove it)"),
        (
            '{"a": 1}\n{"a": 2}',
            "2:1 TW108 a second JSON value begins here, but a file has only one (one message"
            " per line? that is a log: `typewriter infer` reads it)",
        ),
        ('{"a": NaN}', "1:7 TW108 JSON has no NaN (remove the keyword)"),
        ('{"a b": "NaN", "c": NaN}', "1:21 TW108 JSON has no NaN (remove the keyword)"),
        (
            '{"a": 1e999}',
            "1:7 TW108 `1e999` is greater than any number that programs can represent",
        ),
        ('{"a": ' + "9" * 5000 + "}", "1:7 TW108 a number with thousands of digits"),
        (
            '["a", "\\ud83d"]',
            "1:7 TW108 half a character: an escape \\ud800 to \\udfff without its other half"
            " (fetch it again; whatever wrote it cut a string in the middle of a character)",
        ),
        (
            '{"a": 1, "a": 2}',
            "1:10 TW102 duplicate key `a` (merge the two, or remove one)",
        ),
        (
            "[" * 101 + "]" * 101,
            "1:101 TW103 nested more than 100 levels deep (give the inner part a name under"
            " `definitions`)",
        ),
        ("[" * 100_000, "1:1 TW108 nested far deeper than any plan"),
        ("[1 2]", f"1:4 TW108 not JSON: expected a comma or a closing bracket {AGAIN}"),
        ('{"a" 1}', f"1:6 TW108 not JSON: expected a `:` after the key {AGAIN}"),
        ("{a: 1}", f'1:2 TW108 not JSON: expected a key in "double quotes" {AGAIN}'),
        ('["\\x"]', f"1:3 TW108 not JSON: invalid escape: a backslash is written \\\\ {AGAIN}"),
    ],
)
def test_json_errors(text: str, said: str):
    (found,) = read("plan.yaml", text).diagnostics
    assert shown(found) == said


def test_truncated_json_points_to_the_open_bracket():
    (found,) = read("plan.json", '{"a": [\n  {"b": 1}, {"c": "}').diagnostics
    assert found.related == ((Span("plan.json", 2, 13), "this is never closed"),)


def test_pairs_of_escapes_are_one_character():
    assert read("plan.json", '"\\ud83c\\udf89"').data == "🎉"
