"""The cost of one call, ours and the official SDK's, and of validation alone.

Run as a separate process (``python -m benchmarks.calls FOLDER ROUNDS [alone]``), with the
generated package in ``FOLDER``; prints nanoseconds as JSON.
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
from typewriter_client.rules.report import Report
from typewriter_client.rules.rule_set import RuleSet

from .loopback import Loopback

USER = "user-1"


class Stub:
    """A transport that discards everything."""

    def send(self, batch: list[dict[str, Any]]) -> None:
        """Discard a batch."""


def cost(call: Callable[[], object], times: int, rounds: int) -> float:
    """CPU nanoseconds of the calling thread for one call, in the best round."""
    best = float("inf")
    for _ in range(rounds):
        started = thread_time_ns()
        for _ in range(times):
            call()
        best = min(best, (thread_time_ns() - started) / times)
    return best


MODES: dict[str, dict[str, Any]] = {
    "validated": {},
    "validated, raise": {"on_violation": "raise"},
    "not validated": {"on_violation": "ignore"},
}
"""The settings for each row, in addition to the transport."""


def generated(package: Any, call: dict[str, Any], rounds: int) -> dict[str, float]:
    """Calls of a generated function with a stub; the worker sleeps while calls are timed."""
    function, properties = getattr(package, call["function"]), call["properties"]
    found: dict[str, float] = {}
    for label, settings in MODES.items():
        package.configure(
            transport=Stub(), queue_size=10**7, flush_at=2500, flush_interval=60, **settings
        )
        function(USER, **properties)  # imports the rules
        package.flush()
        times, whole = 2000, float("inf")
        found[label] = float("inf")
        for _ in range(rounds):
            started = process_time_ns()
            once = cost(lambda: function(USER, **properties), times, 1)
            if not package.flush(60):
                raise RuntimeError("the stub did not accept the messages within a minute")
            found[label] = min(found[label], once)
            whole = min(whole, (process_time_ns() - started) / times)
        found[f"{label}, with the worker"] = whole
        stats = package.stats()
        if stats.delivered != stats.accepted or stats.violations:
            raise RuntimeError(f"not everything was delivered: {stats}")
    package.close()
    return found


def official(call: dict[str, Any], rounds: int) -> dict[str, float]:
    """The official SDK's ``track()``: with its thread sending, and without queueing."""
    name, properties = call["name"], call["properties"]
    found: dict[str, float] = {}
    with Loopback() as server:
        client = Client("benchmark", host=server.url, max_queue_size=10**7)
        found["segment"] = cost(lambda: client.track(USER, name, properties), 500, rounds)
        client.shutdown()
    alone = Client("benchmark", send=False)
    found["segment, unsent"] = cost(lambda: alone.track(USER, name, properties), 500, rounds)
    return found


def checks(call: dict[str, Any], rounds: int) -> dict[str, float]:
    """Validation alone, with the same properties."""
    rules = RuleSet(importlib.import_module("analytics._rules").RULES)
    report = Report(call["name"])
    key = ("track", call["name"], None)
    properties, schema = call["properties"], call["schema"]
    rules.check_body(key, properties, report)  # compiles the event's rule
    plain = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    rust = jsonschema_rs.Draft7Validator(schema, validate_formats=True)
    found = {
        "check": cost(lambda: rules.check_body(key, properties, report), 2000, rounds),
        "jsonschema": cost(lambda: plain.validate(properties), 50, rounds),
        "jsonschema-rs": cost(lambda: rust.validate(properties), 1000, rounds),
    }
    if report.violations:
        raise RuntimeError(f"the example is not valid: {report.violations}")
    return found


def main(folder: Path, rounds: int, *, alone: bool) -> None:
    """Measure and print; ``alone``: only the package's own calls."""
    sys.path.insert(0, str(folder))
    package = importlib.import_module("analytics")
    call = json.loads((folder / "call.json").read_text())
    others = {} if alone else {**checks(call, rounds), **official(call, rounds)}
    print(json.dumps({**others, **generated(package, call, rounds)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), alone="alone" in sys.argv[3:])
