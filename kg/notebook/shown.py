"""An answer of `why` as a notebook shows it: HTML that is inert, Markdown, or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from kg.ask.answers import Answer, Reading, Statement, Why, Words
from kg.ask.results import printable
from kg.ask.why_text import as_text, row_line

_STANCES = {
    "kg:denies": "denied by",
    "kg:declines": "not confirmed by",
    "kg:hedges": "said with reservation by",
}
# No colours of text: those of the notebook's theme, light or dark, hold. Black on yellow is legible
# in both.
_STYLE = (
    ".kg-why blockquote{margin:.2em 0 .2em .6em;padding-left:.6em;border-left:3px solid #8888}"
    ".kg-why mark{background:#ffe066;color:#000}"
    ".kg-why ul{margin:.2em 0}.kg-why small{opacity:.75}.kg-why h4{margin:.6em 0 .1em}"
)
_MARKDOWN = re.compile(r"([\\`*_\[\]#|~$!])")
# What makes a list or a heading at the beginning of a line.
_OPENING = re.compile(r"^(\s*\d*)([-+=.)])")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is said of an event; `answer` holds it as values, notebooks and `print` show it."""

    answer: Why

    def __str__(self) -> str:
        return as_text(self.answer)

    def __repr__(self) -> str:
        return f"<why {self.answer.event}: {len(self.answer.fields)} fields>"

    def _repr_html_(self) -> str:
        return "".join(_html(self.answer))

    def _repr_markdown_(self) -> str:
        return "".join(_markdown(self.answer))


# --- HTML ----------------------------------------------------------------------------------------


def _html(why: Why) -> Iterator[str]:
    """Elements without links, scripts or images; every text of a source is escaped."""
    yield f'<div class="kg-why"><style>{_STYLE}</style><h3>{_e(_short(why.event))}</h3>'
    for field in why.fields:
        for answer in field.answers:
            yield f"<h4>{_e(field.name)}: {_e(_value(answer))}</h4><ul>"
            for statement in answer.statements:
                yield "<li>" + "".join(_statement_html(statement, why)) + "</li>"
            yield "</ul>"
    yield f"<details><summary>{len(why.sources)} sources</summary><ul>"
    for node, described in sorted(why.sources.items()):
        yield f"<li><code>{_e(_short(node))}</code> {_e(described)}</li>"
    yield "</ul></details></div>\n"


def _statement_html(statement: Statement, why: Why) -> Iterator[str]:
    yield _e(_who(statement, why))
    for words in statement.words:
        before, hit, after = marked(words, statement.as_stated)
        yield f'<blockquote dir="auto">{_e(before)}<mark>{_e(hit)}</mark>{_e(after)}</blockquote>'
    for line in _lines(statement, why):
        yield f"<div><small>{_e(line)}</small></div>"


def _e(text: str) -> str:
    """Text for an element: what steers, hides or reorders is written out, markup is inert."""
    return escape(printable(text))


# --- Markdown ------------------------------------------------------------------------------------


def _markdown(why: Why) -> Iterator[str]:
    yield f"### {_m(_short(why.event))}\n\n"
    for field in why.fields:
        for answer in field.answers:
            yield f"**{_m(field.name)}: {_m(_value(answer))}**\n\n"
            for statement in answer.statements:
                yield f"- {_m(_who(statement, why))}\n"
                for words in statement.words:
                    before, hit, after = marked(words, statement.as_stated)
                    yield f"  > {_m(before)}{_bold(hit)}{_m(after)}\n\n"
                for line in _lines(statement, why):
                    yield f"  - {_m(line)}\n"
            yield "\n"
    yield "Sources\n\n"
    for node, described in sorted(why.sources.items()):
        yield f"- {_m(_short(node))}: {_m(described)}\n"


def _m(text: str) -> str:
    plain = _OPENING.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", printable(text)))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _bold(hit: str) -> str:
    return f"**{_m(hit)}**" if hit.strip() else ""


# --- Both ----------------------------------------------------------------------------------------


def marked(words: Words, stated: tuple[str, ...]) -> tuple[str, str, str]:
    """A quote in three: what comes before the decisive words, these, and what comes after.

    Where no words are known, or they are the whole quote, the first and the last are empty.
    """
    quote = " ".join(words.quote.split())
    for text in sorted(stated, key=len, reverse=True):
        whole = " ".join(text.split())
        found = re.search(rf"(?<!\w){re.escape(whole)}(?!\w)", quote)
        if whole and found:
            return quote[: found.start()], found[0], quote[found.end() :]
    return "", quote, ""


def _value(answer: Answer) -> str:
    value = answer.label if answer.label != answer.value else _short(answer.value)
    if answer.direct:
        return value
    stances = {statement.stance for statement in answer.statements}
    return f"{value} ({'only denied' if stances <= {'kg:denies'} else 'not settled'})"


def _who(statement: Statement, why: Why) -> str:
    if statement.coded_by:
        source = _known(statement.according_to, why)
        return f"coded by {_short(statement.coded_by)}, which is software, from a {source}"
    if statement.inferred_by:
        return f"inferred by {_short(statement.inferred_by)}, a curator"
    said = _STANCES.get(statement.stance, "said by")
    chain = " ← ".join(_known(node, why) for node in statement.chain)
    return f"{said} {chain or _known(statement.according_to, why)}"


def _known(node: str, why: Why) -> str:
    return why.sources.get(node) or _short(node)


def _lines(statement: Statement, why: Why) -> Iterator[str]:
    for row in statement.rows:
        yield row_line(row, why)
    for name, value in statement.qualifiers:
        yield f"{name}: {_short(value)}"
    for reading in statement.readings:
        yield _reading(reading)
    for reason in statement.reasons:
        yield f"because: {reason}"
    for node in statement.disputed_by:
        yield f"disputed by {_short(node)}"
    places = [place for place in statement.places if place.property in ("value", "event", "quote")]
    for place in places[:1]:
        yield f"{place.file}:{place.line}:{place.column}"


def _reading(reading: Reading) -> str:
    words = f"“{reading.expression}” is " if reading.expression else ""
    rule = f" by the rule {reading.rule}" if reading.rule else ""
    anchor = f", counted from {reading.anchor}" if reading.anchor else ""
    return f"date: {words}{reading.result}{rule}{anchor}"


def _short(node: str) -> str:
    return node.removeprefix("kg:").split("/", 1)[-1]
