"""Every kind of diagnostic about a log of messages: TW56x."""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

LOG_UNREADABLE: Final = Code(
    "TW560",
    "log-unreadable",
    """The log cannot be read: it does not exist, is a folder, may not be opened, or is no text but
    an archive or a table of some other kind. A log is JSON in UTF-8, one message a line, plain or
    gzip; `-` is standard input.

    ```console
    $ zcat archive/*.gz | typewriter infer - --out plan.yaml
    $ jq -c '.[]' messages.json | typewriter infer - --out plan.yaml
    ```""",
)

BROKEN_LINE: Final = Code(
    "TW561",
    "broken-line",
    """A line of the log is not one JSON value in UTF-8, holds a number that JSON does not have
    (NaN), is nested too deep, or is too long to be a message. It is skipped, the rest is read.
    The first few are shown with their place, the others are counted.""",
    Severity.WARNING,
)

LOG_CUT_SHORT: Final = Code(
    "TW562",
    "log-cut-short",
    """The log ends before its time, or is damaged from here on: a gzip file that was copied while
    it was written, a disk that failed. The plan is inferred from what stands before that.""",
    Severity.WARNING,
)

NOT_A_MESSAGE: Final = Code(
    "TW563",
    "not-a-message",
    """Lines of the log are JSON, but hold no message as Segment has it, or one that lacks its main
    part: a track call without the name of its event, properties that are no object. A message may
    stand by itself, in a list, in the body of a request, or in an envelope such as EventBridge's.

    ```json
    {"type": "track", "event": "Order Completed", "properties": {"total": 42.0}}
    {"batch": [{"type": "identify", "userId": "u_1", "traits": {"plan": "pro"}}]}
    ```""",
    Severity.WARNING,
)

NO_MESSAGES: Final = Code(
    "TW564",
    "no-messages",
    """Nothing in the log is a message of Segment's, so there is nothing to infer a plan from. See
    `typewriter explain not-a-message` for what one looks like.""",
)

NAMES_VARY: Final = Code(
    "TW565",
    "names-vary",
    """Many events differ only in a number, an id or an address in their name. Each such name would
    be an event of its own in every tool behind Segment, and none can be planned, so none of
    them is. Send one event, and what varies as a property.""",
    Severity.WARNING,
    bad='{"type": "track", "event": "Viewed Product 4711"}',
    good='{"type": "track", "event": "Product Viewed", "properties": {"product_id": "4711"}}',
    language="json",
)

TOO_MANY_EVENTS: Final = Code(
    "TW566",
    "too-many-events",
    """The log has more events than a plan can, thousands of them, or names of hundreds of
    characters. Those that came least often are not in the plan.""",
    Severity.WARNING,
)

TOO_MANY_PLACES: Final = Code(
    "TW567",
    "too-many-places",
    """The messages of the log have so many different properties that telling them all apart would
    take more memory than is good. From there on new properties are counted together, as
    `additionalProperties` of what they stand in. It happens where keys are data, ids for instance,
    in many places.""",
    Severity.WARNING,
)
