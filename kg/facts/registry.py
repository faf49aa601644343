"""The registry: actors, offices, places, series, topics and populations, read and made tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kg.check.diagnostic import Findings, Related, Span
from kg.facts.format import MAPPINGS
from kg.facts.grammar import Text
from kg.facts.likeness import only_candidate
from kg.facts.merges import NO_MERGES, Merge, Merges, merges_of
from kg.facts.record import Record, check_id, record, suggestion
from kg.facts.retired import Retired, read_retired, retired_rows
from kg.facts.rows import Rows
from kg.facts.settings import is_language
from kg.facts.text.names import NameIndex
from kg.facts.yaml import nodes as yaml_nodes
from kg.facts.yaml.nodes import Node
from kg.rdf.vocabulary import Vocabulary

SECTIONS: Mapping[str, str] = {
    "actors": "actor",
    "offices": "office",
    "places": "place",
    "series": "series",
    "topics": "topic",
    "populations": "population",
    # Of events, the registry holds only what became of those that are merged.
    "events": "event",
}
_CLASSES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("actor", "person"): ("foaf:Person",),
    ("actor", "organization"): ("org:Organization",),
    ("actor", "group"): ("foaf:Group",),
    ("office", ""): ("org:Post",),
    ("place", ""): ("kg:Place",),
    ("place", "place"): ("kg:Place",),
    # Both classes, so that no query and no shape needs inference.
    ("place", "venue"): ("kg:Place", "kg:Venue"),
    ("series", ""): ("kg:EventSeries",),
    ("topic", ""): ("kg:Topic",),
    ("population", ""): ("kg:Population",),
}
# Keys that lead from an entry to another: the predicate, and the sections it may lie in.
_LINKS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "member_of": ("org:memberOf", ("actor",)),
    "head": ("kg:head", ("actor",)),
    "members": ("foaf:member", ("actor",)),
    "of": ("org:postIn", ("actor",)),
    "within": ("kg:within", ("place",)),
    "broader": ("skos:broader", ("topic", "population")),
}
# What the keys of an entry say of it.
_FIELDS = {
    "name": "skos:prefLabel",
    "aliases": "skos:altLabel",
    "kind": "rdf:type",
    "wikidata": "skos:exactMatch",
    "source": "dcterms:source",
    "inferred": "kg:reason",
    "note": "rdfs:comment",
    "size": "kg:size",
    **{key: predicate for key, (predicate, _) in _LINKS.items()},
}
# The keys that tell what an entry belongs to, and what belongs to it.
_AKIN = ("member_of", "within", "of", "head", "members")
_WIKIDATA = re.compile(r"Q[1-9][0-9]{0,11}")
_URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_ALIAS = re.compile(r"(?P<text>.*\S)\s+@(?P<language>\S+)")
GRAPH = "graph/registry"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `names` are (text, language) with the usual one first.

    `kind` is its kind as written, empty without one; `akin` are the ids that it says it belongs to;
    `into` is the id of the entry that it was merged into.
    """

    node: str
    fields: Record
    names: tuple[tuple[str, str], ...]
    span: Span
    kind: str = ""
    akin: tuple[str, ...] = ()
    into: Text | None = None

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every name, in whatever language."""
        return tuple(text for text, _ in self.names)


class Registry:
    """All entries by node, without those that were merged, with an index of their names."""

    def __init__(
        self,
        entries: Mapping[str, Entry],
        merges: Merges = NO_MERGES,
        retired: Mapping[str, Retired] | None = None,
    ) -> None:
        self.entries = entries
        self.merges = merges
        self.retired = retired or {}
        self._indexes: dict[tuple[str, ...], NameIndex] = {}

    def find(self, sections: tuple[str, ...], id_: str) -> Entry | None:
        """The entry that an id stands for in the first of the sections that has it."""
        nodes = (self.merges.current(f"{section}/{id_}") for section in sections)
        return next((self.entries[node] for node in nodes if node in self.entries), None)

    def follow(self, sections: tuple[str, ...], id_: Text, findings: Findings) -> Entry | None:
        """`find`, with a note where the entry goes by another id now."""
        entry = self.find(sections, id_.value)
        if entry is not None:
            written = (f"{section}/{id_.value}" for section in sections)
            node = next(n for n in written if self.merges.current(n) == entry.node)
            self.merges.follow(node, id_.span, findings)
        return entry

    def ids(self, sections: tuple[str, ...]) -> list[str]:
        """The ids of all entries of the sections."""
        return [node.split("/", 1)[1] for node in self.entries if node.split("/", 1)[0] in sections]

    def names(self, sections: tuple[str, ...]) -> NameIndex:
        """The index of all names in the sections."""
        if sections not in self._indexes:
            self._indexes[sections] = NameIndex(
                (alias, entry.node)
                for entry in self.entries.values()
                if entry.node.split("/", 1)[0] in sections
                for alias in entry.aliases
            )
        return self._indexes[sections]


def read_registry(
    nodes: Mapping[str, Node], vocabulary: Vocabulary, language: str, findings: Findings
) -> Registry:
    """The registry from the files of `registry/`, by path; `language` is that of bare names."""
    entries: dict[str, Entry] = {}
    for node in nodes.values():
        sections = record(node, "registry", vocabulary, findings)
        if sections is None:
            continue
        for section, path in SECTIONS.items():
            for entry in _section(sections, section, path, language, vocabulary, findings):
                twin = entries.get(entry.node)
                if twin is None and path in ("actor", "office"):
                    other = {"actor": "office", "office": "actor"}[path]
                    twin = entries.get(f"{other}/{entry.node.split('/', 1)[1]}")
                if twin is not None:
                    findings.error(
                        "registry-duplicate",
                        "this id is taken",
                        entry.span,
                        "choose another id, or put both entries into one",
                        (Related(twin.span, "it stands here first"),),
                    )
                else:
                    entries[entry.node] = entry
    registry = _merged(entries, read_retired(nodes, vocabulary, findings), findings)
    _check(entries.values(), registry, findings)
    return registry


def _merged(
    entries: Mapping[str, Entry], retired: Mapping[str, Retired], findings: Findings
) -> Registry:
    """The registry without the entries that were merged, whose names are now names of others."""
    lines = []
    for entry in entries.values():
        if entry.into is None:
            continue
        line, section = Merge(entry.node, entry.into), _section_of(entry)
        # Events are declared in the facts, where it is known which there are.
        if section == "event" or line.target in entries:
            lines.append(line)
        else:
            known = [node.split("/", 1)[1] for node in entries if node.startswith(f"{section}/")]
            findings.error(
                "reference-unknown",
                f"no {section} `{entry.into.value}` is here",
                entry.into.span,
                suggestion(entry.into.value, set(known) - {entry.node.split("/", 1)[1]}),
            )
    merges = merges_of(lines, findings)
    live = {n: e for n, e in entries.items() if n not in merges and _section_of(e) != "event"}
    for line in merges:
        heir = live.get(merges.current(line.node))
        if heir is not None:
            names = (*heir.names, *entries[line.node].names)
            live[heir.node] = replace(heir, names=tuple(dict.fromkeys(names)))
    return Registry(live, merges, retired)


def _section(
    sections: Record,
    section: str,
    path: str,
    language: str,
    vocabulary: Vocabulary,
    findings: Findings,
) -> Iterator[Entry]:
    node = sections.node.get(section)
    if node is None:
        return
    if not isinstance(node, yaml_nodes.Mapping):
        findings.error(
            "field-shape",
            f"`{section}` takes entries by id",
            node.span,
            "write `id:` and the entry's keys below it",
        )
        return
    for key, value in node.entries:
        id_ = Text(key.value, key.span)
        if not check_id(id_, findings):
            continue
        fields = record(value, MAPPINGS["registry"][section].of, vocabulary, findings)
        if fields is None:
            continue
        merged = next(iter(fields.records("merged")), None)
        into = merged.id("into") if merged is not None and merged.text("reason") else None
        names = tuple(_names(fields, language, findings)) if path != "event" else ()
        kind = fields.node.get("kind")
        yield Entry(
            f"{path}/{id_.value}",
            fields,
            names,
            key.span,
            kind.value if isinstance(kind, yaml_nodes.Scalar) else "",
            tuple(_akin(fields)),
            into,
        )


def _akin(fields: Record) -> Iterator[str]:
    for key in _AKIN:
        node = fields.node.get(key)
        for item in node.items if isinstance(node, yaml_nodes.Sequence) else (node,):
            if isinstance(item, yaml_nodes.Scalar):
                yield item.value


def _names(fields: Record, language: str, findings: Findings) -> Iterator[tuple[str, str]]:
    for text in (*fields.texts("name"), *fields.texts("aliases")):
        tagged = _ALIAS.fullmatch(text.value)
        if tagged is None:
            yield text.value, language
        elif is_language(tagged["language"]):
            yield tagged["text"], tagged["language"]
        else:
            findings.error(
                "language-malformed",
                "this is no language tag",
                text.span,
                "write a BCP 47 tag such as `@fa` after the name",
            )


def _check(entries: Iterable[Entry], registry: Registry, findings: Findings) -> None:
    wikidata: dict[str, Entry] = {}
    for entry in entries:
        fields = entry.fields
        if _section_of(entry) == "event":
            continue
        if not fields.has("source") and not fields.has("inferred"):
            findings.error(
                "registry-no-source",
                "nothing says where this is known from",
                entry.span,
                "add `source:` or `inferred:`",
            )
        if (_section_of(entry), _kind(entry)) not in _CLASSES:
            kinds = [kind for section, kind in _CLASSES if section == _section_of(entry) and kind]
            kind = fields.text("kind")
            findings.error(
                "registry-kind",
                f"“{_kind(entry)}” is no kind of entry here",
                kind.span if kind else entry.span,
                "write " + " or ".join(kinds),
            )
        qid = fields.text("wikidata")
        if qid is not None:
            if not _WIKIDATA.fullmatch(qid.value):
                findings.error(
                    "wikidata-malformed",
                    "this is no Wikidata id",
                    qid.span,
                    "write the letter Q and the number, such as Q937",
                )
            # That two entries have one item is often how it came out that they are one.
            elif entry.node not in registry.merges:
                other = wikidata.setdefault(qid.value, entry)
                if other is not entry:
                    findings.error(
                        "wikidata-duplicate",
                        f"{qid.value} stands at two entries",
                        qid.span,
                        "one of them is another thing, or they are one entry",
                        (Related(other.span, "the other entry"),),
                    )
        for key, (_, sections) in _LINKS.items():
            for target in fields.ids(key):
                if registry.follow(_sections(entry, sections), target, findings) is None:
                    known = registry.ids(_sections(entry, sections))
                    meant = only_candidate(target.value, known)
                    findings.error(
                        "reference-unknown",
                        f"no entry `{target.value}` is here",
                        target.span,
                        suggestion(target.value, known),
                        edit=target.edit(meant) if meant else None,
                    )


def _section_of(entry: Entry) -> str:
    return entry.node.split("/", 1)[0]


def _sections(entry: Entry, sections: tuple[str, ...]) -> tuple[str, ...]:
    return (_section_of(entry),) if _section_of(entry) in sections else sections


def _kind(entry: Entry) -> str:
    kind = entry.fields.text("kind")
    return kind.value if kind else ""


def registry_rows(registry: Registry, articles: frozenset[str], rows: Rows) -> None:
    """Rows of the tables entity, name and link for every entry; `articles` are the known ids.

    Of a merged node there is one row: what has replaced it.
    """
    for line in registry.merges:
        replaced_by = registry.merges.current(line.node)
        rows.position(line.node, "merged", line.into.span)
        rows.link(line.node, "dcterms:isReplacedBy", "iri", replaced_by, graph=GRAPH)
    retired_rows(registry.retired, GRAPH, rows)
    for entry in registry.entries.values():
        node, fields = entry.node, entry.fields
        rows.position(node, "entry", entry.span)
        for key, property_ in _FIELDS.items():
            written = fields.node.get(key)
            if written is not None:
                rows.position(node, property_, written.span)
        for class_ in _CLASSES.get((_section_of(entry), _kind(entry)), ()):
            rows.add("entity", id=node, **{"class": class_}, graph=GRAPH)
        for index, (text, language) in enumerate(entry.names):
            predicate = "skos:altLabel" if index else "skos:prefLabel"
            rows.add(
                "name", node=node, predicate=predicate, text=text, language=language, graph=GRAPH
            )
        for key, (predicate, sections) in _LINKS.items():
            for target in fields.ids(key):
                other = registry.find(_sections(entry, sections), target.value)
                if other is not None:
                    rows.link(node, predicate, "iri", other.node, graph=GRAPH)
        qid, source = fields.text("wikidata"), fields.text("source")
        reason, note = fields.text("inferred"), fields.text("note")
        size = fields.text("size")
        if qid:
            rows.link(node, "skos:exactMatch", "name", f"wd:{qid.value}", graph=GRAPH)
        if source and source.value in articles:
            rows.link(node, "dcterms:source", "iri", f"article/{source.value}", graph=GRAPH)
        elif source:
            kind = "absolute" if _URL.fullmatch(source.value) else "plain"
            rows.link(node, "dcterms:source", kind, source.value, graph=GRAPH)
        if reason:
            rows.link(node, "kg:reason", "plain", reason.value, graph=GRAPH)
        if note:
            rows.link(node, "rdfs:comment", "plain", note.value, graph=GRAPH)
        if size:
            rows.link(node, "kg:size", "typed", size.value, "xsd:integer", graph=GRAPH)
