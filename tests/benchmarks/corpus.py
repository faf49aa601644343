"""A corpus of any size: articles of five events each, with the facts a curator would write.

Names come from a file of event rows if one is given (`--names FILE`, columns source and target,
CSV, may be gzipped), else they are made up. The same seed gives the same corpus.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import gzip
import hashlib
import io
import itertools
import random
import re
from collections.abc import Iterator
from pathlib import Path

EVENTS = 5
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SYLLABLES = ("ba", "ko", "li", "mar", "ten", "vo", "sha", "ri", "do", "nu", "pel", "qua")
# Words that a person of such a name could not be told from in the sentences below.
_PLAIN = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+){1,3}")


def made_up(count: int) -> list[str]:
    """Names of two words, all different."""
    words = ["".join(p).capitalize() for p in itertools.product(_SYLLABLES, repeat=3)]
    return [f"{a} {b}" for a, b in itertools.islice(itertools.product(words, words), count)]


def real(path: Path, count: int) -> list[str]:
    """The first names of a file of event rows that read as names of persons or bodies."""
    found: dict[str, None] = {}
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    with io.StringIO(data.decode("utf-8")) as file:
        for row in csv.DictReader(file):
            for name in (row["source"], row["target"]):
                if _PLAIN.fullmatch(name):
                    found.setdefault(name)
            if len(found) >= count:
                break
    names = list(found)[:count]
    # A name within another would make the shorter one ambiguous in a sentence.
    whole = set(names)
    return [n for n in names if not any(n != m and n in m for m in _longer(n, whole))]


def _longer(name: str, names: set[str]) -> Iterator[str]:
    first = name.split(maxsplit=1)[0]
    return (other for other in names if first in other and len(other) > len(name))


def write(folder: Path, articles: int, names: list[str], seed: int = 1) -> None:
    """Write a project of so many articles into a folder."""
    chance = random.Random(seed)
    for part in ("articles", "facts", "registry"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "kg.yaml").write_text(
        "base: https://example.org/corpus/\ntitle: A generated corpus\nversion: 1.0.0\n"
        "issued: 2026-01-01\nlicence: https://creativecommons.org/publicdomain/zero/1.0/\n"
        "creators: A generator\nlanguages: en\n"
    )
    ids = [f"a{index}" for index in range(len(names))]
    places = [f"City{index}" for index in range(200)]
    entries = "".join(
        f'  {id_}: {{name: "{name}", kind: person, inferred: generated}}\n'
        for id_, name in zip(ids, names, strict=True)
    )
    (folder / "registry" / "actors.yaml").write_text("actors:\n" + entries, encoding="utf-8")
    (folder / "registry" / "places.yaml").write_text(
        "places:\n"
        + "".join(
            f"  p{i}: {{name: {name}, inferred: generated}}\n" for i, name in enumerate(places)
        )
    )
    for number in range(articles):
        _article(folder, number, names, ids, places, chance)


def _article(
    folder: Path,
    number: int,
    names: list[str],
    ids: list[str],
    places: list[str],
    chance: random.Random,
) -> None:
    day = datetime.date(2020, 1, 1) + datetime.timedelta(days=chance.randrange(2000))
    sentences, passages = [], []
    for event in range(EVENTS):
        first, second = chance.sample(range(len(names)), 2)
        place = chance.randrange(len(places))
        back = 1 + event
        met = day - datetime.timedelta(days=back)
        weekday = _DAYS[met.weekday()]
        sentence = (
            f"{names[first]} met {names[second]} in {places[place]} on {weekday} for talks number "
            f"{number}-{event}."
        )
        sentences.append(sentence)
        passages.append(
            f'  - quote: "{sentence}"\n    facts:\n      - meeting: m{number}-{event}\n'
            f'        who:\n          - "{names[first]} = {ids[first]}"\n'
            f'          - "{names[second]} = {ids[second]}"\n'
            f"        where: {places[place]} = p{place}\n"
            f"        when: on {weekday} = {met.isoformat()}\n"
        )
    printed = f"{day.day} {day:%B} {day.year}"
    text = f"Talks report {number}\n\n{printed}\n\n" + "\n\n".join(sentences) + "\n"
    name = f"r{number:06}"
    (folder / "articles" / f"{name}.txt").write_text(text, encoding="utf-8")
    head = (
        f"article: {name}\nsha256: {hashlib.sha256(text.encode()).hexdigest()}\n"
        f"title: Talks report {number}\npublished: {printed} = {day.isoformat()}\n"
        "coder: gen\nentered: 2026-01-01\npassages:\n"
    )
    (folder / "facts" / f"{name}.yaml").write_text(head + "".join(passages), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("articles", type=int)
    parser.add_argument("--names", type=Path)
    given = parser.parse_args()
    count = max(50, given.articles)
    names = real(given.names, count) if given.names else made_up(count)
    write(given.folder, given.articles, names)


if __name__ == "__main__":
    main()
