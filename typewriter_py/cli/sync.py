"""What `pull` and `push` share: the plan, the token, the connection to Segment, the lock."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

import click

from .. import disk
from ..config import Config, SegmentConfig
from ..diagnostics import Diagnostic, Severity, Span
from ..output import Change, Comparison
from ..output.codes import NOT_WRITABLE
from ..output.write import apply
from ..plan.files import read_text
from ..plan.load import Loaded, load
from ..sync import codes
from ..sync.api.client import (
    REGIONS,
    Connection,
    Environment,
    connect,
    is_loopback,
)
from ..sync.api.plans import Identity, RemotePlan, fetch
from ..sync.api.secret import VARIABLE, Token, token_of
from ..sync.codes import NO_TOKEN
from ..sync.lock import NAME, Entry, Lock, lock_text, read_lock
from . import configured, io

ADDRESS: Final = "TYPEWRITER_API_URL"
"""For tests: the URL of a server on this machine to use instead of Segment's."""


Texts: TypeAlias = dict[Path, tuple[str | None, str]]
"""The old and new texts of files."""


def options(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options that `pull` and `push` share, the arguments of ``prepare``."""
    for option in (
        io.config_option,
        click.option("--token-command", metavar="CMD", help="A command that prints the API token."),
        click.option("--region", type=click.Choice(list(REGIONS)), help="The workspace's region."),
        click.option("--id", metavar="ID", help="Segment's ID of the plan, if not its own `id`."),
        io.plan_option,
    ):
        function = option(function)
    return function


@dataclass(slots=True)
class Session:
    """What a command works with; ``loaded`` is None if the plan's file does not exist yet.

    With ``problems`` it cannot be used; ``texts`` are the files read, for reports.
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
        """Close the connection to Segment."""
        if self.connection:
            self.connection.close()

    def download(self) -> RemotePlan | None:
        """Segment's plan; None if there are problems."""
        if self.problems or self.connection is None:
            return None
        with io.progress(f"Reading {self.id}") as advance:
            plan = fetch(self.connection, self.id, advance)
        if isinstance(plan, RemotePlan):
            return plan
        self.problems.append(plan)
        return None


def prepare(
    *,
    plan: str | None,
    id: str | None,
    region: str | None,
    token_command: str | None,
    config_file: str | None,
    may_be_new: bool,
) -> Session:
    """The session for a command; ``may_be_new`` if the plan's file need not exist yet."""
    io.reject_blank(plan=plan, id=id, token_command=token_command, config=config_file)
    session = Session()
    config = _plan(session, plan, config_file, may_be_new)
    if session.problems:
        return session
    _lock(session)
    own_id = session.loaded.plan.id if session.loaded and session.loaded.plan else None
    session.id = id or own_id or ""
    known = session.locks.get(session.id)
    segment = config.segment if config else SegmentConfig()
    session.region = region or segment.region or (known.region if known else "") or "us"
    if not session.id:
        message = "the plan has no `id`, so its tracking plan in Segment is unknown"
        help = "write `id: tp_…` under `tracking_plan`, or give --id"
        session.problems.append(codes.NO_PLAN.at(None, message, help=help))
    if not session.problems:
        _connect(session, token_command, segment.token_command, config.file if config else "")
    return session


def _plan(
    session: Session, plan: str | None, config_file: str | None, may_be_new: bool
) -> Config | None:
    read = configured.read(config_file, plan_given=bool(plan))
    session.problems += read.diagnostics
    session.texts |= read.sources
    source = configured.plan(plan, read.config, "name one with --plan")
    if isinstance(source, Diagnostic):
        session.problems += [] if session.problems and not plan else [source]
    elif source.installed:
        message = f"{source.name} belongs to an installed package, so it cannot be synced here"
        session.problems.append(codes.UNFIT.at(None, message))
    else:
        session.path = Path(source.path)
        if not may_be_new or os.path.lexists(session.path):
            session.loaded = load(source.path)
            session.texts |= session.loaded.sources
            diagnostics = session.loaded.diagnostics
            session.problems += (d for d in diagnostics if d.severity is Severity.ERROR)
    return read.config


def _lock(session: Session) -> None:
    path = session.path.parent / NAME
    session.problems += _unwritable(path)  # before anything is sent: it is written at the end
    if not os.path.lexists(path):
        return
    text = read_text(path, str(path))
    if isinstance(text, Diagnostic):
        session.problems.append(codes.LOCK.at(text.span, text.message, help=text.help))
        return
    found = read_lock(str(path), text)
    session.texts[str(path)] = text
    if isinstance(found, Diagnostic):
        session.problems.append(found)
    else:
        session.locks, session.lock_text = found, text


def _connect(session: Session, command: str | None, configured: str | None, file: str) -> None:
    address = os.environ.get(ADDRESS)
    if address is not None and not is_loopback(address):
        raise click.UsageError(f"{ADDRESS} is for tests, and must be on this machine.")
    made: Token | Connection | Diagnostic = token_from(command, configured, file)
    if isinstance(made, Token):
        environment = Environment(time.sleep, time.monotonic, lambda: datetime.now(UTC), io.status)
        made = connect(address or REGIONS[session.region], made, environment)
    if isinstance(made, Diagnostic):
        session.problems.append(made)
    else:
        session.connection = made


def comparisons(session: Session, texts: Texts) -> list[Comparison]:
    """The changes that give files their new ``texts``, in the order of writing.

    First a plan that is a link to a file elsewhere, then the plan's folder in one go, then the
    lock.  If a lock were newer than its plan, the next push would undo Segment's changes; one
    that is older is corrected by the next pull.
    """
    folder = session.path.parent
    home = os.path.realpath(folder)
    inside: list[Change] = []
    lock: list[Change] = []
    outside: list[Comparison] = []
    for path, (old, new) in texts.items():
        real = os.path.realpath(path)
        if path.name != NAME and os.path.commonpath([real, home]) != home:
            parent, name = os.path.split(real)
            outside.append(Comparison(Path(parent), (Change(name, old, new),)))
        else:
            changes = lock if path.name == NAME else inside
            changes.append(Change(Path(os.path.relpath(real, home)).as_posix(), old, new))
    parts = [Comparison(folder, tuple(changes)) for changes in (inside, lock) if changes]
    return [*outside, *parts]


def save(
    session: Session, entries: dict[Identity, Entry], texts: Texts | None = None
) -> list[Diagnostic]:
    """Write ``texts`` and the lock, each file whole or not at all; returns what prevented it.

    ``entries`` are the plan's new ones in the lock, which is written only if that changes it.
    """
    texts = dict(texts or {})
    text = lock_text({**session.locks, session.id: Lock(session.region, entries)})
    if text != session.lock_text:
        texts[session.path.parent / NAME] = session.lock_text, text
    problems = [each for path in texts for each in _unwritable(path)]
    for each in comparisons(session, texts):
        problems = problems or [*apply(each)]
    return problems


def _unwritable(path: Path) -> Iterator[Diagnostic]:
    """Why a file must not be edited where it is, if so."""
    try:
        disk.in_place(path)
    except OSError as error:
        yield NOT_WRITABLE.at(Span(str(path)), f"cannot write: {error.strerror}")


_PATIENCE: Final = 120  # seconds: a password manager may ask for a password


def token_from(option: str | None, configured: str | None, file: str) -> Token | Diagnostic:
    """The token from the given command, else from the environment, else from the configured
    command, unless the configuration in ``file`` is another user's."""
    variable = os.environ.get(VARIABLE)
    if option is None and variable is not None:
        return token_of(variable, f"the environment variable {VARIABLE}")
    command = option or configured
    if command is None:
        message = "there is no token for Segment's Public API"
        help = f"set {VARIABLE}, or give a command that prints it: --token-command"
        return NO_TOKEN.at(None, message, help=help)
    if option is None and not (disk.is_mine(file) and disk.is_mine(os.path.realpath(file))):
        message = "the `token-command` of this configuration is another user's, so it is not run"
        help = f"set {VARIABLE}, or give the command yourself: --token-command"
        return NO_TOKEN.at(Span(file), message, help=help)
    try:
        words = shlex.split(command)
    except ValueError as error:
        return NO_TOKEN.at(None, f"the token command cannot be parsed: {error}")
    if not words:
        return NO_TOKEN.at(None, "the token command is empty")
    name = f"the token command `{words[0]}`"
    try:
        # Its stdout is the secret; its stderr, and anything it asks, goes to the user.
        done = subprocess.run(words, stdout=subprocess.PIPE, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return NO_TOKEN.at(None, f"{name} did not finish within {_PATIENCE} s")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return NO_TOKEN.at(None, f"{name} cannot be run: {reason}")
    if done.returncode:
        return NO_TOKEN.at(None, f"{name} failed with status {done.returncode}")
    return token_of(done.stdout.decode(errors="replace"), name)
