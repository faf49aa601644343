"""What the pages' scripts load, and what robots read: the timeline, the search, the site map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

import msgspec
import polars as pl

from kg.web.atlas import Atlas
from kg.web.entities import KINDS


def timeline(atlas: Atlas) -> bytes:
    """The events for the timeline: names once, events as short rows; see `assets/timeline.js`."""
    briefs = atlas.briefs.values()
    kinds = sorted({b.kind for b in briefs})
    statuses = sorted({b.status for b in briefs})
    countries = sorted({b.country for b in briefs if b.country})
    actors = sorted({a for b in briefs for a in b.actors})
    place_of: dict[str, int] = {}
    number = {name: place for place, name in enumerate(actors)}
    rows = []
    for b in briefs:
        where = place_of.setdefault(b.place.label, len(place_of)) if b.place else -1
        rows.append(
            [
                b.ref.path,
                b.ref.label,
                b.date,
                b.first,
                b.last,
                kinds.index(b.kind),
                statuses.index(b.status),
                countries.index(b.country) if b.country else -1,
                where,
                b.origins,
                int(b.inferred),
                [number[a] for a in b.actors],
                b.interested,
            ]
        )
    return _json(
        {
            "kinds": kinds,
            "statuses": statuses,
            "countries": countries,
            "places": list(place_of),
            "actors": [atlas.label(a) for a in actors],
            "events": rows,
        }
    )


def search_index(atlas: Atlas) -> bytes:
    """What can be searched for: kind, page, name, and other words it is found by."""
    rows: list[list[str]] = []
    others: dict[str, list[str]] = {}
    for node, text in atlas.tables["name"].select("node", "text").sort("node", "text").iter_rows():
        others.setdefault(node, []).append(text)
    worded = (
        atlas.tables["claim"]
        .filter(pl.col("predicate") == "kg:participant")
        .join(
            atlas.tables["stated"]
            .filter(pl.col("predicate") == "kg:nameAsStated")
            .select(id="claim", name="object"),
            on="id",
        )
        .select("object", "name")
        .unique()
        .sort("object", "name")
    )
    for node, text in worded.iter_rows():
        if text not in others.setdefault(node, []):
            others[node].append(text)
    for node, kind in sorted(atlas.classes.items()):
        if kind in KINDS:
            ref = atlas.ref(node)
            more = [text for text in others.get(node, ()) if text != ref.label]
            rows.append([KINDS[kind], ref.path, ref.label, " · ".join(more)])
    for brief in atlas.briefs.values():
        where = f", {brief.place.label}" if brief.place else ""
        rows.append([brief.kind, brief.ref.path, brief.ref.label + where, brief.date])
    rows += [
        ["Article", source.ref.path, source.ref.label, source.printed]
        for source in atlas.sources.values()
        if source.node.startswith("article/")
    ]
    for node, (document, _, _, quote) in atlas.passages.items():
        if quote:
            rows.append(
                ["Words", atlas.passage_path(node), " ".join(quote.split()), atlas.label(document)]
            )
    return _json(rows)


def _json(content: object) -> bytes:
    return msgspec.json.encode(content) + b"\n"


def site_map(url: str, paths: Iterable[str], most: int = 50_000) -> Mapping[str, str]:
    """`sitemap.xml`, or an index of several where there are more pages than one may list."""
    urls = [f"<url><loc>{escape(url + path)}</loc></url>\n" for path in paths]
    parts = [urls[first : first + most] for first in range(0, max(1, len(urls)), most)]
    files = {f"sitemap-{n}.xml": _xml("urlset", "".join(part)) for n, part in enumerate(parts, 1)}
    if len(parts) == 1:
        return {"sitemap.xml": files["sitemap-1.xml"]}
    listed = "".join(f"<sitemap><loc>{escape(url + name)}</loc></sitemap>\n" for name in files)
    return {**files, "sitemap.xml": _xml("sitemapindex", listed)}


def _xml(element: str, inside: str) -> str:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<{element} xmlns="{space}">\n{inside}</{element}>\n'
