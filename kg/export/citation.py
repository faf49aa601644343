"""How to cite a data set, or what one event rests on: text, BibTeX, CSL-JSON, CITATION.cff."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.facts.settings import Settings
from kg.rdf.escape import iri
from kg.rdf.store import query
from kg.rdf.vocabulary import PREFIXES

_LICENCES = {
    "https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0",
    "https://creativecommons.org/licenses/by-sa/4.0/": "CC-BY-SA-4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
    "https://opensource.org/license/mit": "MIT",
    "https://opendatacommons.org/licenses/odbl/1-0/": "ODbL-1.0",
}
_SOFTWARE = (
    "references:",
    "  - type: software",
    '    title: "Parley: a provenance-first knowledge-graph builder"',
    "    authors:",
    "      - name: Parley contributors",
    "    license: MIT",
)
# Of an event, the documents behind its assertions; without one, every document.
_DOCUMENTS = """\
PREFIX kg: <{kg}>
PREFIX rdf: <{rdf}>
PREFIX dcterms: <{dcterms}>
PREFIX schema: <{schema}>
SELECT DISTINCT ?document ?title ?author ?publisher ?url ?date ?sha256 WHERE {{
  {pattern}
  ?document a kg:Document .
  OPTIONAL {{ ?document dcterms:title ?title }}
  OPTIONAL {{ ?document kg:author ?author }}
  OPTIONAL {{ ?document dcterms:publisher ?publisher }}
  OPTIONAL {{ ?document schema:url ?url }}
  OPTIONAL {{ ?document kg:sha256 ?sha256 }}
  OPTIONAL {{ ?document kg:published/kg:edtf ?date }}
}} ORDER BY ?document"""
_OF_EVENT = "?claim rdf:subject {event} ; kg:supportedBy/kg:document ?document ."
_TEX = str.maketrans(
    {c: "\\" + c for c in "&%$#_{}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
)


@dataclass(frozen=True, slots=True)
class Article:
    """A document that something rests on; `id` is its slug, `date` EDTF; empty where unknown."""

    id: str
    title: str
    author: str
    publisher: str
    url: str
    date: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited: the data set in one build, an event of it or all, and its articles.

    `digest` is the SHA-256 of the build's manifest in hex, which stands for every input and output.
    """

    settings: Settings
    digest: str
    articles: tuple[Article, ...]
    event: str = ""

    @property
    def node(self) -> str:
        """The IRI of what is cited."""
        return self.settings.base + (f"event/{self.event}" if self.event else "dataset")


def articles(store: ox.Store, base: str, event: str = "") -> tuple[Article, ...]:
    """The documents of the graph, or those that an event's assertions rest on, by id."""
    pattern = _OF_EVENT.format(event=iri(f"{base}event/{event}")) if event else ""
    names = {name: PREFIXES[name] for name in ("kg", "rdf", "dcterms", "schema")}
    found = query(store, _DOCUMENTS.format(pattern=pattern, **names))
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("a SELECT gives rows")
    rows: dict[str, Article] = {}
    for row in found:
        values = [cell.value if isinstance(cell, ox.NamedNode | ox.Literal) else "" for cell in row]
        id_ = values[0].removeprefix(f"{base}article/")
        rows.setdefault(id_, Article(id_, *values[1:]))
    return tuple(rows[id_] for id_ in sorted(rows))


def as_text(cited: Citation) -> str:
    """The citation in plain words, with the articles one a line."""
    settings = cited.settings
    what = f"Event {cited.event}, in: " if cited.event else ""
    lines = [
        f"{'; '.join(settings.creators)} ({settings.issued[:4]}). {what}{settings.title}. "
        f"Version {settings.version}, {settings.issued}. {cited.node}",
        f"Manifest sha256:{cited.digest}",
        f"Licence {settings.licence}",
        "",
        "It rests on:" if cited.event else "Its articles:",
    ]
    lines += [f"  {_told(article)}" for article in cited.articles]
    return "\n".join(lines) + "\n"


def _told(article: Article) -> str:
    parts = [
        article.author,
        f"“{article.title}”" if article.title else "",
        article.publisher,
        article.date,
        article.url,
        f"[{article.id}]",
    ]
    return ". ".join(part for part in parts if part)


def as_bibtex(cited: Citation) -> str:
    """The data set and each article as BibTeX entries; keys are made of slugs."""
    settings = cited.settings
    key = re.sub(r"[^A-Za-z0-9]+", "-", cited.event or settings.title.split(":")[0]).strip("-")
    note = f"Version {settings.version}; manifest sha256:{cited.digest}"
    dataset = {
        "author": " and ".join(f"{{{name.translate(_TEX)}}}" for name in settings.creators),
        "title": (f"Event {cited.event}, in: " if cited.event else "") + settings.title,
        "year": settings.issued[:4],
        "date": settings.issued,
        "version": settings.version,
        "url": cited.node,
        "note": note,
    }
    entries = [_bibtex("misc", key.lower(), dataset)]
    for article in cited.articles:
        fields = {
            "author": f"{{{article.author.translate(_TEX)}}}" if article.author else "",
            "title": article.title,
            "journal": article.publisher,
            "date": article.date,
            "url": article.url,
            "note": f"{settings.base}article/{article.id}",
        }
        entries.append(_bibtex("article", article.id, fields))
    return "\n".join(entries)


def _bibtex(kind: str, key: str, fields: Mapping[str, str]) -> str:
    raw = ("author", "url")
    lines = [
        f"  {name} = {{{value if name in raw else value.translate(_TEX)}}},\n"
        for name, value in fields.items()
        if value
    ]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


def as_csl(cited: Citation) -> str:
    """The data set and each article as CSL-JSON items."""
    settings = cited.settings
    dataset = {
        "id": cited.node,
        "type": "dataset",
        "title": (f"Event {cited.event}, in: " if cited.event else "") + settings.title,
        "author": [{"literal": name} for name in settings.creators],
        "issued": _day(settings.issued),
        "version": settings.version,
        "URL": cited.node,
        "note": f"manifest sha256:{cited.digest}",
    }
    items = [dataset, *(_item(article, settings.base) for article in cited.articles)]
    return json.dumps(items, indent=2, ensure_ascii=False) + "\n"


def _item(article: Article, base: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": f"{base}article/{article.id}",
        "type": "article-newspaper",
        "title": article.title,
        "author": [{"literal": article.author}] if article.author else [],
        "container-title": article.publisher,
        "issued": _day(article.date),
        "URL": article.url,
    }
    return {name: value for name, value in item.items() if value}


def _day(edtf: str) -> dict[str, Any]:
    """A day of EDTF for CSL; what is no plain year, month or day is said in words."""
    if re.fullmatch(r"\d{4}(?:-\d\d){0,2}(?:T.*)?", edtf):
        return {"date-parts": [[int(part) for part in edtf[:10].split("-")]]}
    return {"literal": edtf} if edtf else {}


def as_cff(settings: Settings) -> str:
    """A CITATION.cff (Citation File Format 1.2.0) of the data set, made of its settings alone."""
    return "".join(line + "\n" for line in _cff(settings))


def _cff(settings: Settings) -> Iterator[str]:
    yield "# Made of kg.yaml by `kg cite --format cff`."
    yield "cff-version: 1.2.0"
    yield "message: If you use these data, please cite them."
    yield "type: dataset"
    yield f"title: {_quoted(settings.title)}"
    yield "authors:"
    yield from (f"  - name: {_quoted(name)}" for name in settings.creators)
    yield f"version: {_quoted(settings.version)}"
    yield f"date-released: {settings.issued}"
    name = _LICENCES.get(settings.licence)
    if name:
        yield f"license: {name}"
    elif settings.licence.startswith("http"):
        yield f"license-url: {_quoted(settings.licence)}"
    yield f"url: {_quoted(settings.base)}"
    yield from _SOFTWARE


def _quoted(text: str) -> str:
    """A scalar in double quotes: what JSON writes, YAML reads as the same."""
    return json.dumps(text, ensure_ascii=False)
