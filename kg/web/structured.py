"""The data of schema.org inside a page, as JSON-LD that no markup can end early."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from markupsafe import Markup

from kg.web.model import ArticlePage, Brief, EntityPage, EventPage

_TYPES = {
    "Person": "Person",
    "Organization": "Organization",
    "Group of people": "Organization",
    "Office": "Role",
    "Place": "Place",
    "Building or venue": "Place",
}
_STATUS = {"postponed": "EventPostponed", "cancelled": "EventCancelled"}
_MOST = 50
_ESCAPED = re.compile("[<>&\u2028\u2029]")


def event(page: EventPage, base: str) -> Markup:
    """An event."""
    brief = page.brief
    content: dict[str, Any] = {**_event(brief, base)}
    if brief.actors:
        content["attendee"] = [
            {"@type": "Thing", "@id": base + node, "name": name}
            for node, name in zip(brief.actors, page.names, strict=True)
        ]
    return _script(content)


def entity(page: EntityPage, base: str) -> Markup:
    """An actor, a place or another entity."""
    content: dict[str, Any] = {"@type": _TYPES.get(page.kind, "Thing"), "@id": base + page.node}
    content["name"] = page.ref.label
    if page.aliases:
        content["alternateName"] = [alias.label for alias in page.aliases]
    if page.events:
        content["subjectOf"] = [_event(brief, base) for brief in page.events[:_MOST]]
    return _script(content)


def article(page: ArticlePage, base: str) -> Markup:
    """An archived article."""
    content: dict[str, Any] = {"@type": "NewsArticle", "@id": base + page.node}
    content["headline"] = page.ref.label
    if page.lang:
        content["inLanguage"] = page.lang
    if page.url:
        content["url"] = page.url
    content["about"] = [_event(brief, base) for brief in page.events[:_MOST]]
    return _script(content)


def _event(brief: Brief, base: str) -> dict[str, Any]:
    content: dict[str, Any] = {"@type": "Event", "@id": base + brief.node, "name": brief.ref.label}
    if brief.first is not None and brief.first == brief.last:
        content["startDate"] = brief.order[:10]
    if brief.place:
        content["location"] = {"@type": "Place", "name": brief.place.label}
    if brief.status in _STATUS:
        content["eventStatus"] = f"https://schema.org/{_STATUS[brief.status]}"
    return content


def _script(content: dict[str, Any]) -> Markup:
    text = msgspec.json.encode({"@context": "https://schema.org", **content}).decode()
    return Markup(_ESCAPED.sub(lambda char: f"\\u{ord(char[0]):04x}", text))  # noqa: S704
