"""Edits of a project's facts, drawn with a fixed seed: one thing wrong in each."""

from __future__ import annotations

import datetime
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.check.diagnostic import Span
from kg.facts.format import MAPPINGS, Takes, keys, value_keys
from kg.facts.registry import Registry
from kg.facts.yaml import nodes as yaml
from tests.mutation.sites import File, Said, Written
from tests.mutation.undetectable import (
    FIXES_A_DAY,
    date_off_by_one,
    dropped,
    fold,
    swapped_id,
    wrong_rule,
)

DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: the file's bytes after it, the lines it stands on, what was done.

    `why_not` names the reason where no check can see it.
    """

    kind: str
    file: str
    lines: range
    what: str
    data: bytes = field(repr=False)
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Seeds:
    """What edits are made of: the files, the articles' words, the registry, the names of rules."""

    files: Sequence[File]
    texts: Mapping[str, str]
    registry: Registry
    rules: Sequence[str]

    def text(self, file: File) -> str:
        article = file.root.get("article")
        return self.texts[article.value] if isinstance(article, yaml.Scalar) else ""


Class = Callable[[Seeds, random.Random], Iterator[Edit]]


def letters(seeds: Seeds, draw: random.Random) -> Iterator[Edit]:
    """A letter of a quote replaced, left out or doubled."""
    for file in seeds.files:
        for quote in file.quotes():
            places = [i for i, c in enumerate(quote.value) if c.isascii() and c.isalpha()]
            for at in draw.sample(places, min(4, len(places))):
                letter = quote.value[at]
                other = draw.choice([c for c in "aeinorst" if c != letter.lower()])
                new = draw.choice([other, "", letter + letter])
                changed = quote.value[:at] + new + quote.value[at + 1 :]
                span = quote.part(at, at + 1)
                stands = fold(changed) in fold(seeds.text(file))
                yield Edit(
                    "letter",
                    file.name,
                    _on(span.line),
                    f"{quote.value[max(0, at - 8) : at + 9]!r}: {letter!r} becomes {new!r}",
                    file.replaced(span, new),
                    "the article has these words too" if stands else None,
                )


def ids(seeds: Seeds, draw: random.Random) -> Iterator[Edit]:
    """An id of the registry swapped for another one of the same section and kind."""
    entries = seeds.registry.entries
    for file in seeds.files:
        for said in file.said:
            sections = ("office",) if said.office else tuple(said.spec.of.split("|"))
            nodes = [f"{s}/{said.target}" for s in sections if f"{s}/{said.target}" in entries]
            if not nodes:
                continue
            right = entries[nodes[0]]
            section = nodes[0].split("/")[0]
            kind = right.fields.node.get("kind")
            others = [
                entry
                for node, entry in sorted(entries.items())
                if node.startswith(f"{section}/")
                and entry is not right
                and _value(entry.fields.node.get("kind")) == _value(kind)
            ]
            for other in draw.sample(others, min(2, len(others))):
                id_ = other.node.split("/")[1]
                yield Edit(
                    "id",
                    file.name,
                    _on(said.at.line),
                    f"{said.words!r}: {said.target} becomes {id_}",
                    file.replaced(said.at, id_),
                    swapped_id(
                        said,
                        section,
                        _value(kind),
                        right.aliases,
                        other.aliases,
                        seeds.text(file),
                    ),
                )


def dates(seeds: Seeds, draw: random.Random) -> Iterator[Edit]:
    """One day of a date put a day earlier or later."""
    for file in seeds.files:
        found: list[tuple[Said | None, str, Span]] = [
            (said, said.target, said.at) for said in file.said if said.spec.takes is Takes.DATE
        ]
        entered = file.root.get("entered")
        if isinstance(entered, yaml.Scalar):
            found.append((None, entered.value, entered.span))
        for said, target, span in found:
            for day in DAY.finditer(target):
                step = draw.choice([-1, 1])
                new = datetime.date.fromisoformat(day[0]) + datetime.timedelta(days=step)
                changed = target[: day.start()] + new.isoformat() + target[day.end() :]
                yield Edit(
                    "date",
                    file.name,
                    _on(span.line),
                    f"{said.words if said else None!r}: {target} becomes {changed}",
                    file.replaced(span, changed),
                    date_off_by_one(said, day[0]),
                )


def drops(seeds: Seeds, draw: random.Random) -> Iterator[Edit]:
    """A field left out, with all below it."""
    names = {name for entry in seeds.registry.entries.values() for name in entry.aliases}
    told_with = Counter(
        slug.value
        for file in seeds.files
        for written in file.mappings
        if written.name == "fact" and written.node.get("who") is not None
        for word in ("meeting", "call", "talks", "visit", "event")
        for slug in _items(written.node.get(word))
    )
    for file in seeds.files:
        for written in file.mappings:
            entries = written.node.entries
            for index, (key, _) in enumerate(entries):
                if len(entries) > 1:
                    span = written.node.span
                    gone = _without(file, written, index)
                    fewer = file.data.count(b"\n") - gone.count(b"\n")
                    last = span.end_line - fewer if written.name == "value" else span.line
                    yield Edit(
                        "drop",
                        file.name,
                        range(span.line, last + 1),
                        f"`{key.value}` dropped from {written.name} ({written.key})",
                        gone,
                        dropped(written, key.value, names, told_with),
                    )


def extras(seeds: Seeds, draw: random.Random) -> Iterator[Edit]:
    """A key more: one mistyped, one that belongs elsewhere, or one that is there already."""
    every = sorted({key for known in MAPPINGS.values() for key in known})
    for file in seeds.files:
        for written in file.mappings:
            known = keys(written.name)
            if written.name == "value":
                parent = written.parents[0][1]
                name = next(w.name for w in file.mappings if w.node is parent)
                spec = keys(name)[written.key]
                known = {k: v for k, v in known.items() if k in value_keys(spec)}
            here = [key.value for key, _ in written.node.entries]
            typo = draw.choice(sorted(known))
            at = draw.randrange(len(typo))
            made = [
                typo[:at] + typo[at] + typo[at:],
                draw.choice([key for key in every if key not in known]),
                here[0],
            ]
            for new in made:
                if new in known and new not in here:
                    continue
                yield _with(file, written, new)


def rules(seeds: Seeds, draw: random.Random) -> Iterator[Edit]:
    """A rule that does not give the date written beside words that fix a day."""
    for file in seeds.files:
        for said in file.said:
            if said.spec.takes is not Takes.DATE or not said.words:
                continue
            if not FIXES_A_DAY.search(said.words):
                continue
            right = _right(said, seeds.rules)
            for rule in draw.sample([rule for rule in seeds.rules if rule != right], 3):
                yield Edit(
                    "rule",
                    file.name,
                    _on(said.at.line),
                    f"{said.words!r} = {said.target} by {rule}",
                    _ruled(file, said, rule),
                    wrong_rule(said, right, rule),
                )


def strangers(seeds: Seeds, draw: random.Random) -> Iterator[Edit]:
    """A quote replaced by one of another article."""
    for file in seeds.files:
        elsewhere = [other for other in seeds.files if other is not file]
        others = [quote.value for other in elsewhere for quote in other.quotes()]
        for quote in file.quotes():
            for new in draw.sample(others, 2):
                stands = fold(new) in fold(seeds.text(file))
                yield Edit(
                    "stranger",
                    file.name,
                    _on(quote.span.line),
                    f"{quote.value[:30]!r} becomes {new[:30]!r}",
                    file.replaced(quote.span, json.dumps(new, ensure_ascii=False)),
                    "the article has these words too" if stands else None,
                )


def _right(said: Said, known: Sequence[str]) -> str:
    """The rule that reads words which fix a day, told by their form."""
    if isinstance(said.node, yaml.Mapping):
        written = _value(said.node.get("rule"))
        if written:
            return written
    words = said.words or ""
    if re.search(r"last night", words):
        return "night-before"
    if re.search(r"night", words):
        return "night"
    if re.search(r"afternoon", words):
        return "day-part"
    if re.fullmatch(r"on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day", words):
        return "weekday-on-or-before"
    return "day-named" if words.startswith("on ") else "printed"


def _ruled(file: File, said: Said, rule: str) -> bytes:
    node = said.node
    if isinstance(node, yaml.Scalar):
        words = json.dumps(said.words, ensure_ascii=False)
        return file.replaced(node.span, f'{{words: {words}, is: "{said.target}", rule: {rule}}}')
    if not isinstance(node, yaml.Mapping):
        raise TypeError(f"{said.words}: a date in a list of lists")
    own = node.get("rule")
    if isinstance(own, yaml.Scalar):
        return file.replaced(own.span, rule)
    return file.replaced(_end(said.at), f"{', ' if node.flow else _newline(node)}rule: {rule}")


def _newline(node: yaml.Mapping) -> str:
    return "\n" + " " * (node.entries[0][0].span.column - 1)


def _on(line: int) -> range:
    return range(line, line + 1)


def _end(span: Span) -> Span:
    return Span(span.file, span.end_line, span.end_column, span.end_line, span.end_column)


def _without(file: File, written: Written, index: int) -> bytes:
    """The file without one entry of a mapping, its comma or its lines included."""
    entries = written.node.entries
    first, last = entries[index]
    if index + 1 < len(entries):
        following = entries[index + 1][0].span
        cut = Span(
            first.span.file, first.span.line, first.span.column, following.line, following.column
        )
    else:
        before = entries[index - 1][1].span
        end = last.span
        cut = Span(before.file, before.end_line, before.end_column, end.end_line, end.end_column)
    return file.replaced(cut, "")


def _with(file: File, written: Written, key: str) -> Edit:
    """The file with another entry, before the second of a mapping or before its end."""
    node = written.node
    entries = node.entries
    if node.flow or len(entries) == 1:
        last = entries[-1][1]
        at = _end(last.span)
        text = f", {key}: x" if node.flow else _newline(node) + f"{key}: x"
        line = at.line if node.flow else at.line + 1
    else:
        first = entries[1][0].span
        at = Span(first.file, first.line, first.column, first.line, first.column)
        text, line = f"{key}: x{_newline(node)}", first.line
    what = f"`{key}` added to {written.name} ({written.key})"
    return Edit("extra", file.name, _on(line), what, file.replaced(at, text))


def _items(node: yaml.Node | None) -> list[yaml.Scalar]:
    items = node.items if isinstance(node, yaml.Sequence) else (node,)
    return [item for item in items if isinstance(item, yaml.Scalar)]


def _value(node: yaml.Node | None) -> str | None:
    return node.value if isinstance(node, yaml.Scalar) else None


CLASSES: Mapping[str, Class] = {
    "letter": letters,
    "id": ids,
    "date": dates,
    "drop": drops,
    "extra": extras,
    "rule": rules,
    "stranger": strangers,
}
