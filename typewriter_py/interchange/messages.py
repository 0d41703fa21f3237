"""The schema of a whole message: the part that a plan is about, and what else it says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ..plan import metaschema
from ..plan.document import Map, Seq
from .nodes import copied
from .rules import EXTENSION, PAYLOAD, Rule
from .schemas import Schemas
from .spelled import is_noise, says_nothing

_ALWAYS_SENT: Final = frozenset("properties traits context type event messageId timestamp".split())
"""Fields that every message of its kind has, so that requiring them says nothing."""

_EMPTY: Final = (("type", "object"), ("additionalProperties", True))


class Messages:
    """Takes schemas of messages apart; what a plan cannot say goes through ``schemas``."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._comments = schemas.comments

    def payload(self, node: Map, rule: Rule, schema: Map) -> Map | None:
        """The schema of a message's payload; what else its schema says goes to ``node``."""
        payload = None
        for key, value in schema.items():
            if is_noise(key, value) or (key, value) in _EMPTY:
                continue
            if key == "properties" and isinstance(value, Map):
                payload = self._field(node, rule, value)
            elif key in ("title", "description"):
                copied(schema, key, node, value)
            elif key == EXTENSION and isinstance(value, dict):
                self._schemas.extend(node, schema)
            elif key == "$comment" and isinstance(value, str):
                self._comments.add(node, None, *value.splitlines())
            elif not (key == "required" and _always_sent(value)):
                why = f"`{key}` of the whole message is not carried over: a plan is about its parts"
                self._schemas.lose(node, schema, key, why)
        return payload

    def _field(self, node: Map, rule: Rule, fields: Map) -> Map | None:
        payload = None
        for field, value in fields.items():
            if field == PAYLOAD[rule.kind] and isinstance(value, Map):
                payload = value
            elif not says_nothing(value):
                why = f"a plan cannot say what `{field}` of this message must hold"
                help = f"`common` says it of every message; `{field}` stays here as a comment"
                self._schemas.lose(node, fields, field, why, help)
        return payload

    def common(self, schema: Map, root: Map) -> Map:
        """What holds for every message: fields of the message, open unless they say otherwise."""
        common = Map(schema.mark)
        known = metaschema.schema()["definitions"]["common"]["properties"].keys() - {"required"}
        for key, value in schema.items():
            if is_noise(key, value) or (key, value) in _EMPTY:
                continue
            if key == "properties" and isinstance(value, Map):
                self._fields(common, value, known)
            elif key == "required" and isinstance(value, Seq):
                copied(schema, key, common, value)
            else:
                why = f"`{key}` of the COMMON rule is not carried over: `common` has no such key"
                self._schemas.lose(common, schema, key, why)
        if not common:
            self._comments.add(root, None, *self._comments.at(common, None))
        return common

    def _fields(self, common: Map, fields: Map, known: Iterable[str]) -> None:
        self._schemas.open = True
        for field, value in fields.items():
            if says_nothing(value):
                continue
            if field in known:
                copied(fields, field, common, self._schemas.schema(value))
            else:
                why = f"`common` of a plan says nothing of the field `{field}`"
                self._schemas.lose(common, fields, field, why)
        self._schemas.open = False


def _always_sent(required: Any) -> bool:
    """Whether all that is required is there anyway."""
    return isinstance(required, Seq) and all(name in _ALWAYS_SENT for name in map(str, required))
