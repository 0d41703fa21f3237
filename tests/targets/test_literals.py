"""No text of a plan escapes its string, and every literal is formatted as black would."""

from __future__ import annotations

import ast

import black
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from typewriter_py.targets.python import literals

HOSTILE = st.text() | st.text(st.sampled_from("\"'\\\n\r\t{}%#N \u2028\u202e\ud800\x00é注"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | HOSTILE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HOSTILE, inner, max_size=3),
    max_leaves=8,
)


@given(HOSTILE)
@example("\\N{DIGIT ONE}")
@example("\"\"\"'''")
@example("\ud800")
def test_a_text_literal_is_the_text(text: str) -> None:
    source = literals.text(text)
    assert ast.literal_eval(source) == text
    assert source.isprintable()
    assert black.format_str(f"x = {source}\n", mode=black.Mode()) == f"x = {source}\n"


@given(JSON)
def test_a_value_literal_is_the_value(value: object) -> None:
    source = literals.value(value)  # type: ignore[arg-type]
    assert eval(source, {"__builtins__": {"float": float}}) == value
    assert all(line.isprintable() for line in source.split("\n"))


@given(st.integers() | st.floats())
def test_black_leaves_numbers_alone(number: float) -> None:
    source = f"x = {literals.value(number)}\n"
    assert black.format_str(source, mode=black.Mode()) == source


@given(st.lists(HOSTILE.filter(str.strip), min_size=1, max_size=3), st.sampled_from([0, 4]))
@example(['ends with a quote"'], 4)
@example(["ends with a backslash\\"], 4)
@example(['"starts with one'], 0)
@example(['a """ b', "c\\N{x}"], 4)
@example(["w" * 200], 4)
@example(["word " * 40], 4)
@example(["注文が完了しました。" * 6], 4)
def test_a_docstring_is_one_string_that_black_leaves_alone(texts: list[str], indent: int) -> None:
    lines = [line for text in texts for line in literals.prose(text, indent)]
    space = " " * indent
    head = "class X:\n" if indent else ""
    source = f"{head}{space}{literals.docstring(lines, indent)}\n"
    (tree,) = ast.parse(source).body
    assert isinstance(tree, ast.ClassDef) == bool(indent)
    node = tree.body[0] if isinstance(tree, ast.ClassDef) else tree
    assert isinstance(node, ast.Expr)
    assert isinstance(node.value, ast.Constant)
    assert all(line.isprintable() for line in source.split("\n"))
    assert black.format_str(source, mode=black.Mode()) == source


def test_prose_keeps_its_words_and_paragraphs() -> None:
    text = "One.\n\n\n- " + "point " * 30 + "\n  two\t spaces \n"
    lines = literals.prose(text, 4)
    assert lines[:2] == ["One.", ""]
    assert lines[2].startswith("- point")
    assert lines[3].startswith("  point")
    assert lines[-1] == "two spaces"
    assert all(len(line) <= 84 for line in lines)
    assert " ".join(lines).split() == text.split()


@pytest.mark.parametrize("blank", ["", " ", "\n\n", "\u2028"])
def test_blank_text_is_nothing_to_say(blank: str) -> None:
    assert literals.prose(blank) == []
