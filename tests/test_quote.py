"""Archived texts and quotes: what is proved, where it stands, and what is refused."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg.check.diagnostic import Findings
from kg.facts.text.archived import MAX_BYTES, ArchivedText, normalise
from kg.facts.text.quote import NFC, SPACE, QuoteError, find_words, prove

ARTICLES = sorted((Path(__file__).parent.parent / "seeds" / "articles").glob("*.txt"))


def archived(text: str) -> ArchivedText:
    return ArchivedText("x.txt", text, "")


def article(number: int) -> ArchivedText:
    findings = Findings()
    text = ArchivedText.load(ARTICLES[number], f"{number}.txt", findings)
    assert text is not None
    assert len(findings) == 0
    return text


def refusal(text: ArchivedText, quote: str, after: str | None = None) -> QuoteError:
    with pytest.raises(QuoteError) as caught:
        prove(text, quote, after=after)
    return caught.value


# --- Texts ------------------------------------------------------------------------------------


def test_a_text_is_kept_as_it_is(tmp_path: Path) -> None:
    data = "\ufeffHamas\r\nchief \u00a0e\u0301\n".encode()
    (tmp_path / "a.txt").write_bytes(data)
    findings = Findings()
    text = ArchivedText.load(tmp_path / "a.txt", "a.txt", findings)
    assert text == ArchivedText("a.txt", data.decode(), hashlib.sha256(data).hexdigest())
    assert len(findings) == 0


BAD_TEXTS = [
    (b"Doha \xe9\n", "text-encoding a.txt:1:6: byte 5 (0xE9) is not UTF-8"),
    ("é\nDoha".encode() + b"\xff", "text-encoding a.txt:2:5: byte 7 (0xFF) is not UTF-8"),
    ("Doha".encode("utf-16"), "text-encoding a.txt:1:1: byte 0 (0xFF) is not UTF-8"),
    (b"", "text-empty a.txt: the text holds nothing to read"),
    (
        "\ufeff \u200b\r\n\u00ad\u2060\u3164".encode(),
        "text-empty a.txt: the text holds nothing to read",
    ),
    (b"x" * (MAX_BYTES + 1), "text-size a.txt: the text has 8388609 bytes; the limit is 8388608"),
]


@pytest.mark.parametrize(("data", "expected"), BAD_TEXTS, ids=lambda case: str(case)[:30])
def test_refused_texts(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    findings = Findings()
    assert ArchivedText.load(tmp_path / "a.txt", "a.txt", findings) is None
    assert [f"{d.code} {d.span}: {d.message}" for d in findings] == [expected]


def test_refused_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Doha")
    (tmp_path / "link").symlink_to(tmp_path / "a.txt")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "fifo")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(2 * 1024**3)
    found = {}
    for name in ("link", "loop", "fifo", ".", "/dev/zero", "gone", "a\0b", "huge"):
        findings = Findings()
        assert ArchivedText.load(tmp_path / name, "a.txt", findings) is None
        (item,) = findings
        found[name] = f"{item.code}: {item.message}"
    assert found == {
        "link": "text-symbolic-link: this is a symbolic link, not a text",
        "loop": "text-symbolic-link: this is a symbolic link, not a text",
        "fifo": "text-not-regular: this is not a regular file",
        ".": "text-not-regular: this is not a regular file",
        "/dev/zero": "text-not-regular: this is not a regular file",
        "gone": "text-unreadable: the text cannot be read: No such file or directory",
        "a\0b": "text-unreadable: the text cannot be read: embedded null byte",
        "huge": "text-size: the text has 2147483648 bytes; the limit is 8388608",
    }


def test_bidirectional_controls_are_warned_of(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("In\nDoha \u202etem\u202c \u2067", encoding="utf-8")
    findings = Findings()
    assert ArchivedText.load(tmp_path / "a.txt", "a.txt", findings) is not None
    assert [f"{d.severity} {d.code} {d.span}: {d.message}" for d in findings] == [
        "warning text-bidi a.txt:2:6: 3 bidirectional control characters (U+202C, U+202E, U+2067) "
        "can show words in another order than they are stored in"
    ]


def test_paragraphs() -> None:
    blank = archived("one\r\ntwo\r\n \u00a0\t\r\n\r\nthree\n\n\nfour\n\n")
    assert [blank.paragraph(blank.text.index(w)) for w in ("one", "two", "three", "four")] == [
        0, 0, 1, 2,
    ]  # fmt: skip
    lines = archived("one\r\ntwo\rthree\nfour\n\n")
    assert [lines.paragraph(lines.text.index(w)) for w in ("one", "two", "three", "four")] == [
        0, 1, 2, 3,
    ]  # fmt: skip
    assert [lines.line(lines.text.index(w)) for w in ("one", "two", "three", "four")] == [
        1,
        2,
        3,
        4,
    ]
    span = lines.span(6, 14)
    assert (str(span), span.end_line, span.end_column) == ("x.txt:2:2", 3, 6)


# Text, its normalised form, and the origin of every offset of that form.
NORMALISED = [
    ("a b", "a b", [0, 1, 2, 3]),
    ("a \n\u00a0b", "a b", [0, 1, 4, 5]),
    ("\u202fa\r\n", " a ", [0, 1, 2, 4]),
    ("a\u200bb\u00adc", "a\u200bb\u00adc", [0, 1, 2, 3, 4, 5]),
    ("a\u0328x e\u0301  b", "ąx é b", [0, 2, 3, 4, 6, 8, 9]),
    ("\u1112\u1161\u11ab a\u0301", "\ud55c á", [0, 3, 4, 6]),
    ("\u212b\u00a0", "Å ", [0, 1, 2]),
    ("x\u0328 e\u0301", "x\u0328 é", [0, 1, 2, 3, 5]),
    ("\x1f", "\x1f", [0, 1]),
    ("", "", [0]),
]


@pytest.mark.parametrize(("text", "form", "origins"), NORMALISED)
def test_normalised(text: str, form: str, origins: list[int]) -> None:
    normalised = normalise(text)
    assert normalised.text == form
    assert [normalised.origin(at) for at in range(len(form) + 1)] == origins


# --- Proofs -----------------------------------------------------------------------------------

ONCE = "Talks in Doha. Haniyeh met\nthe minister in Doha on Tuesday night, and left.\n\nEnd."

# Text, quote, the words of `after:`, the stretches and the notes.
PROVED: list[tuple[str, str, str | None, list[str], tuple[str, ...]]] = [
    (ONCE, "Haniyeh met the minister", None, ["15-39"], (SPACE,)),
    (ONCE, "  Haniyeh met\n  the minister ", None, ["15-39"], (SPACE,)),
    (ONCE, "Haniyeh met\nthe minister", None, ["15-39"], ()),
    (ONCE, "Doha", "the minister", ["43-47"], ()),
    (ONCE, "Doha", "Talks", ["9-13"], ()),
    (ONCE, "Talks in […] on Tuesday", None, ["0-8", "48-58"], ()),
    (ONCE, "met the minister […] Tuesday night [...] and left.", None,
     ["23-39", "51-64", "66-75"], (SPACE,)),
    ("said “[…] in Doha”", "“[…] in Doha", None, ["5-17"], ()),
    ("Iran’s minister", "Iran", None, ["0-4"], ()),
    ("the Abdollahian-led talks", "Abdollahian", None, ["4-15"], ()),
    ("a\u0328 ma\u0328 b", "ą mą b", None, ["0-8"], (NFC,)),
    ("ą mą b", "a\u0328 ma\u0328 b", None, ["0-6"], (NFC,)),
    ("call,\u00a0he e\u0301", "call, he é", None, ["0-11"], (NFC, SPACE)),
    ("call,\u00a0he", "call,\u00a0he", None, ["0-8"], ()),
    ("one\r\n\r\ntwo", "one two", None, ["0-10"], (SPACE,)),
    ("soft\u00adhyphen", "soft\u00adhyphen", None, ["0-11"], ()),
    ("某人在多哈会晤", "多哈", None, ["3-5"], ()),
    ("on October 7. 2023 came", "October 7", None, ["3-12"], ()),
    ("won’t can", "can", None, ["6-9"], ()),
    # The one way to join them within a paragraph.
    ("In Doha now.\n\nIn Doha he met Putin.\n\nHe met Putin.", "In Doha […] met Putin", None,
     ["14-21", "25-34"], ()),
    ("Now in Doha he met Putin. Then in Doha he met Putin.", "in Doha […] met Putin", "Then",
     ["31-38", "42-51"], ()),
    ("He met Putin and he met Putin in Doha.", "He met […] in Doha", None, ["0-6", "30-37"], ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "after", "stretches", "notes"), PROVED)
def test_proved(
    text: str, quote: str, after: str | None, stretches: list[str], notes: tuple[str, ...]
) -> None:
    proof = prove(archived(text), quote, after=after)
    assert [f"{s.start}-{s.end}" for s in proof.stretches] == stretches
    assert proof.notes == notes


# Text, quote, the words of `after:`, code, offset in the quote, message | fix.
REFUSED: list[tuple[str, str, str | None, str]] = [
    ("x", "", None, "quote-empty 0: the quote holds no words | quote the words of the text"),
    ("x", " \u00a0\n", None, "quote-empty 0: the quote holds no words | quote the words of the text"),
    ("x …", "…", None, "quote-empty 0: the quote holds no words | quote the words of the text"),
    (ONCE, "Doha", None, "quote-ambiguous 0: the quote stands 2 times in the text, on lines 1, 2"
     " | quote more words, or add `after:` with words that stand before it"),
    (ONCE, "Talks in", "minister", "quote-not-found 0: “Talks in” stands on line 1, before the"
     " words of `after:` | take `after:` words that stand before the quote"),
    (ONCE, "minister", "Doha", "quote-ambiguous None: the words of `after:`, “Doha”, stand 2 times"
     " in the text, on lines 1, 2 | take words that stand there once"),
    (ONCE, "minister", "Doha,", "quote-not-found None: the words of `after:`, “Doha,”, do not stand"
     " in the text | the nearest words stand on line 1: “Doha.”; the text has “Doha.” where"
     " `after:` has “Doha,”"),
    (ONCE, "xyzzy plugh", None, "quote-not-found 0: “xyzzy plugh” does not stand in the text"
     " | copy the words from the archived text; nothing like them stands there"),
    (ONCE, "Haniyeh meets the minister", None, "quote-not-found 10: “Haniyeh meets the minister”"
     " does not stand in the text | the nearest words stand on line 1: “Haniyeh met the minister”;"
     " the text has “met” where the quote has “meets”"),
    ("Iran’s foreign minister met", "Iran's  foreign minister", None, "quote-not-found 4: “Iran's"
     " foreign minister” does not stand in the text | the nearest words stand on line 1: “Iran’s"
     " foreign minister”; the text has “Iran’s” where the quote has “Iran's” (a curly apostrophe"
     " (U+2019), not a straight apostrophe (U+0027))"),
    ("soft\u00adhyphen here", "softhyphen here", None, "quote-not-found 4: “softhyphen here” does"
     " not stand in the text | the nearest words stand on line 1: “soft\u00adhyphen here”; the text"
     " has “soft\u00adhyphen” where the quote has “softhyphen” (an invisible soft hyphen (U+00AD),"
     " not “h”)"),
    ("no end " * 1000, "no end", None, "quote-ambiguous 0: the quote stands 1000 times or more in"
     " the text, on lines 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 and others"
     " | quote more words, or add `after:` with words that stand before it"),
    ("no end " * 1000, "no end […] no end", None, "quote-ambiguous 0: “no end” stands 1000 times or"
     " more in the text | quote more words on either side of `[…]`, or add `after:`"),
    (ONCE, "Talks in […] on Tuesday", "Haniyeh", "quote-not-found 0: “Talks in” stands on line 1,"
     " before the words of `after:` | take `after:` words that stand before the quote"),
    # Whole words, whole numbers, whole graphemes.
    (ONCE, "Hani", None, "quote-not-found 0: “Hani” does not stand in the text | the nearest words"
     " stand on line 1: “Haniyeh”; take whole words and numbers"),
    ("about 8,500 dead", "500 dead", None, "quote-not-found 0: “500 dead” does not stand in the"
     " text | the nearest words stand on line 1: “8,500 dead”; take whole words and numbers"),
    ("about 8,500 dead", "about 8", None, "quote-not-found 0: “about 8” does not stand in the text"
     " | the nearest words stand on line 1: “about 8,500”; take whole words and numbers"),
    ("Hamas can’t go", "Hamas can", None, "quote-not-found 0: “Hamas can” does not stand in the"
     " text | the nearest words stand on line 1: “Hamas can’t”; take whole words and numbers"),
    ("xa\u0328 b", "xa", None, "quote-not-found 0: “xa” does not stand in the text"
     " | copy the words from the archived text; nothing like them stands there"),
    ("x\u0328y b", "x", None, "quote-not-found 0: “x” does not stand in the text | the nearest"
     " words stand on line 1: “x\u0328y”; take whole words and numbers"),
    ("soft\u00adhyphen", "soft", None, "quote-not-found 0: “soft” does not stand in the text | the"
     " nearest words stand on line 1: “soft\u00adhyphen”; take whole words and numbers"),
    # Joined stretches.
    (ONCE, "[…] met the minister", None, "quote-gap 0: `[…]` stands between two stretches of the"
     " text | take it out where it has no words beside it"),
    (ONCE, "met the […] […] night, and", None, "quote-gap 11: `[…]` stands between two stretches"
     " of the text | take it out where it has no words beside it"),
    (ONCE, "met the […] left", None, "quote-gap 12: “left” is too short a stretch beside `[…]`"
     " | give it two words or 8 characters"),
    (ONCE, "met the […] minister", None, "quote-gap 12: nothing stands between the stretches on"
     " either side of `[…]` | take `[…]` out"),
    (ONCE, "night, and […] met the", None, "quote-gap-order 15: the stretches do not follow one"
     " another in this order in the text | write them in the order of the text"),
    ("He met Putin.\n\nHe left Doha.", "He met […] left Doha", None, "quote-gap-paragraph 11: the"
     " stretches stand in different paragraphs of the text | quote each paragraph by itself"),
    ("He met Putin.\nHe left Doha.", "He met […] left Doha", None, "quote-gap-paragraph 11: the"
     " stretches stand in different paragraphs of the text | quote each paragraph by itself"),
    (ONCE, "Talks in […] the prince on", None, "quote-not-found 17: “the prince on” does not stand"
     " in the text | the nearest words stand on line 2: “the minister in Doha on”; the text has"
     " “minister in Doha” where the quote has “prince”"),
    ("Then in Doha he met Putin, later he met Putin.", "in Doha […] met Putin", "Then",
     "quote-ambiguous 0: the stretches can be joined in several ways, from line 1 | quote more"
     " words on either side of `[…]`, or add `after:`"),
    ("In Doha he met Putin and met Putin.", "In Doha […] met Putin", None, "quote-ambiguous 0: the"
     " stretches can be joined in several ways, from line 1 | quote more words on either side of"
     " `[…]`, or add `after:`"),
    ("A " * 30, " […] ".join(["A A"] * 21), None, "quote-gap 0: the quote has 21 stretches; the"
     " limit is 20 | make several passages of it"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "after", "expected"), REFUSED)
def test_refused_quotes(text: str, quote: str, after: str | None, expected: str) -> None:
    error = refusal(archived(text), quote, after)
    assert f"{error.code} {error.offset}: {error} | {error.fix}" == expected


NEGATIONS = """
he did not meet|not
he never went to|never
he did n’t go to|n’t
he didn’t go to|n’t
he didn't go to|n't
he DENIED the talks|DENIED
it denies all|denies
they refused to see|refused
the false report on|false
who falsely said|falsely
he failed to reach|failed to
it is unlikely that|unlikely
he rejected all|rejected
neither of them|neither
he nor his aide|nor
without aides|without
hardly any|hardly
there was no deal|no
none of them|none
it cannot be|cannot
a denial of|denial
""".strip().splitlines()


@pytest.mark.parametrize("case", NEGATIONS)
def test_negation_is_not_left_out(case: str) -> None:
    gap, word = case.split("|")
    error = refusal(
        archived(f"Haniyeh said {gap} Putin in Doha."), "Haniyeh said […] Putin in Doha"
    )
    assert (error.code, str(error), error.offset) == (
        "quote-gap-negation",
        f"`[…]` leaves out “{word}”: “{gap}”",
        17,
    )


def test_what_is_no_negation_is_left_out() -> None:
    text = archived("Haniyeh said in a note, on another notice from Norway, Putin in Doha.")
    assert len(prove(text, "Haniyeh said […] Putin in Doha").stretches) == 2


def test_cases_are_as_many_as_written() -> None:
    assert (len(PROVED), len(REFUSED), len(NEGATIONS), len(NORMALISED)) == (22, 32, 21, 10)


# --- The articles of this project -------------------------------------------------------------

# Article, quote, the words of `after:`, and where it stands or the lines it repeats on.
SEEDS: list[tuple[int, str, str | None, str]] = [
    (0, "During the call, Amir-Abdollahian praised", None, "lines 7, 12"),
    (0, "During the call, Amir-Abdollahian praised", "in the Gaza Strip.", "802-843"),
    (0, "Secretary-General Antonio Guterres’ as a means", None, "913-959"),
    (0, "the crisis in Gaza had been a central feature", None, "lines 8, 18"),
    (0, "Share", None, "lines 3, 6"),
    (1, "Iran foreign minister meets Hamas leader Haniyeh in Qatar amid Gaza war", None, "lines 1, 4"),
    (1, "Iran foreign minister meets Hamas leader Haniyeh in Qatar", "20:22:40", "93-150"),
    (1, "including over 3,500 children..", None, "2301-2332"),
    (2, "Also read: President of Pakistan", None, "1003-1035"),
    (2, "Also read:", None, "lines 11, 19"),
    (3, "Hamas chief Ismail Haniyeh is in Tehran […] the UN Security Council adopted", None,
     "69-108, 170-201"),
    (3, "It is the second visit […] to Iran since the outbreak", None, "1074-1096, 1142-1168"),
    (4, "Hamas Haniyeh and Iran's Foreign Minister discuss efforts", None, "lines 3, 28"),
    (4, "received Iranian Foreign Minister Ali Bagheri Kani […] last night in Doha", None,
     "485-535, 568-586"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "quote", "after", "expected"), SEEDS)
def test_seeds(number: int, quote: str, after: str | None, expected: str) -> None:
    text = article(number)
    if expected.startswith("lines"):
        assert str(refusal(text, quote, after)).endswith(f"on {expected}")
        return
    proof = prove(text, quote, after=after)
    assert ", ".join(f"{s.start}-{s.end}" for s in proof.stretches) == expected
    pieces = [" ".join(text.text[s.start : s.end].split()) for s in proof.stretches]
    assert " […] ".join(pieces) == quote


def test_no_break_space_of_the_articles_is_noted() -> None:
    assert prove(article(2), "Also read: Iran calls").notes == (SPACE,)
    assert prove(article(2), "Also read:\u00a0Iran calls").notes == ()


# --- Words in a quote -------------------------------------------------------------------------

WORDS = [
    ("Haniyeh met Haniyeh", "met", None, (8, 11)),
    ("Haniyeh met Haniyeh", "Haniyeh", 1, (0, 7)),
    ("Haniyeh met Haniyeh", "Haniyeh", 2, (12, 19)),
    ("call,\u00a0\nthe e\u0301nd", "call, the énd", None, (0, 15)),
    ("in Doha\x1fon Friday", "Doha", None, (3, 7)),
    ("a an a", "a", 2, (5, 6)),
]

WORDS_REFUSED = [
    ("Haniyeh met Haniyeh", "Haniyeh", None, "words-ambiguous 0: “Haniyeh” stands 2 times in the"
     " quote | take more words, or say which one: Haniyeh#1 to Haniyeh#2"),
    ("Haniyeh met Haniyeh", "Haniyeh", 3, "words-not-in-quote 0: “Haniyeh” stands 2 times in the"
     " quote: there is no #3 | take a number from 1 to 2"),
    ("Haniyeh met Haniyeh", "met", 0, "words-not-in-quote 0: “met” stands once in the quote:"
     " there is no #0 | take a number from 1 to 1"),
    ("Haniyeh met Haniyeh", "met", 2, "words-not-in-quote 0: “met” stands once in the quote:"
     " there is no #2 | take a number from 1 to 1"),
    ("Haniyeh met", "Hani", None, "words-not-in-quote 0: “Hani” does not stand in the quote | the"
     " nearest words of the quote are “Haniyeh”; take whole words and numbers"),
    ("Iran’s chief", "Iran's", None, "words-not-in-quote 4: “Iran's” does not stand in the quote |"
     " the nearest words of the quote are “Iran’s”; the quote has “Iran’s” where these words have"
     " “Iran's” (a curly apostrophe (U+2019), not a straight apostrophe (U+0027))"),
    ("in Doha\x1fon Friday", "Doha on", None, "words-not-in-quote 0: “Doha on” does not stand in"
     " the quote | write words of the quote, exactly as they stand there"),
    ("in Doha", " ", None, "words-not-in-quote 0: “” does not stand in the quote"
     " | write words of the quote, exactly as they stand there"),
]  # fmt: skip


@pytest.mark.parametrize(("quote", "words", "which", "expected"), WORDS)
def test_words(quote: str, words: str, which: int | None, expected: tuple[int, int]) -> None:
    assert find_words(quote, words, which) == expected


@pytest.mark.parametrize(("quote", "words", "which", "expected"), WORDS_REFUSED)
def test_refused_words(quote: str, words: str, which: int | None, expected: str) -> None:
    with pytest.raises(QuoteError) as caught:
        find_words(quote, words, which)
    error = caught.value
    assert f"{error.code} {error.offset}: {error} | {error.fix}" == expected


def test_word_cases_are_as_many_as_written() -> None:
    assert (len(WORDS), len(WORDS_REFUSED), len(SEEDS)) == (6, 8, 14)


# --- Properties -------------------------------------------------------------------------------

Form: TypeAlias = Literal["NFC", "NFD"]
FORMS: tuple[Form, Form] = ("NFC", "NFD")


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    number=st.integers(0, 4),
    ends=st.tuples(st.integers(0, 10_000), st.integers(1, 40)),
    form=st.sampled_from(FORMS),
)
def test_unique_words_are_found_where_they_stand(
    number: int, ends: tuple[int, int], form: Form
) -> None:
    text = article(number)
    words = list(re.finditer(r"\S+", text.text))
    first = ends[0] % len(words)
    last = min(first + ends[1], len(words)) - 1
    start, end = words[first].start(), words[last].end()
    quote = " ".join(text.text[start:end].split())
    assume(" ".join(text.text.split()).count(quote) == 1)
    assume(any(map(str.isalnum, quote)))
    (stretch,) = prove(text, quote).stretches
    assert (stretch.start, stretch.end) == (start, end)
    (stretch,) = prove(text, unicodedata.normalize(form, quote)).stretches
    assert (stretch.start, stretch.end) == (start, end)


LETTERS = st.text("aéąçñồ한คا\u0328\u0301\u0323z’-", min_size=1, max_size=6).map("k".__add__)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    words=st.lists(LETTERS, min_size=1, max_size=12),
    spaces=st.lists(st.sampled_from([" ", "\u00a0", "\r\n", " \n ", "\u202f"]), min_size=12, max_size=12),
    ends=st.tuples(st.integers(0, 11), st.integers(0, 11)),
    forms=st.tuples(st.sampled_from(FORMS), st.sampled_from(FORMS)),
)  # fmt: skip
def test_other_forms_of_words_are_found_where_they_stand(
    words: list[str], spaces: list[str], ends: tuple[int, int], forms: tuple[Form, Form]
) -> None:
    # A number in front makes every word, and so every quote, stand once.
    words = [unicodedata.normalize(forms[0], f"{n}{word}") for n, word in enumerate(words)]
    first = ends[0] % len(words)
    last = first + ends[1] % (len(words) - first)
    pieces = [part for pair in zip(words, spaces, strict=False) for part in pair]
    start = sum(map(len, pieces[: 2 * first]))
    end = sum(map(len, pieces[: 2 * last + 1]))
    quote = unicodedata.normalize(forms[1], " ".join(words[first : last + 1]))
    (stretch,) = prove(archived("".join(pieces)), quote).stretches
    assert (stretch.start, stretch.end) == (start, end)
