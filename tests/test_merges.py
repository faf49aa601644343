"""Merges: one line makes one of two, taking it away makes two again, and old ids lead on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.build import Checked, build, check
from kg.check.report import text_report
from kg.cli import main
from tests.golden import TESTS

BASE = "https://example.org/id/"
REPLACED = "<http://purl.org/dc/terms/isReplacedBy>"
NAMES = "T. Berg, counterpart Tomas Berg"
BERG = """actors:
  t-berg:
    name: T. Berg
    aliases: counterpart Tomas Berg
    kind: person
    source: geneva
"""
LINE = "    merged: {into: tomas-berg, reason: one man under two names}\n"
EVENT = "lind-berg-geneva-2024-03-11"
TWIN = """article: later
sha256: {sha256}
published: 13 March 2024 = 2024-03-13
coder: mw
entered: 2024-04-02
passages:
  - quote: Ana Lind and Tomas Berg met in Geneva on Monday.
    facts:
      - talks: {slug}
        who: [Ana Lind, Tomas Berg]
        when: on Monday = 2024-03-11
"""
TWIN_TEXT = "13 March 2024\n\nAna Lind and Tomas Berg met in Geneva on Monday.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small project, in which Berg has two entries."""
    root = tmp_path / "project"
    shutil.copytree(TESTS / "project", root)
    facts = root / "facts" / "geneva.yaml"
    text = facts.read_text("utf-8")
    assert text.count("Tomas Berg]") == 1
    facts.write_text(text.replace("Tomas Berg]", "counterpart Tomas Berg = t-berg]"), "utf-8")
    (root / "registry" / "more.yaml").write_text(BERG, "utf-8")
    return root


def add_article(root: Path, slug: str = "lind-berg-talks") -> None:
    """A second article on the meeting in Geneva, told of as an event of its own."""
    import hashlib

    (root / "articles" / "later.txt").write_text(TWIN_TEXT, "utf-8")
    digest = hashlib.sha256(TWIN_TEXT.encode()).hexdigest()
    (root / "facts" / "later.yaml").write_text(TWIN.format(sha256=digest, slug=slug), "utf-8")


def write(root: Path, text: str, name: str = "merged.yaml") -> None:
    (root / "registry" / name).write_text(text, "utf-8")


def outputs(root: Path) -> dict[str, bytes]:
    checked = build(root)
    assert checked.written is not None, text_report(checked.findings)
    return {path.name: path.read_bytes() for path in sorted((root / "out").iterdir())}


def quads(root: Path) -> set[str]:
    return set(outputs(root)["graph.nq"].decode().splitlines())


def about(lines: set[str], node: str) -> set[str]:
    """The quads that have a node as subject, predicate or object."""
    return {line for line in lines if f"<{BASE}{node}>" in line}


def reported(checked: Checked) -> str:
    return text_report(checked.findings)


def redirect(old: str, new: str) -> str:
    return f"<{BASE}{old}> {REPLACED} <{BASE}{new}> <{BASE}graph/registry> ."


# --- Registry entries --------------------------------------------------------------------------


def test_a_merged_actor_is_the_other_and_its_node_says_only_that(root: Path) -> None:
    two = quads(root)
    assert len(about(two, "actor/t-berg")) == 6
    write(root, BERG + LINE, "more.yaml")
    one = quads(root)
    assert about(one, "actor/t-berg") == {redirect("actor/t-berg", "actor/tomas-berg")}

    # Beside the redirect, it is the graph in which the other id and its names are written.
    facts = root / "facts" / "geneva.yaml"
    facts.write_text(facts.read_text("utf-8").replace("= t-berg", "= tomas-berg"), "utf-8")
    (root / "registry" / "more.yaml").unlink()
    registry = root / "registry" / "registry.yaml"
    text = registry.read_text("utf-8")
    registry.write_text(text.replace("aliases: Berg,", f"aliases: [Berg, {NAMES}],"), "utf-8")
    written = quads(root)
    assert one - written == {redirect("actor/t-berg", "actor/tomas-berg")}
    assert written - one == set()


def test_taking_the_line_away_restores_every_byte(root: Path) -> None:
    add_article(root)
    before = outputs(root)
    write(root, BERG + LINE, "more.yaml")
    write(root, f"events:\n  lind-berg-talks: {{merged: {{into: {EVENT}, reason: one}}}}\n")
    merged = outputs(root)
    assert {name for name in before if before[name] != merged[name]} == before.keys()
    write(root, BERG, "more.yaml")
    (root / "registry" / "merged.yaml").unlink()
    assert outputs(root) == before


def test_every_use_of_a_merged_id_is_noted(root: Path) -> None:
    write(root, BERG + LINE, "more.yaml")
    write(root, "actors:\n  guard: {name: Guard, kind: group, head: t-berg, source: geneva}\n")
    assert reported(check(root)) == (
        "facts/geneva.yaml:11:78: id-merged (note): `t-berg` was merged into `tomas-berg`\n"
        "    registry/more.yaml:7:20: the merge\n"
        "    fix: write `tomas-berg`\n"
        "registry/merged.yaml:2:43: id-merged (note): `t-berg` was merged into `tomas-berg`\n"
        "    registry/more.yaml:7:20: the merge\n"
        "    fix: write `tomas-berg`\n"
    )
    assert f"<{BASE}actor/guard> <https://w3id.org/parley/ns#head> <{BASE}actor/tomas-berg>" in (
        "\n".join(quads(root))
    )


def test_names_of_a_merged_entry_name_the_other(root: Path) -> None:
    facts = root / "facts" / "geneva.yaml"
    text = facts.read_text("utf-8")
    facts.write_text(text.replace("counterpart Tomas Berg = t-berg]", "Tomas Berg]"), "utf-8")
    twin = BERG.replace("name: T. Berg", "name: Tomas Berg")
    write(root, twin, "more.yaml")
    assert [item.code for item in check(root).findings] == ["name-ambiguous"]
    write(root, twin + LINE, "more.yaml")
    assert reported(check(root)) == ""


def test_one_wikidata_item_at_two_entries_is_settled_by_the_merge(root: Path) -> None:
    registry = root / "registry" / "registry.yaml"
    text = registry.read_text("utf-8")
    registry.write_text(text.replace("aliases: Berg,", "aliases: Berg, wikidata: Q42,"), "utf-8")
    twin = BERG + "    wikidata: Q42\n"
    write(root, twin, "more.yaml")
    assert [item.code for item in check(root).findings] == ["wikidata-duplicate"]
    write(root, twin + LINE, "more.yaml")
    assert [item.code for item in check(root).findings] == ["id-merged"]


def test_merges_lead_on_to_what_stands_now(root: Path) -> None:
    third = "  tb: {name: TB, kind: person, source: geneva, merged: {into: t-berg, reason: r}}\n"
    write(root, BERG + LINE + third, "more.yaml")
    assert about(quads(root), "actor/tb") == {redirect("actor/tb", "actor/tomas-berg")}


def test_a_correction_between_two_ids_that_are_one_is_none(root: Path) -> None:
    facts = root / "facts" / "geneva.yaml"
    corrected = "corrected: {was: t-berg, on: 2024-04-03, reason: misread}"
    text = facts.read_text("utf-8").replace("- {words: Berg, role: caller}", "CALLER")
    text = text.replace("CALLER", f"- {{words: Berg, is: tomas-berg, {corrected}}}")
    facts.write_text(text, "utf-8")
    assert any("wasRevisionOf" in line for line in quads(root))
    write(root, BERG + LINE, "more.yaml")
    assert not any("wasRevisionOf" in line for line in quads(root))


# --- Events ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), [("lind-berg-talks", EVENT), (EVENT, "lind-berg-talks")])
def test_a_merged_event_is_the_other_whichever_is_declared_first(
    root: Path, old: str, new: str
) -> None:
    add_article(root)
    two = quads(root)
    write(root, f"events:\n  {old}: {{merged: {{into: {new}, reason: one meeting}}}}\n")
    one = quads(root)
    assert about(one, f"event/{old}") == {redirect(f"event/{old}", f"event/{new}")}
    subject = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#subject>"

    def claims(lines: set[str], slug: str) -> int:
        return sum(f"{subject} <{BASE}event/{slug}>" in line for line in lines)

    assert claims(one, new) == claims(two, old) + claims(two, new) == 11
    # Talks say less than a meeting, so that both sources agree on the class.
    assert (
        sum(
            line.startswith(
                f"<{BASE}event/{new}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
            )
            for line in one
        )
        == 1
    )
    # `at:` led to the meeting by its slug.
    occasion = f"<https://w3id.org/parley/ns#occasion> <{BASE}event/{new}>"
    assert sum(occasion in line for line in one) == 1


def test_a_merged_event_is_noted_where_it_is_told_of(root: Path) -> None:
    add_article(root)
    write(root, f"events:\n  lind-berg-talks: {{merged: {{into: {EVENT}, reason: one}}}}\n")
    assert reported(check(root)) == (
        f"facts/later.yaml:9:16: id-merged (note): `lind-berg-talks` was merged into `{EVENT}`\n"
        "    registry/merged.yaml:2:36: the merge\n"
        f"    fix: write `{EVENT}`\n"
    )


def test_a_slug_that_no_file_uses_any_more_still_leads_on(root: Path) -> None:
    write(root, f"events:\n  old-name: {{merged: {{into: {EVENT}, reason: renamed}}}}\n")
    assert about(quads(root), "event/old-name") == {redirect("event/old-name", f"event/{EVENT}")}


def test_why_follows_a_merge(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_article(root)
    write(root, f"events:\n  lind-berg-talks: {{merged: {{into: {EVENT}, reason: one}}}}\n")
    outputs(root)
    assert main(["why", "lind-berg-talks", "when", "--project", str(root)]) == 0
    redirected = capsys.readouterr().out
    assert main(["why", EVENT, "when", "--project", str(root)]) == 0
    assert capsys.readouterr().out == redirected
    assert "later" in redirected


# --- What is refused ---------------------------------------------------------------------------

ENTRY = "name: X, kind: person, source: geneva"
REFUSED = {
    "unknown actor": (
        f"actors:\n  x: {{{ENTRY}, merged: {{into: tomas-borg, reason: r}}}}\n",
        "registry/merged.yaml:2:61: reference-unknown: no actor `tomas-borg` is here\n"
        "    fix: did you mean `tomas-berg` or `t-berg`?\n",
    ),
    "an actor is no place": (
        f"actors:\n  x: {{{ENTRY}, merged: {{into: geneva, reason: r}}}}\n",
        "registry/merged.yaml:2:61: reference-unknown: no actor `geneva` is here\n"
        "    fix: known are: ana-lind, nordpress, t-berg, tomas-berg\n",
    ),
    "unknown event": (
        "events:\n  x: {merged: {into: lind-berg-2024-03-16, reason: r}}\n",
        "registry/merged.yaml:2:22: reference-unknown: no event `lind-berg-2024-03-16` is here\n"
        "    fix: did you mean `lind-berg-2024-03-15` or "
        f"`{EVENT}` or `berg-lind-call-2024-03-10`?\n",
    ),
    "into itself": (
        f"actors:\n  x: {{{ENTRY}, merged: {{into: x, reason: r}}}}\n",
        "registry/merged.yaml:2:61: merge-cycle: this merge leads back to itself: `x`\n"
        "    fix: take one of the lines away\n",
    ),
    "a circle, and what leads into it": (
        "events:\n"
        "  w: {merged: {into: x, reason: r}}\n"
        "  x: {merged: {into: y, reason: r}}\n"
        "  y: {merged: {into: z, reason: r}}\n"
        "  z: {merged: {into: x, reason: r}}\n",
        "registry/merged.yaml:3:22: merge-cycle: this merge leads back to itself: "
        "`y` → `z` → `x`\n"
        "    registry/merged.yaml:4:22: it goes on here\n"
        "    registry/merged.yaml:5:22: it goes on here\n"
        "    fix: take one of the lines away\n",
    ),
    "merged and still an entry": (
        "offices:\n"
        "  minister: {name: Minister, source: geneva}\n"
        "  foreign-minister:\n"
        "    {name: FM, source: geneva, merged: {into: minister, reason: r}}\n",
        "registry/registry.yaml:6:3: registry-duplicate: this id is taken\n"
        "    registry/merged.yaml:3:3: it stands here first\n"
        "    fix: choose another id, or put both entries into one\n",
    ),
    "no reason": (
        "events:\n  x: {merged: {into: lind-berg-2024-03-15}}\n",
        "registry/merged.yaml:2:15: key-missing: `reason` is missing: who found that they are "
        "one, and why\n"
        "    fix: add `reason:`\n",
    ),
    "a reason still to be written": (
        "events:\n  x: {merged: {into: lind-berg-2024-03-15, reason: }}\n",
        "registry/merged.yaml:2:44: value-empty: `reason` is empty\n"
        "    fix: write a value, or leave the key out\n",
    ),
    "an event has nothing else here": (
        "events:\n  x: {name: X}\n",
        "registry/merged.yaml:2:6: key-missing: `merged` is missing: this event turned out to be "
        "another one\n"
        "    fix: add `merged:`\n"
        "registry/merged.yaml:2:7: key-unknown: no key `name` is known here\n"
        "    fix: known are: merged\n",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(root: Path, name: str) -> None:
    text, expected = REFUSED[name]
    write(root, text)
    checked = build(root)
    assert reported(checked) == expected
    assert checked.written is None


def test_all_that_is_refused_ran() -> None:
    assert len(REFUSED) == 9
