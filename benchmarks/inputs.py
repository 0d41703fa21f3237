"""A plan in the form that each peer needs, and as calls; built from YAML without our code.

Run as a separate process (``python -m benchmarks.inputs KIND EVENTS FOLDER``, where ``KIND``
is one of ``plans.KINDS``): the memory of a process that measures others affects the figures.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

from .plans import KINDS

DRAFT = "http://json-schema.org/draft-07/schema#"
PLAN_ID = "tp_benchmark"
CALLS = 50
_TEXTS = {
    "date-time": "2026-05-17T12:30:00Z",
    "date": "2026-05-17",
    "email": "ann@example.com",
    "uri": "https://example.com/a",
}
_FUNCTION = "def call_{number}() -> None:\n    {name}(\n        {arguments},\n    )\n"


def schema_of(event: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of an event's properties."""
    return {
        "title": event["name"],
        "description": event["description"],
        "type": "object",
        **event["rules"],
    }


def json_schema(events: list[dict[str, Any]]) -> dict[str, Any]:
    """One schema with a definition for each event, for datamodel-code-generator."""
    names = [event["name"] for event in events]
    return {
        "$schema": DRAFT,
        "title": "Plan",
        "type": "object",
        "properties": {name: {"$ref": f"#/definitions/{name}"} for name in names},
        "definitions": {event["name"]: schema_of(event) for event in events},
    }


def segment_plan(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The copy of a tracking plan that Segment's Typewriter keeps next to its output."""
    return {
        "id": PLAN_ID,
        "name": "Benchmark",
        "rules": [
            {
                "key": event["name"],
                "type": "TRACK",
                "version": 1,
                "jsonSchema": {
                    "$schema": DRAFT,
                    **schema_of(event),
                    "eventMetadata": {"name": event["name"], "type": "TRACK"},
                    "labels": {},
                },
            }
            for event in events
        ],
    }


def example(schema: dict[str, Any]) -> Any:
    """A value that the schema accepts."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"]
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        return {key: example(value) for key, value in schema["properties"].items()}
    if kind == "array":
        return [example(schema["items"]) for _ in range(2)]
    if kind == "string":
        return "DE" if "pattern" in schema else _TEXTS.get(schema.get("format", ""), "text")
    return {"integer": 3, "number": 19.5, "boolean": True}[kind]


def function_of(event: dict[str, Any]) -> str:
    """The name of the function that is generated for the event."""
    return re.sub(r"\W+", "_", event["name"]).lower()


def calls(events: list[dict[str, Any]]) -> str:
    """A module that calls the generated functions, each with all its properties."""
    chosen = events[:: max(1, len(events) // CALLS)][:CALLS]
    names = sorted(function_of(event) for event in chosen)
    lines = ["from analytics import (", *(f"    {name}," for name in names), ")", "", ""]
    for number in range(CALLS):
        event = chosen[number % len(chosen)]
        values = example(schema_of(event))
        arguments = ['"user-1"', *(f"{key}={value!r}" for key, value in values.items())]
        name = function_of(event)
        text = ",\n        ".join(arguments)
        lines.append(_FUNCTION.format(number=number, name=name, arguments=text))
    return "\n".join(lines)


def one_call(event: dict[str, Any]) -> dict[str, Any]:
    """An event, its schema and valid properties, for measuring single calls."""
    closed = _closed(schema_of(event))
    return {
        "name": event["name"],
        "function": function_of(event),
        "schema": closed,
        "properties": example(closed),
    }


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with the plan's meaning: an object that declares properties has no others."""
    closed = dict(schema)
    if "properties" in schema:
        closed["properties"] = {k: _closed(v) for k, v in schema["properties"].items()}
        closed["additionalProperties"] = False
    if "items" in schema:
        closed["items"] = _closed(schema["items"])
    return closed


def write(kind: str, events: int, folder: Path) -> None:
    """Write everything for a plan of that kind with that many events."""
    text = KINDS[kind](events)
    listed = yaml.load(text, yaml.CSafeLoader)["tracking_plan"]["rules"]["events"]
    segment = folder / "segment"
    (segment / "plan").mkdir(parents=True, exist_ok=True)
    (folder / "plan.yaml").write_text(text)
    (folder / "schema.json").write_text(json.dumps(json_schema(listed)))
    (folder / "app.py").write_text(calls(listed))
    (folder / "call.json").write_text(json.dumps(one_call(listed[-1])))
    (segment / "plan" / "plan.json").write_text(json.dumps(segment_plan(listed)))
    (segment / "typewriter.yml").write_text(
        "client:\n  sdk: analytics-node\n  language: typescript\n"
        f"trackingPlans:\n  - id: {PLAN_ID}\n    path: plan\n"
    )


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
