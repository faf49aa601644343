"""Mappings of a YAML file read by the format's description: known keys, right shapes, positions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.check.diagnostic import Edit, Findings, Span
from kg.facts import format as fmt
from kg.facts.grammar import Text, split, words_of
from kg.facts.likeness import only_candidate
from kg.facts.yaml.nodes import Mapping, Node, Scalar, Sequence
from kg.facts.yaml.rewrite import appended, inserted
from kg.rdf.vocabulary import Vocabulary

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Names that some file system or URL reader takes for something else.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?|.*\.")


def suggestion(word: str, known: Iterable[str]) -> str:
    """A fix that names what is close to a mistyped word."""
    names = sorted(known)
    if not names:
        return "there is none yet"
    close = difflib.get_close_matches(word, names, n=3, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(f"`{name}`" for name in close) + "?"
    return "known are: " + ", ".join(names[:20]) + (", …" if len(names) > 20 else "")


@dataclass(frozen=True, slots=True)
class Corrected:
    """What stood in a field before a correction."""

    was: Text
    on: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Somebody an article does not name: an id within the article, affiliation and number."""

    id: Text
    of: Text | None
    number: Text | None


@dataclass(frozen=True, slots=True)
class Value:
    """What one field says: the words of the quote, what they stand for, and its qualifiers."""

    span: Span
    words: Text | None = None
    which: int | None = None
    target: Text | None = None
    office: Text | None = None
    office_words: Text | None = None
    roles: tuple[Text, ...] = ()
    presence: Text | None = None
    rule: Text | None = None
    origin: Text | None = None
    inferred: Text | None = None
    rank: Text | None = None
    corrected: Corrected | None = None
    unnamed: Unnamed | None = None
    node: Node | None = field(default=None, repr=False, compare=False)

    def filled(self, target: str) -> Edit | None:
        """The edit that writes out what the words stand for; None where there is no safe one."""
        if isinstance(self.node, Scalar):
            return appended(self.node, f" = {target}")
        if isinstance(self.node, Mapping):
            return inserted(self.node, "words", "is", target)
        return None


class Record:
    """One mapping with known keys; values are read as the format says, errors become findings."""

    def __init__(
        self, node: Mapping, name: str, vocabulary: Vocabulary, findings: Findings
    ) -> None:
        self.node = node
        self.span = node.span
        self.name = name
        self._keys = fmt.keys(name)
        self._vocabulary = vocabulary
        self._findings = findings

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        return self.node.get(key) is not None

    def key_span(self, key: str) -> Span:
        """Where the key itself stands, or the mapping where it does not."""
        scalar = self.node.key(key)
        return scalar.span if scalar else self.span

    def _nodes(self, key: str) -> tuple[Node, ...]:
        node = self.node.get(key)
        if node is None or key not in self._keys:
            return ()
        if not isinstance(node, Sequence):
            return (node,)
        if self._keys[key].many:
            return node.items
        if node.flow and "," in node.source() and node.source()[1:2].isdigit():
            self._findings.error(
                "yaml-unquoted-brackets",
                f"`{key}` holds a list: square brackets without quotes make one",
                node.span,
                f'write the value in quotes: "{node.source()}"',
            )
        else:
            self._findings.error(
                "field-shape", f"`{key}` takes one value, not a list", node.span, "write one value"
            )
        return ()

    def text(self, key: str) -> Text | None:
        """The text behind a key."""
        texts = self.texts(key)
        return texts[0] if texts else None

    def texts(self, key: str) -> tuple[Text, ...]:
        """The texts behind a key that may repeat."""
        found = []
        for node in self._nodes(key):
            if not isinstance(node, Scalar):
                self._findings.error(
                    "field-shape",
                    f"`{key}` takes {self._keys[key].takes.value}",
                    node.span,
                    "write it on one line, without sub-keys",
                )
            elif not node.value.strip():
                self._findings.error(
                    "value-empty",
                    f"`{key}` is empty",
                    self.key_span(key),
                    "write a value, or leave the key out",
                )
            else:
                found.append(Text(node.value, node.span, node))
        return tuple(found)

    def id(self, key: str) -> Text | None:
        """The id behind a key, checked by form."""
        text = self.text(key)
        return text if text is None or self.check_id(text) else None

    def ids(self, key: str) -> tuple[Text, ...]:
        """The ids behind a key that may repeat."""
        return tuple(text for text in self.texts(key) if self.check_id(text))

    def check_id(self, text: Text) -> bool:
        """Whether a text may be an id: it becomes a segment of an IRI and part of a file name."""
        return check_id(text, self._findings)

    def day(self, key: str) -> Text | None:
        """The day behind a key, checked to be one that exists."""
        text = self.text(key)
        return text if text is None or check_day(text, self._findings) else None

    def concept(self, text: Text, scheme: str) -> Text | None:
        """The concept of a scheme that a word stands for, as a name."""
        concepts = self._vocabulary.concepts(scheme)
        word = text.value.strip().replace(" ", "-")
        if word in concepts:
            return Text(concepts[word].name, text.span)
        meant = only_candidate(word, concepts)
        self._findings.error(
            "concept-unknown",
            f"“{text.value}” is no word of {scheme}",
            text.span,
            suggestion(word, concepts),
            edit=text.edit(meant) if meant else None,
        )
        return Text(concepts[meant].name, text.span) if meant else None

    def concepts(self, key: str) -> tuple[Text, ...]:
        """The concepts behind a key, as names."""
        found = (self.concept(text, self._keys[key].of) for text in self.texts(key))
        return tuple(text for text in found if text is not None)

    def records(self, key: str) -> tuple[Record, ...]:
        """The mappings behind a key."""
        found = []
        for node in self._nodes(key):
            if isinstance(node, Mapping):
                nested = record(node, self._keys[key].of, self._vocabulary, self._findings)
                if nested is not None:
                    found.append(nested)
            else:
                self._findings.error(
                    "field-shape",
                    f"`{key}` takes {self._keys[key].takes.value}",
                    node.span,
                    "write `key: value` pairs below it",
                )
        return tuple(found)

    def values(self, key: str) -> tuple[Value, ...]:
        """The values behind a key, in short or mapping form."""
        if self.node.get(key) is None:
            return ()
        found = (self._value(key, node) for node in self._nodes(key))
        return tuple(value for value in found if value is not None)

    def value(self, key: str) -> Value | None:
        """The value behind a key that takes one."""
        values = self.values(key)
        return values[0] if values else None

    def _value(self, key: str, node: Node) -> Value | None:
        spec = self._keys[key]
        if isinstance(node, Scalar):
            short = split(node, self._findings)
            if short is None:
                return None
            if short.target is None and not fmt.bare_is_words(spec):
                return Value(node.span, target=short.words)
            return Value(node.span, short.words, short.which, short.target, short.office, node=node)
        if isinstance(node, Sequence):
            self._findings.error(
                "field-shape",
                f"`{key}` holds a list in a list",
                node.span,
                "write one value an entry, in quotes if it has brackets",
            )
            return None
        allowed = fmt.value_keys(spec)
        fields = record(node, "value", self._vocabulary, self._findings, allowed)
        if fields is None:
            return None
        words_node, words, which = fields.node.get("words"), None, None
        if isinstance(words_node, Scalar) and fields.text("words"):
            words, which = words_of(words_node, len(words_node.value))
        office = fields.value("as")
        unnamed = fields.id("unnamed")
        was = next(iter(fields.records("corrected")), None)
        of = fields.value("of")
        target = fields.text("is")
        if target is None and fields.has("is"):
            return None
        if words is None and target is None and unnamed is None:
            self._findings.error(
                "value-empty", f"`{key}` says nothing", node.span, "write `words:` and `is:`"
            )
            return None
        if unnamed is not None and words is None and not fields.has("inferred"):
            self._findings.error(
                "value-no-words",
                "no words tell of whom this leaves unnamed",
                node.span,
                "add `words:`, or `inferred: reason`",
            )
        for alone in ("of", "number"):
            if alone in allowed and unnamed is None and fields.has(alone):
                self._findings.error(
                    "key-misplaced",
                    f"`{alone}` tells of somebody unnamed, and nobody here is",
                    fields.key_span(alone),
                    f"add `unnamed: id`, or take `{alone}` away",
                )
        presence = next(iter(fields.concepts("presence")), None)
        return Value(
            node.span,
            words,
            which,
            target,
            office=(office.target or office.words) if office else None,
            office_words=office.words if office and office.target else None,
            roles=fields.concepts("role"),
            presence=presence,
            rule=fields.text("rule"),
            origin=fields.id("from"),
            inferred=fields.text("inferred"),
            rank=next(iter(fields.concepts("rank")), None),
            corrected=_corrected(was) if was else None,
            unnamed=Unnamed(unnamed, (of.target or of.words) if of else None, fields.text("number"))
            if unnamed
            else None,
            node=node,
        )


def _corrected(fields: Record) -> Corrected | None:
    was, on, reason = fields.text("was"), fields.day("on"), fields.text("reason")
    return Corrected(was, on, reason) if was and on and reason else None


def check_id(text: Text, findings: Findings) -> bool:
    """Whether a text may be an id; a finding says why not, without echoing a hostile one."""
    if ID.fullmatch(text.value) and not _RESERVED.fullmatch(text.value):
        return True
    if len(text.value) > 200:
        what = f"this id has {len(text.value)} characters; the limit is 200"
    elif _RESERVED.fullmatch(text.value) and ID.fullmatch(text.value):
        what = f"“{text.value}” cannot be an id: some systems reserve it as a file name"
    else:
        what = "this is no id"
    findings.error(
        "id-malformed",
        what,
        text.span,
        "use letters a–z, digits, hyphens, dots and underscores, beginning with a letter or digit",
    )
    return False


def check_day(text: Text, findings: Findings) -> bool:
    """Whether a text is a day YYYY-MM-DD of the calendar."""
    import datetime

    try:
        if DAY.fullmatch(text.value):
            datetime.date.fromisoformat(text.value)
            return True
    except ValueError:
        pass
    findings.error("date-malformed", f"“{text.value}” is no day", text.span, "write YYYY-MM-DD")
    return False


def record(
    node: Node,
    name: str,
    vocabulary: Vocabulary,
    findings: Findings,
    allowed: frozenset[str] | None = None,
) -> Record | None:
    """Read a node as the named mapping; None, with findings, where it is none at all."""
    if not isinstance(node, Mapping):
        findings.error(
            "field-shape", "a mapping is expected here", node.span, "write `key: value` pairs"
        )
        return None
    known = fmt.keys(name)
    for key, _ in node.entries:
        if key.value not in known:
            findings.error(
                "key-unknown",
                f"no key `{key.value}` is known here",
                key.span,
                suggestion(key.value, allowed or known),
            )
        elif allowed is not None and key.value not in allowed:
            findings.error(
                "key-misplaced",
                f"`{key.value}` says nothing here",
                key.span,
                "this value takes " + ", ".join(f"`{k}`" for k in sorted(allowed)),
            )
    for word, spec in known.items():
        if spec.required and node.get(word) is None:
            findings.error(
                "key-missing",
                f"`{word}` is missing: {spec.doc}",
                node.span,
                f"add `{word}:`",
            )
    return Record(node, name, vocabulary, findings)
