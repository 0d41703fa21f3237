"""The command group, which imports only the command that runs."""

from __future__ import annotations

import os
import re
import signal
import sys
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from keyword import iskeyword
from typing import TYPE_CHECKING, Final

import click

from .. import __version__
from . import COMMANDS, HELP

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ..diagnostics import Diagnostic

SUGGESTIONS: Final = {
    **dict.fromkeys(("validate", "verify", "test"), "lint"),
    **dict.fromkeys(("format", "fmt", "fix", "tidy"), "lint --fix"),
    **dict.fromkeys(("baseline", "ignore", "silence"), "lint --add-ignores"),
    **dict.fromkeys(("build", "gen", "codegen", "compile", "update", "upgrade"), "generate"),
    **dict.fromkeys(("make", "prod", "production", "dev", "development"), "generate"),
    **dict.fromkeys(("status", "stale", "ci"), "generate --check"),
    "watch": "generate --watch",
    **dict.fromkeys(("compare", "changes", "changelog"), "diff"),
    **dict.fromkeys(("breaking", "break"), "diff --breaking"),
    **dict.fromkeys(("usage", "usages", "coverage", "scan", "unused"), "audit"),
    **dict.fromkeys(("convert", "migrate"), "import"),
    **dict.fromkeys(("csv", "excel", "spreadsheet", "jsonschema"), "export"),
    **dict.fromkeys(("learn", "discover", "draft", "suggest"), "infer"),
    **dict.fromkeys(("fetch", "download", "sync"), "pull"),
    **dict.fromkeys(("upload", "publish", "deploy"), "push"),
    **dict.fromkeys(("new", "setup", "start", "create", "configure", "config"), "init"),
    **dict.fromkeys(("why", "rules", "codes"), "explain"),
    "help": "--help",
    "version": "--version",
}
"""Words that people type for a command: those of other tools, and of our own options."""

_LIBRARY: Final = "typewriter_client"
_VERSION: Final = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)


class LazyGroup(click.Group):
    """A group whose help and completion import no commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order in which people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command from its module."""
        if cmd_name not in COMMANDS:
            return None
        module = f".{cmd_name}_" if iskeyword(cmd_name) else f".{cmd_name}"
        command: click.Command = import_module(module, __package__).command
        return command

    def get_help(self, ctx: click.Context) -> str:
        """The same text that is printed without click."""
        return HELP.rstrip()

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command as click does, but suggest one for an unknown name."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from ..util import did_you_mean

            meant = SUGGESTIONS.get(name.lower())
            hint = f"did you mean `{meant}`?" if meant else did_you_mean(name, COMMANDS)
            hint = hint or f"choose from {', '.join(COMMANDS)}"
            ctx.fail(f"No such command '{name}'; {hint}")
        # Checked before a command is imported, because that may import the library.
        if not ctx.resilient_parsing and (wrong := mismatch()):
            from .io import fail

            ctx.exit(fail([wrong], err=True))
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that start with ``incomplete``, then the options."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=text)
            for name, text in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)


@click.group(
    cls=LazyGroup,
    no_args_is_help=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="typewriter", message="%(prog)s %(version)s")
@click.pass_context
def app(ctx: click.Context) -> int:
    """Turn a tracking plan in YAML into typed, validated Python analytics."""
    if ctx.invoked_subcommand is None:
        from .io import show

        show(HELP, err=True)
        ctx.exit(2)
    return 0


def run(program: str, args: list[str]) -> int:
    """Run one command line, and return the exit status of the process."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that writing rolls back
    try:
        code = app.main(args, prog_name=program, standalone_mode=False)
    except click.Abort:
        return 130
    except click.ClickException as error:
        shown = StringIO()
        error.show(shown)
        return _stopped(shown.getvalue())
    except OSError:
        raise
    except Exception:
        from traceback import format_exc

        bug = "typewriter: this is a bug, please report it with the lines above"
        return _stopped(f"{format_exc()}{bug}\n")
    return code if isinstance(code, int) else 0


def _stopped(why: str) -> int:
    """Print to stderr what kept a command from running."""
    from .io import COULD_NOT_RUN, show

    show(why, err=True)
    return COULD_NOT_RUN


# --- does this environment have the client library that the tool needs? --------------------------
# It does if both were installed according to their requirements.  After ``pip install --no-deps``,
# with two requirements files, or with another file of that name, it may not, and the errors that
# follow would name neither.


def mismatch() -> Diagnostic | None:
    """What is wrong with the library, if anything: its minor version must be the tool's."""
    wanted = _minor(__version__)
    version, location = installed_library()
    if version is not None and _minor(version) == wanted:
        return None
    from ..config.codes import WRONG_LIBRARY

    if not location:
        problem = "it is not installed"
    elif version is None:
        problem = f"{location} is another package"
    else:
        problem = f"{location} is version {version}"
    message = f"typewriter-py {__version__} needs typewriter-py-client {wanted}; {problem}"
    return WRONG_LIBRARY.at(None, message, help=f"pip install 'typewriter-py-client=={wanted}.*'")


def installed_library() -> tuple[str | None, str]:
    """The version of what ``import typewriter_client`` would find, and its location.

    The version is read from the file, not imported, because some commands need no more of the
    library.
    """
    spec = find_spec(_LIBRARY)
    if spec is None:
        return None, ""
    if spec.origin is None:  # a namespace package
        return None, next(iter(spec.submodule_search_locations or ()), _LIBRARY)
    if not spec.submodule_search_locations:
        return None, spec.origin
    folder = os.path.dirname(spec.origin)
    try:
        data = spec.loader.get_data(os.path.join(folder, "version.py"))  # type: ignore[union-attr]
    except OSError:
        return None, folder
    version = _VERSION.search(data.decode("utf-8", "replace"))
    return version and version[1], folder


def _minor(version: str) -> str:
    """``1.2`` of ``1.2.3``."""
    return ".".join(version.split(".")[:2])
