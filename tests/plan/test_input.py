"""Whatever a plan's file contains: the result is a plan or diagnostics, soon, and no exception."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from typewriter_py.diagnostics import Severity
from typewriter_py.plan import yaml_reader
from typewriter_py.plan.load import Loaded
from typewriter_py.plan.patterns.dialect import problem_of

from .planning import complaints, load_text, plan_of, properties, with_properties

RICH = """
x-anchors: {a: 1}
tracking_plan:
  display_name: Shop
  id: tp_123
  description: everything
  include: []
  definitions:
    Product:
      {type: object, title: P, name: item, required: [sku], additionalProperties: {type: string},
       properties: {sku: {type: string, minLength: 1, maxLength: 9, pattern: '^a'},
       kin: {type: array, items: {$ref: '#/definitions/Product'}, minItems: 0, uniqueItems: true}}}
  rules:
    common: {required: [userId], context: {properties: {ip: {type: string, format: ipv4}}}}
    events:
      - name: Order Completed
        version: 2
        tags: [a, b]
        integrations: {All: true, Mixpanel: {x: 1}}
        deprecated: Use it
        replaced_by: Other
        expires: '2030-01-31'
        function: order completed two
        ignore: [a-rule]
        rules:
          type: object
          required: [id]
          minProperties: 1
          allOf: [{properties: {extra: {type: string}}}]
          properties:
            id: {type: string, required: true, examples: [a], pii: true, name: the id}
            enum: {type: string, nullable: true, enum: [a, b], default: a}
            number: {type: number, minimum: 0, exclusiveMaximum: 11, multipleOf: 0.5}
            product: {$ref: '#/definitions/Product', nullable: true}
            union: {anyOf: [{const: 1}, {type: [integer, 'null']}]}
            one: {oneOf: [{type: string}, {type: object, properties: {a: {type: integer}}}]}
            all: {allOf: [{$ref: '#/definitions/Product'}, {required: [kin]}]}
          additionalProperties: true
      - name: Order Completed
        extends: Order Completed
        version: 3
        rules: {required: [sku], properties: {sku: {}, enum: null, id: {required: false}}}
    identify: {traits: [{name: email, type: string, required: true}]}
    group: {traits: {required: [n], properties: {n: {type: string}}}}
    page: {properties: {url: {type: string, format: uri}}}
    screen: {properties: [{name: title, type: string}]}
"""
NESTED: Any = {"type": "string"}
for _ in range(40):
    NESTED = {"properties": {"x": NESTED}}
INSTEAD: list[Any] = [
    *(None, 5, 1.5, "x", "", [], {}, True, [None], [[]], {"x": None}, ["x", "x"], 10**30),
    NESTED,
]


def judged(text: str | bytes) -> Loaded:
    """The result for ``text``: a plan, or an error with a message and a location in the file."""
    loaded = load_text(text)
    errors = [each for each in loaded.diagnostics if each.severity is Severity.ERROR]
    assert (loaded.plan is None) == bool(errors)
    for each in loaded.diagnostics:
        assert each.span is not None
        assert each.message
        if not loaded.sources:  # it is not text
            continue
        lines = next(iter(loaded.sources.values())).split("\n")
        assert 1 <= each.span.line <= len(lines)
        assert 1 <= each.span.column <= len(lines[each.span.line - 1]) + 1
    return loaded


def test_the_rich_plan_is_a_good_one() -> None:
    assert judged(RICH).diagnostics == ()


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key in node if isinstance(node, dict) else range(len(node) if type(node) is list else 0):
        yield from places(node[key], (*path, key))


def test_any_value_anywhere() -> None:
    data = yaml.safe_load(RICH)
    for number, path in enumerate(places(data)):
        for turn in range(4):
            changed: Any = {"": copy.deepcopy(data)}
            node, last = changed, ""
            for step in path:
                node, last = node[last], step
            node[last] = INSTEAD[(number + turn * 5) % len(INSTEAD)]
            judged(json.dumps(changed[""]))


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.sampled_from("ab:-[]{}&*!|>'\"%@`,?#\n\t \r\u2028\ufeff\x85é\0🎉<~."), max_size=40)
)
def test_any_text(text: str) -> None:
    judged(text.encode())
    judged(f"tracking_plan:\n  display_name: {text}\n".encode())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=30))
def test_any_bytes(data: bytes) -> None:
    judged(data)
    judged(b"tracking_plan: {id: " + data)


HOSTILE = [
    *("'", '"', "\\", "`", "%s %d {x} {{ x }} {% x %}", '"""', "'''", "\\N{BULLET}", "\n\r\t"),
    *(
        "🎉",
        "\u202e",
        "é" * 100,
        "$ref",
        "<<",
        "__class__",
        "../../x",
        "\u2028",
        "*",
        "[",
        "a" * 900,
    ),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_as_it_is(text: str) -> None:
    schema = {"type": "string", "title": text, "description": text, "enum": [text], "name": text}
    event = {
        "name": text,
        "description": text,
        "owner": text,
        "tags": [text],
        "function": text,
        "deprecated": text,
        "integrations": {text: True},
        "rules": {"required": [text], "properties": {text: schema}},
    }
    plan = {"display_name": text, "definitions": {text: schema}, "rules": {"events": [event]}}
    found = plan_of(json.dumps({"tracking_plan": plan}, ensure_ascii="🎉" not in text))
    assert (found.name, found.events[0].name, *found.definitions) == (text, text, text)
    assert [*properties(found.events[0])] == [text]
    refused = {"$ref": f"#/definitions/{text}x", "format": text, text: text, "pattern": text}
    event["rules"] = {"properties": {text: refused}, "required": [f"{text}!"]}
    assert judged(json.dumps({"tracking_plan": plan}, ensure_ascii="🎉" not in text)).plan is None


# --- how a file is encoded -------------------------------------------------------------------


def test_byte_order_mark_and_windows_line_ends_change_no_location() -> None:
    text = "tracking_plan: {display_name: é, idd: x}\n# …\n"
    expected = complaints(text)
    assert expected[0].startswith("1:34 TW110 unknown key `idd`")
    assert complaints(b"\xef\xbb\xbf" + text.encode()) == expected
    assert complaints(text.replace("\n", "\r\n").encode()) == expected
    (source,) = load_text(b"\xef\xbb\xbf" + text.encode()).sources.values()
    assert source == text


def test_lines_are_counted_as_editors_do() -> None:
    text = 'tracking_plan:\n  description: "a\u2028b\x85c"\n  idd: "🎉"\n  ide: x\n'
    assert [line.split()[0] for line in complaints(text)] == ["3:3", "4:3"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"])
def test_other_encodings_are_rejected(encoding: str) -> None:
    loaded = judged("tracking_plan: {display_name: é}".encode(encoding))
    assert loaded.diagnostics[0].code in ("TW100", "TW101")


# --- input that would take forever -----------------------------------------------------------


def seconds_to_judge(text: str) -> float:
    """Of the processor: others may keep it busy, too."""
    began = time.process_time()
    judged(text)
    return time.process_time() - began


DEEP = 100_000


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP,
        "{a: " * DEEP,
        "- " * DEEP,
        "? " * DEEP,
        "[" * 200 + "]" * 200,
        "a: " + "{a: " * 200 + "1" + "}" * 200,
        "".join(f"{' ' * n}a:\n" for n in range(300)),
        "&a " * 2000,
        "!!map " * 2000,
        "a: *" + "x" * DEEP,
        "'" + "x" * DEEP,
        "a: " + "9" * DEEP,
        "tracking_plan: {version: 1" + "0" * 5000 + "}",
    ],
    ids=range(13),
)
def test_depths_and_lengths_end_in_a_diagnostic(text: str) -> None:
    assert seconds_to_judge(text) < 3


@pytest.mark.parametrize("keyword", ["items", "additionalProperties"])
def test_the_deepest_allowed_nesting_can_be_read(keyword: str) -> None:
    kind = {"items": "array", "additionalProperties": "object"}[keyword]
    schema = f"{{type: {kind}, {keyword}: " * 85 + "{type: string}" + "}" * 85
    assert judged(with_properties(f"x: {schema}")).plan is not None


def test_nesting_too_deep_is_reported_at_its_location() -> None:
    text = "tracking_plan:\n  x-deep: " + "[" * 99 + "]" * 99
    (line,) = complaints(text)
    assert line.startswith("2:109 TW103 nested more than 100 levels deep")
    assert complaints("tracking_plan:\n  x-deep: " + "[" * 98 + "]" * 98) == []


def laughs(first: str, again: str, levels: int = 9) -> str:
    lines = [f"x-a0: &a0 {first}"]
    for n in range(1, levels):
        lines.append(f"x-a{n}: &a{n} " + again.format(f"*a{n - 1}"))
    return "\n".join([*lines, f"tracking_plan: *a{levels - 1}", ""])


@pytest.mark.parametrize(
    "text",
    [
        laughs("[x, x, x, x, x]", "[{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}]"),
        laughs("{a: x}", "{{a: {0}, b: {0}, c: {0}, d: {0}, e: {0}, f: {0}, g: {0}}}"),
        laughs("{a: {b: {c: x}}}", "{{<<: [{0}, {0}, {0}, {0}, {0}, {0}], x: {0}, y: {0}}}", 30),
        laughs("{a: [x, x, x]}", "{{<<: {0}, b: {0}, c: {0}}}", 40),
    ],
    ids=["lists", "mappings", "merges", "both"],
)
def test_bombs_are_refused(text: str) -> None:
    assert seconds_to_judge(text) < 3
    assert "TW103" in {each.code for each in load_text(text).diagnostics}


def test_a_plan_that_shares_a_lot_is_not_too_large() -> None:
    shared = ", ".join(f"p{n}: {{type: string, minLength: 1}}" for n in range(30))
    events = "".join(
        f"      - {{name: E{n}, rules: {{properties: {{<<: *shared}}}}}}\n" for n in range(300)
    )
    text = f"x-shared: &shared {{{shared}}}\ntracking_plan:\n  rules:\n    events:\n{events}"
    assert len(plan_of(text).events) == 300


@pytest.mark.parametrize(
    ("definitions", "code"),
    [
        ("A{n}: {{allOf: [{{$ref: '#/definitions/A{m}'}}, {{$ref: '#/definitions/A{m}'}}]}}", None),
        ("A{n}: {{allOf: [{{$ref: '#/definitions/A{m}'}}, {{minProperties: 0}}]}}", None),
        ("A{n}: {{anyOf: [{{$ref: '#/definitions/A{m}'}}, {{$ref: '#/definitions/A{m}'}}]}}", None),
        (
            "A{n}: {{type: object, anyOf: [{{$ref: '#/definitions/A{m}'}},"
            " {{$ref: '#/definitions/A{m}'}}]}}",
            "TW103",
        ),
        (
            "A{n}: {{type: object, properties: {{l: {{allOf: [{{$ref: '#/definitions/A{m}'}},"
            " {{minProperties: 0}}]}}, r: {{allOf: [{{$ref: '#/definitions/A{m}'}},"
            " {{minProperties: 0}}]}}}}}}",
            "TW103",
        ),
    ],
    ids=["twice", "chain", "union", "union of merged", "objects"],
)
def test_references_that_unfold(definitions: str, code: str | None) -> None:
    lines = ["A0: {type: object, properties: {x: {type: string}}}"]
    lines += [definitions.format(n=n, m=n - 1) for n in range(1, 40)]
    text = with_properties("x: {$ref: '#/definitions/A39'}", "\n".join(lines))
    assert seconds_to_judge(text) < 6
    codes = {d.code for d in load_text(text).diagnostics if d.severity is Severity.ERROR}
    assert codes == ({code} if code else set())


def test_a_product_of_unions_is_refused() -> None:
    pair = "{anyOf: [{type: string, minLength: %d}, {type: string, maxLength: %d}]}"
    pairs = ", ".join(pair % (n, n + 90) for n in range(30))
    text = with_properties(f"x: {{allOf: [{pairs}]}}")
    assert seconds_to_judge(text) < 6
    assert {each.code for each in load_text(text).diagnostics} == {"TW103"}


def test_merged_definitions_that_refer_to_each_other_come_to_an_end() -> None:
    node = "{{type: object, properties: {{v: {{}}, next: {{$ref: '#/definitions/{}'}}}}}}"
    definitions = "A: " + node.format("B") + "\nB: " + node.format("A")
    both = "x: {allOf: [{$ref: '#/definitions/A'}, {$ref: '#/definitions/B'}]}"
    assert "TW132" in {each.code for each in judged(with_properties(both, definitions)).diagnostics}


@pytest.mark.parametrize(
    "schema",
    [
        "{{type: string, enum: [{0}], default: a9999}}",
        "{{allOf: [{{enum: [{0}]}}, {{type: string, minLength: 2, enum: [{0}]}}]}}",
        "{{enum: [{0}], anyOf: [{{type: string}}, {{type: integer}}]}}",
        "{{type: array, uniqueItems: true, default: [{0}]}}",
        "{{enum: [{1}]}}",
        "{{anyOf: [{1}]}}",
        "{{type: object, properties: {{{1}}}, required: [{0}]}}",
    ],
)
def test_ten_thousand_values(schema: str) -> None:
    texts = ", ".join(f"a{n}" for n in range(10_000))
    if "anyOf: [{1}]" in schema:
        others = ", ".join(f"{{const: a{n}}}" for n in range(2_000))
    elif "properties" in schema:
        others = ", ".join(f"a{n}: {{}}" for n in range(10_000))
    else:
        others = ", ".join(f"{{k: [a{n}]}}" for n in range(10_000))
    text = with_properties("x: " + schema.format(texts, others))
    assert seconds_to_judge(text) < 6
    assert load_text(text).plan is not None


def test_the_slow_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML came without its C parser, the Python one gives the same plan."""
    expected = load_text(RICH)
    monkeypatch.setattr(yaml_reader, "_LOADER", yaml.SafeLoader)
    found = load_text(RICH)
    assert found.plan == expected.plan
    assert found.plan is not None
    span, other = found.plan.events[0].span, expected.plan.events[0].span  # type: ignore[union-attr]
    assert span is not None
    assert other is not None
    assert (span.line, span.column, span.length) == (other.line, other.column, other.length)
    for text in ("a: [", "a: b: c", "x: '", "[" * DEEP, "- " * DEEP, "a: @b", "x\0"):
        codes = {each.code for each in judged(text).diagnostics}
        assert codes - {"TW107"} in (
            {"TW101"},
            {"TW103"},
        )  # with the mistake mended it is not a plan


# --- regular expressions ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"^[A-Za-z]+$", r"^(?:a|b){2,3}$", r"\d\w\s\b\D\W\S\B", r"[\w.-]+@[\w.-]+\.\w+"),
        *(
            r"\x41\t\n\r\f\v\0",
            r"a{1000}",
            r"a}+",
            r"[\]a]",
            r"\/\_\-",
            "é[À-ÿ]",
            "🎉",
            "",
            r"a+?b*?",
        ),
        *(
            r"[a-z&]",
            r"(a)(b)",
            r"[\d\s]",
            r"\\",
            r"\[a\]",
            r"^$",
            "x{2}{",
            r"\.\*\+\?\^\$\{\}\(\)\|",
        ),
    ],
)
def test_patterns_that_every_dialect_has(pattern: str) -> None:
    assert problem_of(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        *("[", "(", ")", "*", "a**", "a{2}{3}", "\\", "[b-a]", "?", "(" * 5000, "a{99999999999}"),
        *("(?i)a", "(?i:a)", "(?-i:a)", "(?a)x", "(?P<n>a)", "(?<n>a)", "(?P=n)", "(a)(?(1)b)"),
        *("(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "a++", "a*+", "a?+", "a{2}+", "(?#x)"),
        *(r"\A", r"\Z", r"\z", r"\p{L}", r"[\p{L}]", r"\1", r"(a)\1", r"\u0041", r"\N{BULLET}"),
        *(r"\U00000041", r"\a", r"\e", r"\h", r"\é", r"[\b]", "[]a]", "[^]a]", "[[:alpha:]]"),
        *("[0-9]{2-4}", "a{ 2}", "a{2, 4}", "a{2", "a{3,2}", "/^a+$/", "/^a/i", r"\01", r"[\00]"),
        *(r"[a-\d]", r"[\d-a]", "[a~~b]"),
        *("a{,3}", "a{1001}", "a{0,2000}", "[a--b]", "[a&&b]", "[a||b]", "[[a]", r"\R", r"\Qa\E"),
    ],
)
def test_patterns_that_only_some_dialects_have(pattern: str) -> None:
    problem = problem_of(pattern)
    assert problem is not None
    text = json.dumps(
        {
            "tracking_plan": {
                "rules": {
                    "events": [
                        {
                            "name": "A",
                            "rules": {"properties": {"x": {"type": "string", "pattern": pattern}}},
                        }
                    ]
                }
            }
        }
    )
    assert [each.code for each in judged(text).diagnostics] == ["TW138"]


@pytest.mark.parametrize(
    ("pattern", "message", "help"),
    [
        ("[0-9]{2-4}", "`{2-4}` is not a quantifier", "write {2,4}; a literal { is \\{"),
        ("a{ 2 }", "`{ 2 }` is not a quantifier", "write {2}; a literal { is \\{"),
        (
            r"/^\w+$/",
            "the slashes are part of this pattern, so that no text matches it",
            r"write it without slashes and flags: ^\w+$",
        ),
        (
            "a{3,2}",
            "not a valid regular expression: min repeat greater than max repeat at position 2",
            "write the smaller number first, as in {2,3}",
        ),
        (r"\012", "the octal `\\01` is not supported everywhere", None),
        ("[a&&b]", "set operations are not supported everywhere", None),
    ],
)
def test_what_to_write_instead_is_in_the_help(pattern: str, message: str, help: str | None) -> None:
    problem = problem_of(pattern)
    assert problem is not None
    assert problem.message == message
    assert help in (None, problem.help)


@pytest.mark.parametrize("pattern", [r"^\p{L}+$", "[", "*", r"[a-\d]", "[a-z", "a{2-4}"])
@pytest.mark.parametrize(
    "schema",
    [
        "{type: string, pattern: PATTERN, default: de}",
        "{type: string, pattern: PATTERN, enum: [kg, lb]}",
        "{pattern: PATTERN, const: kg, type: string}",
        "{allOf: [{type: string, pattern: PATTERN}, {enum: [kg], default: kg}]}",
        "{type: array, items: {type: string, pattern: PATTERN, enum: [kg]}, default: [kg]}",
        "{type: object, properties: {a: {type: string, pattern: PATTERN, default: b}}}",
        "{anyOf: [{type: string, pattern: PATTERN, enum: [kg]}, {type: integer}], default: 1}",
        "{$ref: '#/definitions/Code', default: kg}",
    ],
)
def test_a_bad_pattern_beside_values_is_reported_where_it_is(schema: str, pattern: str) -> None:
    quoted = f"'{pattern}'"
    text = f"""\
tracking_plan:
  definitions:
    Code: {{type: string, pattern: {quoted if "$ref" in schema else "a"}}}
  rules:
    events:
      - name: Code Typed
        rules:
          properties:
            x: {schema.replace("PATTERN", quoted)}
"""
    found = [each for each in judged(text).diagnostics if each.code == "TW138"]
    lines = text.splitlines()
    wanted = [
        (number, line.index(quoted) + 1) for number, line in enumerate(lines, 1) if quoted in line
    ]
    assert [(each.span.line, each.span.column) for each in found if each.span] == wanted
