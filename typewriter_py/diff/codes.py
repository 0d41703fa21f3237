"""Why two plans cannot be compared: TW300 to TW309.  Each rule defines the code of its change."""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code

NO_GIT: Final = Code(
    "TW300",
    "no-git",
    """A plan is named by a revision (`git:main`), and git cannot be asked for it.

    It is not installed, this folder is not in a repository, git refuses to work there, or
    cannot read the repository.

    Run the command inside the clone, or compare files: `typewriter diff old.yaml new.yaml`.""",
)

UNKNOWN_REVISION: Final = Code(
    "TW301",
    "unknown-revision",
    """git does not know this revision: this clone has no such branch, tag or commit.

    Continuous integration clones only the last commit unless configured otherwise, and has the
    server's branches as `origin/main`, not `main`. Fetch the whole history:

    ```yaml
    - uses: actions/checkout@v4      # GitHub
      with: {fetch-depth: 0}

    variables: {GIT_DEPTH: 0}        # GitLab
    ```

    Elsewhere: `git fetch --unshallow`, `git fetch origin main`.

    `A...` is the last commit that `A` and the working tree have in common, as in `git diff
    A...`; it is also unknown if the history does not reach back that far.""",
)

NOT_IN_REVISION: Final = Code(
    "TW302",
    "not-in-revision",
    """The revision does not contain this file or folder.

    The path in `git:REV:path` is relative to the repository's root, as in git; `git:REV:./path`
    is relative to the working directory. `git:REV` alone uses the path of the other side.

    A new plan has nothing to be compared with. If the revision has no plan at all, and only
    `git:REV` is given, the plan counts as the first one: everything in it is new, and breaks
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
    """One of the two plans is not valid, so nothing can be compared.

    The errors follow; their file tells which of the two plans it is.""",
)
