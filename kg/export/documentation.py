"""The ontology as one page of HTML: every term with its meaning and an example from the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

import polars as pl

from kg.export.terms import KINDS, RELATIONS, Term, terms
from kg.mapping.expand import triples
from kg.mapping.tables import Tables
from kg.rdf.vocabulary import PREFIXES

PAGE = "index.html"
_ONTOLOGY = PREFIXES["kg"].rstrip("#")
_STYLE = """
:root { color-scheme: light dark; --line: #8885; --faint: #8882; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 52rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
section { margin: 1.5rem 0; padding-left: 1rem; border-left: 3px solid var(--line); }
section:target { border-left-color: currentColor; background: var(--faint); }
section h3 { margin: 0; }
section p { margin: .3rem 0; }
nav ul { columns: 14rem; padding-left: 1.2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .3rem 0; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--faint); padding: .6rem; overflow-x: auto; margin: .3rem 0; }
code, pre { font: .875rem/1.4 ui-monospace, monospace; }
.deprecated h3 { text-decoration: line-through; }
@media print { nav { display: none; } section { break-inside: avoid; } }
"""
_LONGEST = 12


def documentation(
    files: Sequence[Path], tables: Tables, base: str, version: str, links: Sequence[str]
) -> bytes:
    """The page; anchors are the terms' names, `links` the files beside it to be linked.

    It loads nothing: no script, no font, no address that is opened before somebody clicks.
    """
    found = terms(files)
    examples = Examples(tables, base)
    parts = [_head(version, links), _contents(found)]
    for title in dict.fromkeys(KINDS.values()):
        parts.append(f'<h2 id="{_id(title)}">{title}</h2>\n')
        parts += [
            "".join(_section(term, found, examples))
            for term in found.values()
            if KINDS[term.kind] == title
        ]
    return ("".join(parts) + "</main></body></html>\n").encode()


def _head(version: str, links: Sequence[str]) -> str:
    files = ", ".join(f'<a href="{escape(link)}">{escape(link)}</a>' for link in links)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Parley ontology {escape(version)}</title><style>{_STYLE}</style></head>\n"
        f"<body><main><h1>Parley ontology</h1>\n"
        f"<dl><dt>version</dt><dd>{escape(version)}</dd>"
        f"<dt>namespace</dt><dd><code>{escape(PREFIXES['kg'])}</code>, prefix <code>kg:</code></dd>"
        f"<dt>files</dt><dd>{files}</dd></dl>\n"
        "<p>Meetings, calls and visits as news articles report them: every statement about an "
        "event is an assertion that leads to the words of a source and to whoever the source has "
        "them from. Examples are from the graph of the project that this page was made in.</p>\n"
    )


def _contents(found: Mapping[str, Term]) -> str:
    lines = ["<nav>"]
    for title in dict.fromkeys(KINDS.values()):
        own = [term for term in found.values() if KINDS[term.kind] == title]
        links = "".join(f"<li>{_link(term.name, found)}</li>" for term in _sorted(own))
        lines.append(
            f'<details><summary><a href="#{_id(title)}">{title}</a> ({len(own)})</summary>'
            f"<ul>{links}</ul></details>\n"
        )
    return "".join(lines) + "</nav>\n"


def _sorted(own: Sequence[Term]) -> list[Term]:
    return sorted(own, key=lambda term: (term.anchor.lower(), term.anchor))


def _id(title: str) -> str:
    return "-" + title.lower().replace(" ", "-")


def _section(term: Term, found: Mapping[str, Term], examples: Examples) -> Iterator[str]:
    gone = ' class="deprecated"' if term.deprecated else ""
    yield f'<section id="{escape(term.anchor)}"{gone}><h3>{escape(term.label or term.name)}</h3>\n'
    yield f'<p><code>{escape(term.name)}</code> <a href="#{escape(term.anchor)}">#</a></p>\n'
    if term.deprecated:
        yield "<p><strong>Deprecated.</strong> Do not use it for anything new.</p>\n"
    yield f"<p>{escape(term.definition)}</p>\n"
    rows = [("written", f"<code>{escape(term.notation)}</code>")] if term.notation else []
    rows += [
        (told, ", ".join(_link(name, found) for name in sorted(term.related[relation])))
        for relation, told in RELATIONS.items()
        if term.related.get(relation)
    ]
    if term.single:
        rows.append(("values", "one at a time"))
    inside = [other.name for other in found.values() if term.name in other.related["skos:inScheme"]]
    if inside:
        rows.append(("concepts", ", ".join(_link(name, found) for name in inside)))
    if used := examples.count(term):
        what = {"owl:Class": "instances", "skos:Concept": "value in"}.get(term.kind, "triples")
        rows.append((what, str(used)))
    yield "<dl>" + "".join(f"<dt>{told}</dt><dd>{value}</dd>" for told, value in rows) + "</dl>\n"
    if term.example:
        yield f"<p>“{escape(term.example)}”</p>\n"
    if turtle := examples.of(term):
        yield f"<pre>{escape(turtle)}</pre>\n"
    yield "</section>\n"


def _link(name: str, found: Mapping[str, Term]) -> str:
    if name in found:
        return f'<a href="#{escape(found[name].anchor)}"><code>{escape(name)}</code></a>'
    prefix, _, local = name.partition(":")
    iri = PREFIXES[prefix] + local if prefix in PREFIXES else name
    return f'<a href="{escape(iri)}" rel="external"><code>{escape(name)}</code></a>'


class Examples:
    """What of a graph shows a term at work, the same for the same triples."""

    def __init__(self, tables: Tables, base: str) -> None:
        found = triples(tables, base, short=True).drop("graph").unique()
        self._by_subject = found.sort("predicate", "object").partition_by(
            "subject", as_dict=True, maintain_order=True
        )
        shortest = found.with_columns(length=pl.col("object").str.len_chars()).sort(
            "length", "subject", "object"
        )
        self._uses = shortest.filter(pl.col("predicate") != "rdf:type").unique(
            "predicate", keep="first", maintain_order=True
        )
        self._valued = shortest.unique("object", keep="first", maintain_order=True)
        is_type = pl.col("predicate") == "rdf:type"
        self._instances = {
            name: sorted(subjects)
            for name, subjects in found.filter(is_type)
            .group_by("object")
            .agg("subject")
            .iter_rows()
        }
        self._counts: dict[str, int] = dict(found.group_by("predicate").len().iter_rows())
        self._values: dict[str, int] = dict(
            found.filter(~is_type).group_by("object").len().iter_rows()
        )

    def count(self, term: Term) -> int:
        """How often the graph has it: a class's instances, else triples."""
        if term.kind == "owl:Class":
            return len(self._instances.get(term.name, ()))
        return (self._values if term.kind == "skos:Concept" else self._counts).get(term.name, 0)

    def of(self, term: Term) -> str:
        """A class's fullest instance, else the shortest triple with it; empty if there is none."""
        if term.kind == "owl:Class":
            instances = self._instances.get(term.name, ())
            if not instances:
                return ""
            # As many predicates as possible, in few words.
            fullest = min(instances, key=lambda node: (*self._weight(node), node))
            return self._block(fullest)
        uses, column = (
            (self._valued, "object") if term.kind == "skos:Concept" else (self._uses, "predicate")
        )
        row = uses.filter(pl.col(column) == term.name).head(1).rows(named=True)
        return f"{row[0]['subject']} {row[0]['predicate']} {row[0]['object']} ." if row else ""

    def _weight(self, node: str) -> tuple[int, int]:
        said = self._by_subject[node,]
        return -min(said["predicate"].n_unique(), _LONGEST), sum(map(len, said["object"]))

    def _block(self, node: str) -> str:
        said = self._by_subject[node,].sort(pl.col("predicate") != "rdf:type", maintain_order=True)
        grouped = said.group_by("predicate", maintain_order=True).agg("object").head(_LONGEST)
        lines = [
            f"{'a' if name == 'rdf:type' else name} {', '.join(values)}"
            for name, values in grouped.iter_rows()
        ]
        return f"{node} " + " ;\n    ".join(lines) + " ."
