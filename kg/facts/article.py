"""One file of facts, read: its head, its passages, and who says each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.check.diagnostic import Findings, Related, Span
from kg.facts.format import EVENT_CLASSES, EVENT_KEYS, UTTERANCE_FORMS
from kg.facts.grammar import Text
from kg.facts.record import Record, check_id, record
from kg.facts.yaml.nodes import Node, Scalar, Sequence
from kg.rdf.vocabulary import Vocabulary

STANCES = {"denies": "kg:denies", "declines": "kg:declines", "hedges": "kg:hedges"}


@dataclass(frozen=True, slots=True)
class By:
    """Who says a passage: an utterance, by its id alone (`fields` None) or with what it is."""

    id: Text
    form: str | None
    fields: Record | None
    via: By | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact; `event` and `word` (meeting, call, …) are None where it is about no event."""

    fields: Record
    word: str | None
    event: Text | None

    @property
    def stance(self) -> str | None:
        """The stance towards the event as a whole, such as `denies: event`.

        All other keys then say what is denied.
        """
        nodes = ((name, self.fields.node.get(key)) for key, name in STANCES.items())
        return next((name for name, node in nodes if _is_event(node)), None)

    @property
    def asserts(self) -> bool:
        """Whether it says something of its event beyond what is denied, declined or hedged."""
        keys = {key.value for key, _ in self.fields.node.entries}
        if self.stance is not None:
            return False
        return not keys & (STANCES.keys() | {"absent"}) or bool(
            keys & (EVENT_KEYS.keys() - {"absent", "inferred", "rank", "same"})
        )


def _is_event(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value == "event"


@dataclass(frozen=True, slots=True)
class Passage:
    """A quote and the facts it carries; without a quote, a reason for inferences."""

    fields: Record
    quote: Text | None
    by: By | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A file of facts about one archived text."""

    id: Text
    file: str
    head: Record
    coder: str
    passages: tuple[Passage, ...]

    @property
    def node(self) -> str:
        """The article's node."""
        return f"article/{self.id.value}"

    @property
    def graph(self) -> str:
        """The node of the graph of what this article says."""
        return f"graph/{self.id.value}"

    def facts(self) -> Iterator[Fact]:
        """All facts in reading order."""
        for passage in self.passages:
            yield from passage.facts


def read_article(
    node: Node, file: str, vocabulary: Vocabulary, findings: Findings
) -> Article | None:
    """Read one file of facts; None, with findings, where the head does not say what it is about."""
    head = record(node, "facts", vocabulary, findings)
    if head is None:
        return None
    id_, coder = head.id("article"), head.id("coder")
    head.day("entered")
    if id_ is None or coder is None:
        return None
    _confirmed(head, findings)
    reader = _Reader(vocabulary, findings)
    passages = tuple(reader.passage(fields) for fields in _passages(head, findings))
    if not passages:
        findings.error(
            "facts-empty",
            "this file holds no passage",
            Span(file),
            "quote a passage, or take the file away",
        )
    return Article(id_, file, head, coder.value, passages)


def _confirmed(fields: Record, findings: Findings) -> None:
    if fields.has("confirm"):
        findings.error(
            "facts-unconfirmed",
            "this is a draft that nobody has confirmed",
            fields.key_span("confirm"),
            "hold it against the text and mend what is wrong, then take this line away",
        )


def _passages(head: Record, findings: Findings) -> Iterator[Record]:
    node = head.node.get("passages")
    if node is not None and not isinstance(node, Sequence):
        findings.error(
            "field-shape", "`passages` takes a list", node.span, "begin each passage with a hyphen"
        )
        return
    yield from head.records("passages")


class _Reader:
    def __init__(self, vocabulary: Vocabulary, findings: Findings) -> None:
        self._vocabulary = vocabulary
        self._findings = findings

    def passage(self, fields: Record) -> Passage:
        _confirmed(fields, self._findings)
        quote = fields.text("quote")
        by = self.by(fields, "by")
        facts = tuple(fact for item in fields.records("facts") for fact in self.fact(item))
        if (
            quote is None
            and not fields.has("inferred")
            and not all(fact.fields.has("inferred") for fact in facts)
        ):
            self._findings.error(
                "evidence-missing",
                "these facts have neither a quote nor a reason",
                fields.span,
                "add `quote:` with the exact words, or `inferred:` with the curator's reason",
            )
        if by is not None and by.fields is None and not facts:
            self._findings.error(
                "attribution-empty",
                f"`by: {by.id.value}` says whose these words are, and nothing says what they tell",
                fields.span,
                "add `facts:` with what they say (`says: first words …`), or take `by:` away",
                (Related(by.id.span, "whose words they are"),),
            )
        return Passage(fields, quote, by, facts)

    def by(self, fields: Record, key: str) -> By | None:
        node = fields.node.get(key)
        if node is None:
            return None
        if isinstance(node, Scalar):
            id_ = Text(node.value, node.span, node)
            return By(id_, None, None) if check_id(id_, self._findings) else None
        inner = record(node, "by", self._vocabulary, self._findings)
        if inner is None:
            return None
        forms = [form for form in UTTERANCE_FORMS if inner.has(form)]
        if len(forms) != 1:
            self._findings.error(
                "utterance-form",
                "this names no utterance"
                if not forms
                else "this names several utterances: " + ", ".join(forms),
                inner.span,
                "begin with one of " + ", ".join(f"`{form}: id`" for form in UTTERANCE_FORMS),
            )
            return None
        utterance = inner.id(forms[0])
        return By(utterance, forms[0], inner, self.by(inner, "via")) if utterance else None

    def fact(self, fields: Record) -> tuple[Fact, ...]:
        """One fact for each event that an entry names; one about no event for any other."""
        words = [word for word in EVENT_CLASSES if fields.has(word)]
        others = [word for word in ("says", "quantity", "holds") if fields.has(word)]
        if len(words) + len(others) != 1:
            found = " and ".join(f"`{word}`" for word in words + others)
            self._findings.error(
                "fact-subject",
                f"this fact is about {found}" if found else "nothing says what this fact is about",
                fields.span,
                "write exactly one of `meeting`, `call`, `talks`, `visit`, `event`, `says`, "
                "`quantity`, `holds`",
            )
        if not words:
            return (Fact(fields, None, None),)
        return tuple(Fact(fields, words[0], event) for event in fields.ids(words[0]))
