"""Projects made for the explorer's tests, and their pages as parsed HTML."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from kg.build import build
from kg.built import open_built
from kg.check.report import text_report
from kg.web.explorer import Address, Explorer
from kg.web.site import Written, write_site

EVIL = "<img src=x onerror=alert(1)>"
ARABIC = "إسماعيل هنية"
FAR = "This sentence stands far away from every quote and must not be published."
_FILLER = "Nothing of this was said by anybody. " * 12
QUOTE = f"Mira Solen met {EVIL} Tal in Port Ann on Sunday."
_TEXT = f"""Ministers meet
4 May 2026

{QUOTE} It rained.

{_FILLER}
{FAR}
{_FILLER}

{ARABIC} met Mira Solen on Sunday.
"""
_REGISTRY = f"""actors:
  mira-solen: {{name: Mira Solen, kind: person, inferred: made up}}
  jon-tal: {{name: "{EVIL} Tal", kind: person, inferred: made up}}
  ismail-haniyeh: {{name: {ARABIC} @ar, kind: person, inferred: made up}}
places:
  port-ann: {{name: Port Ann, inferred: made up}}
"""


def made(root: Path, publish: str | None = None) -> Path:
    """A project of one article with markup, Arabic and a sentence out of reach; built."""
    for folder in ("articles", "facts", "registry"):
        (root / folder).mkdir(parents=True)
    (root / "kg.yaml").write_text(
        f'base: https://example.org/lakes/\ntitle: "Lakes {EVIL}"\nversion: 1.0.0\n'
        "issued: 2026-05-06\nlicence: https://creativecommons.org/licenses/by/4.0/\n"
        "creators: A desk\nlanguages: en\noutput: out\n",
        "utf-8",
    )
    (root / "articles" / "solen.txt").write_text(_TEXT, "utf-8")
    (root / "registry" / "registry.yaml").write_text(_REGISTRY, "utf-8")
    head = f"publish: {publish}\n" if publish else ""
    (root / "facts" / "solen.yaml").write_text(
        f"""article: solen
sha256: {hashlib.sha256(_TEXT.encode()).hexdigest()}
title: Ministers meet
published: 4 May 2026 = 2026-05-04
language: en
{head}coder: jd
entered: 2026-05-06
passages:
  - quote: "{QUOTE}"
    facts:
      - meeting: solen-tal-2026
        who:
          - Mira Solen = mira-solen
          - "{EVIL} Tal = jon-tal"
        where: Port Ann
        when: on Sunday = 2026-05-03
  - quote: "{ARABIC} met Mira Solen on Sunday."
    facts:
      - meeting: solen-haniyeh-2026
        who: ["{ARABIC} = ismail-haniyeh", Mira Solen = mira-solen]
        when: on Sunday = 2026-05-03
""",
        "utf-8",
    )
    checked = build(root)
    assert checked.written is not None, text_report(checked.findings)
    return root


def site(root: Path, folder: Path, url: str = "") -> Written:
    """The pages of a built project."""
    return write_site(Explorer(open_built(root), root, Address(url)), folder)


@dataclass
class Page(HTMLParser):
    """What of a page the tests look at: its links and loads, ids, attributes, scripts, texts."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    scripts: list[tuple[str, str]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    policy: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._inside = ""
        self._kind = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes |= known.keys()
        if "id" in known:
            self.ids.append(known["id"])
        if tag == "a" and "href" in known:
            self.links.append(known["href"])
        elif tag == "link" and known.get("rel") != "canonical":
            self.loads.append(known["href"])
        for name in ("src", "action", "data-events", "data-index", "data-terms"):
            if name in known:
                self.loads.append(known[name])
        if known.get("http-equiv") == "Content-Security-Policy":
            self.policy = known["content"]
        self._inside, self._kind = tag, known.get("type", "")

    def handle_data(self, data: str) -> None:
        if self._inside == "script" and data.strip():
            self.scripts.append((self._kind, data))
        if self._inside == "title":
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def parsed(path: Path) -> Page:
    """A page, parsed."""
    page = Page()
    page.feed(path.read_text("utf-8"))
    page.close()
    return page
