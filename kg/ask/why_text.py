"""An answer of `why` as text set at 80 columns, or as JSON."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import asdict, replace

from kg.ask.answers import Answer, Field, Reading, Row, Statement, Why, Words
from kg.ask.origins_text import left_line, origins_line
from kg.check.report import shown

WIDTH = 80
_STANCES = {
    "kg:denies": "denied",
    "kg:declines": "not confirmed",
    "kg:hedges": "said with reservation",
    "": "said",
}


def as_json(why: Why) -> str:
    """The whole answer as JSON."""
    return json.dumps(asdict(why), ensure_ascii=False, indent=2) + "\n"


def as_text(why: Why, prefix: str = "") -> str:
    """The answer for a reader; `prefix` leads from where they stand to the project's root."""
    slug = why.event.split("/", 1)[-1]
    lines = [slug, "=" * min(len(slug), WIDTH)]
    for field in why.fields:
        lines += ["", *_field(field, why, prefix)]
    lines += ["", "Sources"]
    for node, described in sorted(why.sources.items()):
        if node.startswith(("article/", "utterance/", "file/")):
            lines += _set(f"{_short(node)}: {described}", 2)
    return "".join(shown(line.rstrip()) + "\n" for line in lines)


def _field(field: Field, why: Why, prefix: str) -> Iterator[str]:
    for answer in field.answers:
        yield f"{field.name}: {_value(answer)}"
        yield from _origins(answer, why)
        for same in _gathered(answer.statements):
            yield from _statement(same, why, prefix)


def _origins(answer: Answer, why: Why) -> Iterator[str]:
    """On how many origins it rests; nothing where nobody asserts it."""
    found = answer.independence
    if not (found.origins or found.interested or found.left):
        return

    def name(node: str) -> str:
        return _known(node, why)

    yield from _set(origins_line(found, name), 2)
    yield from _set(left_line(found, name), 2)


def _gathered(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Statements as they are told: each once, in the order they came."""
    return tuple(dict.fromkeys(replace(s, claim="") for s in statements))


def _value(answer: Answer) -> str:
    slug = _short(answer.value)
    value = slug if answer.label == answer.value else answer.label
    if not answer.value.startswith(("time/", "kg:")) and slug not in (answer.label, value):
        value = f"{answer.label} ({slug})"
    if answer.direct:
        return value
    stances = {statement.stance for statement in answer.statements}
    if all(("presence", "kg:absent") in statement.qualifiers for statement in answer.statements):
        return f"{value}  [absent]"
    return f"{value}  [{'only denied' if stances <= {'kg:denies'} else 'not settled'}]"


def _statement(statement: Statement, why: Why, prefix: str) -> Iterator[str]:
    yield from _set(_who(statement, why), 2)
    for words in statement.words:
        yield from _set(_quote(words, statement.as_stated), 4)
    for row in statement.rows:
        yield from _set(row_line(row, why), 4)
    if statement.rows:
        for stated in statement.as_stated:
            yield from _set(f"coded as “{stated}”", 4)
    for name, value in statement.qualifiers:
        yield f"    {name}: {_short(value)}"
    for reading in statement.readings:
        yield from _set(_reading(reading), 4)
    for reason in statement.reasons:
        yield from _set(f"because: {reason}", 4)
    if statement.rank:
        yield f"    rank: {_short(statement.rank)}"
    for denier in statement.disputed_by:
        yield from _set(f"disputed by {_known(denier, why)}", 4)
    for name in ("value", "event", "quote"):
        places = [place for place in statement.places if place.property == name]
        if places:
            yield from (f"    at {prefix}{p.file}:{p.line}:{p.column}" for p in places)
            break


def row_line(row: Row, why: Why) -> str:
    """A row of an imported table, by its number, with the story that it was coded from."""
    line = f"row {row.number} of {why.sources.get(row.document) or _short(row.document)}"
    line += f", key {row.key}" if row.key else ""
    if not row.story:
        return line
    sentence = f"sentence {row.sentence} of " if row.sentence else ""
    return f"{line}, from {sentence}{_short(row.story)}, a {_known(row.story, why)}"


def _who(statement: Statement, why: Why) -> str:
    if statement.coded_by:
        source = _known(statement.according_to, why)
        return f"coded by {_short(statement.coded_by)}, which is software, from a {source}"
    if statement.inferred_by:
        return f"inferred by {_short(statement.inferred_by)}, a curator"
    if len(statement.chain) <= 1:
        return f"{_STANCES[statement.stance]} by {_short(statement.according_to)}"
    document, *origins = statement.chain
    source = _known(statement.according_to, why)
    how = (
        "by an "
        if source.startswith("unnamed")
        else "in "
        if source.startswith("remarks")
        else "in a "
    )
    said = f"{_STANCES[statement.stance]} {how}{source}"
    chain = " ← ".join([_short(document), *(_known(node, why) for node in origins)])
    return f"{said}; chain: {chain}"


def _known(node: str, why: Why) -> str:
    described = why.sources.get(node, "")
    if not described or described == node or described.startswith("“"):
        return _short(node)
    return described


def _short(node: str) -> str:
    if "://" in node:  # a term of another vocabulary
        return node
    return node.removeprefix("kg:").split("/", 1)[-1]


def _quote(words: Words, stated: tuple[str, ...]) -> str:
    """The quote between a little context, with the decisive words in square brackets."""
    quote = " ".join(words.quote.split())
    texts = sorted((" ".join(text.split()) for text in stated), key=len, reverse=True)
    found = next((text for text in texts if _whole(text).search(quote)), None)
    if found is not None and found != quote:
        quote = _whole(found).sub(lambda match: f"[{match[0]}]", quote, count=1)
    before, after = words.before.split("\n")[-1], words.after.split("\n")[0]
    before = "… " + before.split(" ", 1)[-1] if before.strip() else ""
    after = after.rsplit(" ", 1)[0].rstrip() + " …" if " " in after.strip() else after
    return f"{before}«{quote}»{after}"


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")


def _reading(reading: Reading) -> str:
    words = f"“{reading.expression}” is " if reading.expression else ""
    text = f"date: {words}{reading.result}"
    if reading.rule:
        text += f" by the rule {reading.rule}"
    if reading.anchor:
        text += f", counted from {reading.anchor}"
        if reading.anchor_of:
            text += f" (the day of {_short(reading.anchor_of)})"
    if reading.alternatives:
        text += "; not taken: " + ", ".join(reading.alternatives)
    return text


def _set(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
