"""Every kind of diagnostic about bringing a foreign plan into the plan language: TW520–TW529."""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

NOT_CARRIED: Final = Code(
    "TW520",
    "not-carried-over",
    """\
The source says something that the plan language has no word for, or that a plan may not
hold: a keyword of JSON Schema that is not supported, a regular expression that only some
languages understand, a rule about a field of the message that is no property.

The rest is imported. What was left out stands in the new plan as a comment, where it would
have been, so that a person can decide. The plan then accepts more than the source did, never
less.

    "sku": {"type": "string", "pattern": "(?<=A)[0-9]+"}      # in the source

    sku:                                                      # in the plan
      # not carried over: pattern: "(?<=A)[0-9]+"
      # lookahead and lookbehind are not understood everywhere
      type: string
""",
    Severity.WARNING,
)

RENAMED: Final = Code(
    "TW521",
    "renamed-in-code",
    """\
Two names of the source give the same name in generated code, or one gives none at all. What
goes on the wire is untouched; one of them was given other words, with `function:` (events)
or `name:` (properties and definitions). Change the words to what reads best: nothing else
depends on them before code is generated.

Two shapes that share a name in different rules become two definitions in the same way.

    {"events": [{"name": "Order Completed"}, {"name": "order_completed"}]}   # in the source

    - name: Order Completed                                                  # in the plan
    - name: order_completed
      function: order completed snake case
""",
    Severity.WARNING,
)

DUPLICATE_RULE: Final = Code(
    "TW522",
    "duplicate-rule",
    """\
The source has the same event twice, in the same version, and the two differ. Which one is
meant cannot be known, so nothing is imported. Remove one, or give it another version.
""",
)

REPEATED_RULE: Final = Code(
    "TW523",
    "repeated-rule",
    """\
The source has the same rule twice, word for word. One is enough, and one is imported.
""",
    Severity.WARNING,
)

UNSETTLED: Final = Code(
    "TW524",
    "unsettled",
    """\
What was read cannot be brought into a form that a plan may have, and nothing is written. The
message says what is in the way. Mend it in the source, or report it: an import is meant to
find a way.
""",
)
