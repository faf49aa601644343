"""Who says a sentence, to whom, by what way it came; and which of its words were said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.facts.text.quote import QuoteError, find_words
from kg.new.phrases import Phrase, Sort

_SAY = (
    r"(?:said|says|told|tells|stated|announced|added|adds|continued|explained|noted|warned"
    r"|insisted|argued|declared|replied|claimed|claims|believes?)"
)
_ACT = (
    r"(?:inform(?:ed)?|praised|expressed|thanked|reviewed|lauded|emphasi[sz]ed|stressed|reiterated|highlighted"
    r"|acknowledged|welcomed|condemned|urged|called\ (?:for|on|upon)|pointed\ to"
    r"|drew\ attention\ to|shed\ light\ on|reaffirmed|underlined|underscored|criti[cs]i[sz]ed"
    r"|voiced|accused?|appealed\ for|demanded|described|hailed)"
)
_BETWEEN = (
    r"(?:\ used\ (?:\w+\ ){1,3}to)?"
    r"(?:\ (?:also|then|later|has|had|have|for\ his\ part|for\ her\ part))*"
)
_SPEAKS = re.compile(rf",?{_BETWEEN}\ (?:(?P<say>{_SAY})|(?P<act>{_ACT}))\b", re.VERBOSE)
_SPOKEN_BY = re.compile(rf"\b(?:{_SAY})\ (?:the\ )?$", re.VERBOSE)
# “…, said X.” without quotation marks, and nothing behind X but the day.
_INVERTED = re.compile(r", (?:said|says)\ $")
_CLOSES = re.compile(r"(?: on \w+)?[.”\"]*$")
_NEXT_ACT = re.compile(
    rf"(?:,?\ and\ (?:also\ )?(?P<act>{_ACT})|,\ (?P<ing>expressing|adding))\b", re.VERBOSE
)
_REPORTED_BY = re.compile(
    r"(?:\b[Aa]ccording to|\b(?:as )?(?:reported|quoted|cited) by|\bciting|\bquoting) (?:the )?$"
)
_REPORTED = re.compile(r"\b(?:reported|quoted|cited) by (?:the )?$|\b(?:citing|quoting) (?:the )?$")
_REPORTS = re.compile(r"(?:,? (?:has |had )?(?:reported|reports)\b| quoted\b)")
# What a news agency says, it reports; what it tells somebody is its own.
_TELLS = re.compile(rf",?{_BETWEEN}\ (?:told|tells|believes?)\b", re.VERBOSE)
_TOLD = re.compile(r"\b(?:told|tells) (?:the )?$")
_CITED = re.compile(r"\b(?:citing|quoting) (?:the )?$")
_THE_STATEMENT = re.compile(r"\b[Aa]ccording to the (?P<form>statement|report|post)\b")
_PICTURE = re.compile(r"\b(?:picture|photo|photograph|image|footage|video)\b")
_ISSUED_BY = re.compile(r"\b(?:provided|released|published|issued|shared) by (?:the )?$")
_FORM = re.compile(
    r"\bin a (?P<form>statement|post)\b|\b(?:told|speaking to) (?P<press>reporters|journalists)"
)
_THROUGH = re.compile(r"\b(?:on|via|through) (?:the )?$")
_TAIL = re.compile(r",? (?:(?:he|she|they|it) (?:said|added|says|continued)|as reported by)\b")
_ANONYMITY = re.compile(r",? on (?:the )?condition of anonymity\b")
_THAT = re.compile(rf"(?: (?:reporters|journalists)\b)?(?:{_ANONYMITY.pattern})?[\s:,]*(?:that )?")
_LEAST, _MOST = 4, 12
_MOST_AFTER = 4


@dataclass(frozen=True, slots=True)
class Speech:
    """What a sentence says of being said; the spans are code points of it.

    `speaker` is who said it, `reporter` who passed it on, `reported` that a word such as “reported”
    says so; `form` is the word for the utterance where there is one, `the_statement` the one in
    “according to the statement”. `said` are the words said, `zone` is between the verb and them.
    """

    speaker: Phrase | None
    reporter: Phrase | None
    addressee: Phrase | None
    channel: Phrase | None
    form: str
    the_statement: str
    reported: bool
    said: tuple[tuple[int, int], ...]
    zone: tuple[int, int]

    @property
    def others(self) -> frozenset[Phrase]:
        """Those who speak, hear or pass it on, and so are not told of."""
        found = (self.speaker, self.reporter, self.addressee, self.channel)
        return frozenset(phrase for phrase in found if phrase is not None)


def speech(sentence: str, found: Sequence[Phrase]) -> Speech | None:
    """Who says a sentence, where its words name or describe somebody who does."""
    quoted = tuple(quotations(sentence))
    outside = [p for p in found if not any(a <= p.start < b for a, b in quoted)]
    speaker, verb, says = _speaker(sentence, outside, quoted)
    reporter = next((p for p in outside if p != speaker and _reports(sentence, p)), None)
    cited = next((p for p in outside if _CITED.search(sentence[: p.start])), None)
    if speaker is None and reporter is not None and cited not in (None, reporter):
        # “X reported, citing Y”: they are Y's words, by way of X.
        speaker = cited
    known = _THE_STATEMENT.search(sentence)
    picture = next((p for p in outside if _of_picture(sentence, p)), None)
    if speaker is None and reporter is None and known is None and picture is None:
        return None
    form = _FORM.search(sentence)
    if picture is not None:
        return Speech(
            picture, None, None, None, "caption", "", False, (), (picture.tail, len(sentence))
        )
    addressee = _addressee(sentence, outside, verb) if speaker else None
    channel = None
    if form and form["form"]:
        channel = next(
            (p for p in outside if form.end() < p.start and _THROUGH.search(sentence[: p.start])),
            None,
        )
    said: tuple[tuple[int, int], ...] = ()
    if speaker is not None and speaker is not cited:
        begin = max([verb[1], *([addressee.tail] if addressee else [])])
        if quoted and says:
            said = quoted
        else:
            said = tuple(_said(sentence, begin if says else verb[0], reporter, says=says))
            if says and verb[0] < speaker.start:
                said = ((0, len(sentence[: verb[0]].rstrip(" ,"))),)
            elif says and _trailing(sentence, speaker, begin, reporter):
                said = ((0, _before(sentence, speaker)),)
    elif quoted:
        said = quoted
    first = min((a for a, _ in said if a >= verb[1]), default=len(sentence))
    return Speech(
        speaker,
        reporter,
        addressee,
        channel,
        (form["form"] or "") if form else "",
        known["form"] if known else "",
        reporter is not None and (reporter.agency or _reported(sentence, reporter)),
        said,
        (verb[1], first) if says and speaker else (0, 0),
    )


def quotations(sentence: str) -> Iterator[tuple[int, int]]:
    """The stretches within double quotation marks; one that is left open runs to the end."""
    opening: int | None = None
    for index, char in enumerate(sentence):
        if opening is None and char in '“"':
            opening = index + 1
        elif opening is not None and char in '”"':
            yield opening, index
            opening = None
    if opening is not None:
        yield opening, len(sentence)


def _speaker(
    sentence: str, outside: Sequence[Phrase], quoted: Sequence[tuple[int, int]]
) -> tuple[Phrase | None, tuple[int, int], bool]:
    """Who says it, where the verb stands, and whether it is a verb of saying."""
    people = [p for p in outside if not _passes_on(sentence, p)]
    for phrase in people:
        match = _SPEAKS.match(sentence, phrase.tail)
        if match and not _REPORTED_BY.search(sentence[: phrase.start]):
            group = "say" if match["say"] else "act"
            return phrase, match.span(group), group == "say"
    for phrase in people:
        before = sentence[: phrase.start]
        match = _SPOKEN_BY.search(before)
        last = _INVERTED.search(before) and _CLOSES.match(sentence, phrase.tail)
        if match and phrase.sort is not Sort.PRONOUN and (quoted or last):
            return phrase, match.span(), True
    return None, (0, 0), False


def _passes_on(sentence: str, phrase: Phrase) -> bool:
    """Whether a phrase is a news agency with a verb of saying, which so reports."""
    if not phrase.agency or _TELLS.match(sentence, phrase.tail):
        return False
    speaks = _SPEAKS.match(sentence, phrase.tail)
    before = sentence[: phrase.start]
    return bool(
        (speaks and speaks["say"]) or (_SPOKEN_BY.search(before) and not _TOLD.search(before))
    )


def _reports(sentence: str, phrase: Phrase) -> bool:
    if phrase.sort in (Sort.PRONOUN, Sort.DESCRIBED):
        return False
    return (
        bool(_REPORTED_BY.search(sentence[: phrase.start]))
        or _reported(sentence, phrase)
        or _passes_on(sentence, phrase)
    )


def _reported(sentence: str, phrase: Phrase) -> bool:
    """Whether a word such as “reported” says that a phrase passes something on."""
    return bool(_REPORTED.search(sentence[: phrase.start]) or _REPORTS.match(sentence, phrase.tail))


def _of_picture(sentence: str, phrase: Phrase) -> bool:
    """Whether a phrase is whoever provided the picture that a caption is about."""
    before = sentence[: phrase.start]
    return bool(_PICTURE.search(before) and _ISSUED_BY.search(before))


def _addressee(sentence: str, outside: Sequence[Phrase], verb: tuple[int, int]) -> Phrase | None:
    if not re.fullmatch(r"(?:told|tells|informed)", sentence[slice(*verb)]):
        return None
    return next(
        (
            p
            for p in outside
            if p.sort in (Sort.NAMED, Sort.NEW, Sort.OFFICE, Sort.DESCRIBED)
            and re.fullmatch(r" (?:the )?", sentence[verb[1] : p.start])
        ),
        None,
    )


def _trailing(sentence: str, speaker: Phrase, begin: int, reporter: Phrase | None) -> bool:
    """Whether “, X said” stands behind the words, and not behind “According to Y” alone."""
    first = 0
    if reporter is not None and _REPORTED_BY.fullmatch(sentence[: reporter.start]):
        first = reporter.tail
    before = sentence[first : speaker.start].strip(" ,").split()
    after = _ANONYMITY.sub("", sentence[begin:]).split()
    return sentence.endswith(", ", 0, speaker.start) and len(after) <= min(len(before), _MOST_AFTER)


def _before(sentence: str, speaker: Phrase) -> int:
    return len(sentence[: speaker.start].rstrip(" ,"))


def _said(
    sentence: str, begin: int, reporter: Phrase | None, *, says: bool
) -> Iterator[tuple[int, int]]:
    """The words from a verb on, without whoever passed them on; each further verb begins anew."""
    match = _THAT.match(sentence, begin) if says else None
    begin = match.end() if match else begin
    end = len(sentence.rstrip())
    stops = [m.start() for m in _TAIL.finditer(sentence, begin)]
    stops += [m.start() - 2 for m in _THE_STATEMENT.finditer(sentence, begin)]
    if reporter is not None and reporter.start > begin:
        named = _REPORTED_BY.search(sentence[: reporter.start])
        stops.append(named.start() if named else reporter.start)
    end = len(sentence[: min([end, *stops])].rstrip(" ,"))
    for match in _NEXT_ACT.finditer(sentence, begin, end):
        if not any(a <= match.start() < b for a, b in quotations(sentence)):
            yield begin, len(sentence[: match.start()].rstrip(" ,"))
            begin = match.start(match.lastgroup or 0)
    yield begin, end


def skeleton(sentence: str, span: tuple[int, int]) -> str | None:
    """`first words …` or `first words … last words` for a stretch, as few as are unique in it."""
    begin, end = span
    words = sentence[begin:end]
    tokens = list(re.finditer(r"\S+", words))
    if not tokens:
        return None
    if len(tokens) <= _LEAST + 2:
        whole = words.rstrip(" .,")
        return whole if _unique(sentence, whole) else None
    head = _head(sentence, words, tokens)
    if head is None:
        return None
    closing = next((b for a, b in quotations(sentence) if a <= begin < b), None)
    rest = sentence[end:].strip(" .,")
    if closing == end or (closing is None and not rest):
        return f"{head} …"
    first = begin + len(head)
    for count in range(2, _MOST):
        tail = words[tokens[-count].start() :].rstrip(" ,.") if count <= len(tokens) else ""
        if tail and _unique(sentence[first:], tail):
            return f"{head} … {tail}"
    return None


def _head(sentence: str, words: str, tokens: Sequence[re.Match[str]]) -> str | None:
    for count in range(_LEAST, min(_MOST, len(tokens))):
        head = words[: tokens[count - 1].end()].rstrip(" ,;:")
        if _unique(sentence, head):
            return head
    return None


def _unique(sentence: str, words: str) -> bool:
    try:
        find_words(sentence, words, None)
    except QuoteError:
        return False
    return True
