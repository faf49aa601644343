"""Edits at random of a small project whose files hang together in every way that files can."""

from __future__ import annotations

import hashlib
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parent / "project"
GENEVA = "facts/geneva.yaml"
LAUSANNE = """\
article: lausanne
title: Ministers look back in Bern
published: 14 March 2024 = 2024-03-14
coder: mw
entered: 2024-04-02
passages:
  - quote: Lind and Berg had met in Geneva on Monday, the agency Nordpress said.
    by: {report: bern-report, who: Nordpress, at: lind-berg-geneva-2024-03-11}
    facts:
      - meeting: lind-berg-geneva-2024-03-11
        same: both tell of the ministers in Geneva on Monday
        who: [Lind = ana-lind, Berg = tomas-berg]
        where: Geneva = geneva
  - quote: Two days later they spoke by phone.
    facts:
      - call: lind-berg-call-2024-03-13
        who: [{words: they, is: ana-lind, inferred: the sentence before names both}]
        when: {words: Two days later, is: 2024-03-13, from: lind-berg-geneva-2024-03-11}
        after: lind-berg-geneva-2024-03-11
"""
ZURICH = """\
article: zurich
title: Agency repeats its report
published: 15 March 2024 = 2024-03-15
coder: mw
entered: 2024-04-03
copy_of: lausanne
passages:
  - quote: Nordpress again reported that Berg had phoned Lind.
    by: nordpress-report
    facts:
      - call: berg-lind-call-2024-03-10
        same: the report of Nordpress
        status: held
        who: [Berg = tomas-berg, Lind = ana-lind]
  - inferred: the article of Geneva is of that day
    facts:
      - meeting: lind-berg-geneva-2024-03-11
        same: the same ministers
        topic: {is: border-talks}
  - quote: Talks about the border will go on in Bern.
    facts:
      - talks: border-talks-bern-2024
        status: will = planned
        who: [{words: Talks, unnamed: delegations}]
        where: Bern = bern
        because_of: lind-berg-call-2024-03-13
"""
TEXTS = {
    "lausanne": "Ministers look back in Bern\n\n14 March 2024\n\nLind and Berg had met in Geneva on "
    "Monday, the agency Nordpress said. Two days later they spoke by phone.\n",
    "zurich": "Agency repeats its report\n\n15 March 2024\n\nNordpress again reported that Berg "
    "had phoned Lind.\n\nTalks about the border will go on in Bern.\n",
    "unread": "Nobody wrote facts from this\n\nBerg and Lind had met in Oslo on Sunday, it said.\n",
}
# Files that have little to do with another.
PLAIN = """\
article: {name}
title: Meeting at {name}
published: 20 March 2024 = 2024-03-20
coder: jd
entered: 2024-04-04
passages:
  - quote: Berg met an envoy in Geneva on Monday.
    facts:
      - meeting: berg-envoy-{name}-2024-03-18
        who: [Berg, {{words: an envoy, unnamed: envoy}}]
        where: Geneva = geneva
        when: on Monday = 2024-03-18
"""
PLAIN_TEXT = "Meeting at {name}\n\n20 March 2024\n\nBerg met an envoy in Geneva on Monday.\n"
PLAIN_NAMES = ("chur", "lugano", "sion", "thun")
ENTRIES = """\
  bern: {name: Bern, kind: place, source: lausanne}
topics:
  border-talks: {name: border talks, source: geneva}
populations:"""
MERGE = "events:\n  old-call: {merged: {into: lind-berg-call-2024-03-13, reason: one call}}\n"
SHAPE = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix kg: <https://w3id.org/parley/ns#> .
@prefix my: <https://example.org/shapes#> .
my:Placed a sh:NodeShape ; sh:targetClass kg:Meeting, kg:Talks, kg:Call ;
    sh:property [ sh:path kg:place ; sh:minCount 1 ; sh:severity sh:Warning ;
                  sh:message "No place." ] ;
    sh:property [ sh:path ( kg:becauseOf kg:place ) ; sh:maxCount 0 ; sh:severity sh:Info ;
                  sh:message "Because of an event at some place." ] .
"""
ARTICLES = ("lausanne", "geneva", "zurich", *PLAIN_NAMES)


def project(root: Path) -> None:
    """Write the project."""
    shutil.copytree(PROJECT, root, ignore=shutil.ignore_patterns(".kg-cache"))
    plain = {name: PLAIN.format(name=name) for name in PLAIN_NAMES}
    texts = TEXTS | {name: PLAIN_TEXT.format(name=name) for name in PLAIN_NAMES}
    for name, text in texts.items():
        (root / "articles" / f"{name}.txt").write_bytes(text.encode())
    for name, facts in {"lausanne": LAUSANNE, "zurich": ZURICH, **plain}.items():
        digest = hashlib.sha256(texts[name].encode()).hexdigest()
        head, _, rest = facts.partition("\n")
        (root / "facts" / f"{name}.yaml").write_text(f"{head}\nsha256: {digest}\n{rest}", "utf-8")
    after = "        after: berg-envoy-chur-2024-03-18\n        where:"
    sub(root / "facts/thun.yaml", "        where:", after)
    sub(root / "registry/registry.yaml", "populations:", ENTRIES)


Edit = Callable[[Path, random.Random], None]


def sub(path: Path, old: str, new: str) -> None:
    """Replace a text in a file once."""
    if path.exists():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _facts(root: Path, chance: random.Random) -> Path:
    return chance.choice(sorted((root / "facts").glob("*.yaml")))


def _at_random(pattern: str, change: Callable[[re.Match[str], random.Random], str]) -> Edit:
    """Change one match of a pattern in one file of facts."""

    def edit(root: Path, chance: random.Random) -> None:
        path = _facts(root, chance)
        text = path.read_text(encoding="utf-8")
        found = list(re.finditer(pattern, text))
        if found:
            match = chance.choice(found)
            new = text[: match.start()] + change(match, chance) + text[match.end() :]
            path.write_text(new, encoding="utf-8")

    return edit


def _letter(match: re.Match[str], chance: random.Random) -> str:
    words = match[0]
    at = chance.randrange(len(words))
    return words[:at] + chance.choice("aeiouxyz ") + words[at + 1 :]


def _line_away(root: Path, chance: random.Random) -> None:
    path = _facts(root, chance)
    lines = path.read_text(encoding="utf-8").split("\n")
    del lines[chance.randrange(len(lines))]
    path.write_text("\n".join(lines), encoding="utf-8")


def _fact_away(root: Path, chance: random.Random) -> None:
    path = _facts(root, chance)
    parts = re.split(r"(?m)^(?=  - (?:quote|inferred):)", path.read_text(encoding="utf-8"))
    if len(parts) > 2:
        del parts[chance.randrange(1, len(parts))]
        path.write_text("".join(parts), encoding="utf-8")


def _restored(root: Path, chance: random.Random) -> None:
    """Put all back as it was at first, but for one file."""
    aside = root.with_name("aside")
    shutil.rmtree(aside, ignore_errors=True)
    project(aside)
    left = chance.choice(ARTICLES)
    for folder in ("facts", "articles", "registry"):
        for path in (root / folder).iterdir():
            if left not in path.name:
                path.unlink()
        for path in (aside / folder).iterdir():
            if left not in path.name:
                shutil.copy(path, root / folder)
    shutil.copy(aside / "kg.yaml", root)
    shutil.rmtree(aside)


def _file_away(root: Path, chance: random.Random) -> None:
    paths = sorted((root / "facts").glob("*.yaml"))
    if len(paths) > 1:
        chance.choice(paths).unlink()


def _renamed(root: Path, chance: random.Random) -> None:
    path = _facts(root, chance)
    path.rename(path.with_name(f"{chance.choice('abz')}-{path.name[-20:]}"))


def _twin(root: Path, chance: random.Random) -> None:
    path = _facts(root, chance)
    shutil.copy(path, path.with_name(f"twin-{path.name[-20:]}"))


def _text(root: Path, chance: random.Random) -> None:
    path = chance.choice(sorted((root / "articles").glob("*.txt")))
    text = path.read_text(encoding="utf-8")
    at = chance.randrange(len(text))
    path.write_text(text[:at] + chance.choice(("", "x", " not ")) + text[at + 1 :], "utf-8")


def _text_away(root: Path, chance: random.Random) -> None:
    chance.choice(sorted((root / "articles").glob("*.txt"))).unlink()


def _registry(old: str, new: str) -> Edit:
    return lambda root, _: sub(root / "registry/registry.yaml", old, new)


def _merge(root: Path, chance: random.Random) -> None:
    _factssub(root, chance, "lind-berg-call-2024-03-13", "old-call")
    (root / "registry" / "merges.yaml").write_text(MERGE)


def _factssub(root: Path, chance: random.Random, old: str, new: str) -> None:
    sub(_facts(root, chance), old, new)


def _shape(root: Path, chance: random.Random) -> None:
    path = root / "shapes" / "own.ttl"
    path.parent.mkdir(exist_ok=True)
    if path.exists() and chance.random() < 0.5:
        path.unlink()
    else:
        path.write_text(SHAPE)


EDITS: dict[str, Edit] = {
    "letter in a quote": _at_random(r"(?<=quote: )[^\n]+", _letter),
    "letter in an id": _at_random(r"(?<== )[a-z-]{4,}", _letter),
    "event id": _at_random(r"(?<=[a-z]: )[a-z]+-[a-z-]+-20[\d-]+", lambda m, _: m[0] + "b"),
    "utterance id": _at_random(r"(?:nordpress|bern)-report", lambda m, _: m[0].upper()),
    "other id": _at_random(r"\b(?:ana-lind|tomas-berg)\b", lambda m, _: "nordpress"),
    "kind of event": _at_random(r"- (?:meeting|call|talks):", lambda m, _: "- event:"),
    "date": _at_random(r"2024-03-1[0-5]", lambda m, c: f"2024-03-1{c.randrange(6)}"),
    "title": _at_random(r"(?<=title: )[^\n]+", _letter),
    "space": _at_random(r"\n", lambda m, _: "\n\n"),
    "unknown key": _at_random(r"status:", lambda m, _: "staus:"),
    "coder": _at_random(r"coder: \w+", lambda m, c: f"coder: {c.choice(('mw', 'jd'))}"),
    "rank": _at_random(
        r"when: \w[^\n]* = (\S+)",
        lambda m, _: f"when: {{is: {m[1]}, inferred: so, rank: preferred}}",
    ),
    "same": _at_random(r"\n +same: [^\n]+", lambda m, _: ""),
    "status": _at_random(r"\n +status: [^\n]+", lambda m, _: ""),
    "line away": _line_away,
    "fact away": _fact_away,
    "file away": _file_away,
    "file renamed": _renamed,
    "file twice": _twin,
    "text": _text,
    "text away": _text_away,
    "alias added": _registry("aliases: Berg,", "aliases: [Berg, minister],"),
    "alias away": _registry(", aliases: Lind", ""),
    "alias of two": _registry("name: Nordpress,", "name: Nordpress, aliases: Berg,"),
    "merge": _merge,
    "settings": lambda root, _: sub(root / "kg.yaml", "languages: en", "languages: de"),
    "base": lambda root, _: sub(root / "kg.yaml", "example.org/id/", "example.org/x/"),
    "shape": _shape,
    "restored": _restored,
}
