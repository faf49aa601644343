"""Project settings: what `kg.yaml` says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.check.diagnostic import Findings
from kg.facts.record import record
from kg.facts.yaml.nodes import Node
from kg.rdf.vocabulary import Vocabulary

# Characters that RFC 3987 bars from an IRI, and those that Turtle cannot write raw.
_BASE = re.compile(r"https?://[^\s<>\"{}|^`\\\x00-\x20/?#]+(/[^\s<>\"{}|^`\\\x00-\x20?#]*)?[/#]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a project; `languages` has the usual language of names first."""

    base: str
    title: str
    version: str
    issued: str
    licence: str
    creators: tuple[str, ...]
    languages: tuple[str, ...]
    output: str


def is_language(tag: str) -> bool:
    """Whether a text is a language tag by the grammar of Turtle (section 6.5, LANGTAG)."""
    return _LANGUAGE.fullmatch(tag) is not None


def read_settings(node: Node, vocabulary: Vocabulary, findings: Findings) -> Settings | None:
    """Settings from `kg.yaml`; None, with findings, when they cannot serve."""
    before = len(findings)
    fields = record(node, "settings", vocabulary, findings)
    if fields is None:
        return None
    base, issued = fields.text("base"), fields.day("issued")
    if base is not None and not _BASE.fullmatch(base.value):
        findings.error(
            "settings-base",
            "`base` is no IRI to build on",
            base.span,
            "write an http or https IRI that ends in `/`, such as https://example.org/id/",
        )
    languages = fields.texts("languages")
    for language in languages:
        if not is_language(language.value):
            findings.error(
                "language-malformed",
                "this is no language tag",
                language.span,
                "write a BCP 47 tag such as `en` or `pt-BR`",
            )
    title, version, licence = fields.text("title"), fields.text("version"), fields.text("licence")
    creators = tuple(text.value for text in fields.texts("creators"))
    output = fields.text("output")
    if not (base and issued and title and version and licence) or len(findings) > before:
        return None
    return Settings(
        base.value,
        title.value,
        version.value,
        issued.value,
        licence.value,
        creators,
        tuple(text.value for text in languages),
        output.value if output else "out",
    )
