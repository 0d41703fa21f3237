"""JSON Schemas → rules: a file is an event's properties, a call's traits or a whole message.

The files of ``typewriter export --format jsonschema`` say what they are (``x-typewriter``); for
other schemas it follows from what they describe, their title and their file's name.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...diagnostics import Diagnostic, Span, has_errors
from ...names import words
from ...plan.annotations import text
from ...plan.conjunction import maps
from ...plan.document import Document, Map, Seq
from ...plan.values import LONG
from ...util import shortened
from .. import codes
from ..definitions import DEFINITION_KEYS
from ..json_schema import DRAFT
from ..nodes import append, copy_entry, maps_in, put
from ..rules import EXTENSION, KIND_OF, PAYLOAD, Kind, Rule, RuleSet, Schema
from ..schemas import BESIDE_REF
from .bundle import Bundler, Part, normal_path
from .findings import Findings
from .shapes import FIELDS

_SUFFIX: Final = re.compile(r"([._-]schema)?\.(json|ya?ml)$", re.IGNORECASE)
_VERSION: Final = re.compile(r"(?P<name>.+)\.v0*(?P<version>[1-9][0-9]{0,8})", re.IGNORECASE)
"""A file's name that ends in its event's version: ``page_seen.v2``."""

REVISION: Final = re.compile(r"([1-9][0-9]{0,8})-([0-9]{1,9})-([0-9]{1,9})")
"""A version in Iglu, whose first number is the event's: https://docs.snowplow.io/docs/fundamentals/schemas/versioning/"""


@dataclass(frozen=True, slots=True)
class Identity:
    """The event or call that a schema describes.

    ``whole``: it describes the message, not only its payload.  ``guessed``: the event's name
    is made from the file's.
    """

    kind: Kind
    key: str = ""
    version: int = 1
    whole: bool = False
    guessed: bool = False


def identity_of(document: Document) -> Identity:
    """From ``x-typewriter``, if that is there; else from what it describes, title and file."""
    extension = extension_of(document.data)
    kind = KIND_OF.get(str(extension.get("call")))
    if kind is None:
        return _guess(document)
    key = str(extension.get("event", "")) if kind == "TRACK" else ""
    version = extension.get("version")
    return Identity(kind, key, version if isinstance(version, int) else 1, kind == "COMMON")


def _guess(document: Document) -> Identity:
    schema = document.data
    fields = schema.get("properties")
    fields = fields if isinstance(fields, Map) else {}
    parts = (fields.get("properties"), fields.get("traits"))
    whole = {*fields} <= FIELDS and any(map(_describes_an_object, parts))
    named = schema.submap("self")
    revision = _revision(schema)
    if revision is not None and text(named, "name"):
        return Identity("TRACK", str(named["name"]), revision[0])
    stem = _SUFFIX.sub("", posixpath.basename(document.file.replace("\\", "/")))
    versioned = _VERSION.fullmatch(stem)
    stem, version = (versioned["name"], int(versioned["version"])) if versioned else (stem, 1)
    call = constant(fields.get("type")) if whole else None
    kind = KIND_OF.get(str(call or stem).lower(), "TRACK")
    if kind != "TRACK":
        return Identity(kind, whole=whole or kind == "COMMON")
    event = constant(fields.get("event")) if whole else None
    key = event if isinstance(event, str) else text(schema, "title")
    return Identity(kind, key or _prose(stem), version, whole=whole, guessed=not key)


def _revision(schema: Map) -> tuple[int, int, int] | None:
    """The version of a schema that describes itself, as Iglu's do."""
    found = REVISION.fullmatch(str(schema.submap("self").get("version")))
    return None if found is None else (int(found[1]), int(found[2]), int(found[3]))


def _prose(stem: str) -> str:
    """``order_completed`` as Segment's events are named: *Order Completed*."""
    return " ".join(each if each.isupper() else each.capitalize() for each in words(stem)) or stem


def extension_of(schema: Map) -> Schema:
    """The value of ``x-typewriter``, empty if there is none."""
    extension = schema.get(EXTENSION)
    return extension if isinstance(extension, Map) else {}


def constant(schema: Any) -> Any:
    """The only value that ``schema`` permits; None if it is not a constant."""
    if not isinstance(schema, Map):
        return None
    listed = schema.get("enum")
    return listed[0] if isinstance(listed, Seq) and len(listed) == 1 else schema.get("const")


def span_of(schema: Map) -> Span:
    """The location of a schema as a whole."""
    return schema.value_span("title") if "title" in schema else schema.span


def _describes_an_object(schema: Any) -> bool:
    return (
        isinstance(schema, Map)
        and bool({"properties", "type", "$ref"} & schema.keys())
        and schema.get("type", "object") == "object"
    )


_DRAFTS: Final = re.compile(
    r"https?://json-schema\.org/draft-0[3467]/schema#?"
    r"|https?://iglucentral\.com/schemas/com\.snowplowanalytics\.self-desc/schema/jsonschema/1-.*"
)
"""Draft-07, and those before it, whose keywords have one meaning there; Iglu's is draft-04."""

_LATER: Final = re.compile(r"https?://json-schema\.org/(draft/(2019-09|2020-12)/)?schema#?")
"""What came after it, and "the latest": the same keywords, and more."""

_KEYWORDS: Final = frozenset("$ref properties allOf anyOf oneOf".split())


def recognises(documents: Sequence[Document]) -> bool:
    """Whether there is a JSON Schema among them."""
    return any(
        _is_schema(each.data) or (isinstance(each.data, Map) and _has_known_dialect(each.data))
        for each in documents
    )


def _has_known_dialect(schema: Map) -> bool:
    dialect = text(schema, "$schema") or ""
    return bool(_DRAFTS.fullmatch(dialect) or _LATER.fullmatch(dialect))


def _is_schema(data: Any) -> bool:
    """Whether it describes something, rather than only defining shapes for others."""
    if not isinstance(data, Map) or "tracking_plan" in data:
        return False
    return bool(_KEYWORDS & data.keys()) or data.get("type") == "object"


def rules_in(
    documents: Sequence[Document], name: str
) -> tuple[RuleSet | None, tuple[Diagnostic, ...]]:
    """The rules in the schemas of ``documents``; ``name`` is for a plan that has none.

    None if a schema refers to something that does not exist.
    """
    schemas = [each for each in documents if isinstance(each.data, Map)]
    findings = Findings()
    for each in schemas:
        dialect = each.data.get("$schema")
        if _LATER.fullmatch(str(dialect)):
            _merge_references(each.data)
        elif dialect is not None and _is_schema(each.data) and not _has_known_dialect(each.data):
            message = f"`{shortened(str(dialect), LONG)}` is not a known dialect of JSON Schema"
            message += ": the file is read as draft-07"
            help = "check what the plan says; draft-03 to 2020-12 are known"
            findings.add(codes.NOT_DRAFT_07, each.data.value_span("$schema"), message, help)
    rules = _Reader(schemas, findings).rules(name)
    for each in documents:
        if not isinstance(each.data, Map):
            findings.add(codes.NOT_A_SCHEMA, Span(each.file), _SKIPPED)
    found = tuple(findings.diagnostics)
    return (None if has_errors(found) else rules), found


def _merge_references(schema: Map) -> None:
    """Say with ``allOf`` that what is next to a ``$ref`` applies: it does since 2019-09."""
    for node in [*maps_in(schema)]:
        if isinstance(node.get("$ref"), str) and node.keys() - (BESIDE_REF - {"required"}):
            parts, others = Seq(node.mark), node.get("allOf")
            append(parts, node.only({"$ref"}), node.marks["$ref"][1])
            for other in others if isinstance(others, Seq) else ():
                append(parts, other, node.mark)
            node.put("allOf", parts, node.marks["$ref"])
            node.remove("$ref")


_SKIPPED: Final = "skipped: this is not a JSON Schema"


class _Reader:
    """Turns schemas into rules."""

    def __init__(self, documents: Sequence[Document], findings: Findings) -> None:
        self._documents = documents
        self._findings = findings
        self._bundler = Bundler(documents, findings)

    def rules(self, name: str) -> RuleSet:
        indexes = [
            at
            for at, each in enumerate(self._documents)
            if extension_of(each.data).get("plan") is True
        ]
        parts = self._bundler.referred(frozenset(indexes))
        chosen = [
            at
            for at, each in enumerate(self._documents)
            if at not in indexes and self._is_chosen(each, at in parts)
        ]
        chosen = self._newest(chosen)
        if not indexes:
            return RuleSet(name, tuple(map(self._rule, chosen)))
        index = self._documents[indexes[0]]
        extension = {**extension_of(index.data)}
        del extension["plan"]
        id = extension.pop("id", None)
        return RuleSet(
            text(index.data, "title") or name,
            tuple(map(self._rule, self._in_order(index, chosen))),
            id if isinstance(id, str) else None,
            text(index.data, "description"),
            extension,
        )

    def _is_chosen(self, document: Document, part: bool) -> bool:
        """Whether a document describes an event or call; a part of others does not."""
        if "call" in extension_of(document.data):
            return True
        chosen = not part and _is_schema(document.data)
        if not part and not chosen and not document.data.keys() & DEFINITION_KEYS:
            self._findings.add(codes.NOT_A_SCHEMA, Span(document.file), _SKIPPED)
        return chosen

    def _newest(self, chosen: Sequence[int]) -> list[int]:
        """Without older revisions of the same version of an event, which Iglu keeps."""
        newest: dict[Identity, int] = {}
        revisions = {at: _revision(self._documents[at].data) for at in chosen}
        for at in sorted(chosen, key=lambda at: revisions[at] or (0, 0, 0)):
            if revisions[at] is not None:
                newest[identity_of(self._documents[at])] = at
        kept = [at for at in chosen if revisions[at] is None or at in newest.values()]
        for at in chosen:
            if at not in kept:
                named = self._documents[at].data["self"]
                message = f"an older revision of `{named['name']}` is not imported"
                help = "the newest of each version is; an earlier version is another event"
                self._findings.add(codes.SKIPPED, named.value_span("version"), message, help)
        return kept

    def _in_order(self, index: Document, chosen: Sequence[int]) -> list[int]:
        """The schemas in the order of the index; others after those."""
        refs = [each["$ref"] for each in maps(index.data.get("anyOf")) if "$ref" in each]
        base = posixpath.dirname(index.file.replace("\\", "/"))
        order = {normal_path(posixpath.join(base, str(ref))): at for at, ref in enumerate(refs)}
        paths = {at: normal_path(self._documents[at].file) for at in chosen}
        return sorted(chosen, key=lambda at: (order.get(paths[at], len(order)), at))

    # --- one schema ------------------------------------------------------------------------

    def _rule(self, at: int) -> Rule:
        identity = identity_of(self._documents[at])
        span = span_of(self._documents[at].data)
        if identity.guessed:
            name = identity.key
            own = span.file == self._documents[at].file  # OpenAPI's share one
            after = "file" if own else "key"
            message = f"the event is named `{name}` after its {after}: the schema has no `title`"
            help = "check the name in the plan: it goes on the wire exactly like this"
            self._findings.add(codes.NAME_GUESSED, span, message, help)
        body = () if identity.whole else ("properties", PAYLOAD[identity.kind])
        root, definitions = Part(self._bundler, at, body).whole()
        schema = root if identity.whole else _wrapped(root, PAYLOAD[identity.kind])
        _remove_identity(schema, identity)
        if definitions:
            put(schema, "definitions", definitions)
        put(schema, "$schema", DRAFT)
        return Rule(identity.kind, identity.key, identity.version, schema, span=span)


def _wrapped(root: Map, payload: str) -> Map:
    """The schema of a message whose payload ``root`` describes."""
    schema = Map(root.mark)
    for key in ("title", "description", EXTENSION):
        if key in root:
            copy_entry(root, key, schema, root[key])
            root.remove(key)
    put(schema, "type", "object")
    put(schema, "properties", {payload: root})
    return schema


def _remove_identity(schema: Map, identity: Identity) -> None:
    """Remove what identifies the rule: the rule says it on its own."""
    if identity.whole and identity.kind != "COMMON":
        fields = schema["properties"]
        for field in ("event", "type"):
            if constant(fields.get(field)) is not None:
                fields.remove(field)
    extension = schema.get(EXTENSION)
    titled = isinstance(extension, Map) and "title" in extension
    if isinstance(extension, Map):
        for key in ("call", "event", "title"):
            extension.remove(key)
        if identity.version > 1:
            extension.remove("version")
        if not extension:
            schema.remove(EXTENSION)
    name = identity.key or identity.kind.lower()
    if schema.get("title") == name and not titled:
        schema.remove("title")
