"""Short ways to make a log, infer from it and look at what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from io import BufferedReader, BytesIO
from typing import Any

from typewriter_py.formats.nodes import Draft
from typewriter_py.infer.logs import Log
from typewriter_py.infer.plan import SAMPLES, Inferred, infer
from typewriter_py.plan.document import Map, Seq


def track(event: str, /, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "properties": properties}


def text_of(messages: Iterable[Any]) -> bytes:
    return "".join(json.dumps(each) + "\n" for each in messages).encode()


def log(content: bytes, name: str = "log") -> Log:
    return Log(name, BufferedReader(BytesIO(content)))


def inferred(content: bytes | Iterable[Any], samples: int = SAMPLES) -> Inferred:
    content = content if isinstance(content, bytes) else text_of(content)
    return infer([log(content)], "Test", samples)


def draft(messages: bytes | Iterable[Any], samples: int = SAMPLES) -> Draft:
    found = inferred(messages, samples).draft
    assert found is not None
    return found


def rules(messages: bytes | Iterable[Any], samples: int = SAMPLES) -> dict[str, Any]:
    return draft(messages, samples).root["rules"]


def event(messages: bytes | Iterable[Any], samples: int = SAMPLES) -> dict[str, Any]:
    """The rules of the only event."""
    (only,) = rules(messages, samples)["events"]
    return only.get("rules", {})


def values(*found: Any, name: str = "x", samples: int = SAMPLES) -> Any:
    """What is inferred of a property that had these values."""
    return event([track("A", **{name: each}) for each in found], samples)["properties"][name]


def said(plan: Draft) -> list[str]:
    """All comments, each after the key that it is above."""
    lines = []

    def walk(node: Any) -> None:
        if isinstance(node, Map | Seq):
            keys = node if isinstance(node, Map) else range(len(node))
            lines.extend(plan.comments.at(node, None))
            for key in keys:
                lines.extend(f"{key}: {line}" for line in plan.comments.at(node, key))
                walk(node[key])

    walk(plan.root)
    return lines


def remarks(*found: Any, name: str = "x") -> list[str]:
    """The comments about a property that had these values."""
    plan = draft([track("A", **{name: each}) for each in found])
    return [line.removeprefix(f"{name}: ") for line in said(plan) if line.startswith(f"{name}: ")]


def reported(found: Inferred) -> list[str]:
    return [f"{each.span or '-'} {each.code} {each.message}" for each in found.diagnostics]
