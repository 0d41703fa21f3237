"""Numbers of any length: read as other programs read them, and never printed whole."""

from __future__ import annotations

import json

import pytest

from tests.formats.importing import import_text
from tests.lint.linting import in_text
from typewriter_py.diff import compare
from typewriter_py.plan import json_reader

from .planning import complaints, load_text, plan_of, property_of, with_properties

LIMIT = 2**1024 - 2**970
"""The first whole number that is no float."""

TOO_GREAT = {
    "5,000 hexadecimal digits": "0x" + "f" * 5000,
    "5,000 octal digits": "0o" + "7" * 5000,
    "5,000 digits": "9" * 5000,
    "4,299 digits, which Python reads": "9" * 4299,
    "309 digits": "9" * 309,
    "the first": str(LIMIT),
    "a negative one": "-" + "9" * 400,
    "an exponent": "1e400",
    "with a tag": "!!float " + "9" * 400,
}


@pytest.mark.parametrize("number", TOO_GREAT.values(), ids=TOO_GREAT)
@pytest.mark.parametrize("keyword", ["const", "default", "minimum", "multipleOf"])
def test_a_number_beyond_any_float_is_an_error(number: str, keyword: str) -> None:
    (said,) = complaints(with_properties(f"x: {{type: number, {keyword}: {number}}}"))
    assert " TW106 `" in said
    assert "is greater than any number that programs can represent" in said
    assert len(said) < 240


@pytest.mark.parametrize("number", TOO_GREAT.values(), ids=TOO_GREAT)
def test_so_it_is_in_lists_and_as_a_version(number: str) -> None:
    inside = complaints(with_properties(f"x: {{enum: [2, {number}], examples: [{number}]}}"))
    assert [each.split()[1] for each in inside] == ["TW106", "TW106"]
    version = f"tracking_plan: {{rules: {{events: [{{name: A, version: {number}}}]}}}}"
    assert [each.split()[1] for each in complaints(version)] == ["TW106"]


@pytest.mark.parametrize("number", [*("9" * 5000, "9" * 4299, "9" * 309, "-1e400"), str(LIMIT)])
def test_so_it_is_in_json(number: str) -> None:
    document = json_reader.read("plan.json", f'{{"minimum": {number}}}')
    (said,) = document.diagnostics
    assert said.code == "TW108"
    assert said.span is not None
    assert said.span[:3] == ("plan.json", 1, 13)


def test_the_greatest_number_is_read_exactly() -> None:
    greatest = property_of(f"{{type: integer, const: {LIMIT - 1}}}")
    assert greatest.filling == LIMIT - 1
    assert json_reader.value_of(str(LIMIT - 1)) == LIMIT - 1


MANY = "1" + "0" * 300


@pytest.mark.parametrize(
    "schema",
    [
        f"{{type: integer, minimum: {MANY}, maximum: 1}}",
        f"{{type: string, minLength: {MANY}, maxLength: 1}}",
        f"{{type: array, items: {{type: string}}, minItems: {MANY}, maxItems: 1}}",
        f"{{type: integer, enum: [{MANY}, {MANY}]}}",
        f"{{type: integer, maximum: 5, default: {MANY}}}",
        f"{{type: string, const: {MANY}}}",
    ],
)
def test_messages_cut_a_long_number(schema: str) -> None:
    (said,) = complaints(with_properties(f"x: {schema}"))
    assert "…" in said
    assert len(said) < 240


def test_so_do_those_of_lint() -> None:
    text = with_properties(f"x: {{type: integer, multipleOf: {MANY}, minimum: 1, maximum: 5}}")
    (said,) = (each for each in in_text(text) if " TW252 " in each)
    assert len(said) < 160


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{{type: integer, minimum: {MANY}}}", "{type: integer, minimum: 7}"),
        ("{type: string}", f"{{type: string, maxLength: {MANY}}}"),
        (
            f"{{type: array, items: {{type: string}}, minItems: {MANY}}}",
            "{type: array, items: {type: string, maxLength: 2}, minItems: 2}",
        ),
    ],
)
def test_so_do_those_of_diff_in_both_directions(one: str, other: str) -> None:
    plans = [plan_of(with_properties(f"x: {schema}")) for schema in (one, other)]
    for old, new in (plans, plans[::-1]):
        changes = compare(old, new)
        assert changes
        assert max(len(each.message) for each in changes) < 240


# --- characters beyond U+FFFF, which JSON escapes in two halves -----------------------------------


def test_a_plan_in_json_may_escape_an_emoji_in_two_halves() -> None:
    event = {"name": "Cart 😀 Opened", "description": "\U0001f1e9\U0001f1ea", "owner": "é \\u00e9"}
    text = json.dumps({"tracking_plan": {"rules": {"events": [event]}}})
    assert "\\ud83d\\ude00" in text
    (found,) = plan_of(text).events
    assert (found.name, found.description, found.owner) == tuple(event.values())


def test_locations_after_such_an_escape_are_those_of_the_file() -> None:
    text = r'tracking_plan: {rules: {events: [{name: "😀 \ud83d\uDE00 \ud83d\ude00", typo: 1}]}}'
    (said,) = complaints(text)
    assert said.startswith(f"1:{text.index('typo') + 1} TW110 unknown key `typo`")
    (event,) = load_text(text.replace(", typo: 1", "")).plan.events  # type: ignore[union-attr]
    assert event.name == "😀 😀 😀"
    assert event.span is not None
    assert text[event.span.column - 1 :].startswith('"😀')


@pytest.mark.parametrize(
    "written", [r'"\ud83d"', r'"\ud83d \ude00"', r'"\ude00\ud83d"', r'"\\\ud83d"']
)
def test_half_a_character_is_still_an_error(written: str) -> None:
    (said,) = complaints(f"tracking_plan: {{rules: {{events: [{{name: {written}}}]}}}}")
    assert "TW101 not YAML: this escape is half a character" in said


@pytest.mark.parametrize("written", [r"\ud83d\ude00", r"'\ud83d\ude00'", r'"\\ud83d\\ude00"'])
def test_what_is_no_escape_in_yaml_stays_as_it_is(written: str) -> None:
    (event,) = plan_of(f"tracking_plan: {{rules: {{events: [{{name: {written}}}]}}}}").events
    assert event.name == r"\ud83d\ude00"


# --- in a spreadsheet -----------------------------------------------------------------------------

HEADER = "Event Name,Property Name,Status,Data Type,Permitted Values\n"


def test_a_list_may_be_a_permitted_value() -> None:
    found = import_text(f'{HEADER}A,products,required,array,"[]"\n', "plan.csv")
    assert found.plan is not None, found.said
    assert "enum" in (found.text or "")


@pytest.mark.parametrize("cell", ["1e400", "NaN", "9" * 5000, "9" * 400, "1|Infinity", "[1e400]"])
def test_a_permitted_number_that_json_lacks_is_reported(cell: str) -> None:
    kind = "array" if cell.startswith("[") else "number"
    found = import_text(f"{HEADER}A,x,required,{kind},{cell}\n", "plan.csv")
    assert any("TW516" in each for each in found.said), found.said


@pytest.mark.parametrize("path", ["a." * 400 + "a", "a." * 400, "[]" * 400, "a" + "[]" * 400])
def test_a_path_of_hundreds_of_steps_is_reported(path: str) -> None:
    found = import_text(f"{HEADER}A,{path},required,string,\n", "plan.csv")
    assert found.plan is None
    (said,) = found.said
    assert said.startswith("2:1 TW515")
    assert len(said) < 400


def test_a_path_of_forty_names_is_a_property() -> None:
    found = import_text(f"{HEADER}A,{'a.' * 40}b,required,string,\n", "plan.csv")
    assert found.plan is not None, found.said
