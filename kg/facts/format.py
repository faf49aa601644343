"""The format of what people write, as data: every mapping, its keys, and what each key takes.

One description drives the reader (unknown keys, missing keys, shapes of values), the JSON
Schema for editors and the list of words in `seeds/README.md`.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.facts.format_keys import Key, Takes
from kg.facts.import_format import IMPORTS

__all__ = [
    "ENTRIES",
    "EVENT_CLASSES",
    "EVENT_KEYS",
    "MAPPINGS",
    "UTTERANCE_FORMS",
    "Key",
    "Takes",
    "bare_is_words",
    "keys",
    "value_keys",
]

_T = Takes


def _values(refers: str, doc: str, example: str = "", predicate: str = "") -> Key:
    return Key(_T.VALUE, doc, refers, many=True, example=example, predicate=predicate)


def _date(doc: str, predicate: str, example: str = "") -> Key:
    return Key(_T.DATE, doc, many=True, example=example, predicate=predicate)


_EVENT_KINDS: Mapping[str, Key] = {
    "meeting": Key(_T.ID, "people meet in person", "event", many=True),
    "call": Key(_T.ID, "people talk at a distance: telephone, video", "event", many=True),
    "talks": Key(_T.ID, "people talk, in a way the words leave open", "event", many=True),
    "visit": Key(_T.ID, "a journey, which may contain meetings", "event", many=True),
    "event": Key(_T.ID, "any other event, or one that is declared elsewhere", "event", many=True),
}

# What an event fact may say of its event: each key becomes claims of one predicate.
EVENT_KEYS: Mapping[str, Key] = {
    "who": _values(
        "actor|office",
        "who took part",
        "Hamas leader Ismail Haniyeh = ismail-haniyeh",
        "kg:participant",
    ),
    "absent": _values("actor|office", "who, the words say, was not there"),
    "where": _values("place", "the place", "Doha = doha", "kg:place"),
    "when": _date("when it was", "kg:when", "on Tuesday = 2023-10-31"),
    "starts": _date("when it began", "kg:starts"),
    "ends": _date("when it ended", "kg:ends"),
    "planned_for": _date("the time it was planned for", "kg:plannedFor"),
    "named": Key(_T.VALUE, "a name the words give it", "name", many=True, predicate="kg:named"),
    "lasts": Key(
        _T.VALUE, "how long it took", "duration", example="one-day = P1D", predicate="kg:lasts"
    ),
    "status": Key(
        _T.VALUE, "held, planned, …; where no fact says, held", "Statuses", predicate="kg:status"
    ),
    "kind": Key(
        _T.VALUE, "the finer kind of the event", "EventKinds", many=True, predicate="kg:kind"
    ),
    "topic": _values("topic", "what it was about", predicate="kg:topic"),
    "count": Key(_T.MAP, "the words count it among others", "count", many=True),
    "part_of": _values("event", "the larger event it belongs to", predicate="kg:partOf"),
    "sidelines_of": _values(
        "event", "the event beside which it took place", predicate="kg:onSidelinesOf"
    ),
    "before": _values("event", "the event it came before", "days before = x-2023", "kg:before"),
    "after": _values("event", "the event it came after", "a week after = x-2023", "kg:after"),
    "overlaps": _values("event", "an event that went on at the same time", predicate="kg:overlaps"),
    "replaces": _values("event", "the event it was rescheduled from", predicate="kg:replaces"),
    "because_of": _values("event", "the event that led to it", predicate="kg:becauseOf"),
    "possibly_same_as": _values(
        "event", "an event that may be the same one", predicate="kg:possiblySameAs"
    ),
    "same": Key(
        _T.VALUE,
        "why this is an event that another article reported",
        "reason",
        predicate="kg:alsoReportedIn",
    ),
    "rank": Key(_T.CONCEPT, "preferred or deprecated", "Ranks"),
    "inferred": Key(_T.TEXT, "the curator's reason: the facts are the curator's inference"),
}

_STANCES: Mapping[str, Key] = {
    "denies": Key(_T.MAP, "what the words deny: `event`, or the keys denied", "event keys"),
    "declines": Key(_T.MAP, "what the source declines to confirm", "event keys"),
    "hedges": Key(_T.MAP, "what the source says with reservation", "event keys"),
}

MAPPINGS: Mapping[str, Mapping[str, Key]] = {
    "facts": {
        "confirm": Key(_T.TEXT, "a draft, still to be confirmed; taken away when it is"),
        "article": Key(_T.ID, "name of the archived text without `.txt`", required=True),
        "sha256": Key(_T.TEXT, "SHA-256 of the archived text's bytes, in hex", required=True),
        "title": Key(_T.TEXT, "title, as the text has it"),
        "published": Key(_T.DATE, "the printed date: `words = date`"),
        "written": Key(_T.DATE, "where no date is printed: the curator's inference"),
        "url": Key(_T.TEXT, "where the text was found"),
        "publisher": Key(_T.TEXT, "publisher, as the text names it"),
        "author": Key(_T.TEXT, "author, as the text names them"),
        "language": Key(_T.TEXT, "language of the text, a BCP 47 tag such as `en`"),
        "rights": Key(_T.TEXT, "rights statement"),
        "publish": Key(
            _T.TEXT, "how much of the text may be shown", words=("full", "excerpts", "none")
        ),
        "copy_of": Key(_T.ID, "the article this one copies", "article"),
        "revises": Key(_T.ID, "the article of which this is a newer version", "article"),
        "retracted": Key(_T.MAP, "the publisher took the article back", "retracted"),
        "coder": Key(_T.ID, "who entered the facts", required=True),
        "entered": Key(_T.TEXT, "the day they were entered, YYYY-MM-DD", required=True),
        "passages": Key(_T.MAP, "the passages, in reading order", "passage", True, True),
    },
    "retracted": {
        "on": Key(_T.TEXT, "the day, YYYY-MM-DD", required=True),
        "reason": Key(_T.TEXT, "why", required=True),
    },
    "passage": {
        "confirm": Key(_T.TEXT, "a draft, still to be confirmed; taken away when it is"),
        "quote": Key(_T.TEXT, "the exact words; `[…]` joins stretches of one paragraph"),
        "after": Key(_T.TEXT, "words before the quote, where the quote stands more than once"),
        "by": Key(_T.MAP, "who says it, where it is not the article itself", "by"),
        "facts": Key(_T.MAP, "what the words say", "fact", many=True),
        "inferred": Key(_T.TEXT, "without a quote: the curator's reason for the facts"),
    },
    "by": {
        "report": Key(_T.ID, "a report by an agency or another medium", "utterance"),
        "statement": Key(_T.ID, "a statement issued", "utterance"),
        "post": Key(_T.ID, "a post on a platform", "utterance"),
        "remarks": Key(_T.ID, "something somebody said", "utterance"),
        "caption": Key(_T.ID, "the caption of a picture", "utterance"),
        "recording": Key(_T.ID, "a sound or video recording", "utterance"),
        "unnamed": Key(_T.ID, "a source the article does not name", "utterance"),
        "who": _values("actor|office", "who says it"),
        "for": Key(_T.VALUE, "on whose behalf", "actor|office"),
        "to": _values("actor|office", "to whom"),
        "at": _values("event", "the event at which it was said"),
        "when": Key(_T.DATE, "when it was said or issued"),
        "through": Key(_T.VALUE, "the channel, such as a platform", "actor"),
        "answers": Key(_T.ID, "the utterance it answers", "utterance"),
        "from": Key(_T.ID, "the utterance it is derived from", "utterance"),
        "via": Key(_T.MAP, "the utterance that passed it on to the article", "by"),
    },
    "fact": {
        **_EVENT_KINDS,
        **EVENT_KEYS,
        **_STANCES,
        "says": Key(
            _T.TEXT,
            "the words; `first …` runs to the end, `first … last` to the last",
        ),
        "mode": Key(
            _T.CONCEPT, "quoted, partly-quoted or paraphrased; read off if left out", "SpeechModes"
        ),
        "speaker": Key(_T.VALUE, "who spoke, if not `who` of the utterance", "actor|office"),
        "to": _values("actor|office", "to whom it was said, if not `to` of the utterance"),
        "about": _values("topic|event", "what the words are about"),
        "quantity": Key(_T.MAP, "a number for a measure", "quantity"),
        "holds": Key(_T.VALUE, "the office that `who` holds, in these words", "office"),
    },
    "event keys": {k: v for k, v in EVENT_KEYS.items() if k not in ("same", "rank", "absent")},
    "count": {
        "of": Key(_T.VALUE, "the series", "series", required=True),
        "number": Key(
            _T.NUMBER, "`second = 2`, or last, next, first-known", "Positions", required=True
        ),
    },
    "quantity": {
        "measure": Key(_T.VALUE, "what is counted", "Measures", required=True),
        "of": Key(_T.VALUE, "the population", "population", required=True),
        "number": Key(_T.NUMBER, "`more than 8,500 = 8500`", required=True),
        "comparator": Key(_T.CONCEPT, "read off the words if left out", "Comparators"),
        "as_of": Key(_T.DATE, "the day the number holds for"),
    },
    "value": {
        "words": Key(_T.TEXT, "the words of the quote; `words#2` for the second time"),
        "is": Key(_T.TEXT, "the id, date or number"),
        "as": Key(_T.VALUE, "the office in which somebody acts", "office"),
        "role": Key(
            _T.CONCEPT, "host, guest, caller, called, mediator, head, …", "Roles", many=True
        ),
        "presence": Key(_T.CONCEPT, "in-person, remote or absent", "Presences"),
        "rule": Key(_T.CONCEPT, "the rule that turns the words into the date", "DateRules"),
        "from": Key(_T.ID, "the event or utterance whose day is counted from", "event|utterance"),
        "inferred": Key(_T.TEXT, "the curator's reason: the value is the curator's inference"),
        "rank": Key(_T.CONCEPT, "preferred or deprecated", "Ranks"),
        "corrected": Key(_T.MAP, "what stood here before a correction", "corrected"),
        "unnamed": Key(_T.ID, "an id, within the article, for somebody it does not name"),
        "of": Key(
            _T.VALUE, "the organization an unnamed person belongs to", "actor", beside="unnamed"
        ),
        "number": Key(_T.TEXT, "how many the unnamed are", beside="unnamed"),
    },
    "merged": {
        "into": Key(_T.ID, "the id it goes by from now on", required=True),
        "reason": Key(_T.TEXT, "who found that they are one, and why", required=True),
    },
    "corrected": {
        "was": Key(_T.TEXT, "the id, date or number that was corrected", required=True),
        "on": Key(_T.TEXT, "the day of the correction, YYYY-MM-DD", required=True),
        "reason": Key(_T.TEXT, "who corrected it, and why", required=True),
    },
    "settings": {
        "base": Key(_T.TEXT, "base IRI of all ids, ending in `/` or `#`", required=True),
        "title": Key(_T.TEXT, "title of the data set", required=True),
        "version": Key(_T.TEXT, "version of the data", required=True),
        "issued": Key(_T.TEXT, "day of issue, YYYY-MM-DD", required=True),
        "licence": Key(_T.TEXT, "IRI of the licence of the data", required=True),
        "creators": Key(_T.TEXT, "who makes the data set", many=True, required=True),
        "languages": Key(
            _T.TEXT, "languages of names, the usual one first", many=True, required=True
        ),
        "output": Key(
            _T.TEXT, "folder for what is built, from the project's root; `out` if left out"
        ),
    },
    "registry": {
        "actors": Key(_T.ENTRIES, "people, organizations and groups", "actor entry"),
        "offices": Key(_T.ENTRIES, "offices people hold", "office entry"),
        "places": Key(_T.ENTRIES, "cities, countries, venues", "place entry"),
        "series": Key(_T.ENTRIES, "runs in which events are counted", "entry"),
        "topics": Key(_T.ENTRIES, "what is talked about", "topic entry"),
        "populations": Key(_T.ENTRIES, "who is counted", "topic entry"),
        "events": Key(_T.ENTRIES, "events that turned out to be others", "event entry"),
        "retired": Key(
            _T.ENTRIES, "nodes of a release that are no more, such as event/…", "retired entry"
        ),
    },
}

_ENTRY: Mapping[str, Key] = {
    "name": Key(_T.TEXT, "the usual name", required=True),
    "aliases": Key(_T.TEXT, "other names; `@fa` at the end gives the language", many=True),
    "wikidata": Key(_T.TEXT, "Wikidata id such as Q937; left out when unsure"),
    "source": Key(_T.TEXT, "where this is known from: an article's id, a URL, a book"),
    "inferred": Key(_T.TEXT, "or why it is taken to be so"),
    "note": Key(_T.TEXT, "a remark"),
    "merged": Key(_T.MAP, "this entry turned out to be another one", "merged"),
}
ENTRIES: Mapping[str, Mapping[str, Key]] = {
    "entry": _ENTRY,
    "event entry": {
        "merged": Key(_T.MAP, "this event turned out to be another one", "merged", required=True)
    },
    "retired entry": {
        "into": Key(_T.TEXT, "the node that replaces it; left out where none does"),
        "reason": Key(_T.TEXT, "who took it out, and why", required=True),
    },
    "topic entry": {
        **_ENTRY,
        "broader": Key(_T.ID, "the wider entry it falls under", "topic|population"),
    },
    "actor entry": {
        **_ENTRY,
        "kind": Key(
            _T.TEXT,
            "what sort of actor this is",
            required=True,
            words=("person", "organization", "group"),
        ),
        "member_of": Key(_T.ID, "organization they belong to", "actor", many=True),
        "head": Key(_T.ID, "who leads a group", "actor"),
        "members": Key(_T.ID, "who else is in a group", "actor", many=True),
        "size": Key(_T.TEXT, "how many a group are"),
    },
    "office entry": {**_ENTRY, "of": Key(_T.ID, "organization the office is in", "actor")},
    "place entry": {
        **_ENTRY,
        "kind": Key(_T.TEXT, "place or venue", words=("place", "venue")),
        "within": Key(_T.ID, "the place it lies in", "place"),
    },
}

UTTERANCE_FORMS = ("report", "statement", "post", "remarks", "caption", "recording", "unnamed")
EVENT_CLASSES: Mapping[str, str] = {
    "meeting": "kg:Meeting",
    "call": "kg:Call",
    "talks": "kg:Talks",
    "visit": "kg:Visit",
    "event": "kg:Event",
}


def keys(mapping: str) -> Mapping[str, Key]:
    """The keys of a mapping, registry entry or part of an import specification by its name."""
    known = next(found for found in (MAPPINGS, ENTRIES, IMPORTS) if mapping in found)
    return known[mapping]


_PLAIN = frozenset({"words", "is", "inferred", "rank", "corrected"})


def value_keys(key: Key) -> frozenset[str]:
    """The keys of `value` that say something of what a key takes."""
    if "actor" in key.of:
        return _PLAIN | {"as", "role", "presence", "unnamed", "of", "number"}
    return _PLAIN | {"rule", "from"} if key.takes is Takes.DATE else _PLAIN


# Where only an id can be meant, a bare value is one.
_BARE_WORDS = frozenset({"name", "actor|office", "actor", "office", "place", "topic", "population"})


def bare_is_words(key: Key) -> bool:
    """Whether a value without `= …` is words of the quote, and not an id."""
    return key.takes is Takes.DATE or key.of in _BARE_WORDS
