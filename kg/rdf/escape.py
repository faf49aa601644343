"""Terms as text: the one place that escapes literals and decides which names may be written.

Literals are escaped and therefore kept whatever they hold. IRIs, prefixed names, language tags
and typed lexical forms are never bent into shape: they are checked, and refused with a count and
three examples.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl


class TermError(ValueError):
    """A value that no RDF term can hold; the message counts the values and shows three."""


# The backslash comes first, since the others bring new ones.
_COMMON = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
_SHORT = {"\t": "\\t", "\b": "\\b", "\f": "\\f"}
# What editors and terminals hide, reorder or take for the end of a line, and the noncharacters.
_HIDDEN = [
    *(code for code in range(0x20) if chr(code) not in _COMMON | _SHORT),
    *range(0x7F, 0xA0),
    *(0x061C, 0x200E, 0x200F),
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
    *(0xFEFF, 0xFFFE, 0xFFFF),
]
_RARE = _SHORT | {chr(code): f"\\u{code:04X}" for code in _HIDDEN}
_RARE_CLASS = "[" + "".join(f"\\u{ord(character):04X}" for character in _RARE) + "]"


def escaped(column: str, values: pl.Series) -> pl.Expr:
    """The text of a column as it stands between the quotation marks of N-Triples and Turtle.

    `values` are the column's values: only the replacements that they need are made.
    """
    text = pl.col(column)
    for character, escape in _COMMON.items():
        if values.str.contains(character, literal=True).any():
            text = text.str.replace_all(character, escape, literal=True)
    if values.str.contains(_RARE_CLASS).any():
        text = text.str.replace_many(list(_RARE), list(_RARE.values()))
    return text


def literal(text: str, language: str = "", datatype: str = "") -> str:
    r"""One literal for a SPARQL query, N-Triples or Turtle; `datatype` is an absolute IRI.

    SPARQL reads `\u` escapes before it reads strings, and some engines do so even behind a
    backslash or take eight digits where four were meant; so what could be taken for one is
    written with `\U` and eight digits.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise TermError(f"a literal holds half of a surrogate pair at {error.start}") from None
    for character, escape in (_COMMON | _SHORT).items():
        text = text.replace(character, escape)
    text = text.replace("\\\\U", "\\\\\\U00000055").replace("\\\\u", "\\\\\\U00000075")
    for code in _HIDDEN:
        text = text.replace(chr(code), f"\\U{code:08X}")
    if language:
        check_languages(pl.Series([language]), "language")
        return f'"{text}"@{language}'
    return f'"{text}"^^{iri(datatype)}' if datatype else f'"{text}"'


def iri(text: str) -> str:
    """An absolute IRI in angle brackets; raises TermError for anything else."""
    check_absolute(pl.Series([text]), "IRI")
    return f"<{text}>"


def refuse(values: pl.Series, good: pl.Series, what: str, why: str) -> None:
    """Raise TermError unless every value that is not null is good."""
    if good.all():
        return
    bad = values.filter(~good).unique().sort()
    shown = ", ".join(repr(value) for value in bad.head(3))
    raise TermError(f"{what}: {len(bad)} of the values {why}: {shown}")


# --- IRIs (RFC 3987) and names -----------------------------------------------------------------

_PERCENT = "%[0-9A-Fa-f]{2}"
# ucschar of RFC 3987 without line separators and bidirectional controls (its section 4.1).
_UCS = (
    r"\u00A0-\u061B\u061D-\u200D\u2010-\u2027\u202F-\u2065\u206A-\uD7FF\uF900-\uFDCF\uFDF0-\uFEFE"
    + r"\uFF00-\uFFEF"
    + "".join(rf"\U000{plane:X}0000-\U000{plane:X}FFFD" for plane in range(1, 14))
)
_HOST = rf"(?:(?:[A-Za-z0-9._~!$&'()*+,;={_UCS}-]|{_PERCENT})+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?"
_PATH = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@/{_UCS}-]|{_PERCENT})"
_REST = rf"(?:\?(?:{_PATH}|\?)*)?(?:#(?:{_PATH}|\?)*)?"
_ABSOLUTE = (
    rf"^(?:https?://{_HOST}(?:/{_PATH}*)?|urn:[A-Za-z0-9][A-Za-z0-9-]{{1,31}}:{_PATH}+){_REST}$"
)
_LOCAL = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_NAME = rf"^([A-Za-z][A-Za-z0-9]*):({_LOCAL})$"


def are_absolute(values: pl.Series) -> pl.Series:
    """Whether each value is an absolute http, https or urn IRI without a user name."""
    return values.str.contains(_ABSOLUTE)


def check_absolute(values: pl.Series, what: str) -> None:
    """Refuse what is no absolute http, https or urn IRI, or carries a user name."""
    refuse(values, are_absolute(values), what, "are no absolute http, https or urn IRI")


def check_base(base: str) -> None:
    """Refuse a base IRI to which a node cannot simply be appended: it must end with `/`."""
    check_absolute(pl.Series([base]), "base IRI")
    if not base.startswith("http") or not base.endswith("/") or set(base) & set("?#"):
        raise TermError(f"base IRI: must be http or https and end with '/': {base!r}")
    if any(segment in (".", "..") for segment in base.split("/")):
        raise TermError(f"base IRI: must have no '.' or '..' in its path: {base!r}")


def full_names(values: pl.Series, prefixes: Mapping[str, str], what: str) -> dict[str, str]:
    """The absolute IRI of each distinct prefixed name; refuses malformed and unknown ones."""
    names = values.drop_nulls().unique().sort()
    known = f"^(?:{'|'.join(prefixes)}):"
    good = names.str.contains(_NAME) & names.str.contains(known)
    refuse(names, good, what, f"are no name with one of the prefixes {', '.join(prefixes)}")
    return {name: full_name(name, prefixes) for name in names}


def full_name(name: str, prefixes: Mapping[str, str]) -> str:
    """The absolute IRI, without brackets, of a prefixed name known to be well formed."""
    prefix, _, local = name.partition(":")
    return prefixes[prefix] + local


# --- language tags (RFC 5646, langtag) and datatypes (XML Schema 1.1 part 2) ----------------------

_LANGUAGE = (
    r"^(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?"
    r"(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
    r"(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?$"
)
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_LEAP = r"-?[0-9]*(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DATE = (
    rf"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    rf"|{_LEAP}-02-29)"
)
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
_DAYS = r"(?:[0-9]+Y(?:[0-9]+M)?(?:[0-9]+D)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"
_SECONDS = r"[0-9]+(?:\.[0-9]+)?S"
_CLOCK = rf"(?:[0-9]+H(?:[0-9]+M)?(?:{_SECONDS})?|[0-9]+M(?:{_SECONDS})?|{_SECONDS})"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"

LEXICAL: Mapping[str, str] = {
    "xsd:boolean": "true|false|0|1",
    "xsd:integer": "[+-]?[0-9]+",
    "xsd:nonNegativeInteger": r"\+?[0-9]+|-0+",
    "xsd:positiveInteger": r"\+?0*[1-9][0-9]*",
    "xsd:decimal": _DECIMAL,
    "xsd:double": rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "xsd:date": _DATE + _ZONE,
    "xsd:dateTime": f"{_DATE}T{_TIME}{_ZONE}",
    "xsd:gYear": _YEAR + _ZONE,
    "xsd:gYearMonth": f"{_YEAR}-(?:0[1-9]|1[0-2]){_ZONE}",
    "xsd:duration": f"-?P(?:{_DAYS}(?:T{_CLOCK})?|T{_CLOCK})",
    "xsd:anyURI": r"[^\s<>]*",
    # Only the characters: what the value means is the business of the dates.
    "edtf:EDTF": r"[0-9XYESTZ.,:/~?%+\[\]{}-]+",
}
"""Datatypes whose lexical forms are checked, with the pattern of the whole form.

The end of the day as 24:00:00, which XML Schema allows, is refused.
"""


def check_languages(values: pl.Series, what: str) -> None:
    """Refuse what is no well-formed language tag."""
    tags = values.unique()
    refuse(tags, tags.str.contains(_LANGUAGE), what, "are no language tag")


def check_typed(values: pl.Series, datatype: str, what: str) -> None:
    """Refuse lexical forms that the datatype, a prefixed name, does not have.

    Datatypes of a project's own are taken as they are; those of XML Schema must be in LEXICAL.
    xsd:string and rdf:langString are refused, since such a literal would have two spellings.
    """
    if datatype in ("xsd:string", "rdf:langString"):
        raise TermError(f"{what}: {datatype} is written as a plain literal or one with a language")
    pattern = LEXICAL.get(datatype)
    if pattern is None:
        if datatype.startswith("xsd:"):
            raise TermError(f"{what}: no datatype {datatype} here, only {', '.join(LEXICAL)}")
        return
    forms = values.unique()
    refuse(forms, forms.str.contains(f"^(?:{pattern})$"), what, f"are no {datatype}")
