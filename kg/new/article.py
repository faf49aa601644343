"""A new article in a project: its text archived byte for byte, and a draft of its facts."""

from __future__ import annotations

from pathlib import Path

from kg.check.diagnostic import Findings, Severity, Span
from kg.facts.folder import SETTINGS
from kg.facts.grammar import Text
from kg.facts.known import known_ids
from kg.facts.project import Project, read_project
from kg.facts.record import check_day, check_id
from kg.facts.text.archived import ArchivedText
from kg.new.draft import Draft, Head, draft
from kg.new.events import events_of
from kg.new.ids import id_of
from kg.new.schemas import write_schemas


class Refused(OSError):
    """Something that is not begun, so that nothing is lost or mixed up; nothing was written."""


def article_id(source: Path) -> str:
    """The id that a file's name gives: the name itself where it is one, else made of it."""
    stem = source.name.removesuffix(".txt")
    return stem if check_id(Text(stem, Span(source.name)), Findings()) else id_of(stem)


def new_article(
    root: Path, source: Path, id_: str, coder: str, entered: str
) -> tuple[Draft, list[str]]:
    """Archive a text and write the draft of its facts; the draft, and the paths that were written.

    Raises Refused, or OSError where a file cannot be read or written.
    """
    findings = Findings()
    check_id(Text(id_, Span("--id")), findings)
    check_id(Text(coder, Span("--coder")), findings)
    check_day(Text(entered, Span("--entered")), findings)
    _stop_at(findings)
    project = read_project(root, Findings())
    if project is None:
        raise Refused(f"{SETTINGS} cannot be read: run `kg check`")
    archive, facts = root / "articles" / f"{id_}.txt", root / "facts" / f"{id_}.yaml"
    _free(project, id_, facts)
    text = ArchivedText.load(source, source.name, findings)
    _stop_at(findings)
    if text is None:
        raise Refused(f"{source} cannot be read")
    data = source.read_bytes()
    kept = _archived(archive, data)
    known = known_ids(project.registry, project.articles)
    language = project.settings.languages[0] if project.settings.languages else "en"
    head = Head(id_, language, coder, entered)
    gone = (*(line.node for line in project.registry.merges), *project.registry.retired)
    once = (node.split("/", 1)[1] for node in gone if node.startswith(("event/", "utterance/")))
    taken = frozenset((*known["event"], *known["utterance"], *once))
    made = draft(text, head, project.registry, events_of(project), taken)
    written = [] if kept else [archive]
    for folder in (archive.parent, facts.parent):
        folder.mkdir(exist_ok=True)
    if not kept:
        with archive.open("xb") as file:
            file.write(data)
    with facts.open("x", encoding="utf-8", newline="\n") as file:
        file.write(made.text)
    paths = [path.relative_to(root).as_posix() for path in (*written, facts)]
    return made, [*paths, *write_schemas(root)]


def _stop_at(findings: Findings) -> None:
    for finding in findings:
        if finding.severity is Severity.ERROR:
            raise Refused(f"{finding.span}: {finding.message}; {finding.fix}")


def _free(project: Project, id_: str, facts: Path) -> None:
    taken = {article.id.value.lower(): article.file for article in project.articles}
    if id_.lower() in taken or facts.exists():
        file = taken.get(id_.lower(), f"facts/{facts.name}")
        raise Refused(
            f"{file} holds the facts of `{id_}` already; take it away to have it drafted anew, or "
            "choose another id with --id"
        )


def _archived(archive: Path, data: bytes) -> bool:
    """Whether the text is in the archive; raises Refused where another one has its name."""
    twins = [
        path for path in archive.parent.glob("*.txt") if path.name.lower() == archive.name.lower()
    ]
    if not twins:
        return False
    if twins != [archive] or archive.read_bytes() != data:
        raise Refused(
            f"articles/{twins[0].name} is another text, and an archived text is never changed; "
            "choose another id with --id"
        )
    return True
