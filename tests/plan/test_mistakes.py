"""Every mistake that a plan can contain: its location, message and help.

Each case is a plan and its diagnostics, as ``line:column CODE message (help)``.
"""

# ruff: noqa: E501 - each diagnostic is on one line

from __future__ import annotations

import pytest

from typewriter_py.diagnostics import Code
from typewriter_py.plan import codes

from .planning import complaints, load_text

A = """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          required: [x]
          properties:
            x: {type: string}
            y: {type: integer, required: true}
"""

PART = "{allOf: [{$ref: '#/definitions/A%d'}, {type: object}]}"
BOMB = "tracking_plan:\n  definitions:\n    A0: {type: string}\n" + "".join(
    f"    A{n}: {{type: object, properties: {{l: {PART % (n - 1)}, r: {PART % (n - 1)}}}}}\n"
    for n in range(1, 21)
).replace("{allOf: [{$ref: '#/definitions/A0'}, {type: object}]}", "{type: string}")
"""Each definition holds the one before twice, merged."""

CASES: dict[str, tuple[str | bytes, dict[str, str], list[str]]] = {
    "a text with a colon": (
        """\
tracking_plan:
  display_name: Note: twice
""",
        {},
        [
            '2:21 TW101 a `:` and a space in a string that has no quotes (put it in quotes: "Note: twice")',
        ],
    ),
    "a tab": (
        "tracking_plan:\n\tdisplay_name: x\n",
        {},
        [
            "2:1 TW101 a tab in the indentation (indent with spaces, not tabs)",
        ],
    ),
    "an open list": (
        """\
tracking_plan: {rules: [a, b
""",
        {},
        [
            "1:16 TW101 `{` is not closed (close it with `}`)",
            "1:24 TW101 `[` is not closed (close it with `]`)",
        ],
    ),
    "an @": (
        """\
tracking_plan:
  display_name: @x
""",
        {},
        [
            '2:17 TW101 a string cannot begin with `@` unless it is in quotes (put it in quotes: "@x")',
        ],
    ),
    "a column that fits nothing": (
        """\
tracking_plan:
  display_name: x
 id: y
""",
        {},
        [
            "3:2 TW101 this line is indented like no line above it, so it belongs to none (indent it by 2 spaces, like `display_name` in line 2)",
        ],
    ),
    "a NUL": (
        "tracking_plan: a\0\n",
        {},
        [
            '1:17 TW101 not YAML: U+0000 is not allowed in a YAML file (remove it, or write it as an escape in "…")',
        ],
    ),
    "two documents": (
        """\
tracking_plan: {}
---
tracking_plan: {}
""",
        {},
        [
            "2:1 TW101 a second YAML document begins here, but a plan has only one (remove the `---`, or move the rest into another file)",
        ],
    ),
    "a tag that runs code": (
        """\
tracking_plan: {display_name: !!python/name:os.system x}
""",
        {},
        [
            "1:31 TW101 the tag `!!python/name:os.system` has no meaning in a plan (remove it, or put the value in quotes, if `!` is part of it)",
        ],
    ),
    "a number that is none": (
        """\
tracking_plan: {display_name: !!int x}
""",
        {},
        [
            "1:31 TW101 `x` is not a valid !!int (remove the tag, or change the value)",
        ],
    ),
    "a key twice": (
        """\
tracking_plan:
  display_name: a
  display_name: b
""",
        {},
        [
            "3:3 TW102 duplicate key `display_name` (merge the two, or remove one)",
        ],
    ),
    "200 levels": (
        "a: " + "[" * 200,
        {},
        [
            "1:103 TW103 nested more than 100 levels deep (give the inner part a name under `definitions`)",
        ],
    ),
    "a bomb of aliases": (
        """\
a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: [*e,*e,*e]
""",
        {},
        [
            "6:5 TW103 aliases unfold to far more than what is written (use fewer aliases)",
        ],
    ),
    "keys that are no text": (
        """\
tracking_plan:
  404: x
  true: y
  null: z
  1.5: w
""",
        {},
        [
            '2:3 TW104 the key `404` is a number, but keys must be strings (put it in quotes: "404")',
            '3:3 TW104 the key `true` is a boolean, but keys must be strings (put it in quotes: "true")',
            '4:3 TW104 the key `null` is null, but keys must be strings (put it in quotes: "null")',
            '5:3 TW104 the key `1.5` is a number, but keys must be strings (put it in quotes: "1.5")',
        ],
    ),
    "a list as a key": (
        """\
tracking_plan:
  ? [a, b]
  : x
""",
        {},
        [
            "2:5 TW104 a key must be a string, not a list or mapping (write a name before the `:`)",
        ],
    ),
    "an alias without an anchor": (
        """\
tracking_plan: *x
""",
        {},
        [
            "1:16 TW105 there is no anchor `&x` (the anchor `&x` must come before its alias `*x`)",
        ],
    ),
    "an anchor within itself": (
        """\
tracking_plan: &x [*x]
""",
        {},
        [
            "1:20 TW105 `*x` is inside `&x` itself (use `definitions` and `$ref` for recursive types)",
        ],
    ),
    "a merge of a number": (
        """\
tracking_plan: {<<: 5}
""",
        {},
        [
            "1:21 TW105 `<<` only merges mappings, or a list of mappings (write `<<: *name`, where `&name` is the anchor of a mapping)",
        ],
    ),
    "numbers that JSON lacks": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {type: number, maximum: .inf, minimum: .nan, default: 1e999}
""",
        {},
        [
            "7:40 TW106 `.inf` is not a number in JSON (remove it; if it is meant as a string, put it in quotes)",
            "7:55 TW106 `.nan` is not a number in JSON (remove it; if it is meant as a string, put it in quotes)",
            "7:70 TW106 `1e999` is greater than any number that programs can represent (remove it; if it is meant as a string, put it in quotes)",
        ],
    ),
    "an empty file": (
        """\
""",
        {},
        [
            "1:1 TW107 the file is empty (a plan begins with `tracking_plan:`; `typewriter init` writes one to start from)",
        ],
    ),
    "a list": (
        """\
- a
""",
        {},
        [
            "1:1 TW107 a plan is a mapping, not a list (a plan begins with `tracking_plan:`; `typewriter init` writes one to start from)",
        ],
    ),
    "events without a plan": (
        """\
events: [{name: A}]
""",
        {},
        [
            "1:1 TW107 this file has no `tracking_plan` (put everything under `tracking_plan:` (and events under its `rules:`))",
        ],
    ),
    "a typo at the top": (
        """\
trackingplan: {}
""",
        {},
        [
            "1:1 TW107 this file has no `tracking_plan` (rename `trackingplan` to `tracking_plan`)",
        ],
    ),
    "a plan of nothing": (
        """\
tracking_plan:
""",
        {},
        [
            "1:1 TW112 `tracking_plan` must be a mapping, not null (give it a value, or remove the key)",
        ],
    ),
    "unknown keys": (
        """\
tracking_plan:
  displayname: x
  rules:
    event: []
    zzz: 1
""",
        {},
        [
            "2:3 TW110 unknown key `displayname` in `tracking_plan` (did you mean `display_name`?)",
            "4:5 TW110 unknown key `event` in `rules` (did you mean `events`?)",
            "5:5 TW110 unknown key `zzz` in `rules` (known keys: `common`, `events`, `identify`, `group`, `page`, `screen`)",
        ],
    ),
    "keys of an event": (
        """\
tracking_plan: {rules: {events: [{name: A, properties: {a: {type: string}}, nmae: x}]}}
""",
        {},
        [
            "1:44 TW110 unknown key `properties` in item 1 of `events` (put `properties` under the event's `rules:`)",
            "1:77 TW110 unknown key `nmae` in item 1 of `events` (did you mean `name`?)",
        ],
    ),
    "keys of a property": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {type: string, requierd: true, descripton: x}
            y: {foo: {type: string}}
            z: {maxlength: 3}
""",
        {},
        [
            "7:31 TW110 unknown key `requierd` in `x` (did you mean `required`?)",
            "7:47 TW110 unknown key `descripton` in `x` (did you mean `description`?)",
            "8:17 TW110 unknown key `foo` in `y` (put properties under `properties:`)",
            "9:17 TW110 unknown key `maxlength` in `z` (did you mean `maxLength`?)",
        ],
    ),
    "keys that are missing": (
        """\
tracking_plan:
  rules:
    events:
      - description: x
      - nmae: x
    identify:
      traits:
        - type: string
  include: [{only: [a]}]
""",
        {},
        [
            "4:9 TW111 this event has no `name` (add `name: …`)",
            "5:9 TW110 unknown key `nmae` in item 2 of `events` (did you mean `name`?)",
            "8:11 TW111 item 1 of `traits` has no `name` (add `name: …`)",
            "9:13 TW111 item 1 of `include` has no `from` (add `from: …`)",
        ],
    ),
    "values of the wrong kind": (
        """\
tracking_plan:
  display_name: 404
  rules:
    events:
      - name: true
        tags: revenue
        description:
        rules: [a]
      - 5
      - name: [a]
        integrations: {All: 'yes'}
        deprecated: 5
""",
        {},
        [
            '2:17 TW112 `display_name` must be a string, not a number (put it in quotes: "404")',
            '5:15 TW112 `name` must be a string, not a boolean (put it in quotes: "true")',
            '6:15 TW112 `tags` must be a list, not a string (write a list: ["revenue"])',
            "7:9 TW112 `description` has no value (null) (give it a value, or remove the key)",
            "8:16 TW112 `rules` must be a mapping, not a list (write indented lines of `key: value`, without `-`)",
            "9:9 TW112 item 2 of `events` must be a mapping, not a number (write indented lines of `key: value`, without `-`)",
            "10:15 TW112 `name` must be a string, not a list (write a string)",
            "11:29 TW112 `All` must be a boolean or a mapping, not a string (write true)",
            "12:21 TW112 `deprecated` must be a boolean or a string, not a number (write true or false)",
        ],
    ),
    "schemas of the wrong kind": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: string
            y: {type: string, nullable: 'yes', required: yes, enum: a}
            z: {properties: [a]}
            w:
              type:
""",
        {},
        [
            "7:16 TW112 `x` must be a mapping, not a string (write {type: string})",
            "8:41 TW112 `nullable` must be a boolean, not a string (write true)",
            "8:58 TW112 `required` must be a list or a boolean, not a string (write true)",
            '8:69 TW112 `enum` must be a list, not a string (write a list: ["a"])',
            "9:17 TW144 no `type`: `properties` applies only to values of type object, others pass (add `type: object`)",
            "9:29 TW112 `properties` must be a mapping, not a list (write indented lines of `key: value`, without `-`)",
            "11:15 TW112 `type` has no value (null) (give it a value, or remove the key)",
        ],
    ),
    "values that are not permitted": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {type: datetime}
            y: {type: strng}
            z: {type: [int, foo]}
            w: {type: string, minLength: -1, enum: [], format: ''}
            v: {multipleOf: 0, type: number}
            u: {type: []}
            t: {type: [string, string]}
            s: {expires: tomorrow}
            r: {expires: '2026-02-30'}
            q: {anyOf: []}
            p: {type: object, required: [a, a], properties: {a: {}}}
""",
        {},
        [
            "7:23 TW113 `datetime` is not a valid value for `type` (write `type: string` and `format: date-time`)",
            "8:23 TW113 `strng` is not a valid value for `type` (did you mean `string`?)",
            "9:24 TW113 `int` is not a valid value for item 1 of `type` (did you mean `integer`?)",
            "9:29 TW113 `foo` is not a valid value for item 2 of `type` (it must be one of: string, integer, number, boolean, object, array, null)",
            "10:42 TW113 `minLength` is less than 0 (the minimum is 0)",
            "10:46 TW139 no value is valid here: the constraints contradict each other (change one of them: merged constraints must be satisfiable together)",
            "10:52 TW113 `enum` is empty (list at least one, or remove the key)",
            "10:64 TW113 `format` is empty (give it a value, or remove the key)",
            "11:29 TW113 `multipleOf` is not greater than 0 (write a greater number)",
            "12:23 TW113 `type` is empty (list at least one, or remove the key)",
            "13:32 TW113 `type` lists an item twice (remove one of them)",
            "14:26 TW113 `expires` is not a date (write a date as YYYY-MM-DD)",
            "15:26 TW113 2026-02-30 is not a date in the calendar (write a date as YYYY-MM-DD)",
            "16:24 TW113 `anyOf` is empty (list at least one, or remove the key)",
            "17:45 TW113 `required` lists an item twice (remove one of them)",
        ],
    ),
    "an event's values": (
        """\
tracking_plan: {rules: {events: [{name: '', version: 0, rules: {type: array}}, {name: A, version: 1.5}]}}
""",
        {},
        [
            "1:41 TW113 `name` is empty (give it a value, or remove the key)",
            "1:54 TW113 `version` is less than 1 (the minimum is 1)",
            "1:71 TW113 `array` is not a valid value for `type` (it must be one of: object)",
            "1:99 TW112 `version` must be a whole number, not 1.5 (write a whole number, without quotes)",
        ],
    ),
    "required on an item": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {type: array, items: {type: string, required: true}}
""",
        {},
        [
            "7:62 TW113 `required: true` and `required: false` are only valid on a property (here `required` is a list of names)",
        ],
    ),
    "keywords that are left out": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {not: {type: string}}
            y: {if: {}, then: {}}
            z: {$id: x}
            w: {patternProperties: {}}
            v: {definitions: {}}
            u: {prefixItems: []}
          anyOf: []
          dependencies: {}
""",
        {},
        [
            "7:17 TW114 the keyword `not` is not supported in a plan (remove it, or use the keywords that `typewriter schema` lists)",
            "8:17 TW114 the keyword `if` is not supported in a plan (remove it, or use the keywords that `typewriter schema` lists)",
            "8:25 TW114 the keyword `then` is not supported in a plan (remove it, or use the keywords that `typewriter schema` lists)",
            "9:17 TW114 the keyword `$id` is not supported in a plan (remove it: it has no meaning here (use a `#` comment for notes))",
            "10:17 TW114 the keyword `patternProperties` is not supported in a plan (remove it, or use the keywords that `typewriter schema` lists)",
            "11:17 TW114 the keyword `definitions` is not supported in a plan (put shared types under `tracking_plan.definitions`)",
            "12:17 TW114 the keyword `prefixItems` is not supported in a plan (`items` gives one schema for every item)",
            "13:11 TW114 `anyOf` is not allowed here: an event's `rules` describe an object (put it into one of its `properties`)",
            "14:11 TW114 the keyword `dependencies` is not supported in a plan (remove it, or use the keywords that `typewriter schema` lists)",
        ],
    ),
    "includes that are missing": (
        """\
tracking_plan:
  include: [gone.yaml, a.yml, 'sub/*.yaml']
""",
        {"a.yaml": A},
        [
            "2:13 TW120 there is no file gone.yaml (check the path)",
            "2:24 TW120 there is no file a.yml (did you mean `a.yaml`?)",
            "2:31 TW120 `sub/*.yaml` matches no file (check the path)",
        ],
    ),
    "no such library": (
        """\
tracking_plan:
  include: ['library:nope']
""",
        {},
        [
            "2:13 TW120 there is no library `nope` (available: b2b_saas, ecommerce, mobile, myapp, traits)",
        ],
    ),
    "a folder": (
        """\
tracking_plan:
  include: [sub]
""",
        {"sub/x.yaml": A},
        [
            "2:13 TW100 sub is a folder, not a plan (name a file in it: x.yaml)",
        ],
    ),
    "includes outside": (
        r"""tracking_plan:
  include: [/etc/passwd, ../up.yaml, '~/x.yaml', 'C:\x', 'sub/../../x', '../*.yaml']
""",
        {},
        [
            "2:13 TW121 `/etc/passwd` is an absolute path (make it relative to the file that includes it)",
            "2:26 TW121 `../up.yaml` is outside the plan's folder (move the file or the plan: all files have to be within the main plan's folder)",
            "2:38 TW121 `~/x.yaml` is an absolute path (make it relative to the file that includes it)",
            "2:50 TW121 `C:\\x` is an absolute path (make it relative to the file that includes it)",
            "2:58 TW121 `sub/../../x` is outside the plan's folder (move the file or the plan: all files have to be within the main plan's folder)",
            "2:73 TW121 `../*.yaml` is outside the plan's folder (move the file or the plan: all files have to be within the main plan's folder)",
        ],
    ),
    "a cycle of includes": (
        """\
tracking_plan:
  include: [a.yaml]
""",
        {
            "a.yaml": "tracking_plan: {include: [b.yaml]}",
            "b.yaml": "tracking_plan: {include: [a.yaml, plan.yaml]}",
        },
        [
            "b.yaml:1:27 TW122 circular include: `a.yaml` leads back to a.yaml (remove it)",
            "b.yaml:1:35 TW122 circular include: `plan.yaml` leads back to plan.yaml (remove it)",
        ],
    ),
    "what only the main plan says": (
        """\
tracking_plan:
  include: [a.yaml]
""",
        {
            "a.yaml": "tracking_plan:\n  id: tp_1\n  rules:\n    common: {}\n    identify: {traits: []}\n    group: {traits: []}\n    page: {}\n    screen: {}\n"
        },
        [
            "a.yaml:2:3 TW123 `id` is only allowed in the main plan, not in an included file (move it there)",
            "a.yaml:4:5 TW123 `common` is only allowed in the main plan, not in an included file (move it there)",
            "a.yaml:5:5 TW123 `identify` is only allowed in the main plan, not in an included file (move it there)",
            "a.yaml:6:5 TW123 `group` is only allowed in the main plan, not in an included file (move it there)",
            "a.yaml:7:5 TW123 `page` is only allowed in the main plan, not in an included file (move it there)",
            "a.yaml:8:5 TW123 `screen` is only allowed in the main plan, not in an included file (move it there)",
        ],
    ),
    "only of nothing": (
        """\
tracking_plan:
  include: [{from: a.yaml, only: [A, B, 'Z*']}]
""",
        {"a.yaml": A},
        [
            "2:38 TW124 `B` matches no event (available: A)",
            "2:41 TW124 `Z*` matches no event (available: A)",
        ],
    ),
    "nothing to extend": (
        """\
tracking_plan:
  include: [a.yaml]
  rules:
    events:
      - name: AA
        extends: B
      - name: C
        extends: Nothing like it
""",
        {"a.yaml": A},
        [
            "6:18 TW125 there is no included event `B` to extend (include the file that has it, with an `only:` that selects it)",
            "8:18 TW125 there is no included event `Nothing like it` to extend (include the file that has it, with an `only:` that selects it)",
        ],
    ),
    "nothing to drop": (
        """\
tracking_plan:
  include: [a.yaml]
  rules:
    events:
      - name: A
        extends: A
        rules: {properties: {z: null, x: null}}
      - {name: B, rules: {properties: {x: null}}}
""",
        {"a.yaml": A},
        [
            "7:30 TW126 `z` is null, which drops an included property, but there is none (check the name, or write `z: {}` to allow any value)",
            "8:40 TW126 `x` is null, which drops an included property, but there is none (check the name, or write `x: {}` to allow any value)",
        ],
    ),
    "an event twice": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
      - name: B
      - name: A
      - {name: C, version: 1}
      - {name: C}
""",
        {},
        [
            "6:15 TW127 the event `A` is declared twice (remove one, give one another `version:`, or let one use `extends:`)",
            "8:16 TW127 the event `C` is declared twice (remove one, give one another `version:`, or let one use `extends:`)",
        ],
    ),
    "an included event again": (
        """\
tracking_plan:
  include: [a.yaml]
  rules:
    events:
      - name: A
""",
        {"a.yaml": A},
        [
            "5:15 TW127 the event `A` is declared twice (remove one, give one another `version:`, or let one use `extends:`)",
        ],
    ),
    "a definition twice": (
        """\
tracking_plan:
  include: [a.yaml]
  definitions:
    X: {type: string}
""",
        {"a.yaml": "tracking_plan:\n  definitions:\n    X: {type: integer}\n"},
        [
            "4:5 TW128 `X` is defined twice (rename one: all files of a plan share their definitions)",
        ],
    ),
    "references to nothing": (
        """\
tracking_plan:
  definitions:
    Product: {type: object, properties: {a: {type: string}}}
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {$ref: '#/definitions/Prodct'}
            y: {$ref: Product}
            z: {$ref: 'http://x'}
            w: {$ref: '#/definitions/Nix'}
            v: {$ref: '#/$defs/Product'}
""",
        {},
        [
            "9:23 TW130 there is no definition `Prodct` (did you mean `Product`?)",
            "10:23 TW130 `Product` points outside the plan: a reference must be `#/definitions/Name` (refer to `#/definitions/Product`)",
            "11:23 TW130 `http://x` points outside the plan: a reference must be `#/definitions/Name` (refer to one of the plan's definitions)",
            "12:23 TW130 there is no definition `Nix` (add `Nix` to `tracking_plan.definitions`)",
            "13:23 TW130 `#/$defs/Product` points outside the plan: a reference must be `#/definitions/Name` (refer to `#/definitions/Product`)",
        ],
    ),
    "constraints beside a reference": (
        """\
tracking_plan:
  definitions:
    Product: {type: object, properties: {a: {type: string}}}
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {$ref: '#/definitions/Product', required: [a], minProperties: 1}
""",
        {},
        [
            "9:48 TW131 `required` is not allowed next to `$ref` (combine the two: allOf: [{$ref: '#/definitions/Product'}, {required: …}])",
            "9:63 TW131 `minProperties` is not allowed next to `$ref` (combine the two: allOf: [{$ref: '#/definitions/Product'}, {minProperties: …}])",
        ],
    ),
    "definitions as themselves": (
        """\
tracking_plan:
  definitions:
    A: {$ref: '#/definitions/B'}
    B: {allOf: [{$ref: '#/definitions/A'}]}
    C: {anyOf: [{$ref: '#/definitions/C'}, {type: string}]}
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {$ref: '#/definitions/A'}
""",
        {},
        [
            "3:5 TW132 `A` is defined as itself: its `$ref` leads back here (refer to it only within `properties` or `items`, as a tree does)",
            "4:5 TW132 `B` is defined as itself: its `$ref` leads back here (refer to it only within `properties` or `items`, as a tree does)",
            "5:5 TW132 `C` is defined as itself: its `$ref` leads back here (refer to it only within `properties` or `items`, as a tree does)",
        ],
    ),
    "a merge without end": (
        """\
tracking_plan:
  definitions:
    N: {type: object, properties: {v: {type: string}, next: {allOf: [{$ref: '#/definitions/N'}, {required: [v]}]}}}
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {$ref: '#/definitions/N'}
""",
        {},
        [
            "3:62 TW132 the schemas merged here lead back to themselves, without end (refer to the definition alone, `{$ref: …}`, and put the rest into it)",
        ],
    ),
    "required but not declared": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {type: object, required: [oder_id, zz], properties: {order_id: {type: string}}}
""",
        {},
        [
            "7:42 TW133 `oder_id` is required but not declared under `properties` (did you mean `order_id`?)",
            "7:51 TW133 `zz` is required but not declared under `properties` (declare `zz`, or remove it here)",
        ],
    ),
    "defaults that are refused": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {type: string, enum: [USD, EUR], default: usd}
            y: {type: array, items: {type: integer, default: a}}
            z: {type: integer, default: null}
            w: {type: string, format: date-time, default: yesterday}
""",
        {},
        [
            '7:58 TW134 the default "usd" does not match its own schema (change the default, or the schema)',
            "8:53 TW142 this default is documentation only: it is not filled in (only the defaults of an event's own properties are filled in)",
            '8:62 TW134 the default "a" does not match its own schema (change the default, or the schema)',
            "9:41 TW134 the default null does not match its own schema (add `nullable: true`, or remove the default)",
            '10:59 TW134 the default "yesterday" does not match its own schema (change the default, or the schema)',
        ],
    ),
    "permitted values of another type": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {type: string, enum: [1, yes, true, null, [a], 1.5, USD]}
            y: {type: integer, enum: [1.0, '2', 2.5]}
            z: {type: string, minLength: 3, enum: [ab, abc]}
            w: {type: [string, 'null'], const: 5}
""",
        {},
        [
            '7:38 TW135 the permitted value 1 is not of the declared type (put it in quotes: "1")',
            '7:46 TW135 the permitted value true is not of the declared type (put it in quotes: "true")',
            "7:52 TW135 the permitted value null is not of the declared type (add `nullable: true` if null is allowed here)",
            '7:58 TW135 the permitted value ["a"] is not of the declared type (change the value, or the type)',
            '7:63 TW135 the permitted value 1.5 is not of the declared type (put it in quotes: "1.5")',
            '8:44 TW135 the permitted value "2" is not of the declared type (remove the quotes: 2)',
            "8:49 TW135 the permitted value 2.5 is not of the declared type (change the value, or the type)",
            '9:52 TW135 the permitted value "ab" breaks the constraints next to `enum` (change the value, or those constraints)',
            '10:48 TW135 the constant 5 is not of the declared type (put it in quotes: "5")',
        ],
    ),
    "permitted values twice": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {enum: [1, 1.0, true, a, a, [1], [1.0], null, null]}
""",
        {},
        [
            "7:27 TW136 1.0 is listed twice (remove one)",
            '7:41 TW136 "a" is listed twice (remove one)',
            "7:49 TW136 [1.0] is listed twice (remove one)",
            "7:62 TW136 null is listed twice (remove one)",
        ],
    ),
    "ranges without room": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {type: number, minimum: 10, maximum: 1}
            y: {type: string, minLength: 3, maxLength: 2}
            z: {type: number, exclusiveMinimum: 1, maximum: 1}
            w: {type: array, minItems: 2, maxItems: 1}
""",
        {},
        [
            "7:31 TW137 no value satisfies both `minimum: 10` and `maximum: 1` (widen the range)",
            "8:31 TW137 no value satisfies both `minLength: 3` and `maxLength: 2` (widen the range)",
            "9:31 TW137 no value satisfies both `exclusiveMinimum: 1` and `maximum: 1` (widen the range)",
            "10:30 TW137 no value satisfies both `minItems: 2` and `maxItems: 1` (widen the range)",
        ],
    ),
    "patterns": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {type: string, pattern: '['}
            y: {type: string, pattern: '(?i)x'}
""",
        {},
        [
            "7:40 TW138 not a valid regular expression: unterminated character set at position 0 (literal brackets are \\( \\) \\[ \\])",
            "8:40 TW138 inline flags are not supported everywhere (spell out both cases, as in [Aa])",
        ],
    ),
    "broken constraints, with values to check": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            w: {type: string, enum: [a], maxLength: 1.0}
            x: {type: string, enum: [a], minLength: 1.5}
            y: {type: string, enum: [a], pattern: '('}
            z: {type: string, default: a, pattern: '('}
""",
        {},
        [
            "7:42 TW145 `maxLength` has no effect here: `enum` already lists the permitted values (remove it)",
            "8:42 TW145 `minLength` has no effect here: `enum` already lists the permitted values (remove it)",
            "8:53 TW112 `minLength` must be a whole number, not 1.5 (write a whole number, without quotes)",
            "9:51 TW138 not a valid regular expression: missing ), unterminated subpattern at position 0 (literal brackets are \\( \\) \\[ \\])",
            "10:52 TW138 not a valid regular expression: missing ), unterminated subpattern at position 0 (literal brackets are \\( \\) \\[ \\])",
        ],
    ),
    "contradictions": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {allOf: [{type: string}, {type: integer}]}
            y: {allOf: [{enum: [a]}, {enum: [b]}]}
            z: {allOf: [{format: date}, {format: uuid}]}
            w: {allOf: [{type: object, properties: {a: {}}, additionalProperties: false}, {type: object, properties: {b: {}}}]}
            v: {type: object, required: [a], properties: {a: {type: string, required: false}}}
            u: {allOf: [{enum: [ab]}, {type: string, minLength: 3}]}
""",
        {},
        [
            "7:42 TW139 no value can be both `integer` and `string` (change one of them: merged constraints must be satisfiable together)",
            "8:39 TW139 no value is permitted by every `enum` (change one of them: merged constraints must be satisfiable together)",
            "9:26 TW144 no `type`: `format` applies only to values of type string, others pass (add `type: string`)",
            "9:42 TW139 no string can be both `date` and `uuid` (change one of them: merged constraints must be satisfiable together)",
            "10:119 TW139 `b` is forbidden by `additionalProperties: false` of another part (remove that `additionalProperties: false`: merged objects are closed anyway)",
            "11:77 TW139 `a` has `required: false` but is in the list of required names (keep one of the two)",
            "12:17 TW139 no value is valid here: the constraints contradict each other (change one of them: merged constraints must be satisfiable together)",
        ],
    ),
    "words of other schema languages": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        desc: d
        team: growth
        rules:
          fields: {}
          properties:
            a: {type: [string, null]}
            b: {type: string, regex: x, isNullable: true, personal: true}
            c: {type: array, of: {type: string}, optional: true}
            d: {type: string, values: [a], required: required}
            e: {ref: Product}
            f: {type: number, gt: 0, lte: 9}
            g: {type: string, enum: "email, google"}
""",
        {},
        [
            "5:9 TW110 unknown key `desc` in item 1 of `events` (did you mean `description`?)",
            "6:9 TW110 unknown key `team` in item 1 of `events` (did you mean `owner`?)",
            "8:11 TW110 unknown key `fields` in `rules` (did you mean `properties`?)",
            "10:32 TW113 null is not a valid value for item 2 of `type` (remove it, and add `nullable: true`)",
            "11:31 TW110 unknown key `regex` in `b` (did you mean `pattern`?)",
            "11:41 TW110 unknown key `isNullable` in `b` (did you mean `nullable`?)",
            "11:59 TW110 unknown key `personal` in `b` (did you mean `pii`?)",
            "12:30 TW110 unknown key `of` in `c` (did you mean `items`?)",
            "12:50 TW110 unknown key `optional` in `c` (remove it: a property is optional unless it is required)",
            "13:31 TW110 unknown key `values` in `d` (did you mean `enum`?)",
            "13:54 TW112 `required` must be a list or a boolean, not a string (write true)",
            "14:17 TW110 unknown key `ref` in `e` (did you mean `$ref`?)",
            "15:31 TW110 unknown key `gt` in `f` (did you mean `exclusiveMinimum`?)",
            "15:38 TW110 unknown key `lte` in `f` (did you mean `maximum`?)",
            '16:37 TW112 `enum` must be a list, not a string (write a list: ["email", "google"])',
        ],
    ),
    "advice": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {type: object, properties: {a: {type: string, default: x}}}
            y: {type: string, format: datetime}
            z: {minLength: 3}
            w: {type: string, maximum: 3}
            v: {type: array, items: {type: string, name: foo, deprecated: true, format: x}}
            u: {type: integer, format: int64}
            t: {type: string, maxLength: 3, enum: [a, abc]}
            s: {type: array, items: {type: string, minLength: 1, enum: [a]}}
""",
        {},
        [
            "7:62 TW142 this default is documentation only: it is not filled in (only the defaults of an event's own properties are filled in)",
            "8:39 TW143 the format `datetime` is documentation only: no validator checks it (did you mean `date-time`?)",
            "9:17 TW144 no `type`: `minLength` applies only to values of type string, others pass (add `type: string`)",
            "10:31 TW145 `maximum` has no effect here: it applies to values of type number, not string (did you mean `maxLength`?)",
            "11:52 TW145 `name` has no effect here: it belongs on a property or a definition (move it there, or remove it)",
            "11:63 TW145 `deprecated` has no effect here: it belongs on a property (move it there, or remove it)",
            "11:89 TW143 the format `x` is documentation only: no validator checks it (formats that are checked: date-time, date, time, uuid, email, uri, hostname, ipv4, ipv6)",
            "12:32 TW145 `format` has no effect here: it applies to values of type string, not integer (remove it, or change the type)",
            "13:31 TW145 `maxLength` has no effect here: `enum` already lists the permitted values (remove it)",
            "14:52 TW145 `minLength` has no effect here: `enum` already lists the permitted values (remove it)",
        ],
    ),
    "UTF-16": (
        ("tracking_plan: {}\n").encode("utf-16"),
        {},
        [
            "1:1 TW100 plan.yaml is not UTF-8 text, but UTF-16, as some programs on Windows save it (save it as UTF-8; most editors have that under “Save with Encoding”)",
        ],
    ),
    "Latin-1": (
        ("tracking_plan:\n  display_name: café\n").encode("latin-1"),
        {},
        [
            "2:20 TW100 plan.yaml is not UTF-8 text: byte 0xe9 in line 2 (save it as UTF-8; most editors have that under “Save with Encoding”)",
        ],
    ),
    "mistakes behind an alias, once": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules: &r {properties: {x: {type: strng, foo: 1, default: a}, y: {type: integer, default: a}}}
      - {name: B, rules: *r}
""",
        {},
        [
            "5:43 TW113 `strng` is not a valid value for `type` (did you mean `string`?)",
            "5:50 TW110 unknown key `foo` in `x` (remove it, or run `typewriter schema` for a list of all keys)",
            '5:99 TW134 the default "a" does not match its own schema (change the default, or the schema)',
        ],
    ),
    "a trait twice": (
        """\
tracking_plan:
  rules:
    identify:
      traits:
        - {name: a, type: string}
        - {name: a, type: string}
""",
        {},
        [
            "6:18 TW102 `a` is listed twice (remove one)",
        ],
    ),
    "an extension of nothing by a typo": (
        """\
tracking_plan:
  include: [a.yaml]
  rules:
    events:
      - name: A
        extends: a
""",
        {"a.yaml": A},
        [
            "5:15 TW127 the event `A` is declared twice (remove one, give one another `version:`, or let one use `extends:`)",
            "6:18 TW125 there is no included event `a` to extend (did you mean `A`?)",
        ],
    ),
    "null without extends": (
        """\
tracking_plan:
  rules:
    events:
      - name: A
        rules:
          properties:
            x: {type: string, pattern: null, description: null}
            y: {type: string, title: null}
""",
        {},
        [
            "7:31 TW112 `pattern` has no value (null) (give it a value, or remove the key)",
            "7:46 TW112 `description` has no value (null) (give it a value, or remove the key)",
            "8:31 TW112 `title` has no value (null) (give it a value, or remove the key)",
        ],
    ),
    "a reference bomb": (
        BOMB,
        {},
        [
            "5:40 TW103 merged references unfold to far more than what is written (refer to a definition alone, `{$ref: …}`, rather than within `allOf`)",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_reported_with_its_location_and_help(name: str) -> None:
    text, files, expected = CASES[name]
    assert complaints(text, files) == expected


def all_codes() -> set[str]:
    """Those that plans can earn: names are judged by the targets, JSON is read by imports."""
    every = {each.number for each in vars(codes).values() if isinstance(each, Code)}
    others = (codes.NAME_COLLISION, codes.NAME_UNUSABLE, codes.INEXACT_INTEGER, codes.JSON_SYNTAX)
    return every - {each.number for each in others}


def test_each_code_has_a_case() -> None:
    told = {line.split()[1] for _, _, expected in CASES.values() for line in expected}
    assert told == all_codes()


def test_each_mistake_comes_with_advice() -> None:
    lines = [line for _, _, expected in CASES.values() for line in expected]
    assert [line for line in lines if not line.endswith(")")] == []


def test_all_mistakes_are_reported_at_once_in_file_order() -> None:
    loaded = load_text(
        """
        tracking_plan:
          include: [gone.yaml]
          definitions:
            Product: {type: object, required: [id]}
            Sku: {$ref: '#/definitions/Skus'}
          rules:
            events:
              - name: Order Completed
                nmae: x
                rules:
                  required: [oder_id]
                  properties:
                    order_id: {type: strng}
                    total: {type: number, minimum: 2, maximum: 1, default: 5}
                    total: {type: number}
              - name: Order Completed
            identify:
              traits: [{type: string, pattern: '('}]
        """
    )
    places = [(d.span.line, d.span.column) for d in loaded.diagnostics if d.span]
    assert places == sorted(places)
    assert {d.code for d in loaded.diagnostics} == {
        *("TW102", "TW110", "TW111", "TW113", "TW120"),
        *("TW127", "TW130", "TW133", "TW134", "TW137"),
    }
    assert loaded.plan is None


def test_the_first_of_two_locations_is_related() -> None:
    loaded = load_text(CASES["an included event again"][0], {"a.yaml": A})
    ((place, words),) = loaded.diagnostics[0].related
    assert (place.file.endswith("a.yaml"), place.line, words) == (True, 4, "first here")
