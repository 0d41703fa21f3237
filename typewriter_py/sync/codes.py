"""Every kind of diagnostic of `pull` and `push`: TW540 to TW559."""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

NO_REQUESTS: Final = Code(
    "TW540",
    "api-not-installed",
    """The library that talks to Segment's Public API is not installed.

    `pull` and `push` need [requests](https://requests.readthedocs.io), which the rest of the
    tool does without, so it comes as an extra.

        pip install 'typewriter-py[api]'""",
)

NO_TOKEN: Final = Code(
    "TW541",
    "no-token",
    """There is no token for Segment's Public API, or it cannot be one.

    The token comes from the environment, or from a command that prints it: a password manager,
    a secret store.  There is no option for the token itself: what stands on a command line is
    read by every process of the machine and kept in the shell's history.

        export SEGMENT_API_TOKEN=…
        typewriter pull --token-command "op read op://work/segment/token"

        [tool.typewriter.segment]
        token-command = "op read op://work/segment/token"

    Make a token in Segment under Settings, Workspace settings, Access Management, Tokens; it
    needs the role Tracking Plan Admin for `push`, read access for `pull`.""",
)

UNAUTHORIZED: Final = Code(
    "TW542",
    "unauthorized",
    """Segment does not accept the token (status 401 or 403).

    It may be wrong, revoked, of another workspace, without the rights that this needs, or of
    the other region: a token of an EU workspace is unknown to the API of the US.

        typewriter pull --region eu

        [tool.typewriter.segment]
        region = "eu\"""",
)

NO_PLAN: Final = Code(
    "TW543",
    "no-such-plan",
    """Segment has no tracking plan of this id in the token's workspace, or none was named.

    The id stands in the address bar of the plan in Segment: `…/protocols/tracking-plans/tp_…`.
    Write it into the plan, where everybody's `pull` and `push` find it, or give it with `--id`.

        tracking_plan:
          id: tp_123""",
)

NO_PROTOCOLS: Final = Code(
    "TW544",
    "protocols-not-enabled",
    """The workspace has no Protocols, of which tracking plans are a part.

    Protocols is an add-on of Segment's Business tier.  Whoever manages the workspace's contract
    can have it enabled; until then a plan can be kept, generated from and exported here, but
    not pulled or pushed.""",
)

NO_CONNECTION: Final = Code(
    "TW545",
    "no-connection",
    """Segment's Public API cannot be reached.

    The network may be down, a name not resolved, a proxy in the way, a certificate not trusted.
    Proxies come from `HTTPS_PROXY` and `NO_PROXY`; where a proxy opens TLS, its certificate
    authority must be named by `REQUESTS_CA_BUNDLE`.  Nothing has been written that was not
    said; run the command again.""",
)

ODD_ANSWER: Final = Code(
    "TW546",
    "odd-answer",
    """What came back is not what Segment's Public API answers.

    Something else may have answered: a proxy's page that asks to log in, a gateway's error. Or
    the answer was cut short, or its pages never end. Nothing was changed on the strength of it.""",
)

REFUSED: Final = Code(
    "TW547",
    "refused-by-segment",
    """Segment refuses a request, and says why.

    The words are Segment's own.  What was sent before it was accepted, as the message says; a
    next `push` goes on from there.""",
)

OVERLOADED: Final = Code(
    "TW548",
    "segment-overloaded",
    """Segment asked to wait too often or too long, or could not answer at all.

    The Public API allows so many requests a minute for a workspace, all of its users together.
    `pull` and `push` wait as they are told and try again some times; then they give up.  Try
    again later.""",
)

LOCK: Final = Code(
    "TW549",
    "lock-unreadable",
    """`typewriter.lock` is not what `pull` and `push` write.

    It stands beside the plan, is committed with it, and says in one line a rule which state of
    Segment's plan and of yours belonged together.  After a merge that left conflict markers in
    it, take either side, whole, and run `typewriter pull`.  If nothing else helps remove it: then
    every event that differs is a conflict, once.""",
)

CONFLICT: Final = Code(
    "TW550",
    "sync-conflict",
    """An event was changed here and in Segment, each in its own way.

    Nothing of it was touched.  Without a `typewriter.lock` nobody knows who changed what, so
    every difference counts as one.

        typewriter pull --theirs       # take Segment's, for all events that are in conflict
        typewriter pull --ours         # keep yours, which the next push sends

    Or edit the plan so that it says the same as Segment's, then pull again.""",
)

COMPOSED: Final = Code(
    "TW551",
    "composed-event",
    """An event that changed in Segment stands here in more than one place.

    It is composed by `extends`, or comes from a library or an installed plan, so that no one
    place says all of it.  The message says what differs: change it by hand, then pull again.""",
)

REMOTE_CHANGED: Final = Code(
    "TW552",
    "remote-changed",
    """Segment's plan was changed since the last `pull` or `push`, so nothing was pushed.

    Somebody has edited the plan in Segment, or pushed from another branch.  Bring it here first,
    look at what it is, then push.

        typewriter pull
        typewriter push

    Without a `typewriter.lock` a push is safe only where Segment's plan is empty, or says
    nothing else than yours.""",
)

DIFFERENT: Final = Code(
    "TW553",
    "not-in-step",
    """The plan and Segment's differ: `push --dry-run` says in what.

        typewriter push            # bring Segment in step
        typewriter push --delete   # and remove there what the plan has no more""",
)

NOT_EDITED: Final = Code(
    "TW554",
    "cannot-edit",
    """A change from Segment cannot be written into the file as it is laid out.

    The place uses anchors, aliases or merge keys that other places depend on, or a mixture of
    styles.  What would have come of it would not have meant what Segment means, so nothing of
    it was written.  The message says what differs: change it by hand, then pull again.""",
)

NOT_DELETED: Final = Code(
    "TW555",
    "not-deleted",
    """Segment has a rule that the plan has not, and it stays there.

    `push` deletes only when it is asked to.

        typewriter push --delete   # remove it in Segment
        typewriter pull            # or take it into the plan, if it was added there""",
    Severity.WARNING,
)

HALF_DONE: Final = Code(
    "TW556",
    "push-stopped",
    """A push stopped after a part of it was done.

    Segment takes rules in parts of 200, and what it has accepted it keeps.  The message says
    how much that was.  The next `push` does the rest.""",
)

KEPT_OTHERWISE: Final = Code(
    "TW557",
    "kept-otherwise",
    """Segment has accepted a rule, and says another thing when asked for it.

    Some keywords are normalised there or not kept.  `typewriter.lock` remembers what it made of
    the rule, so that this is no difference from now on.""",
    Severity.WARNING,
)

TOO_LARGE: Final = Code(
    "TW558",
    "rule-too-large",
    """One rule alone is larger than what Segment takes in one request.

    Split the event, or move what it repeats into a definition.""",
)

UNFIT: Final = Code(
    "TW559",
    "plan-not-writable",
    """The plan is not one that `pull` or `push` can work on.

    An installed plan (`package:…`) belongs to the distribution that brings it: pull and push
    where that is kept.""",
)
