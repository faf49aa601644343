"""Triples as a store may give them back: equal where only documented rewritings differ."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from kg.rdf.remote import Term

_XSD = "http://www.w3.org/2001/XMLSchema#"
_LINE = re.compile(r"(<[^>]*>|_:\S+)[ \t]+<([^>]*)>[ \t]+(.*?)[ \t]*\.[ \t]*")
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_WHOLE = ("integer", "long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort")
_SIGNED = ("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger")
_EXACT = frozenset(_XSD + name for name in (*_WHOLE, *_SIGNED, "unsignedByte", "decimal"))
_MOMENT = re.compile(
    r"(-?)0*(\d+)(-\d\d-\d\d(?:T\d\d:\d\d:\d\d)?)(?:\.(\d*?)0*)?(Z|[+-]\d\d:\d\d)?"
)
_DURATION = re.compile(
    r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d*)?)S)?)?"
)
_DURATIONS = frozenset(_XSD + name for name in ("duration", "dayTimeDuration", "yearMonthDuration"))

Triple = tuple[str, str, Term]


def triple(line: str) -> Triple:
    """A line of N-Triples in its canonical form; raises ValueError."""
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise ValueError(f"this is no line of N-Triples: {line[:80]!r}")
    subject, predicate, rest = match.groups()
    return _unescaped(subject.strip("<>")), _unescaped(predicate), canonical(_object(rest))


def canonical(term: Term) -> Term:
    """A term such that rewritings which keep its value make no difference.

    Numbers are compared by value, whole and decimal ones without their datatype; times by their
    fields, whatever zeros, with Z for +00:00; durations by months and seconds, which a bare
    number is too; booleans by value; language tags without case.
    """
    kind, text, more = term
    if kind != "literal":
        return term
    if more.startswith("@"):
        return kind, text, more.lower()
    try:
        return kind, *_value(text, more)
    except (ValueError, InvalidOperation, OverflowError):
        return term


def _value(text: str, datatype: str) -> tuple[str, str]:
    if not datatype.startswith(_XSD):
        return text, datatype
    if datatype == _XSD + "string":
        return text, ""
    if datatype in _EXACT:
        number = format(Decimal(text), "f")
        number = number.rstrip("0").rstrip(".") if "." in number else number
        return number if number not in ("-0", "") else "0", "number"
    if datatype in (_XSD + "double", _XSD + "float"):
        return repr(float(text)), datatype
    if datatype == _XSD + "boolean":
        return {"1": "true", "0": "false"}.get(text, text), datatype
    if datatype in (_XSD + "date", _XSD + "dateTime") and (found := _MOMENT.fullmatch(text)):
        minus, year, rest, fraction, zone = found.groups()
        zone = "Z" if zone in ("+00:00", "-00:00") else zone or ""
        return f"{minus}{year}{rest}{'.' + fraction if fraction else ''}{zone}", datatype
    if datatype in _DURATIONS:
        return _duration(text), "duration"
    return text, datatype


def _duration(text: str) -> str:
    found = _DURATION.fullmatch(text)
    if found is None:
        return f"0 {Decimal(text).normalize()}"
    minus, *numbers = found.groups()
    years, months, days, hours, minutes, seconds = (Decimal(number or 0) for number in numbers)
    sign = -1 if minus else 1
    whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return f"{sign * (years * 12 + months)} {(sign * whole).normalize()}"


def _object(text: str) -> Term:
    if text.startswith("<") and text.endswith(">"):
        return "iri", _unescaped(text[1:-1]), ""
    if text.startswith("_:"):
        return "blank", text[2:], ""
    match = _LITERAL.fullmatch(text)
    if match is None:
        raise ValueError(f"this is no term: {text[:80]!r}")
    words, language, datatype = match.groups()
    return "literal", _unescaped(words), f"@{language}" if language else _unescaped(datatype or "")


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda found: (
            chr(int(found[1] or found[2], 16))
            if found[1] or found[2]
            else _SHORT.get(found[3], found[3])
        ),
        text,
    )
