"""What one call costs: ours, the official SDK's, and what validation alone costs.

A process of its own (``python -m benchmarks.calls FOLDER ROUNDS``), with the generated
package in ``FOLDER``; prints nanoseconds as JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time_ns, thread_time_ns
from typing import Any

import jsonschema
import jsonschema_rs
from segment.analytics.client import Client  # type: ignore[import-untyped]

USER = "user-1"


class Stub:
    """A transport that delivers by forgetting."""

    def send(self, batch: list[dict[str, Any]]) -> None:
        """Take a batch."""


def cost(call: Callable[[], object], times: int, rounds: int) -> float:
    """Nanoseconds of the calling thread's CPU for one call: the best round."""
    best = float("inf")
    for _ in range(rounds):
        started = thread_time_ns()
        for _ in range(times):
            call()
        best = min(best, (thread_time_ns() - started) / times)
    return best


def generated(package: Any, call: dict[str, Any], rounds: int) -> dict[str, float]:
    """A call of a generated function to a stub, validated and not."""
    function, properties = getattr(package, call["function"]), call["properties"]
    found: dict[str, float] = {}
    for label, mode in (("validated", "raise"), ("not validated", "ignore")):
        package.configure(transport=Stub(), on_violation=mode, queue_size=10**7)
        function(USER, **properties)  # loads the validators
        package.flush()
        times, best = 2000, float("inf")
        found[label] = float("inf")
        for _ in range(rounds):
            started = process_time_ns()
            once = cost(lambda: function(USER, **properties), times, 1)
            if not package.flush(60):
                raise RuntimeError("the stub did not take the messages in a minute")
            found[label] = min(found[label], once)
            best = min(best, (process_time_ns() - started) / times)
        found[f"{label}, with the worker"] = best
        stats = package.stats()
        if stats.delivered != stats.accepted or stats.violations:
            raise RuntimeError(f"not all was delivered: {stats}")
    package.close()
    return found


def official(call: dict[str, Any], rounds: int) -> dict[str, float]:
    """The official SDK's ``track()`` up to where it would put the message on its queue."""
    client = Client("benchmark", send=False)
    name, properties = call["name"], call["properties"]
    return {"segment": cost(lambda: client.track(USER, name, properties), 500, rounds)}


def checks(call: dict[str, Any], rounds: int) -> dict[str, float]:
    """Validation alone, of the same properties."""
    validators = importlib.import_module("analytics._validators")
    report = importlib.import_module("analytics._client.checks").Report(call["name"])
    key = ("track", call["name"], None)
    properties, schema = call["properties"], call["schema"]
    validators.CHECKS[key](properties, report)  # loads its module, and puts the check in place
    ours = validators.CHECKS[key]
    plain = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    rust = jsonschema_rs.Draft7Validator(schema, validate_formats=True)
    found = {
        "check": cost(lambda: ours(properties, report), 2000, rounds),
        "jsonschema": cost(lambda: plain.validate(properties), 50, rounds),
        "jsonschema-rs": cost(lambda: rust.validate(properties), 1000, rounds),
    }
    if report.violations:
        raise RuntimeError(f"the example is not valid: {report.violations}")
    return found


def main(folder: Path, rounds: int) -> None:
    """Measures, and prints."""
    sys.path.insert(0, str(folder))
    package = importlib.import_module("analytics")
    call = json.loads((folder / "call.json").read_text())
    found = {
        **checks(call, rounds),
        **official(call, rounds),
        **generated(package, call, rounds),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
