"""What comments in generated code say of events, definitions and calls, in any language."""

from __future__ import annotations

from ..plan.model import Call, Definition, Deprecation, Event


def about(described: Event | Definition | Call | None, otherwise: str = "") -> str:
    """What the plan says of an event, a definition or a call; ``otherwise`` if nothing."""
    if described is None:
        return otherwise
    title = None if isinstance(described, Call) else described.title
    for text in (described.description, title):
        if text and not text.isspace():
            return text
    return otherwise


def deprecation(note: Deprecation) -> str:
    """``Deprecated: too vague. Use Order Placed instead.``"""
    sentences = [f"Deprecated: {note.reason}" if note.reason else "Deprecated"]
    if note.replaced_by:
        sentences.append(f"Use {note.replaced_by} instead")
    if note.expires:
        sentences.append(f"Expires {note.expires}")
    return " ".join(sentence(s) for s in sentences)


def sentence(text: str) -> str:
    """``text`` with a full stop, unless it ends in a sign of its own."""
    return text if text[-1:] in ".!?…。！？:;" else text + "."
