"""What `pull` and `push` share: which plan, whose token, where Segment is, the lock."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeAlias

import click

from .. import config as configuration
from ..config import Config
from ..diagnostics import Diagnostic, Severity
from ..output import Change, Comparison
from ..output.write import apply
from ..plan.files import read_text
from ..plan.load import Loaded, load
from ..sync import codes
from ..sync.api.client import (
    REGIONS,
    VARIABLE,
    Connection,
    Token,
    World,
    connect,
    is_loopback,
    token_of,
)
from ..sync.api.plans import Identity, RemotePlan, fetch
from ..sync.codes import NO_TOKEN
from ..sync.lock import NAME, Entry, Lock, lock_text, read_lock
from . import configured
from .io import Progress, nonempty, tell

ADDRESS: Final = "TYPEWRITER_API_URL"
"""For tests: a server on this machine that stands for Segment; nothing else is let through."""


Texts: TypeAlias = dict[Path, tuple[str | None, str]]
"""What files hold and what they are to hold."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says."""

    plan: str | None
    id: str | None
    region: str | None
    token_command: str | None
    config: str | None


def options(function: Callable[..., int]) -> Callable[..., int]:
    """The options that both commands have: they get them as the first argument, ``Wanted``."""

    @wraps(function)
    def command(
        *,
        plan: str | None,
        id: str | None,
        region: str | None,
        token_command: str | None,
        config: str | None,
        **more: Any,
    ) -> int:
        return function(Wanted(plan, id, region, token_command, config), **more)

    for option in (
        click.option("--config", metavar="FILE", help="The configuration to use."),
        click.option("--token-command", metavar="CMD", help="Prints the API's token."),
        click.option("--region", type=click.Choice(list(REGIONS)), help="Where the workspace is."),
        click.option("--id", metavar="ID", help="Segment's id of the plan, instead of its own."),
        click.option("--plan", metavar="PLAN", help="The plan, instead of the configuration's."),
    ):
        command = option(command)
    return command


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
    nonempty(**{n: getattr(wanted, n) for n in ("plan", "id", "token_command", "config")})
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
    if wanted.plan:
        source = configuration.locate(wanted.plan)
    else:
        source = configured.only_plan(read.config, "name one with --plan")
    if isinstance(source, Diagnostic):
        desk.problems += [] if desk.problems and not wanted.plan else [source]
    elif source.installed:
        message = f"{source.name} belongs to an installed package, and is not to be changed here"
        desk.problems.append(codes.UNFIT.at(None, message))
    else:
        desk.path = Path(source.path)
        if not may_be_new or os.path.lexists(desk.path):
            desk.loaded = load(source.path)
            desk.texts |= desk.loaded.sources
            desk.problems += (d for d in desk.loaded.diagnostics if d.severity is Severity.ERROR)
    return read.config


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
    token = token_from(wanted.token_command, config.segment.token_command if config else None)
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


def comparison(desk: Desk, texts: Texts) -> list[Comparison]:
    """What has to change for files to hold ``texts``: a plan that is a link to
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


def lock_change(desk: Desk, entries: dict[Identity, Entry]) -> Texts:
    """The lock with what is known of this plan now, if that changes it."""
    text = lock_text({**desk.locks, desk.id: Lock(desk.region, entries)})
    if text == desk.lock_text:
        return {}
    return {desk.path.parent / NAME: (desk.lock_text, text)}


_PATIENCE: Final = 120  # seconds: a password manager may ask for a password


def token_from(option: str | None, configured: str | None) -> Token | Diagnostic:
    """The token: of the command that is given, else of the environment, else of the command
    in the configuration."""
    variable = os.environ.get(VARIABLE)
    if option is None and variable is not None:
        return token_of(variable, f"the environment variable {VARIABLE}")
    command = option or configured
    if command is None:
        message = "there is no token for Segment's Public API"
        help = f"set {VARIABLE}, or give a command that prints it: --token-command"
        return NO_TOKEN.at(None, message, help=help)
    return _printed(command)


def _printed(command: str) -> Token | Diagnostic:
    try:
        words = shlex.split(command)
    except ValueError as error:
        return NO_TOKEN.at(None, f"the token command cannot be understood: {error}")
    if not words:
        return NO_TOKEN.at(None, "the token command is empty")
    name = f"the token command `{words[0]}`"
    try:
        # What it prints is the secret; what it says or asks goes to the user as it comes.
        done = subprocess.run(words, stdout=subprocess.PIPE, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return NO_TOKEN.at(None, f"{name} did not end within {_PATIENCE} s")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return NO_TOKEN.at(None, f"{name} cannot be run: {reason}")
    if done.returncode:
        return NO_TOKEN.at(None, f"{name} failed with status {done.returncode}")
    return token_of(done.stdout.decode(errors="replace"), name)
