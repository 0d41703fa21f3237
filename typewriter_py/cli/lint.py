"""``typewriter lint``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ..diagnostics import Diagnostic, has_errors, in_order
from ..reporters import summary
from ..rules import rules
from . import linting
from .console import COULD_NOT_RUN, FINDINGS, FINE, output_format, report, tell, verdict


@click.command(
    epilog="""\b
Examples:
  $ typewriter lint                          # the plans of the configuration
  $ typewriter lint plans/myapp.yaml
  $ typewriter lint --strict --output-format github
  $ typewriter lint --select default,missing-owner
  $ typewriter lint --fix                    # what needs no judgement
  $ typewriter lint --add-ignores            # to begin with: from now on only what is new

\b
What runs, how severe, and where not, is set in [tool.typewriter.lint]; `ignore:` silences a
rule for one event or property.  `typewriter explain RULE` says what a rule is about.

\b
Exit status: 0 fine, 1 errors (with --strict warnings too), 2 could not run.
"""
)
@click.argument("plans", nargs=-1, metavar="[PLAN]...")
@click.option("--config", "config_file", metavar="FILE", help="The configuration to use.")
@click.option("--select", metavar="RULES", help="The rules to run, instead of the configured.")
@click.option("--ignore", metavar="RULES", help="Rules not to run, beside the configured.")
@click.option("--strict", is_flag=True, help="Let warnings fail the run.")
@click.option("--fix", is_flag=True, help="Mend in the plan what needs no judgement.")
@click.option("--add-ignores", is_flag=True, help="Silence in the plan what is found now.")
@output_format
def command(
    plans: tuple[str, ...],
    config_file: str | None,
    select: str | None,
    ignore: str | None,
    strict: bool,
    fix: bool,
    add_ignores: bool,
    form: str,
) -> int:
    """Say what is wrong with each PLAN, and what could be better.

    Without PLAN, with those of the configuration.  RULES are names or numbers between commas;
    `default` is all that run by themselves, `all` is all.
    """
    if fix and add_ignores:
        raise click.UsageError("--fix and --add-ignores are two steps: first the one, then look.")
    job = linting.prepare(plans, config_file, select, ignore)
    if job.problems:
        report(in_order(job.problems), form, job.texts)
        return COULD_NOT_RUN
    looked = linting.look(job)
    if fix or add_ignores:
        from . import mending

        problems = mending.fix(looked) if fix else mending.add_ignores(looked)
        if problems:
            report(in_order(problems), form, looked.texts)
            return COULD_NOT_RUN
        looked = linting.look(job)
    for plan in looked.plans:
        tell(f"{plan.source.path}: {summary(plan.diagnostics) or 'no problems'}")
    findings = in_order(looked.diagnostics)
    report(findings, form, looked.texts)
    if looked.unread:
        return COULD_NOT_RUN
    return FINDINGS if _fails(findings, strict) else FINE


def _fails(findings: Sequence[Diagnostic], strict: bool) -> bool:
    """Errors do, and under ``strict`` warnings, but for what the calendar alone has brought."""
    by_calendar = {rule.code.number for rule in rules() if rule.by_calendar}
    timeless = [each for each in findings if each.code not in by_calendar]
    return has_errors(findings) or verdict(timeless, strict)
