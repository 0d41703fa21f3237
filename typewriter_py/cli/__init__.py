"""The command line.  One module per command, imported only when that command runs.

``--help`` and ``--version`` are answered here, before even click is imported, because people
wait for them at the prompt.
"""

import gc
import os
import sys

from .. import __version__

COMMANDS = {
    "init": "Create a starter plan, its schema for editors, and the configuration.",
    "generate": "Generate the packages that the plans describe, or check that they are current.",
    "lint": "Report what is wrong with a plan, and what could be better.",
    "diff": "Show what changed between two plans, and whom it breaks.",
    "audit": "Report which planned events the code sends, and which calls bypass the plan.",
    "import": "Convert a Segment or RudderStack plan, or JSON Schemas, to the plan language.",
    "export": "Convert a plan to Segment's format, JSON Schemas, or a spreadsheet.",
    "infer": "Draft a plan from logged messages, or from raw calls in code.",
    "pull": "Merge the changes in Segment's tracking plan into the plan's files.",
    "push": "Update Segment's tracking plan to match the plan.",
    "schema": "Print the JSON Schema of the plan language.",
    "explain": "Explain a diagnostic code, with examples.",
}
"""Command → summary.  Each command is ``command`` in the module of the same name (``import_`` for
``import``)."""

_LINES = "".join(f"  {name:<10}{text}\n" for name, text in COMMANDS.items())

HELP = f"""\
Usage: typewriter [OPTIONS] COMMAND [ARGS]...

  Turn a tracking plan in YAML into typed, validated Python analytics.

Commands:
{_LINES}
Options:
  --version   Show the version and exit.
  -h, --help  Show this message and exit; after a command, show its help.

Set up a project:
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

See which events the code sends:
  $ typewriter audit src

Look up a diagnostic code:
  $ typewriter explain TW021

Enable shell completion (in the shell's startup file):
  bash  eval "$(_TYPEWRITER_COMPLETE=bash_source typewriter)"
  zsh   eval "$(_TYPEWRITER_COMPLETE=zsh_source typewriter)"
  fish  _TYPEWRITER_COMPLETE=fish_source typewriter | source

Exit status: 0 success, 1 findings, 2 could not run.
"""


def main() -> None:
    """Run the command line of this process, and exit."""
    program = "typewriter-py" if "typewriter-py" in os.path.basename(sys.argv[0]) else "typewriter"
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # any plan prints in any locale
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(program, sys.argv[1:])
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader closed the pipe (`| head`); the interpreter's own flush must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 1
    except KeyboardInterrupt:
        code = 130
    except OSError as error:
        from .io import status

        status(f"typewriter: error: {_reason(error)}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 2
    gc.freeze()  # spares the interpreter a last search for cycles among a million objects
    sys.exit(code)


def _reason(error: OSError) -> str:
    """What failed, and with which file (the error names none for a deleted working directory)."""
    path = error.filename
    if path is None:
        try:
            os.getcwd()
        except OSError:
            path = f"the working directory {os.environ.get('PWD', '')}".rstrip()
    return f"{path}: {error.strerror or error}" if path else str(error)


def _run(program: str, args: list[str]) -> int:
    completing = f"_{program.upper().replace('-', '_')}_COMPLETE" in os.environ
    if completing or args not in (["--help"], ["-h"], ["--version"]):
        from .app import run

        return run(program, args)
    if sys.stdout is not None:
        sys.stdout.write(f"typewriter {__version__}\n" if args == ["--version"] else HELP)
    return 0
