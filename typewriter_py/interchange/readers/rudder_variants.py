"""Variants: what a ``rudder-cli`` project requires of an object in some cases only.

https://www.rudderstack.com/docs/rudder-cli/yaml-data-catalog-and-tracking-plans/yaml-conditional-validation/
"""

from __future__ import annotations

from collections.abc import Iterator

from ...plan.document import Map, Seq
from ...plan.facts import maps
from ..codes import NOT_CARRIED
from ..nodes import copied, shown
from .rudder_catalog import Catalog, reference


def members(catalog: Catalog, node: Map) -> Iterator[Map]:
    """The properties of all cases, none of them required: which case holds depends on a
    value, and a plan cannot say that."""
    for variant in catalog.listed(node, "variants"):
        cases = [*catalog.listed(variant, "cases")]
        on = reference(variant.get("discriminator")) or "?"
        message = f"what is required depends on `{on}`, and a plan cannot say so"
        help = "its properties are all optional; check the rest in code, or plan several events"
        catalog.diagnostics.append(NOT_CARRIED.at(node.key_span("variants"), message, help=help))
        default = variant.get("default")
        lists = [case.get("properties") for case in cases]
        lists.append(default.get("properties") if isinstance(default, Map) else default)
        for each in (each for listed in lists for each in maps(listed)):
            optional = Map(each.mark)
            for key in each:
                if key != "required":
                    copied(each, key, optional, each[key])
            yield optional


def conditions(node: Map) -> Iterator[str]:
    """What the variants of an object require, in words."""
    for variant in maps(node.get("variants")):
        on = reference(variant.get("discriminator")) or "?"
        for case in maps(variant.get("cases")):
            needed = [
                reference(each.get("property", each)) or "?"
                for each in maps(case.get("properties"))
                if each.get("required") is True
            ]
            if needed:
                match = case.get("match")
                values = ", ".join(map(shown, match if isinstance(match, Seq) else [match]))
                yield f"not carried over: where {on} is {values}, {', '.join(needed)} is required"
