"""Every kind of diagnostic about a log of messages: TW56x."""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

LOG_UNREADABLE: Final = Code(
    "TW560",
    "log-unreadable",
    """The log cannot be read: it does not exist, is a folder, cannot be opened, or is not text but
    an archive or a table of some other kind. A log is JSON in UTF-8, one message a line, plain
    or gzip; `-` is standard input.

    ```console
    $ zcat archive/*.gz | typewriter infer - --out plan.yaml
    $ jq -c '.[]' messages.json | typewriter infer - --out plan.yaml
    ```""",
)

BROKEN_LINE: Final = Code(
    "TW561",
    "broken-line",
    """A line of the log is not one JSON value in UTF-8, contains a number that JSON does not have
    (NaN), is nested too deeply, or is too long to be a message. It is skipped; the rest is
    read. The first few are shown with their location, the others are counted.""",
    Severity.WARNING,
)

LOG_CUT_SHORT: Final = Code(
    "TW562",
    "log-cut-short",
    """The log ends prematurely, or is damaged from here on: a gzip file that was copied while
    being written, a failing disk. The plan is inferred from what precedes it.""",
    Severity.WARNING,
)

NOT_A_MESSAGE: Final = Code(
    "TW563",
    "not-a-message",
    """Lines of the log are JSON, but contain no Segment message, or one that lacks its main part:
    a track call without an event name, properties that are not an object. A message may be on
    its own, in a list, in the body of a request, or in an envelope such as EventBridge's.

    ```json
    {"type": "track", "event": "Order Completed", "properties": {"total": 42.0}}
    {"batch": [{"type": "identify", "userId": "u_1", "traits": {"plan": "pro"}}]}
    ```""",
    Severity.WARNING,
)

NO_MESSAGES: Final = Code(
    "TW564",
    "no-messages",
    """The log contains no Segment message, so there is nothing to infer a plan from. `typewriter
    explain not-a-message` shows what one looks like.""",
)

NAMES_VARY: Final = Code(
    "TW565",
    "names-vary",
    """Many events differ only in a number, an id or an address in their name. Each such name would
    be a separate event in every tool behind Segment, and they cannot be planned, so none of
    them is. Send one event, and what varies as a property.""",
    Severity.WARNING,
    bad='{"type": "track", "event": "Viewed Product 4711"}',
    good='{"type": "track", "event": "Product Viewed", "properties": {"product_id": "4711"}}',
    language="json",
)

TOO_MANY_EVENTS: Final = Code(
    "TW566",
    "too-many-events",
    """The log has more events than a plan can hold, thousands of them, or names of hundreds of
    characters. The least frequent ones are not in the plan.""",
    Severity.WARNING,
)

TOO_MANY_PLACES: Final = Code(
    "TW567",
    "too-many-places",
    """The messages of the log have so many different properties that counting each of them would
    take too much memory. From there on, new properties are counted together, as
    `additionalProperties` of the object that has them. It happens where keys are data, such as
    ids, in many objects.""",
    Severity.WARNING,
)
