"""Nodes of a document know where they are in it: parent, key and path."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from typewriter_py.plan import json_reader, yaml_reader
from typewriter_py.plan.document import Document, Map, Seq

DATA = {"a": {"b": [{"c": 1}, [], {"d": {"e": [[{}]]}}]}, "f": [], "g": {"h": {}}}


def assert_knows_its_nodes(node: Any, parent: Any = None, path: tuple[str | int, ...] = ()) -> None:
    assert node.parent is parent
    assert node.path == path
    for key, value in node.items() if isinstance(node, Map) else enumerate(node):
        if isinstance(value, Map | Seq):
            assert value.key == key
            assert_knows_its_nodes(value, node, (*path, key))


@pytest.mark.parametrize("read", [yaml_reader.read, json_reader.read])
@pytest.mark.parametrize("indent", [None, 0, 2])
def test_each_node_knows_its_parent_and_key(
    read: Callable[[str, str], Document], indent: int | None
):
    data = read("plan", json.dumps(DATA, indent=indent)).data
    assert data == DATA
    assert_knows_its_nodes(data)


def test_aliases_have_the_location_of_their_anchor():
    data = yaml_reader.read("p", "a: &a {b: {c: 1}}\nd: [*a]\ne:\n  <<: *a\n").data
    assert data["d"][0].path == ("a",)
    assert data["e"]["b"].path == ("a", "b")
    assert data["e"].path == ("e",)


def test_a_node_put_elsewhere_has_a_new_parent():
    data = yaml_reader.read("p", "a: {b: {c: {}}}").data
    copy = data["a"].only(["b"])
    assert copy.path == ("a",)
    assert copy["b"].parent is copy
    assert copy["b"]["c"].path == ("a", "b", "c")
    items = Seq(data.mark)
    items.add(copy["b"], data.mark)
    assert items[0].path == (0,)


def test_a_node_is_part_of_the_innermost_that_has_a_name():
    data = yaml_reader.read("p", "a: {b: {c: {}}}").data
    assert data["a"]["b"]["c"].owner is None
    data["a"].name = data.key_span("a")
    assert data["a"]["b"]["c"].owner == data["a"].owner == data.key_span("a")
