"""libyaml's syntax errors in plain words, with the fix."""

from __future__ import annotations

import re

import yaml

from kg.check.diagnostic import Findings, Related
from kg.facts.yaml.source import SourceText

_QUOTE_IT = "put the whole value in quotes"
_MEND = "mend the line, or put the value in quotes"
_INDENT = "begin the lines of one list or mapping at the same column"

# libyaml's problem: what to tell, and the fix.
_WORDS: dict[str, tuple[str, str]] = {
    "could not find expected ':'": (
        "this line has no `: ` after its key",
        "write `key: value`, or indent the line to continue the value above",
    ),
    "mapping values are not allowed in this context": (
        "a colon followed by a space stands inside a value, or the line is indented too far",
        f"{_QUOTE_IT}, or mend the indentation",
    ),
    "block sequence entries are not allowed in this context": (
        "a list entry (`- `) cannot begin here",
        "begin the list on a line of its own, below its key",
    ),
    "mapping keys are not allowed in this context": (
        "a key (`? `) cannot begin here",
        _QUOTE_IT,
    ),
    "found character that cannot start any token": (
        "a value cannot begin with this character unless it is in quotes",
        _QUOTE_IT,
    ),
    "found unexpected end of stream": (
        "the quotation mark that opens here is never closed",
        "close it, or double an apostrophe that stands inside single quotes",
    ),
    "found unexpected document indicator": (
        "a line of the quoted value begins with `---` or `...`",
        "close the quotation mark above, or indent the line",
    ),
    "found unknown escape character": (
        "this is no escape sequence",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    "did not find expected hexdecimal number": (
        "this escape sequence lacks hexadecimal digits",
        "write `\\xNN`, `\\uNNNN` or `\\UNNNNNNNN`, or the character itself",
    ),
    "found invalid Unicode character escape code": (
        "this escape sequence is no Unicode character",
        "write the character itself",
    ),
    "found undefined tag handle": ("tags are not allowed", "write the value without the tag"),
    "found an indentation indicator equal to 0": (
        "the indentation after `|` or `>` counts from 1",
        "leave the number out",
    ),
    "did not find expected comment or line break": (
        "text stands on the line of `|` or `>`",
        "begin the text on the next line",
    ),
    "found a tab character where an indentation space is expected": (
        "a tab is used for indentation",
        "indent with spaces",
    ),
    "found a tab character that violates indentation": (
        "a tab is used for indentation",
        "indent with spaces",
    ),
    "found unexpected ':'": ("a colon stands where no key can be", _QUOTE_IT),
    "did not find expected node content": ("a value is missing here", _QUOTE_IT),
    "did not find expected '-' indicator": (
        "this line neither continues the list above nor ends it",
        f"{_INDENT}; every entry of a list begins with `- `",
    ),
    "did not find expected key": (
        "this does not line up with the keys above",
        _INDENT,
    ),
    "did not find expected ',' or ']'": (
        "the list in square brackets goes on without a comma",
        "write a comma between entries, and quotes around an entry that holds brackets",
    ),
    "did not find expected ',' or '}'": (
        "the mapping in braces goes on without a comma",
        "write a comma between entries, and quotes around a value that holds braces or quotes",
    ),
    "did not find expected <document start>": (
        "something follows after the end of the document (`...`)",
        "keep one document in a file",
    ),
    "found incompatible YAML document": (
        "this version of YAML is not known",
        "leave the %YAML line out",
    ),
    "did not find expected alphabetic or numeric character": (
        "`*` and `&` begin an alias or an anchor unless they are in quotes",
        _QUOTE_IT,
    ),
}
# What is missing is told where it was opened, not where the file ended.
_UNCLOSED = {
    "found unexpected end of stream": "",
    "did not find expected ',' or ']'": "the square bracket that opens here is never closed",
    "did not find expected ',' or '}'": "the brace that opens here is never closed",
}
_NO_KEY = {"did not find expected key", "did not find expected node content"}
_SURROGATE = re.compile(
    r"\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_AFTER_QUOTE = re.compile(r"[\"'][ \t]*\Z")


def report(error: yaml.YAMLError, source: SourceText, findings: Findings) -> None:
    """Turn libyaml's error into a finding at its mark, or where what is missing was opened."""
    text = source.text
    problem = str(getattr(error, "problem", None) or error)
    at = _index(error, "problem_mark", source) or 0
    opened = _index(error, "context_mark", source)
    words, fix = _WORDS.get(problem, (f"this is not YAML: {problem}", _MEND))
    code = "yaml-syntax"
    if problem == "could not find expected ':'" and opened is not None:
        at = opened
    elif problem in _UNCLOSED and opened is not None and not text[at:].strip():
        words, at = _UNCLOSED[problem] or words, opened
        fix = fix if text[at] in "\"'" else f"write `{problem[-2]}` at its end"
    elif problem == "found character that cannot start any token" and text[at : at + 1] == "\t":
        words, fix = _WORDS["found a tab character that violates indentation"]
    elif problem == "did not find expected key" and _AFTER_QUOTE.search(text, max(0, at - 80), at):
        words = "text goes on after the closing quotation mark"
        fix = 'double an apostrophe inside single quotes, write `\\"` inside double quotes'
    elif problem in _NO_KEY and text[at : at + 1] == ":":
        code, words, fix = "yaml-key", "this value has no key", "write a key before the colon"
    elif problem == "found undefined tag handle":
        code = "yaml-tag"
    elif problem == "found invalid Unicode character escape code":
        at -= 2  # the mark is behind the backslash and its letter
        if found := _SURROGATE.match(text, at):
            code, (words, fix) = "yaml-surrogate", _surrogate(found)
    related: tuple[Related, ...] = ()
    if opened is not None and opened < at:
        related = (Related(source.span(opened, opened), "what it belongs to begins here"),)
    end = at + 1 if at < len(text) else at
    findings.error(code, words, source.span(at, end), fix, related)


def _index(error: yaml.YAMLError, name: str, source: SourceText) -> int | None:
    """Where a mark of the error stands, in code points; libyaml's may lie behind the end."""
    mark = getattr(error, name, None)
    return None if mark is None else min(mark.index, len(source.text))


def _surrogate(found: re.Match[str]) -> tuple[str, str]:
    if not found["high"]:
        return f"{found[0]} is half a character (a surrogate)", "write the whole character itself"
    char = bytes.fromhex(found["high"] + found["low"]).decode("utf-16-be")
    return (
        f"{found[0]} writes one character as two halves (surrogates)",
        f"write the character itself: {char}, or \\U{ord(char):08X}",
    )
