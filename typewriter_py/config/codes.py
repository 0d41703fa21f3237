"""Every kind of diagnostic about the configuration: TW001 to TW019."""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

UNREADABLE: Final = Code(
    "TW001",
    "config-unreadable",
    r"""The configuration file cannot be read, or is not valid TOML.

    The configuration is the `[tool.typewriter]` table of `pyproject.toml`, or a file
    `typewriter.toml`. It must be UTF-8 and TOML 1.0 (https://toml.io/en/v1.0.0). A frequent
    mistake is a path in double quotes that contains backslashes.

        out = "src\analytics"     # bad: \a is not an escape sequence of TOML
        out = "src/analytics"     # good, on Windows too""",
)

UNKNOWN_KEY: Final = Code(
    "TW002",
    "config-unknown-key",
    """The configuration has an unknown key.

    It is an error because silently ignoring a misspelled key would generate something other
    than what was asked for. Keys are kebab-case.

        required_version = ">=0.1"     # bad
        required-version = ">=0.1"     # good

    The top level has `plan`, `required-version`, `targets`, `lint` and `segment`; a target has
    `language`, `out`, `plan`, `tags`, `events`, `templates`, and the settings of its own
    language; `lint` has `select`, `ignore`, `severity`, `naming`, `max-properties` and
    `per-file-ignores`.""",
)

INVALID: Final = Code(
    "TW003",
    "config-invalid-value",
    """The value of a configuration key, or of `--set`, is not allowed.

        tags = "checkout"              # bad: a string
        tags = ["checkout"]            # good: a list of strings

        [tool.typewriter.targets]      # bad: a table
        [[tool.typewriter.targets]]    # good: an array of tables

        sdk = "analytics-nod"          # bad: not a supported SDK
        sdk = "analytics-node"         # good

    The message says what the key takes.""",
)

MISSING_KEY: Final = Code(
    "TW004",
    "config-missing-key",
    """The configuration lacks a required key.

    Each target needs `language`, `out` and a `plan`: its own, or one at the top level that all
    targets share.

        [tool.typewriter]
        plan = "plans/tracking.yaml"

        [[tool.typewriter.targets]]
        language = "python"
        out = "src/myapp/analytics\"""",
)

VERSION: Final = Code(
    "TW005",
    "required-version",
    """The project does not allow this version of typewriter.

    `required-version` keeps everybody on versions that generate the same code, so that two
    machines don't take turns rewriting it. It is a PEP 440 specifier.

        required-version = ">=0.1,<0.2"

    Install a version that matches, or change the key.""",
)

NO_PACKAGE: Final = Code(
    "TW006",
    "plan-package-not-found",
    """`package:NAME/PATH` names an installed package, or a file in it, that cannot be found.

    NAME is the import name. It must be installed in the environment that runs typewriter: with
    an isolated installation of the tool that is not the project's own.

        plan = "package:acme_plan/plan.yaml"

        uv tool install typewriter-py --with acme-plan
        pipx inject typewriter-py acme-plan

    Finding its files does not run the package's code.""",
)

NO_CONFIG: Final = Code(
    "TW007",
    "config-not-found",
    """Nothing says which plan to read, or what to generate.

    Neither this folder nor any above it has a `typewriter.toml`, or a `pyproject.toml` with a
    `[tool.typewriter]` table, or the one found has no targets. The search goes up to the root of
    the git repository; outside of one to your home, or to a folder of another user. At the root
    of a repository that has none, `generate`, `lint`, `diff` and `audit` use every configuration
    below; what needs a single one takes it from `--config`.

        typewriter init                                                 # create one
        typewriter generate --plan plans/tracking.yaml --out analytics  # or do without
        typewriter pull --config services/shop/typewriter.toml          # or choose one""",
)

OVERLAP: Final = Code(
    "TW008",
    "targets-overlap",
    """Two targets write into the same folder, or one writes into a subfolder of the other.

    Each generated package owns its folder: generating one would remove the files of the other.

        out = "src/myapp/analytics"             # and, bad:
        out = "src/myapp/analytics/checkout"
        out = "src/myapp/checkout_analytics"    # good""",
)

UNKNOWN_SETTING: Final = Code(
    "TW009",
    "unknown-setting",
    """`--set KEY=VALUE` names a setting that the target does not have.

    Settings of a single language are given with `--set`, or as keys of the target's table in
    the configuration. `typewriter generate --help` shows the syntax.

        typewriter generate --set clinet=acme.tracking     # bad
        typewriter generate --set client=acme.tracking     # good""",
)

EMPTY_SELECTION: Final = Code(
    "TW010",
    "selection-matches-nothing",
    """A tag or an event pattern of a target matches no event of the plan.

    `tags` and `events` select a part of the plan for one service. A tag or pattern that matches
    nothing is usually misspelled, or was renamed in the plan; the generated package lacks those
    events.

        tags = ["chekout"]          # bad, if the plan's events say `tags: [checkout]`
        events = ["Order *"]        # good: a pattern, as a shell matches file names""",
    Severity.WARNING,
)

BAD_TEMPLATE: Final = Code(
    "TW011",
    "template-failed",
    """One of your own templates (`--templates`, or `templates` in the configuration) fails.

    It is not valid Jinja, uses an undefined name, or its output is not valid code or imports
    something that a generated package does not contain. The templates that come with typewriter
    show which names each of them can use; a folder of your own needs only those that differ.

        {{ function.nmae }}     # bad: undefined
        {{ function.name }}     # good

        from ._client import Sender                   # bad: what packages used to contain
        from {{ library }} import Package      # good: the library that they use""",
)

UNKNOWN_TEMPLATE: Final = Code(
    "TW012",
    "unknown-template",
    """A file in the folder of your own templates does not replace any of ours.

    Its path inside that folder must be that of the template that it replaces: the name of the
    generated file, followed by `.jinja`.

        templates/evnts.py.jinja       # bad: misspelled
        templates/events.py.jinja      # good

    Code that is the same for every plan belongs to the library, `typewriter_client`, even where
    a copy of it is in the package (`client = "vendored"`). It has settings, not templates: to
    send in another way, give `configure` a `transport=`.

    A template that one of yours includes or imports may have any name; hidden files and
    `README` files are skipped.""",
)

TWO_CONFIGS: Final = Code(
    "TW013",
    "two-configurations",
    """A folder has both a `typewriter.toml` and a `pyproject.toml` with a `[tool.typewriter]`
    table.

    Only one of them could apply, and changing the other would do nothing.

    Move everything into one of them, or choose one with `--config`.""",
)

WRONG_LIBRARY: Final = Code(
    "TW014",
    "wrong-library",
    """The library that generated code uses, `typewriter_client`, is not installed in the
    environment that runs typewriter, is of another minor version, or another file of that name
    is found first.

    typewriter checks a plan with it, and generates code for that version of it. pip installs
    the right one, as typewriter requires it, except with `--no-deps` or when another version is
    installed afterwards.

        pip install typewriter-py typewriter-py-client==0.1.3   # bad with typewriter-py 0.2.0
        pip install --upgrade typewriter-py                    # good: brings the right one""",
)
