"""The options of a call, and the report of unknown ones.

Only type checkers, ``typing.get_type_hints`` and the first unknown option import this
module, so it may import what its annotations name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import TypedDict, Union
from uuid import UUID

from ..rules.report import Report, dotted

UserId = Union[str, int, UUID]
"""The user's id in your own system.  Sent as a string."""


class ContextApp(TypedDict, total=False):
    """The application that the person uses."""

    name: str
    version: str
    build: str
    namespace: str


class ContextCampaign(TypedDict, total=False):
    """The campaign that led here, as in UTM parameters."""

    name: str
    source: str
    medium: str
    term: str
    content: str


class ContextDevice(TypedDict, total=False):
    """The person's device."""

    id: str
    advertisingId: str
    adTrackingEnabled: bool
    manufacturer: str
    model: str
    name: str
    type: str
    token: str


class ContextLocation(TypedDict, total=False):
    """Where the person is."""

    city: str
    country: str
    latitude: float
    longitude: float
    region: str
    speed: float


class ContextNetwork(TypedDict, total=False):
    """How the device is connected."""

    bluetooth: bool
    carrier: str
    cellular: bool
    wifi: bool


class ContextOs(TypedDict, total=False):
    """The device's operating system."""

    name: str
    version: str


class ContextPage(TypedDict, total=False):
    """The page that the person is on."""

    path: str
    referrer: str
    search: str
    title: str
    url: str
    keywords: Sequence[str]


class ContextReferrer(TypedDict, total=False):
    """What referred the person here."""

    id: str
    type: str
    name: str
    url: str
    link: str


class ContextScreen(TypedDict, total=False):
    """The device's screen, in pixels."""

    density: float
    height: int
    width: int


class Context(TypedDict, total=False):
    """Facts around a call, in Segment's terms: https://segment.com/docs/connections/spec/common/

    To send keys of your own, declare them: ``class MyContext(Context, total=False)``.
    """

    active: bool
    app: ContextApp
    campaign: ContextCampaign
    channel: str
    consent: Mapping[str, object]
    device: ContextDevice
    externalIds: Sequence[Mapping[str, object]]
    groupId: str
    ip: str
    locale: str
    location: ContextLocation
    network: ContextNetwork
    os: ContextOs
    page: ContextPage
    protocols: Mapping[str, object]
    referrer: ContextReferrer
    screen: ContextScreen
    timezone: str
    traits: Mapping[str, object]
    userAgent: str
    userAgentData: Mapping[str, object]


class Options(TypedDict, total=False):
    """What a call may set in addition to its properties."""

    anonymous_id: UserId | None
    """An id for the user as long as you do not know who it is."""
    timestamp: datetime | str
    """When it happened, if not now: an aware datetime, a naive one in UTC, or ISO 8601."""
    context: Context
    """Facts around the call; its keys override those of the scope around it."""
    integrations: Mapping[str, object]
    """The destinations that get it: ``{"All": False, "Amplitude": True}``."""
    message_id: str
    """The id by which Segment drops repeats, under 100 characters; random by default."""
    category: str
    """The category of a page or screen."""
    extra: Mapping[str, object]
    """Further properties, if the plan allows additional ones."""


_LONGEST = 40  # characters of a possible misspelling of an option: comparing is slow
_TAKES = {
    "track": "pass properties by keyword, after user_id and options:",
    "identify": "pass traits by keyword, after user_id and options:",
    "group": "pass traits by keyword, after user_id, group_id and options:",
    "page": "pass properties by keyword, after user_id, name and options:",
    "screen": "pass properties by keyword, after user_id, name and options:",
}
"""How to pass the body to a call, which may be mistaken for its options."""
_BY_POSITION = {
    "alias": "alias(user_id, previous_id, options)",
    "track": "track(event, user_id, options, properties)",
}
_UNKNOWN = "is not an option"
"""Functions without keywords; generated code passes a keyword argument as an option."""


def report_unknown(
    type_: str,
    options: Mapping[str, object],
    known: frozenset[str],
    on_pages: frozenset[str],
    report: Report,
) -> None:
    """Report each unknown option, with a suggestion if possible.

    ``on_pages``: the options of page and screen.  A value may be a misplaced property, and
    so personal: only its type is shown.
    """
    for key, value in options.items():
        if key in known or (key in on_pages and value is None):
            continue
        name = f"{key}"  # a key may be anything
        path = "options", name
        message = f"{dotted(path)} {_advice(name, on_pages)}"
        if message.endswith(_UNKNOWN) and options.keys().isdisjoint(known):
            message += _misplaced(type_, name)
        report.add(path, "Unplanned Property", message, f"<{type(value).__name__}>")


def _advice(key: str, on_pages: frozenset[str]) -> str:
    if key in on_pages:
        return "is only an option of page and screen"
    snake = re.sub("(?=[A-Z])", "_", key[:_LONGEST]).lower()
    meant = get_close_matches(snake, sorted(on_pages), 1, 0.7)
    return _UNKNOWN + "".join(f"; did you mean {each}?" for each in meant)


def _misplaced(type_: str, key: str) -> str:
    """How to pass an argument or property that was passed as an option."""
    if key == "user_id":
        return "; pass it by position, before the options"
    if key in re.findall(r"\w+", _BY_POSITION.get(type_, "")):
        return f"; pass it by position: {_BY_POSITION[type_]}"
    if type_ not in _TAKES or not key.isidentifier() or len(key) > _LONGEST:
        return ""
    return f"; {_TAKES[type_]} {key}=…"
