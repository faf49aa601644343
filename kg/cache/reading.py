"""Files of facts read and compiled: those that changed, and those that what changed reaches.

A file's rows hang on its own bytes and its text, on the registry, on what other files declare of
the ids that it asks for, and on what it reads of other files (see `kg.facts.trace`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from kg.cache.declared import KINDS, KeptDeclared, declared_frame, undeclared_frame
from kg.cache.kept import SCHEMAS, Kept, found_frame, outline_rows, outlines_in
from kg.check.diagnostic import Diagnostic, Findings
from kg.facts.article import Article
from kg.facts.compile import Compiled, Compiler
from kg.facts.declare import Declarations, declared_in
from kg.facts.outline import Outline, outline
from kg.facts.project import Reader
from kg.facts.registry import Registry
from kg.facts.rows import Rows
from kg.facts.text.archive import Archive
from kg.facts.text.elsewhere import MOST_SEARCHES, Elsewhere
from kg.rdf.vocabulary import Vocabulary

# What is said of an id that nobody declares names ids that are like it.
_NAMES_OTHERS = "reference-unknown"


class TooMuch(Exception):
    """So much changed, or hangs together, that all files are better read anew."""


@dataclass(slots=True)
class _File:
    """A file that is read anew; `text` is the digest of its archived text."""

    digest: str | None
    article: Article | None = None
    text: str | None = None
    outline: Outline | None = None
    compiled: Compiled | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What reading gave: the frames to keep, the rows of `again`, the files that were read anew.

    `frames` are as in `Kept`, without the entries of the registry, `rows` as `Rows.frames` gives
    them; `order` has the number that each file of before goes by now, null where it is among
    `again` or gone.
    """

    frames: dict[str, pl.DataFrame]
    rows: dict[str, pl.DataFrame]
    again: frozenset[str]
    order: pl.Series
    searches: int


@dataclass(slots=True)
class Reading:
    """Reads what changed since `kept`, by the digests of all files in `inputs`."""

    root: Path
    kept: Kept
    inputs: Mapping[str, str]
    vocabulary: Vocabulary
    registry: Registry
    paths: Collection[str]
    most: int
    reader: Reader
    _files: dict[str, _File] = field(default_factory=dict)
    _found: list[tuple[str, str, Diagnostic]] = field(default_factory=list)

    def read(self) -> Read:
        """Read and compile; raises TooMuch where more than `most` files are affected."""
        before = self.kept.frames["files"]
        known = dict(
            zip(before["path"], before.select("digest", "article", "text").iter_rows(), strict=True)
        )
        gone = known.keys() - set(self.paths)
        changed = {path for path in self.paths if self._differs(path, known.get(path))}
        if self._texts_changed():
            searched = before.filter(pl.col("searches") > 0)["path"]
            changed |= set(searched) - gone
        while True:
            self.parse(changed)
            declared, frames, asked = self.declare(changed | gone, self.outlined(changed))
            more = self._asking(asked) - changed - gone
            if not more:
                break
            changed |= more
        return self.settled(changed, gone, frames, declared)

    def settled(
        self,
        changed: set[str],
        gone: set[str],
        frames: dict[str, pl.DataFrame],
        declared: Declarations,
    ) -> Read:
        """Compile what changed and what that reaches, by what all files declare now."""
        uses, order = self.kept.frames["uses"], ordered(frames["outlines"])
        files = closed(changed, gone, uses)
        while True:
            self.parse(files)
            rows = self.compile(files, order, declared)
            used = uses_frame(rows, order)
            more = closed(changed, gone, pl.concat([uses, used])) - files
            if not more:
                return self._result(files, gone, frames, rows, order, used)
            files |= more

    def _differs(self, path: str, known: tuple[str | None, ...] | None) -> bool:
        if known is None:
            return True
        digest, article, text = known
        if digest is None or self.inputs.get(path) != digest or article is None:
            return True
        return text is None or self.inputs.get(f"articles/{article}.txt") != text

    def _texts_changed(self) -> bool:
        """Whether any archived text is another than before, also one that no file is about."""
        return texts_digest(self.inputs) != self.kept.registry.get("texts")

    def parse(self, paths: Collection[str]) -> None:
        """Read files that were not read yet; raises TooMuch."""
        for path in sorted(set(paths) - self._files.keys()):
            findings = self.reader.findings
            before = len(findings.items)
            article = self.reader.article(self.root / path, self.vocabulary)
            file = _File(self.reader.inputs.get(path), article)
            if article is not None:
                file.outline = outline(article)
            self._files[path] = file
            self._found += [(path, "read", item) for item in findings.items[before:]]
        if len(self._files) > self.most:
            raise TooMuch

    def outlined(self, paths: Collection[str]) -> pl.DataFrame:
        """The outlines of files that were read."""
        lines = [
            row
            for path in sorted(set(paths) & self._files.keys())
            if (found := self._files[path].outline) is not None
            for row in outline_rows(path, found)
        ]
        return pl.DataFrame(lines, schema=SCHEMAS["outlines"], orient="row")

    def declare(
        self, paths: Collection[str], new: pl.DataFrame
    ) -> tuple[Declarations, dict[str, pl.DataFrame], set[str]]:
        """What is declared now, the frames that hold it, and the keys of what is so no more.

        `new` are the outlines of the changed files, `paths` these and those that are gone. Only
        ids that some changed file has, or had, are looked at again.
        """
        old = self.kept.frames["outlines"]
        stale = pl.col("path").is_in(list(paths))
        now = pl.concat([old.filter(~stale), new])
        ids = pl.concat([old.filter(stale)["lower"], new["lower"]]).unique()
        here = pl.col("lower").is_in(ids.implode())
        known = pl.col("id").str.to_lowercase().is_in(ids.implode())
        if any(line.node.startswith("event/") for line in self.registry.merges):
            here = known = pl.lit(value=True)  # what is merged with what is seen in all alone
        involved = pl.col("path").is_in(now.filter(here)["path"].unique().implode())
        heads = now.filter(involved & (pl.col("kind") == "article"))
        outlines = outlines_in(pl.concat([heads, now.filter(here, pl.col("kind") != "article")]))
        ordered = sorted(outlines, key=lambda path: (outlines[path].article, path))
        merges = self.registry.merges
        declared, wrong = declared_in((outlines[path] for path in ordered), merges)
        before = self.kept.frames["declared"]
        after = declared_frame(declared).filter(known)
        frames = {
            "outlines": now,
            "declared": pl.concat([before.filter(~known), after]),
            "undeclared": pl.concat(
                [self.kept.frames["undeclared"].filter(~here), undeclared_frame(wrong).filter(here)]
            ),
        }
        declarations = declared_of(frames["declared"], self.registry)
        return declarations, frames, _changed_keys(before.filter(known), after)

    def _asking(self, changed: set[str]) -> set[str]:
        """The files that asked for what is declared otherwise now."""
        if not changed:
            return set()
        uses = self.kept.frames["uses"]
        asking = uses.filter(pl.col("use") == "asks", pl.col("key").is_in(list(changed)))["path"]
        found = self.kept.frames["found"]
        unsure = found.filter(pl.col("diagnostic").str.contains(_NAMES_OTHERS, literal=True))
        return set(asking) | set(unsure["path"])

    def compile(self, paths: Collection[str], order: list[str], declared: Declarations) -> Rows:
        """Compile files that were read, in the order of all."""
        elsewhere = Elsewhere(Archive(self.root).holding)
        # The records of an article tell of what they hold when they are asked, to this reader.
        findings = self.reader.findings
        compiler = Compiler(self.registry, self.vocabulary, declared, elsewhere, findings)
        self._found = [row for row in self._found if row[1] == "read"]
        for origin, path in enumerate(order, 1):
            file = self._files.get(path)
            if path in paths and file is not None and file.article is not None:
                self._compile_one(origin, path, file, compiler)
        for origin, items in compiler.settle().items():
            self._found += [(order[origin - 1], "settle", item) for item in items]
        return compiler.rows

    def looked_at(self, paths: Collection[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Of files that were read and compiled, the frames `files` and `found` of what is kept."""
        return _files_frame({p: self._files[p] for p in sorted(paths)}), found_frame(self._found)

    def _compile_one(self, origin: int, path: str, file: _File, compiler: Compiler) -> None:
        article = file.article
        if article is None:
            return
        reading = Reader(self.root, Findings())
        text = reading.text(article)
        self._found += [(path, "text", item) for item in reading.findings.items]
        file.text = text.sha256 if text is not None else None
        if text is not None:
            file.compiled = compiler.compile(origin, article, text)
            self._found += [(path, "compile", item) for item in file.compiled.found]

    def _result(
        self,
        paths: set[str],
        gone: Collection[str],
        frames: dict[str, pl.DataFrame],
        rows: Rows,
        order: list[str],
        used: pl.DataFrame,
    ) -> Read:
        stale = pl.col("path").is_in([*paths, *gone])
        before = self.kept.frames["files"]
        again, what = self.looked_at(paths)
        files = pl.concat([before.filter(~stale), again])
        files = files.sort("article", "path", nulls_last=True)
        numbers = {path: number for number, path in enumerate(order, 1)}
        # Rows of the registry have the number 0.
        now = [0, *(None if p in paths else numbers.get(p) for p in before["path"])]
        found = {
            "files": files,
            "found": pl.concat([self.kept.frames["found"].filter(~stale), what]),
            "uses": pl.concat([self.kept.frames["uses"].filter(~stale), used]),
        }
        searches = int(files["searches"].sum())
        if len(before) and searches >= MOST_SEARCHES:
            raise TooMuch  # which words were looked for elsewhere hangs on the order of all
        return Read(
            frames | found,
            rows.frames(),
            frozenset(paths),
            pl.Series(now, dtype=pl.Int32),
            searches,
        )


def texts_digest(inputs: Mapping[str, str]) -> str:
    """What stands for all archived texts."""
    texts = [f"{path} {inputs[path]}" for path in sorted(inputs) if path.startswith("articles/")]
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogateescape")).hexdigest()


def _changed_keys(before: pl.DataFrame, after: pl.DataFrame) -> set[str]:
    """The keys by which files ask for what is declared otherwise, or by another article."""
    columns = ["kind", "id", "what", "article"]
    old, new = set(before.select(columns).iter_rows()), set(after.select(columns).iter_rows())
    return {f"{kind}/{id_}" for kind, id_, *_ in old ^ new}


def ordered(outlines: pl.DataFrame) -> list[str]:
    """The files in the order of their articles' ids."""
    heads = outlines.filter(pl.col("kind") == "article")
    return [path for _, path in sorted(heads.select("id", "path").iter_rows())]


def declared_of(frame: pl.DataFrame, registry: Registry) -> Declarations:
    """What a frame holds of what all files declare."""
    events, utterances, articles = (KeptDeclared(frame, kind) for kind in KINDS)
    return Declarations(events, utterances, articles, registry.merges)


def closed(paths: Collection[str], gone: Collection[str], uses: pl.DataFrame) -> set[str]:
    """The files that read what some files write, and those that all of these read from."""
    affected = _spread(set(paths) | set(gone), uses, "writes", "reads")
    return _spread(affected, uses, "reads", "writes") - set(gone)


def _spread(paths: set[str], uses: pl.DataFrame, here: str, there: str) -> set[str]:
    """Some files, and those that use there what these use here, and so on."""
    found, due = set(paths), set(paths)
    ours, theirs = uses.filter(pl.col("use") == here), uses.filter(pl.col("use") == there)
    while due:
        keys = ours.filter(pl.col("path").is_in(list(due)))["key"].unique()
        due = set(theirs.filter(pl.col("key").is_in(keys.implode()))["path"]) - found
        found |= due
    return found


def uses_frame(rows: Rows, order: list[str]) -> pl.DataFrame:
    """What files use of what they have in common."""
    plain = [(order[origin - 1], use, key) for origin, use, key in rows.trace if origin]
    return pl.DataFrame(plain, schema=SCHEMAS["uses"], orient="row")


def _files_frame(files: Mapping[str, _File]) -> pl.DataFrame:
    rows = []
    for path, file in files.items():
        article = file.article.id.value if file.article is not None else None
        compiled = file.compiled
        counts = (0, 0, 0, 0, 0)
        if compiled is not None:
            of = compiled.counts
            counts = (
                of.passages,
                of.empty_passages,
                of.quotes_proved,
                of.facts,
                compiled.searches,
            )
        rows.append((path, file.digest, article, file.text, *counts))
    return pl.DataFrame(rows, schema=SCHEMAS["files"], orient="row")
