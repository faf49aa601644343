"""An answer of `why` as text set at 80 columns, or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict

from kg.ask.why import Answer, Field, Reading, Statement, Why, Words
from kg.check.report import shown

WIDTH = 80
_STANCES = {
    "kg:denies": "denied by",
    "kg:declines": "not confirmed by",
    "kg:hedges": "said with reservation by",
    "": "said by",
}


def as_json(why: Why) -> str:
    """The whole answer as JSON."""
    return json.dumps(asdict(why), ensure_ascii=False, indent=2) + "\n"


def as_text(why: Why, prefix: str = "") -> str:
    """The answer for a reader; `prefix` leads from where they stand to the project's root."""
    lines = [why.event, "=" * len(why.event)]
    for field in why.fields:
        lines += ["", *_field(field, why, prefix)]
    return "".join(shown(line.rstrip()) + "\n" for line in lines)


def _field(field: Field, why: Why, prefix: str) -> Iterator[str]:
    for answer in field.answers:
        yield f"{field.name}: {_value(answer)}"
        for statement in answer.statements:
            yield from _statement(statement, why, prefix)


def _value(answer: Answer) -> str:
    value = answer.label
    if answer.value not in (answer.label, f"kg:{answer.label}"):
        slug = answer.value.split("/", 1)[-1]
        value = answer.label if answer.value.startswith("time/") else f"{answer.label} ({slug})"
    if answer.direct:
        return value
    if all(s.stance for s in answer.statements):
        return f"{value}  [not asserted]"
    return f"{value}  [disputed or superseded]"


def _statement(statement: Statement, why: Why, prefix: str) -> Iterator[str]:
    yield from _set(_who(statement, why), 2)
    for words in statement.words:
        yield from _set(_quote(words, statement.as_stated), 4)
    for name, value in statement.qualifiers:
        yield f"    {name}: {value.removeprefix('kg:').split('/', 1)[-1]}"
    for reading in statement.readings:
        yield from _set(_reading(reading), 4)
    for reason in statement.reasons:
        yield from _set(f"because: {reason}", 4)
    if len(statement.chain) > 1:
        yield from _set("chain: " + " ← ".join(_known(node, why) for node in statement.chain), 4)
    if statement.rank:
        yield f"    rank: {statement.rank.removeprefix('kg:')}"
    for denial in statement.disputed_by:
        yield f"    disputed by: {denial}"
    at = next(
        (p for name in ("value", "event", "quote") for p in statement.places if p.property == name),
        None,
    )
    if at is not None:
        yield f"    at {prefix}{at.file}:{at.line}:{at.column}"


def _who(statement: Statement, why: Why) -> str:
    if statement.inferred_by:
        return f"inferred by {statement.inferred_by}"
    source = statement.according_to
    described = why.sources.get(source, "")
    return f"{_STANCES[statement.stance]} {source}" + (f", {described}" if described else "")


def _known(node: str, why: Why) -> str:
    described = why.sources.get(node, "")
    return node if not described or described.startswith("“") else described


def _quote(words: Words, stated: tuple[str, ...]) -> str:
    """The quote between a little context, with the decisive words in square brackets."""
    quote = " ".join(words.quote.split())
    for text in sorted((" ".join(text.split()) for text in stated), key=len, reverse=True):
        if f"[{text}]" not in quote and quote.count(text) >= 1 and "[" not in quote:
            quote = quote.replace(text, f"[{text}]", 1)
    before, after = words.before.split("\n")[-1], words.after.split("\n")[0]
    before = "… " + before.split(" ", 1)[-1] if before.strip() else ""
    after = after.rsplit(" ", 1)[0] + " …" if after.strip() else ""
    return f"{before}«{quote}»{after}"


def _reading(reading: Reading) -> str:
    text = f"date: “{reading.expression}” is {reading.result} by the rule {reading.rule}"
    if reading.anchor:
        text += f", counted from {reading.anchor}"
        if reading.anchor_of:
            text += f" (the day of {reading.anchor_of})"
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
