"""A plan in a spreadsheet: its columns, its cells, what it leaves out, and how it is read."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.planning import plan_of, with_properties
from typewriter_py.formats import spreadsheet as columns
from typewriter_py.formats.json_schema import rules_of
from typewriter_py.formats.permitted import permitted_cell, permitted_values
from typewriter_py.formats.readers import read_source
from typewriter_py.formats.readers.spreadsheet import recognises, rules_in
from typewriter_py.formats.rules import RuleSet
from typewriter_py.formats.spreadsheet import text as sheet_of
from typewriter_py.plan.document import Document

HEADER = "Event Name,Property Name,Status,Data Type,Permitted Values\n"


def read(text: str) -> tuple[RuleSet | None, list[str]]:
    rules, found = rules_in([Document("plan.csv", text, None, ())], "plan")
    return rules, [f"{d.span.line if d.span else '-'} {d.code} {d.message}" for d in found]


def rules_in_sheet(text: str) -> RuleSet:
    rules, said = read(text)
    assert rules is not None, said
    assert not said
    return rules


def payload(text: str) -> Any:
    (rule,) = rules_in_sheet(text).rules
    return rule.schema["properties"]["properties"]


# --- paths -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        (["a"], "a"),
        (["first name"], "first name"),
        (["address", "city"], "address.city"),
        (["products", None, "sku"], "products[].sku"),
        (["grid", None, None], "grid[][]"),
        (["utm.source"], '"utm.source"'),
        (["a", "b[]", 'c"d'], 'a."b[]"."c\\"d"'),
        ([""], '""'),
        ([" a "], '" a "'),
        (["a, b"], '"a, b"'),
    ],
)
def test_a_path_in_one_cell(steps: list[str | None], text: str) -> None:
    assert columns.path_text(steps) == text
    assert columns.path_steps(text) == steps


@given(st.lists(st.text('a.[]" \\é\n', max_size=4) | st.none(), min_size=1, max_size=4))
def test_every_path_comes_back(steps: list[str | None]) -> None:
    steps = ["first", *steps]
    assert columns.path_steps(columns.path_text(steps)) == steps


@pytest.mark.parametrize(
    "text", ["", ".", "a..b", "a.", ".a", "[]", "a[0]", "a[", 'a"b', '"a', "a]"]
)
def test_not_a_path(text: str) -> None:
    assert columns.path_steps(text) is None


# --- permitted values ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("fall|winter", ["fall", "winter"]),
        ("fall | winter ", ["fall", "winter"]),
        ("fall", ["fall"]),
        (r"C\+\+|a\|b", ["C++", "a|b"]),
        ("^fall$", None),
        ("[a-z]+", None),
        (r"\d|x", None),
        ("v1.2", None),
        ("a\\", None),
        ("USD, EUR,GBP", ["USD", "EUR", "GBP"]),
        ("web; ios\nandroid,", ["web", "ios", "android"]),
        ("Berlin, Mitte|Köln", ["Berlin, Mitte", "Köln"]),
        (r"Berlin\, Mitte", ["Berlin, Mitte"]),
        ("[a|b|c]", ["a", "b", "c"]),
        ("{a, b}", ["a", "b"]),
        ('["a","b"]', ["a", "b"]),
        ("[abc]", None),
        ("[a-z]|x", None),
        ('"a"|"b"', ["a", "b"]),
        ("'a', 'b'", ["a", "b"]),
        ("“a”; “b”", ["a", "b"]),
        ('"a, b", "c"', ["a, b", "c"]),
        (r"\"a\"", ['"a"']),
        ('"a|b', ['"a', "b"]),
        ("it's|b", ["it's", "b"]),
        ("a / b", ["a", "b"]),
        ("text/html", ["text/html"]),
        ("a; b; c", ["a", "b", "c"]),
        ('"a" or "b"', ["a", "b"]),
        ("a or b", ["a", "b"]),
        ("credit card, cash, or gift card", ["credit card", "cash", "gift card"]),
        ('"a or b"', ["a or b"]),
        ("Visa (credit), PayPal", ["Visa (credit)", "PayPal"]),
        ("Visa (credit)|PayPal", ["Visa (credit)", "PayPal"]),
        ("v1.2, v1.3", ["v1.2", "v1.3"]),
        ('"v1.2"', ["v1.2"]),
        ("order (paid|unpaid)", None),
        ("(?:a, b)", None),
        ('"[a-z]+"', None),
    ],
)
def test_permitted_values_or_a_pattern(cell: str, values: list[str] | None) -> None:
    assert permitted_values(cell) == values


def read_cell(cell: str, type: str = "string") -> tuple[Any, list[str]]:
    """The schema of a property with those permitted values, and what is said."""
    row = io.StringIO()
    csv.writer(row).writerow(["A", "x", "", type, cell])
    rules, said = read(HEADER + row.getvalue())
    assert rules is not None, said
    (rule,) = rules.rules
    return rule.schema["properties"]["properties"]["properties"]["x"], said


@pytest.mark.parametrize(
    ("cell", "examples"),
    [
        ("USD, EUR, etc.", ["USD", "EUR"]),
        ("USD|EUR|...", ["USD", "EUR"]),
        ("USD; EUR; …", ["USD", "EUR"]),
        ("USD, EUR...", ["USD", "EUR"]),
        ("USD, EUR and so on", ["USD", "EUR"]),
        ("e.g. USD, EUR", ["USD", "EUR"]),
        ("E.g.: USD", ["USD"]),
        ("for example USD or EUR", ["USD", "EUR"]),
        ("Examples: USD, EUR.", ["USD", "EUR"]),
        ("Free text, e.g. 'USD'", ["USD"]),
        ("any currency (e.g. USD, EUR)", ["USD", "EUR"]),
        ("A currency such as USD, EUR, etc.", ["USD", "EUR"]),
        ('"a, b", "c", etc.', ["a, b", "c"]),
    ],
)
def test_a_list_that_says_that_there_are_more_values_has_examples(
    cell: str, examples: list[str]
) -> None:
    schema, (said,) = read_cell(cell)
    assert schema == {"type": "string", "examples": examples}
    shown = ", ".join(f'"{each}"' for each in examples)
    assert said == f"2 TW516 `{cell}` is read as examples [{shown}]"


@pytest.mark.parametrize(
    "cell",
    [
        "one of: a, b",
        "One of a, b.",
        "either a or b",
        "Any of the following: a|b",
        "must be one of [a, b]",
        "Allowed values: a / b",
        "Options: 'a'; 'b'",
        "a or b",
    ],
)
def test_a_list_that_says_that_it_is_one_is_read_as_one(cell: str) -> None:
    schema, (said,) = read_cell(cell)
    assert schema == {"type": "string", "enum": ["a", "b"]}
    assert said == f'2 TW516 `{cell}` is read as the permitted values ["a", "b"]'


@pytest.mark.parametrize("cell", ["One of us", "Values", "Etc", "exit|entry", "eggs, ham", "orc"])
def test_values_that_begin_like_words_about_them_are_values(cell: str) -> None:
    schema, said = read_cell(cell)
    assert (schema["enum"], said) == (permitted_values(cell), [])


@pytest.mark.parametrize(
    "cell",
    [
        "max. 20 characters",
        "any string (max 255)",
        "the name of the page",
        "a currency code or an empty string",
        "e.g. see the wiki (currencies)",
    ],
)
@pytest.mark.parametrize("type", ["string", ""])
def test_prose_about_values_is_a_comment_and_refuses_nothing(cell: str, type: str) -> None:
    schema, said = read_cell(cell, type)
    typed = {"type": type} if type else {}
    assert schema == {**typed, "$comment": f"not carried over: permitted values: {cell}"}
    assert said == [f"2 TW516 `{cell}` describes the permitted values, and does not list them:"
                    " left out"]  # fmt: skip


def test_numbers_with_words_around_them() -> None:
    assert read_cell("one of: 1, 2", "integer")[0] == {"type": "integer", "enum": [1, 2]}
    assert read_cell("1, 2, or 3", "integer")[0] == {"type": "integer", "enum": [1, 2, 3]}
    assert read_cell("e.g. 0.5, 1", "number")[0] == {"type": "number", "examples": [0.5, 1]}
    kept = {"type": "integer", "$comment": "not carried over: permitted values: low to high"}
    assert read_cell("low to high", "integer")[0] == kept


def test_examples_of_a_list_are_those_of_its_items() -> None:
    items = {"type": "string", "examples": ["a", "b"]}
    assert read_cell("e.g. a, b", "array of strings")[0] == {"type": "array", "items": items}


spelled = st.text("ab\"' /|,;\\\\[]{}.N“”\\n-", min_size=1, max_size=6).map(str.strip).filter(bool)
odd = st.sampled_from(["N/A", "any", "ISO 8601", "a / b", "-", "'a'", "[a|b]"])


@given(st.lists(spelled | odd, min_size=1, max_size=3))
def test_whatever_values_a_cell_spells_come_back(values: list[str]) -> None:
    assert permitted_values(permitted_cell({"enum": values})) == values


worded = st.sampled_from(
    [
        *("one of", "One of: a", "e.g. a", "etc", "a, etc.", "or", "a or b", "a...", "Loading…"),
        *("values: a", "how do you do", "Dr. Who", "for example", "either", "or b", "eg a\\"),
        *("a for example b", "a (such as b)"),
    ]
)


@given(st.lists(spelled | odd | worded, min_size=1, max_size=3, unique=True))
def test_no_exported_value_is_read_as_words_about_values(values: list[str]) -> None:
    assert read_cell(permitted_cell({"enum": values})) == ({"type": "string", "enum": values}, [])


@given(st.text("ab. ()|,;", min_size=1).map(str.strip).filter(bool) | worded)
def test_no_exported_pattern_is_read_as_words_about_values(pattern: str) -> None:
    schema, said = read_cell(permitted_cell({"type": "string", "pattern": pattern}))
    assert schema["pattern"] in (pattern, f"(?:{pattern})")
    assert said == []


@pytest.mark.parametrize("pattern", ["abc", "[a|b]", "N/A", "any", "a, b"])
def test_a_pattern_that_looks_like_values_comes_back_as_a_pattern(pattern: str) -> None:
    cell = permitted_cell({"type": "string", "pattern": pattern})
    assert permitted_values(cell) is None
    assert cell == f"(?:{pattern})"


@pytest.mark.parametrize(
    "cell", ["N/A", "n/a", "-", "–", "any", "none", "string", "Any value", "tbd", "*"]
)
@pytest.mark.parametrize("type", ["string", "integer", ""])
def test_a_placeholder_permits_everything(cell: str, type: str) -> None:
    typed = {"type": type} if type else {}
    assert payload(f"{HEADER}A,x,,{type},{cell}\n")["properties"]["x"] == typed


@pytest.mark.parametrize(("cell", "format"), [("ISO 8601", "date-time"), ("UUID", "uuid")])
@pytest.mark.parametrize("type", ["string", ""])
def test_a_format_among_the_permitted_values_is_the_format(
    cell: str, format: str, type: str
) -> None:
    rules, said = read(f"{HEADER}A,x,,{type},{cell}\n")
    assert rules is not None
    (rule,) = rules.rules
    schema = rule.schema["properties"]["properties"]["properties"]["x"]
    assert schema == {"type": "string", "format": format}
    assert said == [f"2 TW516 `{cell}` is not a permitted value, it is read as `format: {format}`"]


@pytest.mark.parametrize("cell", ["1|2", "[1|2]", '"1","2"', "1 / 2"])
def test_numbers_in_whatever_way_they_are_listed(cell: str) -> None:
    quoted = cell.replace('"', '""')
    schema = payload(f'{HEADER}A,x,,integer,"{quoted}"\n')["properties"]["x"]
    assert schema == {"type": "integer", "enum": [1, 2]}


# --- export ----------------------------------------------------------------------------------


def rows(plan: str) -> tuple[list[dict[str, str]], list[str]]:
    text, said = sheet_of(rules_of(plan_of(plan)))
    return list(csv.DictReader(io.StringIO(text))), [each.message for each in said]


def of_x(schema: str, definitions: str = "") -> tuple[list[str], list[str]]:
    """``path: type [values]`` of the rows that the property ``x`` becomes."""
    found, said = rows(with_properties(f"x: {schema}", definitions))
    shown = [
        f"{row[columns.PROPERTY]}: {row[columns.TYPE]} {row[columns.PERMITTED]}".strip()
        for row in found[1:]
    ]
    return shown, said


@pytest.mark.parametrize(
    ("schema", "cells"),
    [
        ("{}", ["x: any"]),
        ("{type: string}", ["x: string"]),
        ("{type: [number, 'null']}", ["x: number, null"]),
        ("{type: string, format: date-time}", ["x: date-time"]),
        ("{enum: [a, b|c]}", [r"x: string a|b\|c"]),
        ("{const: a.b}", [r"x: string a\.b"]),
        ("{enum: ['a, b']}", [r"x: string a\, b"]),
        ("{enum: [1, 2]}", ["x: integer 1|2"]),
        ("{type: string, pattern: '^[A-Z]+$'}", ["x: string ^[A-Z]+$"]),
        ("{type: array, items: {type: string}}", ["x: array", "x[]: string"]),
        (
            "{type: array, items: {type: object, properties: {a: {type: integer}}}}",
            ["x: array", "x[].a: integer"],
        ),
        ("{type: object, properties: {a: {type: boolean}}}", ["x: object", "x.a: boolean"]),
    ],
)
def test_a_property_in_rows(schema: str, cells: list[str]) -> None:
    assert of_x(schema) == (cells, [])


def test_references_are_followed_until_they_come_again() -> None:
    tree = (
        "Tree: {type: object, properties: {v: {type: string}, next: {$ref: '#/definitions/Tree'}}}"
    )
    cells, said = of_x("{$ref: '#/definitions/Tree', nullable: true, description: d}", tree)
    assert cells == ["x: object, null", "x.v: string", "x.next: object"]
    assert said == ["not in the spreadsheet: `$ref within x.next` of `A`"]


@pytest.mark.parametrize(
    ("schema", "lost"),
    [
        ("{type: string, minLength: 2}", "minLength"),
        ("{type: string, format: uuid}", "format uuid"),
        ("{type: string, pii: true}", "pii"),
        ("{type: object, required: [a]}", "required a"),
        ("{type: object, additionalProperties: {type: string}}", "additionalProperties"),
        ("{type: string, default: a}", "default"),
        ("{anyOf: [{type: string, minLength: 1}, {type: boolean}]}", "anyOf"),
        ("{type: string, allOf: [{pattern: a}, {pattern: b}]}", "allOf"),
    ],
)
def test_what_has_no_column_is_reported(schema: str, lost: str) -> None:
    assert of_x(schema)[1] == [f"not in the spreadsheet: `{lost}` of `A`"]


# --- import ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Event Name,Property Name,Data Type", "A,x,string"),
        ("event;property;type", "A;x;string"),
        ("EVENT\tPROPERTY_NAME\tPROPERTY TYPE", "A\tx\tText"),
        ("\ufeffEvent,Property,Data type", "A,x,String"),
        ("Notes first\n\nEvent,Property,Data type", "A,x,string"),
        ("Event,Property,Data type", "A,,\n,x,string"),
        ("Name,Data Type", "A,\nx,string"),
        ("Name,Description,Status,Data Type,Allowed Property Values", "A,,,,\nx,,optional,string,"),
    ],
)
def test_headers_and_layouts_that_are_met(header: str, row: str) -> None:
    schema = payload(f"{header}\n{row}\n")
    assert schema == {"type": "object", "properties": {"x": {"type": "string"}}}


def test_rows_become_a_schema() -> None:
    schema = payload(
        HEADER
        + "A,,,,\n"
        + "A,at,Required,Date Time,\n"
        + "A,size,yes,integer,1|2\n"
        + "A,season,,string,fall|winter\n"
        + "A,code,optional,string,^[A-Z]+$\n"
        + 'A,both,,"string, null",a|b\n'
        + "A,lines[].sku,required,string,\n"
        + "A,lines[],,object,\n"
    )
    assert schema["required"] == ["at", "size"]
    assert schema["properties"] == {
        "at": {"format": "date-time", "type": "string"},
        "size": {"type": "integer", "enum": [1, 2]},
        "season": {"type": "string", "enum": ["fall", "winter"]},
        "code": {"type": "string", "pattern": "^[A-Z]+$"},
        "both": {"type": ["string", "null"], "enum": ["a", "b", None]},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"sku": {"type": "string"}},
                "required": ["sku"],
            },
        },
    }


def test_calls_versions_descriptions_and_labels() -> None:
    text = (
        "Event Type,Event Name,Event Version,Event Description,Labels,Property Name\n"
        "track,A,,first,a; b,\ntrack,A,2,second,,x\nidentify,,,,,email\nPage,,,,,\n"
    )
    rules = rules_in_sheet(text).rules
    assert [rule.identity for rule in rules] == [
        ("TRACK", "A", 1),
        ("TRACK", "A", 2),
        ("IDENTIFY", "", 1),
        ("PAGE", "", 1),
    ]
    assert rules[0].schema["description"] == "first"
    assert rules[0].schema["x-typewriter"] == {"tags": ["a", "b"]}
    assert rules[2].schema["properties"]["traits"]["properties"] == {"email": {}}


@pytest.mark.parametrize(
    ("cell", "schema"),
    [
        ("Email", {"format": "email", "type": "string"}),
        ("UUID", {"format": "uuid", "type": "string"}),
        ('"Date, null"', {"format": "date", "type": ["string", "null"]}),
        ("URL", {"format": "uri", "type": "string"}),
        ("date / email", {"type": "string"}),
        ('"Decimal(10,2)"', {"type": "number"}),
        ("varchar(255)", {"type": "string"}),
        ("strings", {"type": "string"}),
        ("Array of strings", {"type": "array", "items": {"type": "string"}}),
        ("list<Date>", {"type": "array", "items": {"format": "date", "type": "string"}}),
        ("integer[]", {"type": "array", "items": {"type": "integer"}}),
        ("array of any", {"type": "array", "items": {}}),
    ],
)
def test_types_as_people_write_them(cell: str, schema: Any) -> None:
    assert payload(f"{HEADER}A,x,,{cell},\n")["properties"]["x"] == schema


def test_permitted_values_of_a_list_are_those_of_its_items() -> None:
    schema = payload(HEADER + "A,x,,array of strings,a|b\n")["properties"]["x"]
    assert schema == {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}


def test_a_column_may_say_that_a_property_is_a_list() -> None:
    rows = "Event,Property,Type,Is Array\nA,x,string,TRUE\nA,y,string,FALSE\n"
    assert payload(rows)["properties"] == {
        "x": {"type": "array", "items": {"type": "string"}},
        "y": {"type": "string"},
    }


def test_a_path_may_leave_out_that_a_list_has_items() -> None:
    item = {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}
    rows = "A,lines,,Array of objects,\nA,lines.sku,yes,string,\n"
    assert payload(HEADER + rows)["properties"]["lines"] == {"type": "array", "items": item}


def test_several_properties_in_one_cell() -> None:
    rows = 'Event,Properties\nA,"order_id\ntotal, ""a, b"""\n'
    assert payload(rows)["properties"] == {"order_id": {}, "total": {}, "a, b": {}}


@pytest.mark.parametrize(
    ("cell", "version", "said"),
    [
        ("2", 2, []),
        ("V2", 2, []),
        ("2.0", 2, []),
        ("", 1, []),
        (
            "draft",
            1,
            ["2 TW516 the version must be a positive whole number, not `draft`: it is read as 1"],
        ),
        (
            "0",
            1,
            ["2 TW516 the version must be a positive whole number, not `0`: it is read as 1"],
        ),
    ],
)
def test_versions_as_people_write_them(cell: str, version: int, said: list[str]) -> None:
    rules, found = read(f"Event,Property,Version\nA,x,{cell}\n")
    assert rules is not None
    assert (rules.rules[0].version, found) == (version, said)


def test_locations_are_the_lines_that_rows_begin_on() -> None:
    text = 'Event Name,Event Description,Property Name\nA,"two\nlines",\nB,,\n'
    assert [rule.span.line for rule in rules_in_sheet(text).rules if rule.span] == [2, 4]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",x,,string,", "2 TW515 the property `x` comes before any event"),
        ("A,a..b,,string,", "2 TW515 `a..b` is not a path to a property"),
        ("A,x,,string,\nA,x.y,,string,", "3 TW515 `x.y` leads through a value of type `string`"),
        (
            'A,x,,string,\nA,"y,,string,',
            "3 TW515 the row that begins here is not valid CSV: unexpected end of data",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_an_error(row: str, said: str) -> None:
    assert read(HEADER + row + "\n") == (None, [said])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,x,,kilograms,", "2 TW516 `kilograms` is not a type"),
        ("A,x,,integer,low", "2 TW516 the permitted values low are not of type integer"),
        (
            "A,x,live,string,\nA,y,live,string,",
            "2 TW516 `live` means neither required nor optional: it is read as optional",
        ),
        (
            "A,x,,string,\nA,x,,integer,\nA,x,,integer,",
            '3 TW516 `x` is "string" in a row above: the type here is used',
        ),
    ],
)
def test_a_cell_that_cannot_be_read_is_left_out(row: str, said: str) -> None:
    rules, found = read(HEADER + row + "\n")
    assert rules is not None
    assert found == [said]


def test_a_column_that_is_not_known_is_said_once_if_anything_is_in_it() -> None:
    text = "Event,Property,Screenshot,Link\nA,,,\nA,x,me,\nA,y,me,\n"
    assert read(text)[1] == ["3 TW517 the column `Screenshot` is not carried over"]


def test_owners_and_personal_data() -> None:
    text = "Event,Owner,Property,PII\nA,me@example.com,email,yes\n,,plan,no\n,,x,\n"
    (rule,) = rules_in_sheet(text).rules
    assert rule.schema["x-typewriter"] == {"owner": "me@example.com"}
    assert rule.schema["properties"]["properties"]["properties"] == {
        "email": {"x-typewriter": {"pii": True}},
        "plan": {"x-typewriter": {"pii": False}},
        "x": {},
    }


@pytest.mark.parametrize(
    "text", ["", "\n\n", "a,b,c\n1,2,3\n", "<html></html>", "Event\nA\n", "\0"]
)
def test_a_file_without_a_header_is_refused(text: str) -> None:
    rules, said = read(text)
    assert rules is None
    assert [each.split()[1] for each in said] == ["TW514"]


def test_only_tables_are_recognised() -> None:
    assert recognises([Document("a.CSV", "", None, ())])
    assert recognises([Document("a.tsv", "", None, ())])
    assert recognises([Document("<stdin>", HEADER, None, ())])
    assert not recognises([Document("a.json", "", None, ())])
    assert not recognises([Document("<stdin>", "a,b\n", None, ())])


def test_a_table_is_known_by_its_header_a_workbook_by_its_name(tmp_path: Path) -> None:
    assert read_source("<stdin>", HEADER + "A,x,,string,\n").rules is not None
    book = tmp_path / "plan.xlsx"
    book.write_bytes(b"PK\x03\x04")
    read = read_source(str(book))
    assert read.rules is None
    (found,) = read.diagnostics
    assert (found.code, found.message) == ("TW500", "this is a workbook, not a table")
    assert "as CSV" in (found.help or "")


def test_what_is_exported_reads_back_as_far_as_columns_go() -> None:
    plan = plan_of(
        """
        tracking_plan:
          rules:
            events:
              - name: Order Completed
                version: 2
                description: Paid
                tags: [revenue]
                rules:
                  required: [order_id]
                  properties:
                    order_id: {type: string, description: "Its, number"}
                    at: {type: string, format: date-time}
                    season: {type: [string, 'null'], enum: [fall, "C++", null]}
                    products:
                      type: array
                      items: {type: object, properties: {a.b: {type: number, required: true}}}
            identify: {traits: {properties: {age: {type: integer, enum: [1, 2]}}}}
        """
    )
    rules = rules_of(plan)
    text, said = sheet_of(rules)
    assert not said
    back = rules_in_sheet(text)
    assert [rule.identity for rule in back.rules] == [rule.identity for rule in rules.rules]
    for rule, was in zip(back.rules, rules.rules, strict=True):
        assert rule.schema == _opened(was.schema)


def _opened(schema: Any) -> Any:
    """A sheet does not say that an object is closed."""
    if not isinstance(schema, dict):
        return schema
    return {key: _opened(each) for key, each in schema.items() if key != "additionalProperties"}


# --- cells that a program would compute, or that mislead their reader ---------------------


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("http://evil","Click")', '\'=HYPERLINK("http://evil","Click")'),
        ("+1 555 0100", "'+1 555 0100"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("- a point of a list", "'- a point of a list"),
        ("\tx", "'\tx"),
        ("\n=1", "'\n=1"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("\r=1", "\\u000d=1"),
        ("'=1", "''=1"),
        ("-1|0|1", "'-1|0|1"),
        ("-1", "-1"),
        ("-1.5", "-1.5"),
        ("0|1", "0|1"),
        ("'tis", "'tis"),
        ("'", "'"),
        ("", ""),
        ("a=b", "a=b"),
        ("שלום\u200f", "שלום\\u200f"),
        ("a\u202eb\x1b\U000e0041", "a\\u202eb\\u001b\\U000e0041"),
        ("\\u202e", "\\u005cu202e"),
        ("\\u0041 \\d \\ud83d \\U0011ffff", "\\u0041 \\d \\ud83d \\U0011ffff"),
        ("one\ntwo\tthree", "one\ntwo\tthree"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_a_cell_is_not_computed_and_misleads_nobody_and_reads_back(text: str, cell: str) -> None:
    assert columns.cell_of(text) == cell
    assert columns.text_of(cell) == text


@given(st.text(st.sampled_from("'=+-@ \t\r\n1.\\u05c202e\u202e\x1b\uff1d\U000e0041a")))
def test_any_text_comes_back_from_its_cell(text: str) -> None:
    cell = columns.cell_of(text)
    assert columns.text_of(cell) == text
    number = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell)
    assert number or not re.match(r"\s*[=+\-@\uff1d]|[\t\r\n]\s*\S", cell)
    assert not {char for char in cell if not char.isprintable()} - {"\n", "\t"}


def test_formulas_of_a_plan_go_out_as_text_and_come_back() -> None:
    text = "=1+1"
    plan = plan_of(
        f"""
        tracking_plan:
          rules:
            events:
              - name: "{text}"
                description: "@x"
                tags: ["+a"]
                rules:
                  properties:
                    "-p": {{type: string, description: "'=2", enum: ["=3", "-4"]}}
                    n: {{type: integer, enum: [-1, 2]}}
                    m: {{type: integer, const: -1}}
        """
    )
    sheet, _ = sheet_of(rules_of(plan))
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert [row["Event Name"] for row in rows] == ["'=1+1"] * 4
    assert [row["Permitted Values"] for row in rows] == ["", "'=3|-4", "'-1|2", "-1"]
    (rule,) = rules_in_sheet(sheet).rules
    assert rule.key == text
    assert rule.schema["description"] == "@x"
    shape = rule.schema["properties"]["properties"]["properties"]
    assert shape["-p"] == {"type": "string", "description": "'=2", "enum": ["=3", "-4"]}
    assert (shape["n"]["enum"], shape["m"]["enum"]) == ([-1, 2], [-1])
