"""Every kind of diagnostic about a plan: TW1xx.

Numbers are permanent: one is never reused, even after its diagnostic has been removed.
"""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

UNREADABLE: Final = Code(
    "TW100",
    "unreadable",
    """The plan, or a file that it includes, cannot be read: it does not exist, is a folder, cannot
    be opened, or is not UTF-8 text. The path is relative to the working directory or, in the
    configuration, to the file that names it.""",
)

YAML_SYNTAX: Final = Code(
    "TW101",
    "yaml-syntax",
    """The file is not valid YAML, or it is, but says something else than is meant: `type:string`,
    without the space, is one word. The usual causes are that missing space, a tab in the
    indentation, keys of one mapping in different columns, and an unquoted string that contains
    `: ` or begins with `@`, `%` or `*`. Where there is no doubt about what is meant, the rest of
    the file is checked as if it were written so, and `typewriter lint --fix` writes it.""",
    bad="description: Note: sent twice",
    good='description: "Note: sent twice"',
)

DUPLICATE_KEY: Final = Code(
    "TW102",
    "duplicate-key",
    """The same key, trait or property appears twice in one mapping or list. YAML readers keep one
    of them and drop the other, so half of what was planned would be lost silently.""",
    bad="""
        price: {type: number}
        price: {type: integer}
    """,
    good="price: {type: number}",
)

YAML_TOO_LARGE: Final = Code(
    "TW103",
    "yaml-too-large",
    """The file is nested more than 100 levels deep, its aliases or references expand to many times
    what is written, or its includes to thousands of files. No plan needs that: it is a mistake
    or an attack.""",
)

YAML_KEY: Final = Code(
    "TW104",
    "yaml-key",
    """A key that YAML reads as a number, a boolean, null or a whole list. Names of properties and
    events are strings, and JSON allows only strings as keys; in quotes the key is taken exactly
    as written.""",
    bad="404: {type: string}",
    good='"404": {type: string}',
)

YAML_ALIAS: Final = Code(
    "TW105",
    "yaml-alias",
    """An alias `*name` without an anchor `&name` before it, an alias inside its own anchor, or a
    merge key `<<` that merges something other than mappings.""",
    bad="order: {<<: *base}",
    good="""
        base: &base {type: object}
        order: {<<: *base}
    """,
)

YAML_NUMBER: Final = Code(
    "TW106",
    "yaml-number",
    """A number that JSON cannot represent: infinity, not-a-number, or one with more digits than
    can be read. It could never be sent.""",
    bad="maximum: .inf",
    good="# leave `maximum` out",
)

NOT_A_PLAN: Final = Code(
    "TW107",
    "not-a-plan",
    """The file is YAML, but not a tracking plan: a plan has everything under `tracking_plan:`.""",
    bad="""
        events:
          - name: Order Completed
    """,
    good="""
        tracking_plan:
          rules:
            events:
              - name: Order Completed
    """,
)

JSON_SYNTAX: Final = Code(
    "TW108",
    "json-syntax",
    """A file that should contain JSON does not, or is not complete. Usually a download was cut
    short, or a proxy or login page answered instead: fetch the file again and look at its first
    lines. JSON has strings in double quotes, no comments, and no comma after the last entry
    (https://www.rfc-editor.org/rfc/rfc8259).

        {"name": 'Order Completed',}       # bad: single quotes, and a trailing comma
        {"name": "Order Completed"}        # good""",
)

UNKNOWN_KEY: Final = Code(
    "TW110",
    "unknown-key",
    """A key that the plan language does not know. It would do nothing, although whoever wrote it
    expects that it does; usually it is misspelled, or one level too high or too low.
    `typewriter schema` prints every key with its meaning. (`x-…` at the top level is free for
    YAML anchors.)""",
    bad="require: [order_id]",
    good="required: [order_id]",
)

MISSING_KEY: Final = Code(
    "TW111",
    "missing-key",
    """A required key is missing.""",
    bad="- description: User completed a purchase",
    good="""
        - name: Order Completed
          description: User completed a purchase
    """,
)

WRONG_TYPE: Final = Code(
    "TW112",
    "wrong-type",
    """A value of the wrong type: a number where a string belongs, a single value where a list
    belongs. A string that looks like a number, `true` or `null` needs quotes.""",
    bad="name: 404",
    good='name: "404"',
)

INVALID_VALUE: Final = Code(
    "TW113",
    "invalid-value",
    """A value of the right type that is not allowed here, such as a type that JSON Schema does not
    have, an empty name or a negative length.""",
    bad="type: datetime",
    good="""
        type: string
        format: date-time
    """,
)

UNSUPPORTED_KEYWORD: Final = Code(
    "TW114",
    "unsupported-keyword",
    """A keyword of JSON Schema that the plan language does not support: `if`, `not`,
    `patternProperties` and the like. No type checker could enforce it, and ignoring it would be
    misleading.""",
    bad="not: {type: string}",
    good="type: [integer, boolean]",
)

INCLUDE_MISSING: Final = Code(
    "TW120",
    "include-missing",
    """An `include` that names a file that does not exist, a pattern that matches no file, or an
    unknown library. Paths are relative to the folder of the including file.""",
    bad="include: [chekout/*.yaml]",
    good="include: [checkout/*.yaml]",
)

INCLUDE_OUTSIDE: Final = Code(
    "TW121",
    "include-outside",
    """An `include` with an absolute path, or one that leaves the main plan's folder. The plan
    would mean something different on another machine, and reading the files that a plan names
    must be harmless.""",
    bad="include: [/etc/plans/common.yaml]",
    good="include: [common.yaml]",
)

INCLUDE_CYCLE: Final = Code(
    "TW122",
    "include-cycle",
    """A file that includes itself, directly or through others.""",
    bad="""
        # a.yaml: include: [b.yaml]
        # b.yaml: include: [a.yaml]
    """,
    good="# a.yaml: include: [b.yaml]",
)

MAIN_ONLY: Final = Code(
    "TW123",
    "main-only",
    """`id`, `common`, `identify`, `group`, `page` and `screen` belong to the plan as a whole, so
    they are only allowed in its main file; an included file contains events and definitions.
    (Import the traits of a library with `only: [identify]`.)""",
)

ONLY_NOTHING: Final = Code(
    "TW124",
    "only-nothing",
    """A name or pattern under `only:` that matches nothing in the included file: a typo, or an
    event that was renamed there.""",
    bad="include: [{from: 'library:ecommerce', only: [Order Complete]}]",
    good="include: [{from: 'library:ecommerce', only: [Order Completed]}]",
)

NOTHING_TO_EXTEND: Final = Code(
    "TW125",
    "nothing-to-extend",
    """`extends:` names an event that no included file and no earlier event defines, or that an
    `only:` left out.""",
    bad="""
        - name: Order Completed
          extends: Order Complete
    """,
    good="""
        - name: Order Completed
          extends: Order Completed
    """,
)

NOTHING_TO_DROP: Final = Code(
    "TW126",
    "nothing-to-drop",
    """A property set to null. With `extends`, that drops the included property of that name. Where
    there is none, it drops nothing and says nothing about the property's type.""",
    bad="coupon: null",
    good="coupon: {type: string}",
)

DUPLICATE_EVENT: Final = Code(
    "TW127",
    "duplicate-event",
    """The same event is planned twice in the same version. Two descriptions of one event drift
    apart, and only one of them can be checked.""",
    bad="""
        - name: Order Completed
        - name: Order Completed
    """,
    good="""
        - name: Order Completed
        - name: Order Completed
          version: 2
          function: order completed v2
    """,
)

DUPLICATE_DEFINITION: Final = Code(
    "TW128",
    "duplicate-definition",
    """Two files of a plan define the same name. All files of a plan share their definitions, so a
    name has to mean one thing.""",
)

UNRESOLVED_REF: Final = Code(
    "TW130",
    "unresolved-ref",
    """A `$ref` to a definition that does not exist. Definitions are listed under
    `tracking_plan.definitions` and referred to as `#/definitions/Name`.""",
    bad="$ref: '#/definitions/Produkt'",
    good="$ref: '#/definitions/Product'",
)

REF_SIBLING: Final = Code(
    "TW131",
    "ref-sibling",
    """A constraint next to a `$ref`. JSON Schema draft-07 ignores the siblings of a reference, so
    readers disagree about what is meant; only annotations and `nullable` are allowed there.""",
    bad="""
        $ref: '#/definitions/Product'
        required: [sku]
    """,
    good="""
        allOf:
          - $ref: '#/definitions/Product'
          - required: [sku]
    """,
)

REF_CYCLE: Final = Code(
    "TW132",
    "ref-cycle",
    """A definition that is defined as itself. Recursion is fine where one value contains another
    (a tree's children); a definition that *is* its own reference describes nothing.""",
    bad="Node: {$ref: '#/definitions/Node'}",
    good="Node: {type: object, properties: {next: {$ref: '#/definitions/Node'}}}",
)

REQUIRED_UNDECLARED: Final = Code(
    "TW133",
    "required-undeclared",
    """A property is required but not declared, and the object does not allow undeclared
    properties: no message could ever be valid. Usually one of the two names has a typo.""",
    bad="""
        required: [oder_id]
        properties: {order_id: {type: string}}
    """,
    good="""
        required: [order_id]
        properties: {order_id: {type: string}}
    """,
)

DEFAULT_REFUSED: Final = Code(
    "TW134",
    "default-refused",
    """A default that its own schema does not allow: every call that relies on it would be a
    violation.""",
    bad="""
        type: string
        enum: [USD, EUR]
        default: usd
    """,
    good="""
        type: string
        enum: [USD, EUR]
        default: USD
    """,
)

ENUM_VALUE: Final = Code(
    "TW135",
    "enum-value",
    """A permitted value that can never be valid: it does not have the declared type, or violates
    another constraint of the same schema.""",
    bad="""
        type: string
        enum: [1, 2]
    """,
    good="""
        type: string
        enum: ["1", "2"]
    """,
)

ENUM_DUPLICATE: Final = Code(
    "TW136",
    "enum-duplicate",
    """A permitted value is listed twice (1 and 1.0 are the same number). Often the second one is a
    typo for a value that is now missing.""",
    bad="enum: [USD, EUR, USD]",
    good="enum: [USD, EUR, GBP]",
)

IMPOSSIBLE_RANGE: Final = Code(
    "TW137",
    "impossible-range",
    """A lower bound above the upper bound: no value satisfies both.""",
    bad="""
        minimum: 10
        maximum: 1
    """,
    good="""
        minimum: 1
        maximum: 10
    """,
)

INVALID_PATTERN: Final = Code(
    "TW138",
    "invalid-pattern",
    """A regular expression that does not compile, or that uses what only some dialects have. A
    plan's patterns are evaluated by Python (3.9 and later), by JavaScript and by Segment
    itself, which is written in Go: a plan may use what all three understand. It means what
    JavaScript means by it, with the flag `u`: `$` is the end of the text, `\\d` is [0-9].""",
    bad='pattern: "(?i)^eur|usd$"',
    good='pattern: "^([Ee][Uu][Rr]|[Uu][Ss][Dd])$"',
)

CONFLICT: Final = Code(
    "TW139",
    "conflict",
    """Two schemas that apply at once contradict each other: the types, permitted values or formats
    of the parts of an `allOf`, a property that one part forbids, or the two ways of writing
    `required`.""",
    bad="""
        allOf:
          - {type: string}
          - {type: integer}
    """,
    good="""
        anyOf:
          - {type: string}
          - {type: integer}
    """,
)

NAME_COLLISION: Final = Code(
    "TW140",
    "name-collision",
    """Two events, properties or types get the same name in the generated code. A number appended
    to one of them would depend on their order, and calls would change their meaning when the
    plan is sorted; so give one of them another name with `function:` (events) or `name:`
    (properties, definitions).""",
    bad="""
        - name: Order Completed
        - name: order_completed
    """,
    good="""
        - name: Order Completed
        - name: order_completed
          function: legacy order completed
    """,
)

NAME_UNUSABLE: Final = Code(
    "TW141",
    "name-unusable",
    """A name from which no identifier can be made, because it contains no letter or digit. Give it
    one for the generated code with `function:` or `name:`; the name itself is still sent
    unchanged.""",
    bad='- name: "🎉"',
    good="""
        - name: "🎉"
          function: party
    """,
)

NESTED_DEFAULT: Final = Code(
    "TW142",
    "nested-default",
    """A default that is not filled in. Only those of an event's own properties (and of traits)
    are; deeper in an object, in a list or in a definition, a default only documents what a
    reader may assume.""",
    Severity.INFO,
)

UNCHECKED_FORMAT: Final = Code(
    "TW143",
    "unchecked-format",
    """A `format` that no validator checks; it is kept as documentation. Usually that is the
    intention; sometimes it is a typo.""",
    Severity.WARNING,
    bad="format: datetime",
    good="format: date-time",
)

UNTYPED: Final = Code(
    "TW144",
    "untyped",
    """A constraint without a `type`. JSON Schema's constraints apply only to values of their own
    type: `minLength: 3` alone allows every number, list and object.""",
    Severity.WARNING,
    bad="minLength: 3",
    good="""
        type: string
        minLength: 3
    """,
)

NO_EFFECT: Final = Code(
    "TW145",
    "no-effect",
    """A keyword that has no effect here: a constraint for another type than the declared one, a
    constraint next to an `enum` whose values all satisfy it, or an annotation that only
    properties have. Whoever wrote it expects it to do something.""",
    Severity.WARNING,
    bad="""
        type: string
        maximum: 20
    """,
    good="""
        type: string
        maxLength: 20
    """,
)

INEXACT_INTEGER: Final = Code(
    "TW146",
    "inexact-integer",
    """A whole number that JavaScript does not have, in a plan from which TypeScript is generated.

    JavaScript's numbers are exact only up to 9007199254740991. A greater one is rounded to one
    nearby, so that another value would be sent, and other values would be accepted. No TypeScript
    is generated from a plan that needs such a number (in `enum`, `const`, a default or
    `integrations`). Use strings: nobody calculates with long identifiers.""",
    bad="account: {const: 9007199254740993}",
    good='account: {const: "9007199254740993"}',
)
