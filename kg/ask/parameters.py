"""Parameters of library queries: what people type, made RDF terms and bound into the text."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kg.ask.errors import ParameterError
from kg.facts.record import suggestion
from kg.rdf.escape import TermError, iri, literal
from kg.rdf.vocabulary import PREFIXES, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Kind = Literal["iri", "text", "integer", "date", "concept", "choice"]

SEEDS_BASE = "https://w3id.org/parley/id/"
"""The base IRI of the nodes in the query files, so that they run as they stand."""

ANY = "any"
"""What people write for a parameter that leaves everything in; SPARQL's UNDEF."""

# One line, or a few, of a query: the values of the variable that has the parameter's name.
_LINE = re.compile(
    r"(?P<head>VALUES \?(?P<name>\w+) \{)(?P<terms>[^{}]*)(?P<tail>\} # parameter\n)"
)
_PATH = re.compile(r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~%-]+(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~%-]+)*")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def values_of(parameters: Sequence[str]) -> dict[str, list[str]]:
    """The values by name of what is typed as NAME=VALUE; raises ParameterError."""
    values: dict[str, list[str]] = {}
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            raise ParameterError(f"`{parameter}` is no parameter: write NAME=VALUE")
        values.setdefault(name, []).append(value)
    return values


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query; an empty default stands for ANY.

    `path` is the segment under the base IRI where a bare slug lives, `choices` are the only
    words it takes, `scheme` is the concept scheme of its words.
    """

    name: str
    kind: Kind
    description: str
    default: tuple[str, ...]
    path: str = ""
    choices: tuple[str, ...] = ()
    scheme: str = ""

    def term(self, word: str, base: str, vocabulary: Vocabulary | None) -> str:
        """A typed word as a SPARQL term.

        Without a vocabulary, words of a scheme are taken to be the package's own. Raises
        ParameterError for what the parameter does not take.
        """
        if word == ANY and self.kind != "text":
            return "UNDEF"
        if self.choices and word not in self.choices:
            raise self._bad(word, f"one of {', '.join(self.choices)}", self.choices)
        try:
            return self._serialised(word, base, vocabulary)
        except TermError as error:
            raise ParameterError(f"parameter `{self.name}`: {error}") from error

    def _serialised(self, word: str, base: str, vocabulary: Vocabulary | None) -> str:
        match self.kind:
            case "iri":
                return iri(self._absolute(word, base, vocabulary))
            case "text" | "choice":
                return literal(word)
            case "integer":
                if not _INTEGER.fullmatch(word):
                    raise self._bad(word, "a whole number of at most 18 digits")
                return str(int(word))
            case "date":
                if not _is_day(word):
                    raise self._bad(word, "a day such as 2023-10-31")
                return literal(word, datatype=PREFIXES["xsd"] + "date")
            case "concept":
                return self._concept(word, vocabulary)

    def _concept(self, word: str, vocabulary: Vocabulary | None) -> str:
        name = f"kg:{word.removeprefix('kg:')}"
        if self.scheme and vocabulary is not None:
            concepts = vocabulary.concepts(self.scheme)
            names = {concept.name for concept in concepts.values()}
            if word in concepts:
                name = concepts[word].name
            elif word in names or name in names:
                name = word if word in names else name
            else:
                raise self._bad(word, f"a word of {self.scheme}", concepts)
        elif not _WORD.fullmatch(name.removeprefix("kg:")):
            raise self._bad(word, "a word such as held or Meeting")
        if name.startswith("kg:"):
            return name
        prefix, _, local = name.partition(":")
        return iri((vocabulary.prefixes if vocabulary else PREFIXES)[prefix] + local)

    def _absolute(self, word: str, base: str, vocabulary: Vocabulary | None) -> str:
        if word.startswith("<") and word.endswith(">"):
            return word[1:-1]
        if "://" in word:
            return word
        if ":" in word:
            prefixes = vocabulary.prefixes if vocabulary else PREFIXES
            prefix, _, local = word.partition(":")
            if prefix not in prefixes:
                fix = suggestion(prefix, prefixes)
                raise ParameterError(f"parameter `{self.name}`: unknown prefix `{prefix}:`; {fix}")
            return prefixes[prefix] + local
        if not _PATH.fullmatch(word):
            raise self._bad(word, "a slug such as ismail-haniyeh, a prefixed name or an IRI")
        return f"{base}{word}" if "/" in word else f"{base}{self.path}/{word}"

    def _bad(self, word: str, takes: str, known: Sequence[str] | Mapping[str, object] = ()) -> (
        ParameterError
    ):  # fmt: skip
        fix = f"; {suggestion(word, known)}" if known else ""
        return ParameterError(f"parameter `{self.name}` takes {takes}, not {word!r}{fix}")


def bound(
    text: str,
    parameters: Sequence[Parameter],
    values: Mapping[str, Sequence[str]],
    base: str,
    vocabulary: Vocabulary | None,
) -> str:
    """A query's text with the values given; a parameter without one keeps its default.

    Values are terms of SPARQL, never text pasted in. Raises ParameterError.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in values:
        if name not in known:
            fix = suggestion(name, known) if known else "it has none"
            raise ParameterError(f"no parameter `{name}`; {fix}")

    def line(match: re.Match[str]) -> str:
        words = values.get(match["name"])
        if not words:
            return match[0]
        terms = [known[match["name"]].term(word, base, vocabulary) for word in words]
        if "UNDEF" in terms and len(terms) > 1:
            raise ParameterError(f"parameter `{match['name']}`: `{ANY}` stands alone")
        return f"{match['head']} {' '.join(terms)} {match['tail']}"

    return _LINE.sub(line, text)


def marked(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The parameters that a query's text marks: names, and the terms they have there."""
    for match in _LINE.finditer(text):
        yield match["name"], tuple(re.findall(r'"[^"]*"|\S+', match["terms"]))


def _is_day(word: str) -> bool:
    try:
        datetime.date.fromisoformat(word)
    except ValueError:
        return False
    return bool(_DATE.fullmatch(word))
