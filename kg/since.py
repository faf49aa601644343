"""What changed since a git revision, and which findings are about it."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from kg.cache.checked import Checked
from kg.check.diagnostic import Diagnostic
from kg.facts.folder import FOLDERS, SETTINGS
from kg.git import GitError, git

# What is wrong between files: a change in one is often the fault at a line of another.
ACROSS_FILES = frozenset(
    {
        *("article-duplicate", "date-no-anchor", "event-joined-without-reason"),
        *("event-same-at-home", "id-lookalike", "rank-conflict", "reference-unknown"),
        *("registry-duplicate", "status-unwritten", "utterance-conflict", "utterance-order"),
        *("iri-lost", "retired-in-use", "retired-unknown", "wikidata-duplicate"),
    }
)


def changed_since(root: Path, revision: str) -> frozenset[str]:
    """The inputs of a project that are not as a revision has them, by path from its root.

    Deleted, uncommitted and untracked files count. Raises GitError.
    """
    if revision.startswith("-") or not revision.isprintable():
        raise GitError(f"{revision!r} is no name of a revision")
    try:
        git(root, "rev-parse", "--git-dir")
    except GitError:
        raise GitError(
            "the project lies in no git repository: check it without --changed-since"
        ) from None
    try:
        commit = git(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
    except GitError:
        raise GitError(
            f"git knows no revision `{revision}` here: name a branch, a tag or a commit, and "
            "fetch it first where the history is shallow"
        ) from None
    sha = commit.decode().strip()
    options = ("--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "--relative", "-z")
    changed = git(root, "diff", *options, sha, "--", ".")
    untracked = git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    paths = (os.fsdecode(path) for path in (changed + untracked).split(b"\0") if path)
    return frozenset(path for path in paths if _is_input(path))


def _is_input(path: str) -> bool:
    if path == SETTINGS:
        return True
    folder, _, name = path.partition("/")
    return "/" not in name and any(folder == of and name.endswith(end) for of, end in FOLDERS)


def is_about_all(changed: Collection[str]) -> bool:
    """Whether something changed on which every file of facts may hang."""
    return any(not path.startswith(("facts/", "articles/")) for path in changed)


def restrict(checked: Checked, changed: Collection[str]) -> None:
    """Leave out the findings that are about nothing that changed.

    A finding is about a file if that is where it, or what it speaks of, stands, or if it is about
    an event that the file tells of. What is wrong between files stays.
    """
    if checked.layers is None:
        return
    events = set(checked.layers.told_in(changed))

    def concerns(item: Diagnostic) -> bool:
        files = {item.span.file, *(related.span.file for related in item.related)}
        return item.code in ACROSS_FILES or bool(files & set(changed)) or item.subject in events

    checked.findings.items = [item for item in checked.findings.items if concerns(item)]
