"""YAML with positions: what is refused, where; what stays text; where a part of a value stands."""

from __future__ import annotations

import importlib
import re
import textwrap
from collections.abc import Callable

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.check.diagnostic import Findings, Span
from kg.facts.yaml import nodes as yaml_nodes
from kg.facts.yaml.nodes import MAX_BYTES, Mapping, Node, Scalar, Sequence, read

# A file, and every finding in it: code, start and end.
REFUSED: list[tuple[bytes, str]] = [
    # Keys.
    (b"a: b\na: c\na: d", "yaml-duplicate-key 2:1-2:2, yaml-duplicate-key 3:1-3:2"),
    (b'x: {a: b, "a": c}', "yaml-duplicate-key 1:11-1:14"),
    (b"<<: {a: b}", "yaml-merge-key 1:1-1:3"),
    (b"[a]: b", "yaml-key 1:1-1:4"),
    (b"? {a: b}\n: c", "yaml-key 1:3-1:9"),
    (b'"": x', "yaml-key 1:1-1:3"),
    (b": x", "yaml-key 1:1-1:2"),
    (b"a: {: x}", "yaml-key 1:5-1:6"),
    # Anchors, aliases, tags.
    (b"a: &x b\nc: *x", "yaml-anchor 1:4-1:6, yaml-anchor 2:4-2:6"),
    (b"a: b\n*x : y", "yaml-anchor 2:1-2:3"),
    (b"&a b: c", "yaml-anchor 1:1-1:3"),
    (b"a: &x [b]", "yaml-anchor 1:4-1:6"),
    (b"a: !!python/object:os.system x", "yaml-tag 1:4-1:29"),
    (b"a: !!str &x y", "yaml-tag 1:4-1:9, yaml-anchor 1:10-1:12"),
    (b"a: ! b", "yaml-tag 1:4-1:5"),
    (b"a: !foo!bar x", "yaml-tag 1:4-1:5"),
    # Documents.
    (b"", "yaml-empty 0:0-0:0"),
    (b"# only a comment\n", "yaml-empty 0:0-0:0"),
    (b"---\n", "yaml-empty 0:0-0:0"),
    (b"a: b\n---\nc: d", "yaml-documents 2:1-2:1"),
    (b"a: b\n...\nc: d", "yaml-syntax 3:1-3:2"),
    (b"[" * 65, "yaml-depth 1:65-1:66"),
    (b"[" * 100_000, "yaml-depth 1:65-1:66"),
    (b"- " * 100_000, "yaml-depth 1:129-1:130"),
    (b"{a: " * 100_000, "yaml-depth 1:257-1:258"),
    # Encodings and characters.
    (b"a: \xff", "yaml-encoding 1:4-1:4"),
    (b"\xef\xbb\xbf\xc3\xa9: x\n\xff", "yaml-encoding 2:1-2:1"),
    (b"a: \xed\xa0\x80", "yaml-encoding 1:4-1:4"),
    ("a: b".encode("utf-16"), "yaml-encoding 1:1-1:1"),
    ("a: b".encode("utf-16-le"), "yaml-encoding 1:1-1:1"),
    ("a: b".encode("utf-16-be"), "yaml-encoding 1:1-1:1"),
    ("a: x\x85y".encode(), "yaml-line-separator 1:5-1:6"),
    ("a: é\u2028".encode(), "yaml-line-separator 1:5-1:6"),
    ("a: 😀\u2029b: c".encode(), "yaml-line-separator 1:5-1:6"),
    (b"a: \x00", "yaml-character 1:4-1:5"),
    (b"a: \x07b\x07\nc: \x1b\n", "yaml-character 1:4-1:5, yaml-character 2:4-2:5"),
    ("a: \x7f\uffff".encode(), "yaml-character 1:4-1:5, yaml-character 1:5-1:6"),
    (b"a: \x07\na: c #d", "yaml-character 1:4-1:5, yaml-duplicate-key 2:1-2:2, "
                          "yaml-comment-cuts-value 2:6-2:8"),
    (rb'a: "\uD800"', "yaml-surrogate 1:5-1:6"),
    (rb'a: "x \uDC00"', "yaml-surrogate 1:7-1:8"),
    (rb'a: "\uD83D\uDE00"', "yaml-surrogate 1:5-1:6"),
    (rb'a: "\UFFFFFFFF"', "yaml-syntax 1:5-1:6"),
    # Values that YAML would change in silence.
    (b"a: the best #one\n", "yaml-comment-cuts-value 1:13-1:17"),
    (b"a: the\n  best\t# one\nb: c", "yaml-comment-cuts-value 2:8-2:13"),
    (b"a: #b", "yaml-comment-cuts-value 1:4-1:6"),
    (b"- x  # c\r\n- y #d\r\n", "yaml-comment-cuts-value 1:6-1:9, yaml-comment-cuts-value 2:5-2:7"),
    (b"\xef\xbb\xbfa: b #c", "yaml-comment-cuts-value 1:6-1:8"),
    ("é: 😀 #c".encode(), "yaml-comment-cuts-value 1:6-1:8"),
    (b"{w: Doha, Qatar, is: x}", "yaml-flow-key 1:11-1:16"),
    (b"{? a}", "yaml-flow-key 1:4-1:5"),
    (b"[a, ? d]", "yaml-flow-key 1:7-1:8"),
    # Syntax.
    (b"a: Gaza: talks", "yaml-syntax 1:8-1:9"),
    (b"a: b\n  c: d", "yaml-syntax 2:4-2:5"),
    (b"a:\n\tb: c\n", "yaml-syntax 2:1-2:2"),
    (b"a:\n  - b\n\t- c", "yaml-syntax 3:1-3:2"),
    (b'a: "b\nc: d\n', "yaml-syntax 1:4-1:5"),
    (b"a: 'it's'", "yaml-syntax 1:8-1:9"),
    (b"a: [b, c\nd: e", "yaml-syntax 2:2-2:3"),
    (b"a: [b, c", "yaml-syntax 1:4-1:5"),
    (b"a: {b: c", "yaml-syntax 1:4-1:5"),
    (b"a: %x", "yaml-syntax 1:4-1:5"),
    (b"a: - b", "yaml-syntax 1:4-1:5"),
    (b"a: >- x\n  y", "yaml-syntax 1:7-1:8"),
    (rb'a: "\q"', "yaml-syntax 1:5-1:6"),
    (b"a: b\nfoo\nc: d", "yaml-syntax 2:1-2:2"),
    (b"a:\n  b: c\n d: e", "yaml-syntax 3:2-3:3"),
    (b"%YAML 2.0\n---\na: b", "yaml-syntax 1:1-1:2"),
    (b"%FOO\n---\na: b", "yaml-syntax 1:5-2:1"),
]  # fmt: skip

READ: list[bytes] = [
    b"a: {b: , c: ''}",
    b'{"a":b}',
    b"a: {? b\n : c}",
    b'"<<": x',
    b"a: 'b' # c\nd: | # e\n  f # g\n",
    b"# c\na: b\n # c\n",
    b"a: b#c",
    b"list: # what follows\n  - x",
    b"[" * 64 + b"]" * 64,
    b"--- \na: b\n...\n",
]


def nodes(source: bytes) -> Node:
    findings = Findings()
    node = read(source, "x", findings)
    assert [str(item) for item in findings] == []
    assert node is not None
    return node


def value(source: str) -> Scalar:
    node = nodes(source.encode())
    assert isinstance(node, Mapping)
    scalar = node.get("a")
    assert isinstance(scalar, Scalar)
    return scalar


def place(span: Span) -> str:
    return f"{span.line}:{span.column}-{span.end_line}:{span.end_column}"


@pytest.mark.parametrize(("source", "expected"), REFUSED, ids=lambda case: str(case)[:40])
def test_refused(source: bytes, expected: str) -> None:
    findings = Findings()
    read(source, "x", findings)
    assert ", ".join(f"{item.code} {place(item.span)}" for item in findings) == expected
    assert all(item.fix and item.span.file == "x" for item in findings)


@pytest.mark.parametrize("source", READ, ids=str)
def test_read(source: bytes) -> None:
    nodes(source)


def test_cases_are_as_many_as_written() -> None:
    assert (len(REFUSED), len(READ)) == (68, 10)


MESSAGES = [
    (b"a: b\na: c", "the key “a” stands twice in one mapping"
     " | keep one of the two; several values go in a list"),
    (b"a: the best #one", "“#one” is read as a comment, which leaves “the best”"
     ' | quote the value: "the best #one", or put the comment on its own line'),
    (b'a: x "y" #z', '“#z” is read as a comment, which leaves “x "y"”'
     " | quote the value: 'x \"y\" #z', or put the comment on its own line"),
    (b"{a: Doha, Qatar}", "“Qatar” is read as a key without a value"
     ' | quote a value that holds a comma: "Doha, Qatar"'),
    (b"[" * 65, "this is nested 65 deep; the limit is 64 | write it with fewer levels"),
    (b"a: \xff", "byte 3 (0xFF) is not UTF-8 | save the file as UTF-8"),
    (b"\xef\xbb\xbfa: \xff", "byte 6 (0xFF) is not UTF-8 | save the file as UTF-8"),
    (b" " * (MAX_BYTES + 1), "the file has 16777217 bytes; the limit is 16777216"
     " | split it into several files"),
    (rb'a: "\uD83D\uDE00"', "\\uD83D\\uDE00 writes one character as two halves (surrogates)"
     " | write the character itself: 😀, or \\U0001F600"),
    (b"a: \x07\x07", "U+0007, which no YAML file may hold, stands here (2 times in the file)"
     ' | take it out, or write it as "\\u0007" in double quotes'),
    (b"a: 'it's'", "text goes on after the closing quotation mark"
     ' | double an apostrophe inside single quotes, write `\\"` inside double quotes'),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), MESSAGES, ids=lambda case: str(case)[:30])
def test_messages(source: bytes, expected: str) -> None:
    findings = Findings()
    read(source, "x", findings)
    (item,) = findings
    assert f"{item.message} | {item.fix}" == expected


def test_too_large() -> None:
    findings = Findings()
    assert read(b" " * (MAX_BYTES + 1), "x", findings) is None
    assert [item.code for item in findings] == ["yaml-size"]


def test_duplicate_key_names_the_first() -> None:
    findings = Findings()
    node = read(b"a: b\nc: d\na: e", "x", findings)
    assert [place(item.related[0].span) for item in findings] == ["1:1-1:2"]
    assert isinstance(node, Mapping)
    assert [(key.value, isinstance(v, Scalar) and v.value) for key, v in node.entries] == [
        ("a", "b"),
        ("c", "d"),
    ]


def test_alias_bomb_is_refused_unexpanded() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    findings = Findings()
    assert read("\n".join(lines).encode(), "x", findings) is None
    assert {item.code for item in findings} == {"yaml-anchor"}
    assert (len(findings), str(next(iter(findings)).span)) == (91, "x:1:5")


@pytest.mark.parametrize("word", [
    "NO", "12:30", "0123", "1_000", "2023-10-31", "~", "null", "1.10", "0x1F", "true", ".inf", "=",
    "12:30:45", "+1", "2023-10-31 20:22:40 = 2023-10-31T20:22:40",
])  # fmt: skip
def test_words_stay_text(word: str) -> None:
    assert value(f"a: {word}") == Scalar(word, Span("x", 1, 4, 1, 4 + len(word)), "plain")


def test_nothing_is_the_empty_text() -> None:
    assert value("a:\nb: c") == Scalar("", Span("x", 1, 3, 1, 3), "plain")
    assert value("b: c\na:") == Scalar("", Span("x", 2, 3, 2, 3), "plain")
    assert value('a: ""') == Scalar("", Span("x", 1, 4, 1, 6), "double")


def test_byte_order_mark_is_no_column() -> None:
    node = nodes(b"\xef\xbb\xbfa: b")
    assert isinstance(node, Mapping)
    assert node.span == Span("x", 1, 1, 1, 5)
    assert node.key("a") == Scalar("a", Span("x", 1, 1, 1, 2), "plain")
    assert (node.get("b"), node.key("b")) == (None, None)


def test_collections() -> None:
    node = nodes(
        "é: 😀\nlist:\n  - x\n  - {k: v,\n     l: w}\nlast: [2024-06-19,2024-06-20]\n\n".encode()
    )
    assert isinstance(node, Mapping)
    assert (place(node.span), node.flow) == ("1:1-6:30", False)
    assert [key.value for key, _ in node.entries] == ["é", "list", "last"]
    inner, last = node.get("list"), node.get("last")
    assert isinstance(inner, Sequence)
    assert isinstance(last, Sequence)
    assert (place(inner.span), inner.flow) == ("3:3-5:11", False)
    assert isinstance(inner.items[1], Mapping)
    assert (place(inner.items[1].span), inner.items[1].flow) == ("4:5-5:11", True)
    assert (place(last.span), last.flow) == ("6:7-6:30", True)
    assert last.source() == "[2024-06-19,2024-06-20]"
    assert last.source(inner.items[0].span) == "x"


# YAML of the key `a`, a part of its value, and where the part stands.
PARTS: list[tuple[str, str, str]] = [
    ("a: Ismail Haniyeh = ismail-haniyeh", "Haniyeh", "1:11-1:18"),
    ("é: 😀\na: 😀 Doha", "Doha", "2:6-2:10"),
    ("a: one\n   two\n\n   three", "two", "2:4-2:7"),
    ("a: one\n   two\n\n   three", "one two", "1:4-2:7"),
    ("a: one\n   two\n\n   three", "\n", "2:7-4:4"),
    ("a: one\n   two\n\n   three", "three", "4:4-4:9"),
    ("a: 'it''s  here'", "s  here", "1:9-1:16"),
    ("a: 'it''s'", "'", "1:7-1:9"),
    ("a: 'one\n  it''s\n\n\n  end'", "s", "2:7-2:8"),
    ("a: 'one\n  it''s\n\n\n  end'", "end", "5:3-5:6"),
    ('a: "caf\\u00e9 bar"', "é", "1:8-1:14"),
    ('a: "caf\\u00e9 bar"', "bar", "1:15-1:18"),
    ('a: "x\\n\\x41\\U0001F600\\"y"', "A😀", "1:8-1:22"),
    ('a: "x\\n\\x41\\U0001F600\\"y"', '"y', "1:22-1:25"),
    ('a: "one\\\n  two \\\n  three"', "two", "2:3-2:6"),
    ('a: "one\\\n  two \\\n  three"', "onetwo three", "1:5-3:8"),
    ('a: "one\\\n\n  two"', "two", "3:3-3:6"),
    ("a: |\n  one\n\n    two\n  three\n", "  two", "4:3-4:8"),
    ("a: |\n  one\n\n    two\n  three\n", "three\n", "5:3-5:8"),
    ("a: |2\n   one\n  two", " one", "2:3-2:7"),
    ("a: >-\n  Iran’s Foreign\n  Minister met", "Foreign Minister", "2:10-3:11"),
    ("a: >-\n  Iran’s Foreign\n  Minister met", "met", "3:12-3:15"),
    ("a: >\r\n  one\r\n  two\r\n\r\n  three\r\n", "two", "3:3-3:6"),
    ("a: >\r\n  one\r\n  two\r\n\r\n  three\r\n", "three", "5:3-5:8"),
    ("a: >\n  one\n    two\n\n    three\n\n  four\n", "three", "5:5-5:10"),
    ("a: >\n  one\n    two\n\n    three\n\n  four\n", "four", "7:3-7:7"),
    ("a: >\n\n  one", "one", "3:3-3:6"),
    ("- x\n- a: >-\n    one\n    two\u00a0\n", "two\u00a0", "4:5-4:9"),
]


def only_scalar(node: Node, key: str) -> Scalar:
    if isinstance(node, Sequence):
        node = node.items[-1]
    assert isinstance(node, Mapping)
    scalar = node.get(key)
    assert isinstance(scalar, Scalar)
    return scalar


@pytest.mark.parametrize(("source", "part", "expected"), PARTS)
def test_part(source: str, part: str, expected: str) -> None:
    scalar = only_scalar(nodes(source.encode()), "a")
    assert scalar.value.count(part) == 1
    start = scalar.value.index(part)
    assert place(scalar.part(start, start + len(part))) == expected
    assert expected.startswith(place(scalar.part(start, start)).partition("-")[0] + "-")


def test_part_cases_are_as_many_as_written() -> None:
    assert len(PARTS) == 28


def test_part_behind_refused_properties() -> None:
    node = read(b"a: &x 'it''s'", "x", Findings())
    assert node is not None
    assert place(only_scalar(node, "a").part(3, 4)) == "1:12-1:13"


def test_part_refuses_what_is_outside() -> None:
    scalar = value("a: Doha")
    assert place(scalar.part(4, 4)) == "1:8-1:8"
    for start, end in [(-1, 2), (3, 2), (0, 5)]:
        with pytest.raises(ValueError, match=r"is not within 0\.\.4"):
            scalar.part(start, end)


def plain(words: list[str]) -> str:
    return f"a: {' '.join(words)}\n"


def single(words: list[str]) -> str:
    return "a: '" + "\n  ".join(word.replace("'", "''") for word in words) + "'\n"


def double(words: list[str]) -> str:
    return 'a: "' + "\n  ".join(word.replace("'", "\\x27") for word in words) + '"\n'


def folded(words: list[str]) -> str:
    lines = textwrap.wrap(" ".join(words), 12, break_long_words=False, break_on_hyphens=False)
    return "b:\n  - a: >-\n" + "".join(f"      {line}\n" for line in lines)


def literal(words: list[str]) -> str:
    return "a: |-\n" + "".join(f" {word}\n" for word in words)


WORDS = st.lists(
    st.text("aéz😀ą’'-,.", min_size=1, max_size=7).map("w".__add__), min_size=1, max_size=12
)


@pytest.mark.parametrize("written", [plain, single, double, folded, literal])
@settings(derandomize=True, max_examples=60, deadline=None)
@given(words=WORDS)
def test_part_gives_the_characters_of_the_source(
    written: Callable[[list[str]], str], words: list[str]
) -> None:
    node = nodes(written(words).encode())
    inner = node.get("b") if isinstance(node, Mapping) else None
    scalar = only_scalar(inner if inner is not None else node, "a")
    assert re.split(r"\s", scalar.value) == words
    for match in re.finditer(r"\S", scalar.value):
        span = scalar.part(*match.span())
        assert scalar.source(span).replace("''", "'").replace("\\x27", "'") == match[0]


def test_libyaml_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CLoader")
    with pytest.raises(ImportError, match="without libyaml"):
        importlib.reload(yaml_nodes)
