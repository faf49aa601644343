"""The proof of quotes and names, as a curator meets it: what is near, what is elsewhere, who is it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.build import check
from kg.check.diagnostic import Diagnostic, Findings
from kg.facts.likeness import NAMED, only_candidate
from kg.facts.text.archive import Archive
from kg.facts.text.archived import normalise
from kg.facts.text.nearest import nearest
from kg.facts.text.typography import own_form
from kg.facts.yaml.nodes import Mapping as YamlMapping
from kg.facts.yaml.nodes import Scalar, read
from kg.facts.yaml.rewrite import rewritten
from tests.golden import TESTS

HEAD = (TESTS / "project" / "facts" / "geneva.yaml").read_text("utf-8").split("passages:\n")[0]
TEXT = (TESTS / "project" / "articles" / "geneva.txt").read_text("utf-8")


def found(root: Path, files: Mapping[str, str]) -> list[Diagnostic]:
    """What is found in the small project with these files in place of, or beside, its own."""
    shutil.copytree(TESTS / "project", root)
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    return list(check(root).findings)


# --- The nearest words -----------------------------------------------------------------------

ANNE = "Anne met the tall man in Rome on Monday, and left."
MARKED = (
    ("met the short man in Rome", "“met the ⟨tall⟩ man in Rome”", 8, 5),
    ("met the man in Rome", "“met the ⟨tall⟩ man in Rome”", 8, 0),
    ("met the very tall man in Rome", "“met the ⟨⟩ tall man in Rome”", 8, 4),
    ("the tall women in rome on Monday", "“the tall ⟨man⟩ in ⟨Rome⟩ on Monday”", 9, 5),
    ("nne met the tall man", "“Anne met the tall man”", 0, 0),
)


@pytest.mark.parametrize(("quote", "marked", "offset", "length"), MARKED)
def test_the_difference_is_marked(quote: str, marked: str, offset: int, length: int) -> None:
    hint = nearest(ANNE, quote, "the text", "the quote has")
    assert hint is not None
    assert (hint.marked, hint.offset, hint.length) == (marked, offset, length)
    plain = hint.marked.strip("“”").replace("⟨⟩ ", "").replace("⟨", "").replace("⟩", "")
    assert ANNE[hint.start : hint.end] == plain


def test_a_quote_of_another_article_is_found_there(tmp_path: Path) -> None:
    words = "The ministers of the lake countries spoke about the ferry."
    files = {"articles/lake.txt": f"Ferry talks\n\n{words}\n"}
    files |= {f"articles/z{number}.txt": f"{words}\n" for number in range(5)}
    facts = f"{HEAD}passages:\n  - quote: {words}\n"
    (error,) = found(tmp_path / "project", {"facts/geneva.yaml": facts, **files})
    assert error.fix == (
        "the words stand in article lake, line 3: quote them in the facts of that article"
    )
    assert [str(place.span) for place in error.related] == [
        "articles/lake.txt:3:1",
        "articles/z0.txt:1:1",
        "articles/z1.txt:1:1",
    ]


# Words, texts that hold them once normalised, and one that is not even decoded.
HELD = (
    (
        "Kelvin met Bo in Köln",
        ["\u212aelvin met Bo in Ko\u0308ln", "Kelvin  met\nBo in Köln"],
        "Bonn",
    ),
    ("— «…» ü?", ["— «…» u\u0308?", "—\u2003«…» ü?"], None),
)


@pytest.mark.parametrize(("words", "texts", "other"), HELD)
def test_texts_that_hold_words_in_another_form(
    tmp_path: Path, words: str, texts: list[str], other: str | None
) -> None:
    (tmp_path / "articles").mkdir()
    for number, text in enumerate([*texts, *([other] if other else [])]):
        (tmp_path / "articles" / f"{number}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "articles" / "other.txt").write_bytes(b"\xffno text " + words.encode())
    assert normalise(words).text == words
    held = list(Archive(tmp_path).holding(words))
    assert [article for article, _ in held] == ["0", "1"]
    assert all(words in text.normalised.text for _, text in held)


def test_typography_alone_is_never_a_quote_of_another_article(tmp_path: Path) -> None:
    words = "Berg's office denied that a call took place."
    facts = f"{HEAD}passages:\n  - quote: {words}\n"
    files = {"facts/geneva.yaml": facts, "articles/lake.txt": f"{words}\n"}
    (error,) = found(tmp_path / "project", files)
    assert "nearest words stand on line 9" in error.fix
    assert error.edit is not None
    assert error.edit.text == "’"


# --- A text that changed ---------------------------------------------------------------------


def test_a_changed_text_lists_what_rests_on_it(tmp_path: Path) -> None:
    files = {"articles/geneva.txt": TEXT.replace("home", "sea")}
    (error,) = found(tmp_path / "project", files)
    assert error.code == "text-changed"
    assert error.message == (
        "the archived text is not the one these facts were written from: "
        "6 quotes and 6 facts rest on it"
    )
    assert [str(place.span) for place in error.related] == [
        "facts/geneva.yaml:8:12",
        "facts/geneva.yaml:14:12",
        "facts/geneva.yaml:18:12",
    ]
    assert error.edit is None


# --- Names beside ids ------------------------------------------------------------------------

REGISTRY = """\
actors:
  hossein-amir-abdollahian:
    {name: Hossein Amir-Abdollahian, aliases: Amir-Abdollahian, kind: person, source: geneva}
  ismail-haniyeh:
    {name: Ismail Haniyeh, aliases: Haniyeh, kind: person, member_of: hamas, source: geneva}
  saleh-al-arouri: {name: Saleh al-Arouri, kind: person, source: geneva}
  hamas: {name: Hamas, kind: organization, source: geneva}
  israel: {name: Israel, kind: organization, source: geneva}
  iran: {name: Iran, kind: organization, source: geneva}
  ministry: {name: Iranian foreign ministry, kind: organization, member_of: iran, source: geneva}
offices:
  foreign-minister: {name: Iranian Foreign Minister, source: geneva}
  bureau-chief: {name: head of the political bureau of Hamas, source: geneva}
places:
  iran: {name: Iran, source: geneva}
  tehran: {name: Tehran, within: iran, source: geneva}
  doha: {name: Doha, source: geneva}
"""
CLEAN = (
    # A name of theirs, also beside a title.
    ("Ismail Haniyeh", "ismail-haniyeh"),
    ("Hamas leader Haniyeh", "ismail-haniyeh"),
    # Descriptions: by a pronoun, a noun, an office, a nationality, somebody else's name.
    ("They", "israel"),
    ("He", "ismail-haniyeh"),
    ("The movement", "hamas"),
    ("The leader of the Palestinian resistance movement", "ismail-haniyeh"),
    ("the head of the political bureau of Hamas", "ismail-haniyeh"),
    ("Iranian top diplomat", "hossein-amir-abdollahian"),
    ("the Iranian Foreign Minister", "hossein-amir-abdollahian"),
    ("Foreign Minister", "hossein-amir-abdollahian"),
    ("the Foreign Minister", "hossein-amir-abdollahian"),
    ("Secretary-General", "ismail-haniyeh"),
    ("Israeli", "israel"),
    ("the Israeli regime", "israel"),
    ("the Tel Aviv regime", "israel"),
    ("the Zionist regime", "israel"),
    ("Iran’s top diplomat", "hossein-amir-abdollahian"),
    ("Haniyeh’s deputy", "saleh-al-arouri"),
    ("the deputy of Haniyeh", "saleh-al-arouri"),
    ("an aide to Ismail Haniyeh", "saleh-al-arouri"),
    ("the head of Islamic Jihad", "saleh-al-arouri"),
    ("the foreign ministry of Iran", "ministry"),
    ("officials", "ministry"),
    ("الحركة", "hamas"),
)
OTHER = (
    ("Haniyeh", "hossein-amir-abdollahian", "ismail-haniyeh"),
    ("Hamas leader Ismail Haniyeh", "saleh-al-arouri", "ismail-haniyeh"),
    ("Hamas", "ismail-haniyeh", "hamas"),
    ("Israel", "hamas", "israel"),
    ("the Iranian foreign ministry", "iran", "ministry"),
)
NO_ALIAS = (
    ("Hossein Amirabdolahian", "hossein-amir-abdollahian", "Hossein Amirabdolahian"),
    ("Iranian Foreign Minister Hossein Amirabdolahian", "hossein-amir-abdollahian", "Hossein "
     "Amirabdolahian"),
    ("Foreign Minister Amirabdolahian", "hossein-amir-abdollahian", "Amirabdolahian"),
    ("Amirabdolahian, the top diplomat", "hossein-amir-abdollahian", "Amirabdolahian"),
    ("the group’s leader, Khaled Mashal", "ismail-haniyeh", "Khaled Mashal"),
    ("Saleh Aruri", "saleh-al-arouri", "Saleh Aruri"),
    ("Islamic Resistance Movement Harakat", "hamas", "Harakat"),
    ("IDF", "israel", "IDF"),
)  # fmt: skip
PLACES = (
    ("in the Iranian capital", "tehran", None),
    ("in Tehran", "tehran", None),
    ("the capital of Iran", "tehran", None),
    ("a suburb of Doha", "tehran", None),
    ("in Doha", "tehran", ("name-other", "“Doha” is a name of `doha`, not of `tehran`")),
    ("in Lusail", "doha", ("name-no-alias", "“Lusail” is no name of `doha` in the registry")),
)


def warnings(folder: Path, values: Iterable[tuple[str, str]], key: str = "who") -> list[str]:
    """What is told of each pair of words and id, in order; "" where there is nothing."""
    pairs = list(values)
    text = "\n".join(f"Line {n}: {words}" for n, (words, _) in enumerate(pairs)) + "\n"
    lines = [
        f"  - {{quote: 'Line {n}: {words}', facts: [{{event: e{n}, {key}: '{words} = {id_}'}}]}}\n"
        for n, (words, id_) in enumerate(pairs)
    ]
    head = "article: names\nsha256: x\ncoder: mw\nentered: 2024-04-01\npassages:\n"
    root = folder / "project"
    items = found(
        root,
        {
            "registry/registry.yaml": REGISTRY,
            "facts/names.yaml": head + "".join(lines),
            "articles/names.txt": text,
        },
    )
    told = [""] * len(pairs)
    for item in items:
        if item.span.file == "facts/names.yaml" and item.code.startswith("name-"):
            told[item.span.line - 6] += f"{item.code}: {item.message}"
    return told


def test_descriptions_and_names_are_no_alarm(tmp_path: Path) -> None:
    assert warnings(tmp_path, CLEAN) == [""] * 24


def test_a_name_of_somebody_else(tmp_path: Path) -> None:
    pairs = [(words, id_) for words, id_, _ in OTHER]
    told = warnings(tmp_path, pairs)
    assert [line.split(": ")[0] for line in told] == ["name-other"] * 5
    assert [line.split("`")[1] for line in told] == [other for _, _, other in OTHER]


def test_a_name_that_is_no_alias(tmp_path: Path) -> None:
    told = warnings(tmp_path, [(words, id_) for words, id_, _ in NO_ALIAS])
    assert told == [
        f"name-no-alias: “{name}” is no name of `{id_}` in the registry"
        for _, id_, name in NO_ALIAS
    ]


def test_places(tmp_path: Path) -> None:
    told = warnings(tmp_path, [(words, id_) for words, id_, _ in PLACES], "where")
    assert told == [": ".join(expected) if expected else "" for _, _, expected in PLACES]


def test_the_seeds_give_no_alarm() -> None:
    findings = check(TESTS.parent / "seeds").findings
    assert [item.code for item in findings if item.code.startswith("name-")] == []


# --- Mistyped ids ----------------------------------------------------------------------------

KNOWN = ("ana-lind", "tomas-berg", "tomas-borg", "austria", "iran", "visit-2024-03-11", "visit-b")
MISTYPED = (
    ("anna-lind", "ana-lind"),
    ("ana-lnd", "ana-lind"),
    ("tomas-brg", None),
    ("iraq", None),
    ("australia", "austria"),
    ("visit-2024-03-12", None),
    ("vist-2024-03-11", "visit-2024-03-11"),
    ("visit", None),
    ("", None),
)


@pytest.mark.parametrize(("word", "meant"), MISTYPED)
def test_the_only_candidate(word: str, meant: str | None) -> None:
    assert only_candidate(word, KNOWN) == meant


def test_the_words_say_which_candidates_there_are() -> None:
    assert only_candidate("tomas-brg", {"tomas-berg"}, NAMED) == "tomas-berg"
    assert only_candidate("ana-lind", {"tomas-berg"}, NAMED) is None
    assert only_candidate("australia", (), NAMED) is None


def test_somebody_new_is_not_taken_for_somebody_known(tmp_path: Path) -> None:
    facts = (
        f"{HEAD}passages:\n"
        "  - quote: Foreign Minister Ana Lind met her counterpart Tomas Berg\n"
        "    facts: [{meeting: m, who: [her counterpart Tomas = tomas-bergh, her = anna-lind]}]\n"
    )
    items = found(tmp_path / "project", {"facts/geneva.yaml": facts})
    assert [(item.code, item.edit.text if item.edit else None) for item in items] == [
        ("reference-unknown", None),
        ("reference-unknown", ""),
    ]


# --- The text's own form, and rewriting ------------------------------------------------------

OWN = (
    ("Iran’s “no”", 'Iran\'s "no"', "Iran’s “no”"),
    ("a – b … c", "a - b ... c", "a – b … c"),
    ("soft\u00adhyphen", "softhyphen", "soft\u00adhyphen"),
    ("Iran’s, Iran's", "Iran`s", None),
    ("Iran’s", "Irans", None),
    ("Iran’s", "iran's", None),
    ("Iran’s", "'", None),
    ("Iranian’s", "Iran", None),
)


@pytest.mark.parametrize(("text", "words", "own"), OWN)
def test_own_form(text: str, words: str, own: str | None) -> None:
    assert own_form(text, words) == own


STYLES = (
    "x: {}",
    "x: '{}'",
    'x: "{}"',
    "x: >-\n  {}",
    "x: |-\n  {}",
    "x: [{}]",
    "x: {{y: {}}}",
    "x:\n  {}\n  and more",
)


def scalar_of(text: str) -> Scalar | None:
    """The first value of a file; None where it cannot be read as it stands."""
    findings = Findings()
    node = read(text.encode(), "f", findings)
    if findings.items or not isinstance(node, YamlMapping):
        return None
    value = node.get("x")
    while value is not None and not isinstance(value, Scalar):
        inner = value.entries[0][1] if isinstance(value, YamlMapping) else value.items[0]
        value = inner
    return value


@settings(max_examples=300, derandomize=True)
@given(
    st.sampled_from(STYLES),
    st.text("ab'’\"“,:# [", min_size=1, max_size=8),
    st.text("ab'’\"“,:# []{}\\&", min_size=1, max_size=8),
)
def test_a_rewritten_scalar_reads_as_the_new_value(style: str, old: str, new: str) -> None:
    text = style.format(old)
    scalar = scalar_of(text)
    if scalar is None:
        return
    edit = rewritten(scalar, new)
    if edit is None:
        return
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
    start = starts[edit.span.line - 1] + edit.span.column - 1
    end = starts[edit.span.end_line - 1] + edit.span.end_column - 1
    after = scalar_of(text[:start] + edit.text + text[end:])
    assert after is not None
    # What moves a line break is left as it was.
    assert after.value == new or "\n" in scalar.source()
