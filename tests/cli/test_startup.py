from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from conftest import Run

from typewriter_py import __version__
from typewriter_py.cli import COMMANDS, HELP
from typewriter_py.cli.app import SUGGESTIONS

HEAVY = {
    "yaml", "jinja2", "black", "jsonschema", "jsonschema_rs", "packaging", "click",
    "tomllib", "difflib", "json", "dataclasses", "typing", "re", "pathlib",
}  # fmt: skip


def imported(*args: str) -> set[str]:
    """The modules that are there when a command line ends.

    Without ``site``, whose .pth files import what the environment's packages please.
    """
    code = (
        f"import sys, atexit; sys.path[:0] = {[path for path in sys.path if path]!r};"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
        f"from typewriter_py.cli import main; sys.argv[1:] = {list(args)!r}; main()"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["--help", "-h", "--version"])
def test_help_and_version_import_next_to_nothing(option: str):
    modules = imported(option)
    assert "typewriter_py.cli" in modules
    assert not modules & HEAVY
    ours = {module for module in modules if module.startswith("typewriter_py")}
    assert ours == {"typewriter_py", "typewriter_py.cli"}


def test_a_command_imports_no_other_command_and_no_validator_that_it_does_not_need():
    modules = imported("explain", "TW021")
    commands = {f"typewriter_py.cli.{name}" for name in COMMANDS}
    assert modules & commands == {"typewriter_py.cli.explain"}
    assert not modules & {"black", "jinja2", "jsonschema"}


def test_help_is_the_same_through_click_and_names_real_commands(typewriter: Run):
    assert typewriter("--help").stdout == HELP
    through_click = typewriter("--help", "--version", fake=False)
    assert through_click.stdout == HELP
    for line in HELP.splitlines():
        called = re.match(r"  \$ typewriter (\w+)(.*)", line)
        if called:
            shown = typewriter(called[1], "--help").stdout
            options = re.findall(r"--[a-z-]+", called[2])
            assert all(option in shown for option in options), line


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_teaches_by_example(typewriter: Run, name: str):
    shown = typewriter(name, "--help")
    assert shown.returncode == 0
    assert f"  $ typewriter {name}" in shown.stdout


def test_version(typewriter: Run):
    assert typewriter("--version", fake=False).stdout == f"typewriter {__version__}\n"


def test_nothing_asked_is_a_mistake_with_help(typewriter: Run):
    done = typewriter()
    assert (done.returncode, done.stdout, done.stderr) == (2, "", HELP)


def test_a_misspelt_command_is_recognised(typewriter: Run):
    done = typewriter("generat")
    assert done.returncode == 2
    assert "did you mean `generate`?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("validate", "lint"),
        ("fmt", "lint --fix"),
        ("Status", "generate --check"),
        ("prod", "generate"),
        ("breaking", "diff --breaking"),
        ("help", "--help"),
        ("version", "--version"),
    ],
)
def test_the_word_of_another_tool_is_recognised(typewriter: Run, word: str, meant: str):
    done = typewriter(word)
    assert done.returncode == 2
    assert f"did you mean `{meant}`?" in done.stderr


def test_what_is_suggested_for_a_word_exists():
    assert not SUGGESTIONS.keys() & COMMANDS.keys()
    for meant in SUGGESTIONS.values():
        if meant.startswith("-"):
            assert f"{meant} " in HELP
            continue
        name, *options = meant.split()
        command = import_module(f"typewriter_py.cli.{name}{'_' * (name == 'import')}").command
        assert set(options) <= {each for option in command.params for each in option.opts}


def test_the_shell_completes_commands_and_options(typewriter: Run):
    env = {
        "_TYPEWRITER_COMPLETE": "bash_complete",
        "COMP_CWORD": "1",
        "COMP_WORDS": "typewriter ge",
    }
    assert typewriter(env=env, fake=False).stdout == "plain,generate\n"
    env |= {"COMP_CWORD": "2", "COMP_WORDS": "typewriter generate --ch"}
    assert typewriter(env=env, fake=False).stdout == "plain,--check\n"
    source = typewriter(env={"_TYPEWRITER_COMPLETE": "zsh_source"}, fake=False).stdout
    assert "#compdef typewriter" in source


def test_lint_imports_neither_templates_nor_codes_of_others(tmp_path: Path):
    plan = tmp_path / "plan.yaml"
    plan.write_text("tracking_plan: {rules: {events: [{name: Order Completed, description: x}]}}")
    config = tmp_path / "typewriter.toml"
    config.write_text('plan = "plan.yaml"')
    modules = imported("lint", "--config", str(config))
    assert "typewriter_py.lint" in modules
    assert not modules & {"jinja2", "black", "jsonschema", "typewriter_py.catalogue"}
