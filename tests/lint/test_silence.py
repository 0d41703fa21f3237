"""``ignore:`` in the plan: whom it silences, and when it is of no use."""

from __future__ import annotations

from typewriter_py.lint import Settings

from .linting import TODAY, in_text

SETTINGS = Settings(today=TODAY)
PLAN = """\
tracking_plan:
  definitions:
    Box:
      type: object
      properties:
        boxId: {type: string, ignore: [TW203]}
  rules:
    events:
      - name: Parcel Packed
        description: It is ready to go.
        ignore: [property-name-casing]
        rules:
          properties:
            parcelId: {type: string}
            inner:
              type: object
              properties:
                innerId: {type: string}
            box: {$ref: '#/definitions/Box'}
      - name: Parcel Sent
        description: It went.
        rules:
          properties:
            parcelId: {type: string}
            outer:
              type: object
              ignore: [property-name-casing]
              properties:
                outerId: {type: string}
    identify:
      traits:
        - {name: Shoe Size, type: integer, ignore: [property-name-casing]}
        - {name: Hat Size, type: integer}
"""


def test_it_holds_for_an_event_or_property_and_all_that_is_in_it():
    assert in_text(PLAN, ("default",), SETTINGS) == [
        "24:13 TW203 the property `parcelId` is not in snake_case",
        "33:18 TW203 the trait `Hat Size` is not in snake_case or camelCase",
    ]


def test_all_silences_everything_and_is_unused_if_there_is_nothing():
    text = PLAN.replace("innerId", "inner_id").replace("parcelId: {type: string}", "x: {}")
    silent = text.replace("[property-name-casing]\n        rules", "[all]\n        rules")
    assert in_text(silent.replace("outerId", "outer_id")) == [
        "11:18 TW290 `all` silences nothing here",
        "27:24 TW290 `property-name-casing` silences nothing here",
        "33:18 TW203 the trait `Hat Size` is not in snake_case or camelCase",
    ]
    assert "TW290" not in "".join(in_text(PLAN.replace("[property-name-casing]\n", "[all]\n")))


def test_what_is_not_run_is_not_called_unused():
    assert in_text(PLAN, ("unused-ignore", "event-name-casing"), SETTINGS) == []


def test_what_silences_nothing_is_reported_at_its_location():
    assert in_text(PLAN.replace("boxId", "box_id").replace("Shoe Size", "shoe_size")) == [
        "6:41 TW290 `TW203` silences nothing here",
        "24:13 TW203 the property `parcelId` is not in snake_case",
        "32:53 TW290 `property-name-casing` silences nothing here",
        "33:18 TW203 the trait `Hat Size` is not in snake_case or camelCase",
    ]


def test_the_plans_own_advice_is_silenced_where_it_is_about():
    text = """\
tracking_plan:
  rules:
    events:
      - name: Parcel Packed
        description: It is ready to go.
        rules:
          properties:
            weight: {type: string, minimum: 1, ignore: [no-effect]}
            size:
              type: object
              minLength: 2
              properties:
                depth: {type: string, minimum: 3, ignore: [TW145]}
              maxLength: 5
              ignore: [TW145]
            colour: {type: string, minimum: 4}
            form: {type: string, format: odd, ignore: [no-effect]}
"""
    codes = [(line.partition(":")[0], line.split()[1]) for line in in_text(text)]
    assert codes == [("16", "TW145"), ("17", "TW143"), ("17", "TW290")]


def test_nothing_is_reported_in_a_library():
    text = """\
tracking_plan:
  include:
    - {from: library:ecommerce, only: [Order Completed]}
  rules:
    events:
      - name: Order Completed
        extends: Order Completed
        rules:
          properties:
            total: {type: string}
"""
    assert in_text(text, ("all",), SETTINGS) == [
        "6:15 TW222 `Order Completed` has no owner",
        "10:13 TW211 `total` is a string, but a number in Segment's `Order Completed`",
    ]


def test_one_schema_in_several_places_is_reported_once():
    text = """\
tracking_plan:
  x-shared: {parcel: &parcel {parcelId: {type: string}}}
  rules:
    events:
      - {name: Parcel Packed, description: Ready., rules: {properties: *parcel}}
      - {name: Parcel Sent, description: Gone., rules: {properties: {<<: *parcel}}}
"""
    assert in_text(text) == ["2:31 TW203 the property `parcelId` is not in snake_case"]


def test_a_librarys_name_is_not_the_one_to_change():
    text = """\
tracking_plan:
  include:
    - {from: library:ecommerce, only: [Order Completed, Product Viewed]}
  rules:
    events:
      - name: Order Complete
        description: Another spelling.
        rules:
          properties:
            product_id: {type: integer}
            catgory: {type: string}
"""
    assert in_text(text, ("TW204", "TW205", "TW210")) == [
        "6:15 TW204 the event `Order Complete` differs from `Order Completed` only in one letter",
        "10:13 TW210 `product_id` is a number here, but a string elsewhere",
        "11:13 TW205 the property `catgory` differs from `category` only in one letter",
    ]


DEFINED = """\
tracking_plan:
  definitions:
    Box:
      type: object
      minLength: 1
      minProperties: 0
      ignore: [no-effect, useless-constraint, TW203]
      properties:
        boxId: {type: string}
    Lid: {type: string, minItems: 1, ignore: [unused-definition]}
    Rim: {type: string, ignore: [TW203]}
    Long: {allOf: [{$ref: '#/definitions/Label'}, {minLength: 9}]}
    Label: {type: string, minimum: 1, ignore: [TW145, unused-definition]}
  rules:
    events:
      - name: Parcel Packed
        description: It is ready to go.
        rules:
          properties:
            rimId: {$ref: '#/definitions/Rim'}
            box: {$ref: '#/definitions/Box'}
            tall_box: {allOf: [{$ref: '#/definitions/Box'}, {minProperties: 1}]}
            label: {$ref: '#/definitions/Long'}
"""


def test_a_definition_silences_what_is_about_it_or_in_it():
    """Not what is about a property that refers to it."""
    assert in_text(DEFINED) == [
        "10:25 TW145 `minItems` has no effect here: it applies to values of type array, not string",
        "11:34 TW290 `TW203` silences nothing here",
        "20:13 TW203 the property `rimId` is not in snake_case",
    ]


def test_what_aliases_repeat_is_silenced_where_it_is_written():
    text = """\
tracking_plan:
  x-shared: {parcel: &parcel {weight: {type: string, minimum: 4, ignore: [TW145]}}}
  rules:
    events:
      - {name: Parcel Packed, description: Ready., rules: {properties: *parcel}}
      - name: Parcel Sent
        description: Gone.
        rules:
          properties:
            <<: *parcel
            size: &size {type: string, minimum: 4, ignore: [TW145]}
            depth: *size
"""
    assert in_text(text) == []


def test_what_an_event_takes_over_keeps_what_it_silences():
    text = """\
tracking_plan:
  rules:
    events:
      - name: Parcel Packed
        description: It is ready to go.
        rules:
          properties:
            weight: {type: string, minimum: 4, ignore: [TW145]}
            size: {type: object, properties: {depth: {type: string, minimum: 4}}}
      - name: Parcel Sent
        extends: Parcel Packed
        description: It went.
        rules:
          properties:
            weight: {description: How heavy.}
            size: {properties: {depth: {minimum: 5, ignore: [TW145]}}}
"""
    assert in_text(text) == [
        "9:69 TW145 `minimum` has no effect here: it applies to values of type number, not string",
    ]
