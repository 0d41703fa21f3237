"""Broken versions of good files: of their bytes, of their tokens, and of the data in them."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any, Final, TypeAlias

import yaml

Steps: TypeAlias = tuple[Any, ...]


def _nested(depth: int, within: Any = "x") -> Any:
    for _ in range(depth):
        within = [within]
    return within


def _objects(depth: int) -> Any:
    within: Any = {"type": "string"}
    for _ in range(depth):
        within = {"type": "object", "properties": {"x": within}}
    return within


VALUES: Final[list[Any]] = [
    *(None, True, False, 0, -1, 1, 2**53 + 1, 10**30, 10**400, -(10**30), 0.1, 1e308, 5e-324),
    *(float("inf"), float("-inf"), float("nan"), -0.0),
    *(
        "",
        " ",
        "x",
        "null",
        "true",
        "0x10",
        "1e999",
        "2020-13-45",
        "\ud800",
        "\0",
        "\u202e",
        "\x1b",
    ),
    *("a\nb", "\ufeff", "\u2028", "é" * 300, "a." * 300, "=cmd()", "::error::x", "#/definitions/X"),
    *("../../x", "/dev/null", "[", "(a+)+$", "(?<x>a)\\k<x>", "\\p{L}", "{{ x }}", "{% x %}", "%s"),
    *("$ref", "<<", "*", "string", "integer", "object", "array", "date-time", "Order Completed"),
    *("class", "__class__", "constructor", "__proto__", "a" * 2000, "🎉", "'''", '"""', "`", "*/"),
    *([], {}, [None], [[]], {"x": None}, {"": ""}, ["x", "x"], [1, True, 1.0], {"type": "string"}),
    *(
        {"$ref": "#/definitions/Product"},
        {"$ref": "x"},
        {"anyOf": []},
        {"enum": []},
        {"enum": [[]]},
    ),
    *({"const": {"a": [1]}}, {"not": {}}, {"type": ["string", "null"]}, {"type": "any"}),
    *({"allOf": [{"type": "string"}, {"type": "integer"}]}, {"items": [{}]}, {"required": True}),
    *(
        {"pattern": "["},
        {"minimum": 5, "maximum": 1},
        {"default": {}},
        {"additionalProperties": {}},
    ),
    *(_nested(30), _nested(400), _objects(40), _objects(200), list(range(100))),
]

TOKENS: Final = [
    *("\0", "\x1b[31m", "\u202e", "\ud800", "\ufeff", "\u2028", "\x85", "\r", "\t", "\n\n", "\x7f"),
    *("&a ", "*a", "<<: *a", "!!python/object:os.system ", "!!binary x", "!!set {}", "!x ", "? "),
    *(": ", "- ", "---\n", "...\n", "%YAML 3.0\n", "|", ">", "|2-", "#", "{", "}", "[", "]", ","),
    *('"', "'", "`", "\\", "\\u0000", "\\ud800", "0x" + "f" * 5000, "9" * 5000, "1e99999", ".nan"),
    *(".inf", "-", "~", "null", "true", "yes", "{{", "}}", "{%", "=", "@", "%", "a" * 5000),
    *("[" * 200, "{a: " * 200, "- " * 200, "(" * 200, "<<<<<<< HEAD\n", "const:", "enum:", "x:"),
]

_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")


def mutated(chance: Random, text: str, other: str, form: str) -> bytes:
    """A broken version of ``text``, perhaps with a part of ``other``.

    ``form`` is ``json``, ``yaml``, ``ndjson`` or anything else, whose data are not looked at.
    """
    data = form in ("json", "yaml", "ndjson") and chance.random() < 0.6
    if data:
        with contextlib.suppress(ValueError, yaml.YAMLError, RecursionError, TypeError):
            text = _of_data(chance, text, other, form)
            if chance.random() < 0.7:
                return text.encode("utf-8", "surrogatepass")
    for _ in range(_few(chance)):
        text = _of_text(chance, text, other)
    raw = text.encode("utf-8", "surrogatepass")
    for _ in range(_few(chance) if chance.random() < 0.2 else 0):
        raw = _of_bytes(chance, raw)
    return raw


def _few(chance: Random) -> int:
    return min(6, 1 + int(chance.expovariate(0.9)))


# --- bytes and text ------------------------------------------------------------------------------


def _of_bytes(chance: Random, raw: bytes) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + bytes([chance.randrange(256)]) + raw[at + chance.randrange(2) :]


def _of_text(chance: Random, text: str, other: str) -> str:
    spans = [each.span() for each in _TOKEN.finditer(text)] or [(0, 0)]
    start, end = chance.choice(spans)
    match chance.randrange(8):
        case 0:
            return text[:start] + text[end:]
        case 1 | 2:
            return text[:start] + chance.choice(TOKENS) + text[start:]
        case 3:
            return text[:start] + chance.choice(TOKENS) + text[end:]
        case 4:
            first, last = chance.choice(spans)
            return text[:start] + text[first:last] + text[end:]
        case 5:
            lines = text.split("\n")
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
            return "\n".join(lines)
        case 6:
            lines = text.split("\n")
            del lines[chance.randrange(len(lines))]
            return "\n".join(lines)
        case _:
            at = chance.randrange(len(other) + 1)
            return (
                text[:start] + other[at : at + 400] + (text[end:] if chance.random() < 0.8 else "")
            )


# --- data ----------------------------------------------------------------------------------------


def _of_data(chance: Random, text: str, other: str, form: str) -> str:
    if form == "ndjson":
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        lines[at] = _of_data(chance, lines[at] or "{}", other.split("\n")[0] or "{}", "json")
        return "\n".join(lines)
    holder = [_data(text, form)]
    for _ in range(_few(chance)):
        _change(chance, holder, _data(other, form) if chance.random() < 0.2 else None)
    if form == "json" or chance.random() < 0.5:
        return json.dumps(holder[0], ensure_ascii=chance.random() < 0.3, default=str)
    return str(yaml.dump(holder[0], Dumper=_Dumper, sort_keys=False, allow_unicode=True))


_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def _data(text: str, form: str) -> Any:
    return json.loads(text) if form == "json" else yaml.load(text, _Loader)


def _change(chance: Random, holder: list[Any], other: Any) -> None:
    """Change the data that ``holder`` has, at any location."""
    node, step = chance.choice([*_locations(holder)])
    match chance.randrange(6):
        case 0:
            del node[step]
            holder or holder.append(None)
        case 1 if isinstance(node, dict):
            key = chance.choice([*map(str, node), *(v for v in VALUES if isinstance(v, str))])
            node[key] = node.pop(step)
        case 2 if isinstance(node, dict):
            word = chance.choice([*_keys(holder)] or ["x"])
            node[word] = chance.choice(VALUES)
        case 3:
            there, key = chance.choice([*_locations([other if other is not None else holder[0]])])
            node[step] = json.loads(json.dumps(there[key], default=str))
        case _:
            node[step] = json.loads(json.dumps(chance.choice(VALUES)))


def _locations(node: Any) -> Iterator[tuple[Any, Any]]:
    ahead = [node]
    while ahead:
        node = ahead.pop()
        for step in node if isinstance(node, dict) else range(len(node)):
            yield node, step
            if isinstance(node[step], dict | list):
                ahead.append(node[step])


def _keys(node: Any) -> Iterator[str]:
    for within, step in _locations(node):
        if isinstance(within, dict) and isinstance(step, str):
            yield step
