"""Why two plans cannot be compared: TW300 to TW309.  The kinds of change are rules' own."""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code

NO_GIT: Final = Code(
    "TW300",
    "no-git",
    """A plan is named by a revision (`git:main`), and there is no git to ask.

    It is not installed, or this folder is in no repository, or git refuses to work there, or
    cannot read what it has.

    Run it inside the clone, or compare files: `typewriter diff old.yaml new.yaml`.""",
)

UNKNOWN_REVISION: Final = Code(
    "TW301",
    "unknown-revision",
    """git knows no such revision: no branch, no tag and no commit of this clone.

    Continuous integration clones only the last commit unless it is told otherwise, and has the
    branches of the server as `origin/main`, not `main`. Fetch the whole history:

    ```yaml
    - uses: actions/checkout@v4      # GitHub
      with: {fetch-depth: 0}

    variables: {GIT_DEPTH: 0}        # GitLab
    ```

    Elsewhere: `git fetch --unshallow`, `git fetch origin main`.

    `A...` is the last commit that `A` and the work have in common, as `git diff A...` has it; it
    is unknown, too, where the history does not reach back that far.""",
)

NOT_IN_REVISION: Final = Code(
    "TW302",
    "not-in-revision",
    """The revision has no such file or folder.

    The path in `git:REV:path` begins at the repository's
    root, as git has it; `git:REV:./path` begins at the working directory. `git:REV` alone means
    the path that the other side has.

    A plan that is new has nothing to be compared with. Only where the revision has no plan at
    all, and only `git:REV` is said, the plan is the first: then all of it is new, and breaks
    nobody.""",
)

NO_PLAN_IN_FOLDER: Final = Code(
    "TW303",
    "no-plan-in-folder",
    """The folder has no plan: no YAML or JSON file with `tracking_plan`, in it or below it.

    Files that another plan includes are read with that one.""",
)

INVALID_SIDE: Final = Code(
    "TW304",
    "invalid-side",
    """One of the two plans is not valid, so there is nothing to compare.

    What is wrong with it follows; its file says which of the two it is.""",
)
