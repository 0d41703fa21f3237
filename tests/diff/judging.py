"""jsonschema over what the product says in JSON Schema of a type: the oracle of the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.validation.oracle import oracle
from typewriter_py.formats.json_schema import DRAFT, type_schema, value_schema
from typewriter_py.plan.model import Definition, Object
from typewriter_py.plan.queries import reachable


def judge(shape: Object, known: Mapping[str, Definition]) -> Any:
    """A validator of payloads of that shape."""
    within = {n: value_schema(known[n].value, known) for n in reachable(shape, known)}
    return oracle({"$schema": DRAFT, "definitions": within, **type_schema(shape, known)})
