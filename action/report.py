"""Shows a plan's changes in the job's summary and, if asked to, in a comment on the pull request.

Run by action.yml, with the environment that the step "Report" sets.  Only shows: whatever goes
wrong with the comment is a notice or a warning, and the job goes on.
"""

import json
import os
import re
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

COMMENT_BYTES = 65_536
"""GitHub counts characters; so many bytes are never too many."""
SUMMARY_BYTES = 1_000_000
"""Of the summary of a step; GitHub shows none of a larger one."""
PAGE = 100
SECONDS = 30
AUTHOR = "github-actions[bot]"
"""Who comments with the job's own token.  Anybody can write our marker into a comment."""
NO_CHANGES = "No changes."


def cut(text: str, most: int) -> str:
    """The Markdown of ``typewriter diff``, cut before a change, with the count of what is left
    out, to at most ``most`` bytes."""
    if len(text.encode()) <= most:
        return text
    head, *changes = re.split(r"^(?=- )", text, flags=re.MULTILINE)
    room = most - len(head.encode()) - 200  # bytes for the last line, and a tag
    kept: list[str] = []
    for change in changes:
        room -= len(change.encode())
        if room < 0:
            break
        kept.append(change)
    shown = re.sub(r"\n#+ [^\n]*\s*$", "", head + "".join(kept)).rstrip()
    if shown.count("<details>") > shown.count("</details>"):
        shown += "\n\n</details>"
    left = len(changes) - len(kept)
    return f"{shown}\n\n… and {left:,} more; `typewriter diff` lists them all.\n"


class Pull:
    """A pull request, through GitHub's REST API.  Methods raise OSError, HTTPException, and
    ValueError for what is not its answer."""

    def __init__(self, api: str, repository: str, number: int, token: str) -> None:
        self._comments = f"{api}/repos/{repository}/issues/{number}/comments"
        self._changed = f"{api}/repos/{repository}/issues/comments"
        self._token = token

    def comment(self, marker: str, text: str, *, only_update: bool) -> bool:
        """Write the comment that begins with ``marker``, or update it if there is one.

        With ``only_update`` none is created.  Returns whether there is one now.
        """
        body = {"body": cut(f"{marker}\n{text}", COMMENT_BYTES)}
        known = self._known(marker)
        if known is not None:
            self._ask("PATCH", f"{self._changed}/{known}", body)
        elif not only_update:
            self._ask("POST", self._comments, body)
        return known is not None or not only_update

    def _known(self, marker: str) -> int | None:
        page = 1
        while True:
            found = self._ask("GET", f"{self._comments}?per_page={PAGE}&page={page}")
            if not isinstance(found, list):
                raise ValueError("not a list of comments")
            for each in found:
                ours = ((each.get("user") or {}).get("login")) == AUTHOR
                if ours and (each.get("body") or "").startswith(marker):
                    return int(each["id"])
            if len(found) < PAGE:
                return None
            page += 1

    def _ask(self, method: str, url: str, body: object = None) -> object:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "User-Agent": "typewriter-py",
        }
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(url, data, headers, method=method), timeout=SECONDS) as response:
            return json.load(response)


def main() -> None:
    """Write the summary, then the comment."""
    text = Path(os.environ["CHANGES"]).read_text("utf-8")
    with open(os.environ["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as summary:
        summary.write(cut(text, SUMMARY_BYTES) + "\n")
    number = os.environ.get("PULL", "")
    if os.environ.get("COMMENT") != "true" or not number.isdecimal():
        return
    env = os.environ
    pull = Pull(env["GITHUB_API_URL"], env["GITHUB_REPOSITORY"], int(number), env["TOKEN"])
    marker = f"<!-- typewriter-py: {env.get('WORKING_DIRECTORY', '.').replace('--', '-')} -->"
    try:
        pull.comment(marker, text, only_update=NO_CHANGES in text.split("\n"))
    except HTTPError as error:
        if error.code in (401, 403, 404):  # pull requests of forks get a token that only reads
            print(
                "::notice::the job may not comment on this pull request (it needs the permission"
                " `pull-requests: write`, which those of forks do not get): the changes to the"
                " tracking plan are in the job's summary"
            )
        else:
            print(f"::warning::the comment could not be written: GitHub's answer was {error.code}")
    except (OSError, HTTPException, ValueError, KeyError, AttributeError) as error:
        print(f"::warning::the comment could not be written: {type(error).__name__}")


if __name__ == "__main__":
    main()
