"""Sentences of an archived text, and the words in them that tell of a contact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.facts.text.archived import ArchivedText
from kg.facts.text.quote import Stretch

_END = re.compile(r"[.!?…]+[”’\"')\]]*(?=\s+[“‘\"'(\[]*[^\W_a-z])")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Capt|Sgt|Adm|Sen|Rep|Gov|St|No|vs|Jr|Sr"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
# A line of a list begins anew; a line of up to three words with no end of a sentence is a label.
_APART = re.compile(r"[ \t]*[•‣▪*–-][ \t]")
_LABEL = re.compile(r"(?:\A|[\r\n])[ \t]*\w+(?: \w+){0,2}[ \t]*(?:\r\n|\r|\n)\Z")

# In the order of the groups one word is taken for a call before it is taken for a meeting.
_CONTACT = re.compile(
    r"(?<!-)\b(?:(?P<call>phon(?:es?|ed|ing)|telephon(?:es?|ed|ing)"
    r"|call(?:s|ed)?(?! (?:for|on|off|upon)\b))"
    r"|(?P<meeting>met|meets?(?! (?:\w+ )?(?:conditions|demands|needs|terms|goals|targets?)\b)"
    r"|meetings?|sat down|received|hosted|greets|greeted)"
    r"|(?P<visit>visit(?:s|ed|ing)?|trips?|arriv(?:es?|ed|ing|al))"
    r"|(?P<talks>talks|talked|spoke|conversations?|discuss(?:es|ed)))\b",
    re.IGNORECASE,
)
# “called Lind a friend” is no call.
_NAMES = re.compile(
    r"called [^.,;]{1,40}? (?:an? (?!day|week|month|year|few|couple)|[“\"])", re.IGNORECASE
)
# Words that tell of a meeting only where they have somebody for their object.
_WITH_OBJECT = ("received", "hosted", "greets", "greeted")
_DEFINITE = re.compile(
    r"\b(?:the|this|that|these|those) (?:(?:phone|telephone|video) )?$", re.IGNORECASE
)
_DURING = re.compile(r"\b(?:during|in|at) (?:the|this|that|these|those) (?:\w+ )?$", re.IGNORECASE)
_PAST = re.compile(r"(?:ed|met|spoke|sat down)$")
_HAPPENED = re.compile(
    r"\b(?:was|were|had|did|held|made|took|conducted|paid|began|ended"
    r"|(?<!\bthe )(?<!\bin )(?<!\bof )(?<!\bfor )(?<!\b[bB]e )(?<!\bis )(?<!\bare )resumed)"
    r"(?: \w+){0,4} $"
)
# “Talks between the two resumed on Sunday”; “if talks resumed” leaves open whether they did.
_RESUMED = re.compile(
    r"(?: (?:between|among|with|in|of) [^.,;:“”\"]{1,100}?| that)? (?<!\bbe )(?<!\bis )(?<!\bare )"
    r"resumed\b"
)
_OPEN = re.compile(r"\b(?:if|unless|whether|until|once|could|might|may|should)\b", re.IGNORECASE)
_PHONE = re.compile(r"[^.,;:]{0,30}? (?:by|over the|on the) (?:tele)?phone\b| by video\b")
_PLAN = re.compile(
    r"\b(?:will|would|is to|are to|is due to|are due to|plans? to|planned to|scheduled|expected to"
    r"|going to|agreed to|intends? to|set to|to (?:meet|visit|hold|talk|speak|arrive)"
    r"|for (?:meetings|talks))\b"
)


@dataclass(frozen=True, slots=True)
class Contact:
    """What a sentence tells of: the key for the event, the word that says so and where it stands.

    `plan` are words that put it in the future, empty where there are none; `past` says that the
    words put it in the past.
    """

    kind: str
    word: str
    at: int
    plan: str
    past: bool

    @property
    def end(self) -> int:
        """Where the word ends."""
        return self.at + len(self.word)


def contact(sentence: str, people: Iterable[int] = ()) -> Contact | None:
    """The first contact that a sentence tells of, if any.

    `people` are the code points at which somebody is named. “The meeting” tells of no new one.
    """
    named = tuple(people)
    for found in _CONTACT.finditer(sentence):
        kind = found.lastgroup or ""
        if _refers(sentence, found) or _NAMES.match(sentence, found.start()):
            continue
        if found[0].lower() in _WITH_OBJECT and not any(
            re.fullmatch(r" (?:the )?", sentence[found.end() : at])
            for at in named
            if at > found.end()
        ):
            continue
        # “Spoke by telephone” is a call, whatever the first word.
        kind = "call" if kind == "talks" and _PHONE.match(sentence, found.end()) else kind
        before = [match[0] for match in _PLAN.finditer(sentence) if match.start() < found.end()]
        plan = before[-1] if before else ""
        past = bool(
            _PAST.search(found[0])
            or _HAPPENED.search(sentence[: found.start()])
            or (_RESUMED.match(sentence, found.end()) and not _OPEN.search(sentence))
        )
        return Contact(kind, found[0], found.start(), plan, past and not plan)
    return None


def referred(sentence: str) -> tuple[str, bool] | None:
    """The kind of “the meeting”, “the call”, and whether the sentence is of what went on in it."""
    for found in _CONTACT.finditer(sentence):
        if _refers(sentence, found):
            return found.lastgroup or "", bool(_DURING.search(sentence[: found.start()]))
    return None


def _refers(sentence: str, found: re.Match[str]) -> bool:
    noun = re.fullmatch(r"(?i)call|meetings?|visit|trip|talks|conversations?", found[0])
    return bool(noun and _DEFINITE.search(sentence[: found.start()]))


def sentences(text: ArchivedText) -> tuple[Stretch, ...]:
    """The sentences of a text, in order: code points, without white space at either end."""
    found = []
    for start, end in _paragraphs(text):
        begin = start
        for match in _END.finditer(text.text, start, end):
            if not _ABBREVIATION.search(text.text, begin, match.end()):
                found.append((begin, match.end()))
                begin = match.end()
        found.append((begin, end))
    return tuple(stretch for a, b in found if (stretch := _trimmed(text.text, a, b)) is not None)


def _paragraphs(text: ArchivedText) -> Iterator[tuple[int, int]]:
    starts = [match.end() for match in re.finditer(r"\A|\r\n|[\r\n]", text.text)]
    breaks = [
        start
        for start in starts
        if not start
        or text.paragraph(start) > text.paragraph(start - 1)
        or _APART.match(text.text, start)
        or (
            not text.text[start : start + 1].islower()
            and _LABEL.search(text.text, max(0, start - 120), start)
        )
    ]
    yield from zip(breaks, [*breaks[1:], len(text.text)], strict=True)


def _trimmed(text: str, start: int, end: int) -> Stretch | None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    return Stretch(start, end) if start < end else None
