"""The command line.  One module a command, imported only when that command runs.

``--help`` and ``--version`` are answered here, before even click is imported: they are what
people wait for at the prompt.
"""

import gc
import os
import sys

from .. import __version__

COMMANDS = {
    "init": "Write a starter plan, the schema that editors use, and the configuration.",
    "generate": "Write the packages that the plans describe, or check that they are current.",
    "lint": "Say what is wrong with a plan.",
    "diff": "Say what changed between two plans, and whom it breaks.",
    "audit": "Say which planned events the code sends, and what goes round the plan.",
    "import": "Bring a plan of Segment or RudderStack, or JSON Schemas, into the plan language.",
    "export": "Write a plan in another format: Segment's, JSON Schemas, a spreadsheet.",
    "infer": "Write a first plan from a log of what is sent.",
    "pull": "Bring what changed in Segment's tracking plan into the plan's files.",
    "push": "Bring Segment's tracking plan in step with the plan.",
    "schema": "Print the JSON Schema of the plan language.",
    "explain": "Say what a diagnostic's code means, with examples.",
}
"""Command → what it does.  Each is the ``command`` of the module of its name (``import_`` for
``import``)."""

_LINES = "".join(f"  {name:<10}{words}\n" for name, words in COMMANDS.items())

HELP = f"""\
Usage: typewriter [OPTIONS] COMMAND [ARGS]...

  Turn a tracking plan in YAML into typed, validated Python analytics.

Commands:
{_LINES}
Options:
  --version   Show the version.
  -h, --help  Show this message, or that of a command.

Start in a project:
  $ typewriter init
  $ typewriter generate

Without any configuration:
  $ typewriter generate --plan plans/myapp.yaml --out src/myapp/analytics

While editing the plan:
  $ typewriter generate --watch

In continuous integration:
  $ typewriter lint --strict --output-format github
  $ typewriter generate --check
  $ typewriter diff --breaking git:origin/main

Which events are sent:
  $ typewriter audit src

What a code means:
  $ typewriter explain TW021

Complete commands in the shell (in its startup file):
  bash  eval "$(_TYPEWRITER_COMPLETE=bash_source typewriter)"
  zsh   eval "$(_TYPEWRITER_COMPLETE=zsh_source typewriter)"
  fish  _TYPEWRITER_COMPLETE=fish_source typewriter | source

Exit status: 0 fine, 1 findings, 2 could not run.
"""


def main() -> None:
    """Runs the command line of this process, and exits."""
    program = "typewriter-py" if "typewriter-py" in os.path.basename(sys.argv[0]) else "typewriter"
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # any plan prints in any locale
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(program, sys.argv[1:])
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader has had enough (`| head`); nor may the interpreter's own flush complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 1
    except KeyboardInterrupt:
        code = 130
    except OSError as error:
        print(f"typewriter: error: {_reason(error)}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 2
    gc.freeze()  # a million objects, among which the interpreter would look for cycles once more
    sys.exit(code)


def _reason(error: OSError) -> str:
    """What failed, and with which file: a working directory that is no more has no name."""
    place = error.filename
    if place is None:
        try:
            os.getcwd()
        except OSError:
            place = f"the working directory {os.environ.get('PWD', '')}".rstrip()
    return f"{place}: {error.strerror or error}" if place else str(error)


def _run(program: str, args: list[str]) -> int:
    completing = f"_{program.upper().replace('-', '_')}_COMPLETE" in os.environ
    if not completing and args in (["--help"], ["-h"]):
        return _say(HELP)
    if not completing and args == ["--version"]:
        return _say(f"typewriter {__version__}\n")
    from .app import run

    return run(program, args)


def _say(text: str) -> int:
    if sys.stdout is not None:
        sys.stdout.write(text)
    return 0
