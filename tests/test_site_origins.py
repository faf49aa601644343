"""Independent origins on the pages: those that `kg why` tells, and no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.ask.independence import Independence
from kg.ask.texts import archived_texts
from kg.built import GRAPH, open_built
from kg.web.explorer import Address, Explorer
from kg.web.graph import tables_of
from kg.web.origins import Origins
from kg.web.statements import Statements

JUNE = "event/bagheri-kani-haniyeh-doha-2024-06"


@pytest.fixture(scope="module")
def explorer(seeds: Path) -> Explorer:
    return Explorer(open_built(seeds), seeds, Address())


def nodes(found: Independence) -> tuple[list[str], list[str]]:
    return [o.node for o in found.origins], [o.node for o in found.interested]


def reasons(found: Independence) -> set[tuple[str, str, str]]:
    return {(left.source, left.reason, left.by) for left in found.left}


def test_every_fact_rests_on_what_kg_why_says(seeds: Path) -> None:
    built = open_built(seeds)
    asker = built.asker()
    tables = tables_of(built.folder / GRAPH, built.settings.base)
    origins, statements = Origins(tables, archived_texts(seeds)), Statements(tables)
    facts = parties = left = 0
    for event, group in statements.of(sorted(statements.events)):
        found = origins.of(group).facts
        for field in asker.why(event).fields:
            for answer in field.answers:
                rests = found.get((field.predicate, answer.value))
                if rests is None:  # a literal, of which the label is its lexical form
                    rests = found[field.predicate, answer.label]
                assert nodes(rests) == nodes(answer.independence), (event, field.name, answer.value)
                assert reasons(rests) == reasons(answer.independence), (
                    event,
                    field.name,
                    answer.value,
                )
                facts += 1
                parties += bool(rests.interested)
                left += bool(rests.left)
    assert facts == explorer_facts(origins, statements)
    assert (parties > 5, left > 20) == (True, True)


def explorer_facts(origins: Origins, statements: Statements) -> int:
    """How many facts are counted on all pages together."""
    every = statements.of(sorted(statements.events))
    return sum(len(origins.of(group).facts) for _, group in every)


def test_the_page_says_what_kg_why_says(explorer: Explorer) -> None:
    page = explorer.html(JUNE)
    assert "1 independent origin: “Hamas Haniyeh and Iran&#39;s Foreign Minister discuss" in page
    assert "a party to it: Hamas, with Delegation of the leadership of Hamas" in page
    brief = explorer.atlas.briefs[JUNE]
    assert (brief.origins, brief.interested) == (1, 1)


def test_lists_count_as_pages_do(explorer: Explorer) -> None:
    from kg.web.indexes import timeline

    rows = {row[0]: (row[9], row[12]) for row in json.loads(timeline(explorer.atlas))["events"]}
    counted = {}
    statements = explorer.atlas.statements
    for event, group in statements.of(sorted(statements.events)):
        found = explorer.atlas.origins.of(group).event
        counted[explorer.atlas.briefs[event].ref.path] = (len(found.origins), len(found.interested))
    assert rows == counted
    assert len(rows) == 25
    assert len(set(rows.values())) >= 4


def test_words_that_texts_share_are_not_shown(seeds: Path) -> None:
    built = open_built(seeds)
    tables = tables_of(built.folder / GRAPH, built.settings.base)
    same = "One two three four five six seven eight nine ten eleven twelve. " * 9
    origins, statements = Origins(tables, lambda node, sha256: same), Statements(tables)
    tied = 0
    for _, group in statements.of(sorted(statements.events)):
        for left in origins.of(group).event.left:
            assert left.words == ""
            tied += left.reason == "shared-text"
    assert tied >= 3
