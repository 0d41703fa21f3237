"""What programming languages, tools and people call the types and formats of JSON."""

from __future__ import annotations

from typing import Final

TYPES: Final = ("string", "integer", "number", "boolean", "object", "array", "null")

TYPE_OF: Final = {
    **{each: each for each in TYPES},
    **dict.fromkeys(("str", "text", "varchar", "char", "word"), "string"),
    **dict.fromkeys(("int", "long", "bigint", "smallint", "short", "whole number"), "integer"),
    **dict.fromkeys(("int32", "int64"), "integer"),
    **dict.fromkeys(("float", "double", "decimal", "numeric", "real", "money"), "number"),
    **dict.fromkeys(("bool", "flag", "yes/no", "true/false"), "boolean"),
    **dict.fromkeys(("dict", "dictionary", "map", "json", "struct", "record", "hash"), "object"),
    **dict.fromkeys(("list", "tuple", "set"), "array"),
    **dict.fromkeys(("none", "nil"), "null"),
}
"""The type that each word stands for, in lower case."""

FORMAT_OF: Final = {
    **{each: each for each in ("date", "time", "uuid", "email", "uri", "hostname", "ipv4", "ipv6")},
    **dict.fromkeys(("date-time", "datetime", "timestamp", "date_time", "iso8601"), "date-time"),
    **dict.fromkeys(("url", "link"), "uri"),
    **dict.fromkeys(("guid",), "uuid"),
    **dict.fromkeys(("ip", "ip address"), "ipv4"),
    **dict.fromkeys(("email address", "mail", "e-mail"), "email"),
}
"""The format of strings that each word stands for, in lower case."""
