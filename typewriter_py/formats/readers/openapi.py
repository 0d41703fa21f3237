"""The schemas of an OpenAPI description → rules: each that no other refers to is an event's.

https://spec.openapis.org/oas/v3.0.3#components-object; ``definitions`` in version 2.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Any

from ...diagnostics import Diagnostic
from ...plan.annotations import text
from ...plan.document import Document, Map
from .. import codes
from ..nodes import maps_in, pointer_to
from ..rules import RuleSet
from . import json_schemas


def recognises(documents: Sequence[Document]) -> bool:
    """Whether it is an OpenAPI description."""
    data = documents[0].data if len(documents) == 1 else None
    return isinstance(data, Map) and bool(data.keys() & {"openapi", "swagger"})


def rules_in(
    documents: Sequence[Document], name: str
) -> tuple[RuleSet | None, tuple[Diagnostic, ...]]:
    """The rules in the only document; ``name`` is for a description without a title."""
    (document,) = documents
    schemas = [*_schemas(document)]
    if not schemas:
        message = "this OpenAPI description has no `components.schemas` to import"
        return None, (codes.NOT_RECOGNISED.at(document.data.span, message),)
    return json_schemas.rules_in(schemas, text(document.data.submap("info"), "title") or name)


def _schemas(document: Document) -> Iterator[Document]:
    """Each schema as a file of its own, as others refer to it."""
    data: Any = document.data
    steps = ("components", "schemas") if "components" in data else ("definitions",)
    found = data
    for step in steps:
        found = found.submap(step)
    prefix = pointer_to(*steps) + "/"
    folder = posixpath.dirname(document.file.replace("\\", "/"))
    for key, schema in found.items():
        for node in maps_in(schema):
            ref = node.get("$ref")
            if isinstance(ref, str) and ref.startswith(prefix):
                name, slash, rest = ref.removeprefix(prefix).partition("/")
                node["$ref"] = f"{name}.json" + (f"#/{rest}" if slash else "")
        yield Document(posixpath.join(folder, f"{key}.json"), document.text, schema, ())
