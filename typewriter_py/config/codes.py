"""Every kind of diagnostic about the configuration: TW001 to TW019."""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

UNREADABLE: Final = Code(
    "TW001",
    "config-unreadable",
    r"""The configuration file cannot be read, or is not valid TOML.

    The configuration is the `[tool.typewriter]` table of `pyproject.toml`, or a file
    `typewriter.toml`.  It must be UTF-8 and TOML 1.0 (https://toml.io/en/v1.0.0).  A frequent
    slip is a path in double quotes with backslashes in it.

        out = "src\analytics"     # bad: \a is no escape of TOML
        out = "src/analytics"     # good, on Windows too""",
)

UNKNOWN_KEY: Final = Code(
    "TW002",
    "config-unknown-key",
    """The configuration has a key that means nothing.

    It is an error because a misspelt key that is skipped in silence generates something else
    than what was asked for.  Keys are kebab-case.

        required_version = ">=0.1"     # bad
        required-version = ">=0.1"     # good

    At the top stand `plan`, `required-version`, `targets`, `lint` and `segment`; in a target
    `language`, `out`, `plan`, `tags`, `events`, `templates`, and the settings of that language
    alone; in `lint` `select`, `ignore`, `severity`, `naming`, `max-properties` and
    `per-file-ignores`.""",
)

INVALID: Final = Code(
    "TW003",
    "config-invalid-value",
    """The value of a key of the configuration, or of `--set`, is not one that it can have.

        tags = "checkout"              # bad: one text
        tags = ["checkout"]            # good: a list of texts

        [tool.typewriter.targets]      # bad: one table
        [[tool.typewriter.targets]]    # good: one of many

        sdk = "analytics-nod"          # bad: no SDK that there is a client for
        sdk = "analytics-node"         # good""",
)

MISSING_KEY: Final = Code(
    "TW004",
    "config-missing-key",
    """The configuration lacks a key that it cannot do without.

    Each target needs `language` and `out`, and a `plan`: its own, or the one that stands once
    at the top for all of them.

        [tool.typewriter]
        plan = "plans/tracking.yaml"

        [[tool.typewriter.targets]]
        language = "python"
        out = "src/myapp/analytics\"""",
)

VERSION: Final = Code(
    "TW005",
    "required-version",
    """This version of typewriter is not one that the project allows.

    `required-version` holds everybody who generates to versions that give the same code, so
    that two machines don't take turns in rewriting it.  It is a PEP 440 specifier.

        required-version = ">=0.1,<0.2"

    Install a version that fits, or change the key.""",
)

NO_PACKAGE: Final = Code(
    "TW006",
    "plan-package-not-found",
    """`package:NAME/PATH` names an installed package, or a file in it, that is not there.

    NAME is what one would import.  It must be installed in the environment that runs
    typewriter: with an isolated installation of the tool that is not the project's own.

        plan = "package:acme_plan/plan.yaml"

        uv tool install typewriter-py --with acme-plan
        pipx inject typewriter-py acme-plan

    A package's code is not run to find its files.""",
)

NO_CONFIG: Final = Code(
    "TW007",
    "config-not-found",
    """There is nothing that says which plan to read, or what to generate.

    No `typewriter.toml`, and no `pyproject.toml` with a `[tool.typewriter]` table, stands in
    this folder or above it, or it has no targets.

        typewriter init                                                 # write one
        typewriter generate --plan plans/tracking.yaml --out analytics  # or do without""",
)

OVERLAP: Final = Code(
    "TW008",
    "targets-overlap",
    """Two targets write into the same folder, or one into a folder of the other.

    Each generated package owns its folder: generating one removes the files of the other.

        out = "src/myapp/analytics"             # and, bad:
        out = "src/myapp/analytics/checkout"
        out = "src/myapp/checkout_analytics"    # good""",
)

UNKNOWN_SETTING: Final = Code(
    "TW009",
    "unknown-setting",
    """`--set KEY=VALUE` sets something that the target doesn't know.

    What only one language understands is set by `--set`, or by a key of its table in the
    configuration.  `typewriter generate --help` shows the form.

        typewriter generate --set clinet=acme.tracking     # bad
        typewriter generate --set client=acme.tracking     # good""",
)

EMPTY_SELECTION: Final = Code(
    "TW010",
    "selection-matches-nothing",
    """A tag or an event pattern of a target matches no event of the plan.

    `tags` and `events` choose a part of the plan for one service.  What matches nothing is
    usually misspelt, or was renamed in the plan; the generated package lacks those events.

        tags = ["chekout"]          # bad, where the plan's events say `tags: [checkout]`
        events = ["Order *"]        # good: a pattern, as a shell matches file names""",
    Severity.WARNING,
)

BAD_TEMPLATE: Final = Code(
    "TW011",
    "template-failed",
    """One of your own templates (`--templates`, or `templates` in the configuration) fails.

    It is not valid Jinja, names something that it is not given, or what it prints is not valid
    code, or imports what a generated package does not hold.  The templates that come with
    typewriter show what each of them is given; a folder of your own needs only those that differ.

        {{ function.nmae }}     # bad: there is no such thing
        {{ function.name }}     # good

        from ._client import Sender                   # bad: what packages once held
        from {{ library }} import Package      # good: the library that they stand on""",
)

UNKNOWN_TEMPLATE: Final = Code(
    "TW012",
    "unknown-template",
    """A file in the folder of your own templates replaces none of ours.

    Its path inside that folder must be that of the template that it replaces, which is called as
    the file that it prints, with `.jinja` at the end.

        templates/evnts.py.jinja       # bad: misspelt
        templates/events.py.jinja      # good

    What is the same for every plan is the library's, `typewriter_client`, also where its text is
    in the package (`client = "vendored"`).  It has settings, not templates: to send in another
    way, give `configure` a `transport=`.

    A template that one of yours includes or imports may have any name; hidden files and
    `README` files are passed over.""",
)

TWO_CONFIGS: Final = Code(
    "TW013",
    "two-configurations",
    """A `typewriter.toml` stands beside a `pyproject.toml` with a `[tool.typewriter]` table.

    Only one of them could count, and a change of the other would do nothing.

    Move everything into one of them, or say which with `--config`.""",
)

WRONG_LIBRARY: Final = Code(
    "TW014",
    "wrong-library",
    """The library that generated code stands on, `typewriter_client`, is not installed where
    typewriter runs, is of another minor version, or another file of that name is found first.

    typewriter checks a plan with it, and generates what that version of it serves. Its requirement
    says so, and pip follows it, but for `--no-deps` and for what is installed afterwards.

        pip install typewriter-py typewriter-py-client==0.1.3   # bad with typewriter-py 0.2.0
        pip install --upgrade typewriter-py                    # good: brings the one it needs""",
)
