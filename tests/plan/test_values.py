"""A plan's own values are checked as messages are: by the library's rules."""

from __future__ import annotations

import pytest

from typewriter_py.diff import witness
from typewriter_py.formats import type_names
from typewriter_py.infer import statistics
from typewriter_py.plan import metaschema
from typewriter_py.plan.values import FORMATS, same

from .planning import complaints, with_properties


@pytest.mark.parametrize(
    ("schema", "default", "fits"),
    [
        ("type: string, format: date-time", "2016-12-31T23:59:60Z", True),
        ("type: string, format: date-time", "2016-12-31T22:59:60Z", False),
        ("type: string, format: time", "00:59:60+01:00", True),
        ("type: string, format: time", "12:00:60Z", False),
        ("type: string, format: uri", "http://[::1]:80/a?b#c", True),
        ("type: string, format: uri", "http://a:b", False),
        ("type: string, format: uri", "a:[b]", False),
        ("type: string, format: hostname", f"{'a.' * 126}a", True),
        ("type: string, format: hostname", f"{'a.' * 127}aa", False),
        ("type: string, format: uuid", "2eb8aa08aa9811eab4aa73b441d16380", False),
        ("type: string, pattern: '^a', maxLength: 2", "ab", True),
        ("type: number, multipleOf: 0.01", 19.99, True),
        ("type: integer", 1.0, True),
        ("type: integer", "true", False),
        ("type: array, uniqueItems: true", '[1, true, "1"]', True),
        ("type: array, uniqueItems: true", "[[1], [1.0]]", False),
        ("enum: [1, [true]]", "[1]", False),
        ("oneOf: [{type: integer}, {type: number}]", 1, False),
        ("$ref: '#/definitions/Tree'", "[[], [[]]]", True),
        ("$ref: '#/definitions/Tree'", "[[], [1]]", False),
    ],
)
def test_a_default_is_one_that_could_be_sent(schema: str, default: object, fits: bool) -> None:
    written = f"'{default}'" if "string" in schema else default
    tree = "Tree: {type: array, items: {$ref: '#/definitions/Tree'}}"
    plan = with_properties(f"x: {{{schema}, default: {written}}}", tree)
    refused = [each for each in complaints(plan) if "does not match its own schema" in each]
    assert bool(refused) is not fits


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [("date", "2024-02-29", True), ("date", "2023-02-29", False), ("ipv6", "::1%eth0", False)],
)
def test_formats_are_those_that_messages_are_checked_for(name: str, text: str, fits: bool) -> None:
    assert FORMATS[name](text) is fits


@pytest.mark.parametrize(
    ("one", "two", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ([1, {"a": 0}], [1.0, {"a": -0.0}], True),
        ([True], [1], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ("1", 1, False),
        (None, False, False),
    ],
)
def test_values_are_equal_as_json_has_it(one: object, two: object, equal: bool) -> None:
    assert same(one, two) is equal  # type: ignore[arg-type]


def test_there_is_one_list_of_formats() -> None:
    """What others say of formats is of those that are checked, and of all of them."""
    assert witness.FORMATS.keys() == FORMATS.keys()
    assert all(FORMATS[name](sample) for name, sample in witness.FORMATS.items())
    assert {*type_names.FORMATS.values()} <= FORMATS.keys()
    assert statistics.PATTERNS.keys() - FORMATS.keys() == {"number"}
    for kind in metaschema.schema()["definitions"].values():
        said = kind.get("properties", {}).get("format", {}).get("examples", FORMATS)
        assert {*said} == FORMATS.keys()
