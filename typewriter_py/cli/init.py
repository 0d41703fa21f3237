"""``typewriter init``."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path, PurePath
from typing import Final

import click

from .. import disk
from ..config.codes import UNREADABLE
from ..config.toml_spans import parse_toml
from ..diagnostics import Diagnostic, Span
from ..output import Change, Comparison
from ..output.codes import NAME_IN_USE
from ..output.write import apply
from ..plan import metaschema
from ..plan.metaschema import SCHEMA_FILE
from . import configured, in_use, io

PLANS: Final = "plans"
APART: Final = "tracking-plan"
"""Where the plan goes if ``PLANS`` would be in the way: no name that can be imported."""


@click.command(
    epilog="""\b
Examples:
  $ typewriter init
  $ typewriter init --plan plans/checkout.yaml --out src/checkout/analytics
"""
)
@click.option(
    "--plan",
    metavar="FILE",
    help="The plan to create; an existing file is kept.  [default: the configured one, else "
    f"{PLANS}/tracking.yaml, or in {APART} if setuptools would take {PLANS} for a package]",
)
@click.option(
    "--out",
    metavar="DIR",
    help="The folder for the package.  [default: analytics, or another name if that is in use, "
    "in your Python package]",
)
def command(plan: str | None, out: str | None) -> int:
    """Create a starter plan, its schema for editors, and the configuration.

    Asks nothing and overwrites nothing: existing files are kept.
    """
    os.getcwd()  # raises if the working directory has been deleted
    if plan is not None and not _is_below(plan):
        raise click.UsageError("--plan must be a file in this folder or below it.")
    folder = APART if _looks_for_packages() else PLANS
    plan = plan or _configured_plan() or f"{folder}/tracking.yaml"
    plan = PurePath(os.path.normpath(plan)).as_posix()
    chosen, why = (PurePath(os.path.normpath(out)).as_posix(), "") if out else _package_folder()
    config_file = _configuration(plan, chosen)
    if config_file and out and (hidden := in_use.hidden(chosen)):
        config_file = _is_in_use(chosen, hidden)
    if isinstance(config_file, Diagnostic):
        return io.fail([config_file])
    schema = (PurePath(plan).parent / SCHEMA_FILE).as_posix()
    wanted = [
        Change(plan, None, PLAN),
        Change(schema, None, metaschema.text()),
        *([config_file] if config_file else []),
    ]
    changes = [each for each in wanted if each.old is not None or not os.path.lexists(each.path)]
    problems = apply(Comparison(Path(), tuple(changes)))
    if problems:
        return io.fail(problems)
    for change in wanted:
        done = "kept" if change not in changes else "extended" if change.old else "written"
        io.status(f"{change.path}: {done}")
    if config_file is None:
        io.status("the existing configuration was kept")
    elif plan == f"{APART}/tracking.yaml":
        io.status(f"setuptools would take a folder `{PLANS}` for a package, so it is `{APART}`")
    if config_file and why:
        io.status(f"{why}, so the package is called `{PurePath(chosen).name}`")
    io.status(f"""
Next:
  1. Describe your events in {plan}.
  2. typewriter generate           # writes the package
  3. typewriter generate --check   # in continuous integration""")
    return io.SUCCESS


def _is_below(plan: str) -> bool:
    path = os.path.normpath(plan)
    return not (os.path.isabs(path) or PurePath(path).parts[:1] == ("..",) or os.path.isdir(path))


def _configured_plan() -> str | None:
    """The first plan below this folder that a configuration in it names."""
    for file in filter(os.path.isfile, ("typewriter.toml", "pyproject.toml")):
        for each in configured.plans(configured.read(file, plan_given=True).config):
            if not each.installed and _is_below(each.path):
                return each.path
    return None


def _looks_for_packages() -> bool:
    """Whether setuptools builds the project and may have to find the packages here itself: it
    takes every folder for one that can be imported, and stops if there are several."""
    try:
        data = parse_toml(disk.read("pyproject.toml").decode())
    except (OSError, ValueError):
        return False
    system = data.get("build-system")
    backend = system.get("build-backend", "") if isinstance(system, dict) else ""
    ours = backend == "" or str(backend).startswith("setuptools")
    return "project" in data and ours and not os.path.isdir("src")


def _configuration(plan: str, out: str) -> Change | Diagnostic | None:
    """pyproject.toml with our table appended, or a typewriter.toml; None if already configured."""
    if os.path.lexists("typewriter.toml"):
        return None
    alone = Change("typewriter.toml", None, config(plan, out, nested=False))
    try:
        text = disk.read("pyproject.toml").decode()
        data = parse_toml(text.replace("\r\n", "\n"))
    except FileNotFoundError:
        return alone
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return UNREADABLE.at(Span("pyproject.toml"), f"cannot be extended: {reason}")
    tool = data.get("tool", {})
    if not isinstance(tool, dict) or "typewriter" in tool:
        return None if isinstance(tool, dict) else alone
    if os.path.islink("pyproject.toml"):  # extending it would replace the link, or another's file
        return alone
    extended = _appended(text, config(plan, out, nested=True))
    return Change("pyproject.toml", text, extended) if extended else alone


def _appended(text: str, table: str) -> str | None:
    """``text`` with the table appended; None if that would not be valid TOML."""
    lines = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text.strip() else lines if text.endswith("\n") else lines * 2
    extended = text + gap + table.replace("\n", lines)
    try:
        parse_toml(extended.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError:
        return None
    return extended


def _package_folder() -> tuple[str, str]:
    """A folder in the project's package if there is exactly one, else beside those in ``src``,
    and why it is not ``analytics``, "" if it is."""
    for base in filter(os.path.isdir, ("src", ".")):
        packages = [
            os.path.join(base, name)
            for name in disk.names(base)
            if name not in ("tests", "test", "docs", *in_use.NAMES)
            and os.path.isfile(os.path.join(base, name, "__init__.py"))
        ]
        if len(packages) == 1:
            return in_use.free(packages[0])
        if packages and base == "src":  # from which all of them are imported
            return in_use.free(base)
    return in_use.free("")


def _is_in_use(out: str, why: str) -> Diagnostic:
    name = PurePath(out).name
    message = f"the package would be called `{name}`, which is in use: {why}"
    free, _ = in_use.free(PurePath(out).parent.as_posix())
    return NAME_IN_USE.at(None, message, help=f"choose another name, such as --out {free}")


PLAN: Final = """\
# yaml-language-server: $schema=./plan.schema.json
#
# The tracking plan: every event that this product sends, and the properties of each.
# `typewriter generate` turns it into typed Python, `typewriter lint` reports problems, and an
# editor with a YAML language server offers completion and documentation.
tracking_plan:
  display_name: My Product

  rules:
    events:
      # Names are Object + Action in the past tense, and are sent exactly as written here.
      - name: User Signed Up
        description: A user created an account.
        rules:
          required: [signup_method]
          properties:
            signup_method:
              type: string
              enum: [email, google, github]
              description: How the user signed in.
            referral_code:
              type: string
              description: The code of whoever invited the user, if any.

      - name: Order Completed
        description: A payment went through.
        rules:
          required: [order_id, total, products]
          properties:
            order_id: {type: string, description: The order number.}
            total: {type: number, minimum: 0, description: "The amount paid, including taxes."}
            currency: {type: string, enum: [EUR, USD], default: EUR}
            products:
              type: array
              minItems: 1
              items: {$ref: '#/definitions/Product'}

    # The traits that `identify` may send.  `group`, `page` and `screen` are written the same way.
    identify:
      traits:
        - {name: email, type: string, required: true, pii: true}
        - {name: plan, type: string, enum: [free, pro]}

  # Types shared by several events.
  definitions:
    Product:
      type: object
      required: [product_id]
      properties:
        product_id: {type: string}
        name: {type: string}
        price: {type: number, minimum: 0}
        quantity: {type: integer, minimum: 1}
"""

CONFIG: Final = """\
[{table}]
plan = {plan}

# One package per target; run `typewriter generate` and commit the result.
[[{targets}]]
language = "python"
out = {out}
# tags = ["checkout"]            # only events with one of these tags,
# events = ["Order *"]           # or with a matching name
"""


def config(plan: str, out: str, *, nested: bool) -> str:
    """The configuration, for pyproject.toml (``nested``) or typewriter.toml."""
    from json import dumps  # a JSON string is a TOML one

    table = "tool.typewriter"
    text = CONFIG.format(
        table=table,
        targets=f"{table}.targets" if nested else "targets",
        plan=dumps(plan, ensure_ascii=False),
        out=dumps(out, ensure_ascii=False),
    )
    return text if nested else text.removeprefix(f"[{table}]\n")
