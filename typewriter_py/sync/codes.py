"""Every kind of diagnostic of `pull` and `push`: TW540 to TW559, and TW570 on."""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

NO_REQUESTS: Final = Code(
    "TW540",
    "api-not-installed",
    """The library for talking to Segment's Public API is not installed.

    `pull` and `push` need [requests](https://requests.readthedocs.io), which the rest of the
    tool does not use, so it is an extra.

        pip install 'typewriter-py[api]'""",
)

NO_TOKEN: Final = Code(
    "TW541",
    "no-token",
    """There is no token for Segment's Public API, or its value cannot be a token.

    The token comes from the environment, or from a command that prints it: a password manager,
    a secret store. There is no option for the token itself: every process of the machine can
    read a command line, and the shell's history keeps it.

        export SEGMENT_API_TOKEN=…
        typewriter pull --token-command "op read op://work/segment/token"

        [tool.typewriter.segment]
        token-command = "op read op://work/segment/token"

    A configuration that belongs to another user of this machine cannot have a command run.

    Create a token in Segment under Settings, Workspace settings, Access Management, Tokens; it
    needs the role Tracking Plan Admin for `push`, read access for `pull`.""",
)

UNAUTHORIZED: Final = Code(
    "TW542",
    "unauthorized",
    """Segment does not accept the token (status 401 or 403).

    It may be wrong, revoked, from another workspace, without the necessary permissions, or from
    the other region: the US API does not know the tokens of an EU workspace.

        typewriter pull --region eu

        [tool.typewriter.segment]
        region = "eu\"""",
)

NO_PLAN: Final = Code(
    "TW543",
    "no-such-plan",
    """The token's workspace has no tracking plan with this id, or no id was given.

    The id is in the address of the plan in Segment: `…/protocols/tracking-plans/tp_…`. Write it
    into the plan, where everybody's `pull` and `push` find it, or pass it with `--id`.

        tracking_plan:
          id: tp_123""",
)

NO_PROTOCOLS: Final = Code(
    "TW544",
    "protocols-not-enabled",
    """The workspace does not have Protocols, which tracking plans are a part of.

    Protocols is an add-on of Segment's Business tier. Whoever manages the workspace's contract
    can have it enabled; until then you can keep a plan here, generate from it and export it,
    but not pull or push it.""",
)

NO_CONNECTION: Final = Code(
    "TW545",
    "no-connection",
    """Segment's Public API cannot be reached.

    The network may be down, a name may not resolve, a proxy may be in the way, a certificate
    may not be trusted. Proxies are taken from `HTTPS_PROXY` and `NO_PROXY`; if a proxy
    intercepts TLS, name its certificate authority with `REQUESTS_CA_BUNDLE`. Nothing was
    written apart from what was reported; run the command again.""",
)

ODD_ANSWER: Final = Code(
    "TW546",
    "odd-answer",
    """The response is not one that Segment's Public API gives.

    Something else may have answered: a proxy's login page, a gateway's error. Or the response
    was cut short, or its pages never end. Nothing was changed because of it.""",
)

REFUSED: Final = Code(
    "TW547",
    "refused-by-segment",
    """Segment rejected a request, and gave a reason.

    The reason is quoted verbatim. What was sent before it was accepted, as the message says;
    the next `push` continues from there.""",
)

OVERLOADED: Final = Code(
    "TW548",
    "segment-overloaded",
    """Segment asked to wait too often or too long, or could not answer at all.

    The Public API limits the requests a minute of a workspace, all of its users together.
    `pull` and `push` wait as requested and retry several times before they give up. Try again
    later.""",
)

LOCK: Final = Code(
    "TW549",
    "lock-unreadable",
    """`typewriter.lock` is not in the form that `pull` and `push` write.

    It is kept next to the plan, committed with it, and records in one line for each rule which
    state of Segment's plan and of yours matched. After a merge that left conflict markers in
    it, take either side as a whole and run `typewriter pull`. If nothing else helps, remove it:
    then every event that differs is a conflict, once.""",
)

CONFLICT: Final = Code(
    "TW550",
    "sync-conflict",
    """An event was changed both here and in Segment, in different ways.

    It was left untouched. Without a `typewriter.lock` there is no telling who changed what, so
    every difference counts as a conflict.

        typewriter pull --theirs       # take Segment's version of every conflicting event
        typewriter pull --ours         # keep yours, which the next push sends

    Or edit the plan so that it says the same as Segment's, then pull again.""",
)

COMPOSED: Final = Code(
    "TW551",
    "composed-event",
    """An event that changed in Segment is defined in more than one place here.

    It is composed with `extends`, or comes from a library or an installed plan, so that no
    single node contains all of it. The message says what differs: change it by hand, then pull
    again.""",
)

REMOTE_CHANGED: Final = Code(
    "TW552",
    "remote-changed",
    """Segment's plan has changed since the last `pull` or `push`, so nothing was pushed.

    Somebody edited the plan in Segment, or pushed from another branch. Pull the changes first,
    review them, then push.

        typewriter pull
        typewriter push

    Without a `typewriter.lock`, a push is safe only if Segment's plan is empty, or says nothing
    that yours does not.""",
)

DIFFERENT: Final = Code(
    "TW553",
    "not-in-step",
    """The plan and Segment's differ: `push --dry-run` lists the differences.

        typewriter push            # update Segment
        typewriter push --delete   # also remove what is no longer in the plan

    If the differences were made in Segment, run `typewriter pull` first.""",
)

NOT_EDITED: Final = Code(
    "TW554",
    "cannot-edit",
    """A change from Segment cannot be written into the file as it is formatted.

    The node uses anchors, aliases or merge keys that others depend on, or a mixture of styles.
    The edited file would not have meant what Segment means, so nothing of it was written. The
    message says what differs: change it by hand, then pull again.""",
)

NOT_DELETED: Final = Code(
    "TW555",
    "not-deleted",
    """Segment has a rule that the plan does not have, and it is kept there.

    `push` deletes only when asked to.

        typewriter push --delete   # remove it in Segment
        typewriter pull            # or take it into the plan, if it was added there""",
    Severity.WARNING,
)

HALF_DONE: Final = Code(
    "TW556",
    "push-stopped",
    """A push stopped after part of it was done.

    Segment accepts up to 200 rules a request, and keeps what it has accepted. The message says
    how much that was. The next `push` does the rest.""",
)

KEPT_OTHERWISE: Final = Code(
    "TW557",
    "kept-otherwise",
    """Segment accepted a rule, and returns a different one when asked for it.

    It normalises some keywords and drops others. `typewriter.lock` remembers what it made of
    the rule, so that this is not reported as a difference from now on.""",
    Severity.WARNING,
)

TOO_LARGE: Final = Code(
    "TW558",
    "rule-too-large",
    """A single rule is larger than what Segment accepts in one request.

    Split the event, or move what it repeats into a definition.""",
)

UNFIT: Final = Code(
    "TW559",
    "plan-not-writable",
    """`pull` and `push` cannot work on this plan.

    An installed plan (`package:…`) belongs to the distribution that it comes with: pull and
    push where that is maintained.""",
)

WOULD_LOSE: Final = Code(
    "TW570",
    "would-lose",
    """A push would delete parts of a rule in Segment that a plan cannot hold.

    JSON Schema can say more than the plan language: `patternProperties`, `if`, what one event
    requires of `context`. `pull` leaves such parts in Segment and says so, and a push changes the
    rule around them. It cannot if the plan removes or replaces what they are in or next to: a
    property is deleted, or its type is another one. Nothing was pushed; the message says what
    would be lost.

        typewriter push --discard   # push it all the same

    If a part should stay, undo the change, or move the part in Segment first and pull.""",
)

PART_CHANGED: Final = Code(
    "TW571",
    "part-changed",
    """A part of a rule that a plan cannot hold has changed in Segment.

    The plan stays as it is, because it could not hold the part before either, and a push leaves
    the part alone. A comment about it in the plan may be out of date now:

        # not carried over: patternProperties: {"^x_": {}}   # what Segment had
        # not carried over: patternProperties: {"^y_": {}}   # write what it has now""",
    Severity.WARNING,
)
