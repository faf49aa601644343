"""A difference as text set at 80 columns, as Markdown for a pull request, or as JSON."""

from __future__ import annotations

import html
import json
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import asdict

from kg.ask.diff import Change, Detail, Diff, Group, Side, attributed
from kg.ask.statements import Said
from kg.check.excerpt import shown

WIDTH = 80
LIMIT = 1_000_000
"""Bytes of Markdown; the summary of a step takes 1 MiB."""

_HEADINGS = {
    "project": "Project",
    "events": "Events",
    "sources": "Sources",
    "registry": "Registry",
}
_MARKS = {"added": "+", "removed": "-"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$@-])")
_Style = Callable[[str], str]


def as_json(diff: Diff) -> str:
    """The whole difference as JSON."""
    return json.dumps(asdict(diff), ensure_ascii=False, indent=2) + "\n"


def as_text(diff: Diff) -> str:
    """The difference for a terminal."""
    lines = _set(f"from {_side(diff.before)}", "") + _set(f"to {_side(diff.after)}", "")
    section = ""
    for group in diff.groups:
        if group.section != section:
            section = group.section
            lines += ["", _HEADINGS[section], "=" * len(_HEADINGS[section])]
        if group.node:
            lines += ["", *_set(_title(group, shown), "")]
        for kind, line, details in _told(group):
            lines += _set(line, f"  {_MARKS.get(kind, '~')} ")
            for detail in details:
                lines += _set(detail, "      ")
    lines += ["", *_set(_summary(diff), "")]
    return "".join(line.rstrip() + "\n" for line in lines)


def as_markdown(diff: Diff) -> str:
    """The difference for the summary of a step or a comment; what passes LIMIT is left out."""
    head = "### What changed, claim by claim\n\n" + "".join(
        f"- {word} {_escaped(_side(side))}\n"
        for word, side in (("from", diff.before), ("to", diff.after))
    )
    head += f"\n**{_escaped(_summary(diff))}**\n"
    parts, section, size = [head], "", len(head.encode())
    for index, group in enumerate(diff.groups):
        part = "" if group.section == section else f"\n#### {_HEADINGS[group.section]}\n"
        section = group.section
        part += f"\n{_title(group, _code)}\n\n" if group.node else "\n"
        for kind, line, details in _told(group):
            part += f"- {_escaped(f'{kind} {line}' if kind in _MARKS else line)}\n"
            part += "".join(f"  - {_escaped(detail)}\n" for detail in details)
        size += len(part.encode())
        if size > LIMIT:
            parts.append(f"\n{len(diff.groups) - index} more are left out here.\n")
            break
        parts.append(part)
    return "".join(parts)


def _side(side: Side) -> str:
    return f"{side.name}: {side.events} events, {side.claims} claims, {side.sources} sources"


def _summary(diff: Diff) -> str:
    if not diff.groups:
        looked = f"{diff.before.claims} claims compared with {diff.after.claims}"
        return f"no differences ({looked})"
    kinds = Counter(
        change.kind
        for group in diff.groups
        for change in group.changes
        if (change.after or change.before or Said("", "", "")).claim
    )
    words = ("added", "removed", "moved", "reattributed", "changed")
    count = ", ".join(f"{kinds[word]} {word}" for word in words if kinds[word])
    sections = Counter(group.section for group in diff.groups)
    where = ", ".join(
        f"{sections[name]} {one if sections[name] == 1 else many}"
        for name, one, many in (
            ("events", "event", "events"),
            ("sources", "source", "sources"),
            ("registry", "registry entry", "registry entries"),
            ("project", "setting", "settings"),
        )
        if sections[name]
    )
    return f"{where} with differences; claims: {count or 'none with differences'}"


def _title(group: Group, style: _Style) -> str:
    name = style(group.node.removeprefix("event/"))
    if group.now:
        now = style(group.now.removeprefix("event/"))
        return f"{name} (removed: all that was said of it is now said of {now})"
    return name if group.state == "changed" else f"{name} ({_STATES[group.state]})"


_STATES = {"added": "new", "removed": "removed"}


def _told(group: Group) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The kind, line and details of each change; claims of one source that changed alike are one.

    A longer quote changes every claim that rests on it.
    """
    if group.now:
        return
    told: dict[Hashable, tuple[Change, list[str], tuple[str, ...]]] = {}
    for index, change in enumerate(group.changes):
        was, said, details = change.before, change.after, tuple(_details(change))
        alike = was and said and change.kind in ("changed", "reattributed")
        key = (_attributed(was, said), details) if was and said and alike else index
        what = f"{change.field}: {said.label}" if said and alike else _line(change)
        told.setdefault(key, (change, [], details))[1].append(what)
    for change, found, details in told.values():
        was, said, line = change.before, change.after, "; ".join(found)
        if was and said and change.kind in ("changed", "reattributed"):
            line += f", {_attributed(was, said)}"
        yield change.kind, line, details


def _attributed(was: Said, said: Said) -> str:
    old, new = attributed(was), attributed(said)
    return new if old == new else f"now {new}, was {old}"


def _line(change: Change) -> str:
    """A change of one claim or property."""
    was, said = change.before, change.after
    if was is not None and said is not None:
        if not said.claim:
            return f"{change.field}: {said.label}, was {was.label}"
        return f"{change.field}: moved from {was.label} to {said.label}, {_attributed(was, said)}"
    one = was or said
    if one is not None:
        return f"{change.field}: {_whole(one)}"
    return f"{change.field}: {'now' if change.kind == 'disputed' else 'no longer'} disputed"


def _whole(said: Said) -> str:
    """A claim that came or went, with its words; a property has none."""
    words = "".join(f", “{words}”" for words in said.traits.get("words", ()))
    return f"{said.label}{words}, {attributed(said)}" if said.claim else said.label


def _details(change: Change) -> Iterator[str]:
    for detail in change.details:
        yield from _detail(detail, change)


def _detail(detail: Detail, change: Change) -> Iterator[str]:
    lost, gained = detail.lost, detail.gained
    if detail.name == "conflict":
        yield from (f"now conflicts with {other}" for other in gained)
        yield from (f"no longer conflicts with {other}" for other in lost)
    elif detail.name == "counts":
        yield "counts now" if gained else "no longer counts"
    elif detail.name == "rank":
        new, old = (next(iter(ranks), "normal") for ranks in (gained, lost))
        yield f"rank: {new}, was {old}"
    elif len(lost) == len(gained) == 1:
        yield f"{detail.name}: {gained[0]}, was {lost[0]}"
    else:
        a = "a" if detail.name == "quote" else "the"
        left = change.after is not None and change.after.quotes
        its = "its only" if detail.name == "quote" and len(lost) == 1 and not left else a
        yield from (f"lost {its} {detail.name}: {value}" for value in lost)
        yield from (f"gained {a} {detail.name}: {value}" for value in gained)


def _set(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        shown(" ".join(text.split())),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * (len(indent) + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, and in which nothing becomes a tag, a link or a person."""
    return _SPECIAL.sub(r"\\\1", html.escape(shown(" ".join(text.split())), quote=False))


def _code(node: str) -> str:
    return f"**`{shown(node)}`**"
