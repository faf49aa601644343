"""Specifications read from YAML, with everything that is wrong in them at its place."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from kg.check.diagnostic import Findings, Span
from kg.facts import format as fmt
from kg.facts.files import read_bytes
from kg.facts.grammar import Text
from kg.facts.record import Record, record, suggestion
from kg.facts.yaml.nodes import read
from kg.imports.dates import FormError, date_pattern
from kg.imports.schemes import scheme_base, schemes
from kg.imports.spec import (
    ITSELF,
    Code,
    DateColumn,
    FileForm,
    Filter,
    Level,
    Participant,
    Publisher,
    Spec,
    Story,
)
from kg.rdf.vocabulary import Vocabulary

_BUILTIN = Path(__file__).with_name("specs")
_AGENTS = {
    "agent": "foaf:Agent",
    "person": "foaf:Person",
    "organization": "org:Organization",
    "group": "foaf:Group",
}
_DATES = {
    "when": "kg:when",
    "starts": "kg:starts",
    "ends": "kg:ends",
    "planned_for": "kg:plannedFor",
}
_COUNT = re.compile(r"0|[1-9][0-9]{0,17}")
_SCHEME_IRI = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?/[A-Za-z0-9/._~%-]*[/#]")


def builtin_specs() -> tuple[str, ...]:
    """The names of the specifications that come with the tool."""
    return tuple(sorted(path.stem for path in _BUILTIN.glob("*.yaml")))


def spec_path(name: str) -> Path:
    """The file of a specification: one that comes with the tool by its name, else a path."""
    return _BUILTIN / f"{name}.yaml" if name in builtin_specs() else Path(name)


def load_spec(path: Path, vocabulary: Vocabulary, findings: Findings) -> Spec | None:
    """A specification from a file; None, with findings, where it cannot serve."""
    shown = path.name if path.parent == _BUILTIN else path.as_posix()
    data = read_bytes(path, shown, findings)
    return read_spec(data, shown, vocabulary, findings) if data is not None else None


def read_spec(data: bytes, shown: str, vocabulary: Vocabulary, findings: Findings) -> Spec | None:
    """A specification from the bytes of its file; None, with findings, where it cannot serve."""
    before = sum(item.severity >= 3 for item in findings.items)
    node = read(data, shown, findings)
    if node is None:
        return None
    fields = record(node, "import", vocabulary, findings)
    if fields is None:
        return None
    spec = _Reader(findings).spec(fields, shown, hashlib.sha256(data).hexdigest())
    return spec if sum(item.severity >= 3 for item in findings.items) == before else None


@dataclass(slots=True)
class _Reader:
    findings: Findings
    columns: dict[str, Span] = field(default_factory=dict)

    def spec(self, fields: Record, shown: str, sha256: str) -> Spec | None:
        name, ids, title = fields.id("name"), fields.id("ids"), fields.text("title")
        software, form, event = (
            next(iter(fields.records(key)), None) for key in ("software", "file", "event")
        )
        if not (name and title and software and form and event):
            return None
        row = next(iter(fields.records("row")), None)
        code = next(iter(fields.records("code")), None)
        class_ = self.word(event, "is") or "event"
        participants = tuple(self.participant(entry) for entry in fields.records("participants"))
        rights = fields.text("rights")
        maker, maker_name = software.id("id"), software.text("name")
        return Spec(
            label=shown,
            sha256=sha256,
            name=name.value,
            ids=ids.value if ids else name.value,
            title=title.value,
            rights=rights.value if rights else None,
            software=maker.value if maker else "",
            software_name=maker_name.value if maker_name else "",
            file=self.file(form),
            only=tuple(self.filter(entry) for entry in fields.records("only")),
            row_key=self.many(row, "key") if row else (),
            publisher=self.publisher(row) if row else None,
            story=self.story(row) if row else None,
            sentence=self.column(row, "sentence") or None if row else None,
            event_key=self.many(event, "key"),
            class_=fmt.EVENT_CLASSES[class_],
            status=self.concept(event, "status"),
            dates=self.dates(event),
            code=self.column(code, "column") if code else None,
            words=self.column(code, "words") or None if code else None,
            scheme=self.scheme(code) if code else None,
            codes=self.codes(fields, class_, len(participants), has_code=code is not None),
            participants=participants,
            place=tuple(self.level(entry) for entry in fields.records("place")),
            expect=self.counts(fields),
            columns=self.known_columns(form),
        )

    # --- Columns ---------------------------------------------------------------------------------

    def column(self, fields: Record, key: str) -> str:
        """The column behind a key, noted with its place; empty where there is none."""
        return self.noted(fields.text(key))

    def many(self, fields: Record, key: str) -> tuple[str, ...]:
        """The columns behind a key that takes several."""
        return tuple(self.noted(text) for text in fields.texts(key))

    def noted(self, text: Text | None) -> str:
        if text is None:
            return ""
        self.columns.setdefault(text.value, text.span)
        return text.value

    def known_columns(self, form: Record) -> dict[str, Span]:
        """Every column named, each held to be among those listed where the file has no header."""
        listed = [text.value for text in form.texts("columns")]
        for column, span in self.columns.items():
            if listed and column not in listed:
                self.findings.error(
                    "column-missing",
                    f"`columns` lists no column “{column}”",
                    span,
                    suggestion(column, listed),
                )
        return self.columns

    # --- Words and concepts ----------------------------------------------------------------------

    def word(self, fields: Record, key: str) -> str | None:
        """The word behind a key that takes one of a few."""
        text = fields.text(key)
        if text is None:
            return None
        words = fmt.keys(fields.name)[key].words
        if text.value in words:
            return text.value
        self.findings.error(
            "spec-word",
            f"“{text.value}” is no word for `{key}`",
            text.span,
            "write " + ", ".join(f"`{word}`" for word in words[:-1]) + f" or `{words[-1]}`",
        )
        return None

    def concept(self, fields: Record, key: str) -> str | None:
        found = next(iter(fields.concepts(key)), None)
        if found is not None and found.value == "kg:disputed":
            self.findings.error(
                "spec-word",
                "no row can say that a status is disputed: it follows from what several say",
                found.span,
                "write the status that the rows give",
            )
        return found.value if found else None

    # --- Parts -----------------------------------------------------------------------------------

    def file(self, fields: Record) -> FileForm:
        form = self.word(fields, "format") or "csv"
        delimiter = fields.text("delimiter")
        if delimiter and (len(delimiter.value.encode()) != 1 or form != "csv"):
            self.findings.error(
                "spec-delimiter",
                "a delimiter is one ASCII character between the values of csv",
                delimiter.span,
                "write one character, or `format: tsv` for tabs",
            )
            delimiter = None
        quote = self.word(fields, "quote") or ("double" if form == "csv" else "none")
        columns = fields.texts("columns")
        for at, text in enumerate(columns):
            if text.value in {earlier.value for earlier in columns[:at]}:
                self.findings.error(
                    "column-duplicate",
                    f"the column “{text.value}” stands twice",
                    text.span,
                    "give each column a name of its own",
                )
        missing = [text.value for text in fields.texts("missing")]
        if self.word(fields, "empty") == "missing":
            missing.append("")
        return FileForm(
            form,  # type: ignore[arg-type]  # one of the words of the format
            delimiter.value if delimiter else "\t" if form == "tsv" else ",",
            '"' if quote == "double" else None,
            tuple(text.value for text in columns),
            tuple(missing),
        )

    def filter(self, fields: Record) -> Filter:
        return Filter(
            self.column(fields, "column"), tuple(text.value for text in fields.texts("is"))
        )

    def publisher(self, row: Record) -> Publisher | None:
        fields = next(iter(row.records("publisher")), None)
        if fields is None:
            return None
        return Publisher(self.column(fields, "column"), self.word(fields, "part") == "host")

    def story(self, row: Record) -> Story | None:
        fields = next(iter(row.records("story")), None)
        if fields is None:
            return None
        return Story(self.column(fields, "column"), self.column(fields, "url") or None)

    def dates(self, event: Record) -> tuple[DateColumn, ...]:
        found = []
        for key, predicate in _DATES.items():
            for fields in event.records(key):
                form = fields.text("form")
                try:
                    date_pattern(form.value if form else "YYYY")
                except FormError as error:
                    self.findings.error(
                        "spec-date-form",
                        str(error),
                        form.span if form else fields.span,
                        "write YYYY, and where they are given MM or MMMM, DD, hh, mm, ss",
                    )
                column = self.column(fields, "column")
                found.append(DateColumn(predicate, column, form.value if form else "YYYY"))
        return tuple(found)

    def scheme(self, code: Record) -> str | None:
        text = code.text("scheme")
        if text is None:
            return None
        if text.value in schemes():
            return scheme_base(text.value)
        if not _SCHEME_IRI.fullmatch(text.value):
            self.findings.error(
                "spec-scheme",
                f"“{text.value}” is neither a scheme that comes with the tool nor an IRI",
                text.span,
                f"write one of {', '.join(schemes())}, or an IRI that ends in `/` or `#`",
            )
        return text.value

    def codes(
        self, fields: Record, default: str, participants: int, *, has_code: bool
    ) -> tuple[Code, ...]:
        found: dict[str, Code] = {}
        mirrors: list[tuple[Text, Code]] = []
        entries = fields.records("codes")
        if bool(entries) != has_code:
            self.findings.error(
                "spec-codes",
                "`code:` and `codes:` belong together: which column, and what its values mean",
                fields.key_span("codes" if entries else "code"),
                "add the other one, or leave both out",
            )
        for entry in entries:
            for text in entry.texts("code"):
                if text.value in found:
                    self.findings.error(
                        "spec-codes",
                        f"the code “{text.value}” has a meaning already",
                        text.span,
                        "keep one of the two entries",
                    )
                    continue
                code = found[text.value] = self.code(entry, text.value, default)
                if mirror := entry.text("mirrors"):
                    mirrors.append((mirror, code))
        for text, code in mirrors:
            if participants != 2 or (text.value != ITSELF and text.value not in found):
                self.findings.error(
                    "spec-mirror",
                    f"“{text.value}” cannot mirror “{code.code}”: "
                    + (
                        "no such code is kept" if participants == 2 else "it takes two participants"
                    ),
                    text.span,
                    f"name a code of `codes:`, or `{ITSELF}` where the two have no order",
                )
        return tuple(found.values())

    def code(self, entry: Record, code: str, default: str) -> Code:
        mirrors = entry.text("mirrors")
        return Code(
            code,
            fmt.EVENT_CLASSES[self.word(entry, "is") or default],
            self.concept(entry, "status"),
            self.concept(entry, "kind"),
            tuple(role.value for role in entry.concepts("roles")),
            mirrors.value if mirrors else None,
            self.word(entry, "dated") != "no",
        )

    def participant(self, fields: Record) -> Participant:
        column = self.column(fields, "column")
        return Participant(
            column,
            self.column(fields, "name") or column,
            _AGENTS[self.word(fields, "is") or "agent"],
            self.concept(fields, "role"),
        )

    def level(self, fields: Record) -> Level:
        column = self.column(fields, "column")
        only = tuple(self.filter(entry) for entry in fields.records("only"))
        return Level(column, self.column(fields, "name") or column, only)

    def counts(self, fields: Record) -> dict[str, int]:
        found = {}
        for entry in fields.records("expect"):
            for key in fmt.keys("import counts"):
                text = entry.text(key)
                if text is None:
                    continue
                if _COUNT.fullmatch(text.value):
                    found[key] = int(text.value)
                else:
                    self.findings.error(
                        "spec-count",
                        f"“{text.value}” is no number of {key}",
                        text.span,
                        "write a whole number in digits",
                    )
        return found
