"""What `pull` and `push` share: which plan, whose token, where Segment is, the lock."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from .. import config as configuration
from ..config import Config, PlanSource
from ..config.codes import NO_CONFIG
from ..diagnostics import Diagnostic, Severity
from ..interchange.api.address import REGIONS, is_loopback
from ..interchange.api.connection import Connection, connect
from ..interchange.api.plans import RemotePlan, fetch
from ..interchange.api.world import World
from ..interchange.sync import codes
from ..interchange.sync.lock import NAME, Lock, read_lock
from ..output import Change, Comparison
from ..output.write import apply
from ..plan.files import read_text
from ..plan.load import Loaded, load
from . import configured, secret
from .console import tell
from .progress import Progress

ADDRESS: Final = "TYPEWRITER_API_URL"
"""For tests: a server on this machine that stands for Segment; nothing else is let through."""

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says."""

    plan: str | None
    id: str | None
    region: str | None
    token_command: str | None
    config: str | None


def options(function: _F) -> _F:
    """The options that both commands have."""
    for option in (
        click.option("--config", metavar="FILE", help="The configuration to use."),
        click.option("--token-command", metavar="CMD", help="Prints the API's token."),
        click.option("--region", type=click.Choice(list(REGIONS)), help="Where the workspace is."),
        click.option("--id", metavar="ID", help="Segment's id of the plan, instead of its own."),
        click.option("--plan", metavar="PLAN", help="The plan, instead of the configuration's."),
    ):
        function = option(function)
    return function


@dataclass(slots=True)
class Desk:
    """All that is at hand once the plan is read; ``loaded`` is None where there is no file yet.

    ``problems`` keep it from being of use; ``texts`` are what was read, for reports.
    """

    path: Path = field(default_factory=Path)
    loaded: Loaded | None = None
    id: str = ""
    region: str = ""
    locks: dict[str, Lock] = field(default_factory=dict)
    lock_text: str | None = None
    connection: Connection | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def lock(self) -> Lock | None:
        """What is known of this plan in this region."""
        found = self.locks.get(self.id)
        return found if found and found.region == self.region else None

    def close(self) -> None:
        """Let go of the network."""
        if self.connection:
            self.connection.close()


def prepare(wanted: Wanted, *, may_be_new: bool) -> Desk:
    """The desk for a command; ``may_be_new``: the plan's file need not be there yet."""
    for name in ("plan", "id", "token_command", "config"):
        value = getattr(wanted, name)
        if value is not None and not value.strip():
            raise click.UsageError(f"--{name.replace('_', '-')} is empty.")
    desk = Desk()
    config = _plan(desk, wanted, may_be_new)
    if desk.problems:
        return desk
    _lock(desk)
    plan = desk.loaded.plan if desk.loaded else None
    desk.id = wanted.id or (plan.id if plan else None) or ""
    known = desk.locks.get(desk.id)
    by_config = config.segment.region if config else None
    desk.region = wanted.region or by_config or (known.region if known else None) or "us"
    if not desk.id:
        message = "which of Segment's tracking plans? The plan has no `id`"
        help = "write `id: tp_…` under `tracking_plan`, or give --id"
        desk.problems.append(codes.NO_PLAN.at(None, message, help=help))
    if not desk.problems:
        _connect(desk, wanted, config)
    return desk


def _plan(desk: Desk, wanted: Wanted, may_be_new: bool) -> Config | None:
    read = configured.read(wanted.config, plan_given=bool(wanted.plan))
    desk.problems += read.diagnostics
    desk.texts |= read.sources
    source = configuration.locate(wanted.plan) if wanted.plan else _only_plan(desk, read.config)
    if isinstance(source, Diagnostic):
        desk.problems.append(source)
    elif source is not None and source.installed:
        message = f"{source.name} belongs to an installed package, and is not to be changed here"
        desk.problems.append(codes.UNFIT.at(None, message))
    elif source is not None:
        desk.path = Path(source.path)
        if not may_be_new or os.path.lexists(desk.path):
            desk.loaded = load(source.path)
            desk.texts |= desk.loaded.sources
            errors = (d for d in desk.loaded.diagnostics if d.severity is Severity.ERROR)
            desk.problems += errors
    return read.config


def _only_plan(desk: Desk, config: Config | None) -> PlanSource | None:
    planned = [config.plan, *(target.plan for target in config.targets)] if config else []
    plans = list(dict.fromkeys(each for each in planned if each))
    if len(plans) == 1:
        return plans[0]
    if not desk.problems:
        message = f"no plan is configured in {os.getcwd()}"
        if plans:
            message = "several plans are configured: " + ", ".join(str(p.path) for p in plans)
        desk.problems.append(NO_CONFIG.at(None, message, help="name one with --plan"))
    return None


def _lock(desk: Desk) -> None:
    place = desk.path.parent / NAME
    if not os.path.lexists(place):
        return
    text = read_text(place, str(place))
    if isinstance(text, Diagnostic):
        desk.problems.append(codes.LOCK.at(text.span, text.message, help=text.help))
        return
    found = read_lock(str(place), text)
    desk.texts[str(place)] = text
    if isinstance(found, Diagnostic):
        desk.problems.append(found)
    else:
        desk.locks, desk.lock_text = found, text


def _connect(desk: Desk, wanted: Wanted, config: Config | None) -> None:
    address = os.environ.get(ADDRESS)
    if address is not None and not is_loopback(address):
        raise click.UsageError(f"{ADDRESS} is for tests, and must lead to this very machine.")
    token = secret.token(wanted.token_command, config.segment.token_command if config else None)
    if isinstance(token, Diagnostic):
        desk.problems.append(token)
        return
    world = World(time.sleep, time.monotonic, lambda: datetime.now(UTC), tell)
    made = connect(address or REGIONS[desk.region], token, world)
    if isinstance(made, Diagnostic):
        desk.problems.append(made)
    else:
        desk.connection = made


def download(desk: Desk) -> RemotePlan | Diagnostic:
    """Segment's plan, whole."""
    assert desk.connection is not None
    with Progress(f"Reading {desk.id}") as bar:
        return fetch(desk.connection, desk.id, bar.to)


def raw_texts(loaded: Loaded) -> dict[Path, str]:
    """The texts of the plan's files with the line ends that they have."""
    return {path: path.read_bytes().decode() for path in loaded.files}


def comparison(desk: Desk, texts: Mapping[Path, tuple[str | None, str]]) -> list[Comparison]:
    """What has to change for files to hold ``texts`` (old, new): a plan that is a link to
    elsewhere there, then all in the plan's folder at once, at last the lock.

    A lock that is newer than its plan would have the next push undo what Segment changed; one
    that is older is put right by the next pull.
    """
    folder = desk.path.parent
    home = os.path.realpath(folder)
    inside: list[Change] = []
    lock: list[Change] = []
    outside: list[Comparison] = []
    for path, (old, new) in texts.items():
        real = os.path.realpath(path)
        if path.name == NAME:
            lock.append(Change(os.path.relpath(real, home), old, new))
        elif os.path.commonpath([real, home]) == home:
            inside.append(Change(Path(os.path.relpath(real, home)).as_posix(), old, new))
        else:
            place, name = os.path.split(real)
            outside.append(Comparison(Path(place), (Change(name, old, new),)))
    parts = [Comparison(folder, tuple(changes)) for changes in (inside, lock) if changes]
    return [*outside, *parts]


def save(compared: list[Comparison]) -> list[Diagnostic]:
    """Write it, each file whole or not at all; what was in the way."""
    problems: list[Diagnostic] = []
    for each in compared:
        problems += apply(each)
        if problems:
            break
    return problems


def lock_change(desk: Desk, text: str) -> dict[Path, tuple[str | None, str]]:
    """The lock, if it is to change."""
    if text == desk.lock_text:
        return {}
    return {desk.path.parent / NAME: (desk.lock_text, text)}
