"""Edits that no check can see, each with the reason: what is left is an honest curator's file.

Held against the words of the articles and the names of the registry alone; what the tool finds has
no part in it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from kg.facts.yaml import nodes as yaml
from tests.mutation.sites import Said, Written

WHOLE_WORDS = r"(?<!\w){}(?!\w)"
# Sections whose entries are classes of the project's own, not somebody or something with a name.
READINGS = frozenset({"topic", "population", "series"})

# Keys at which what stands alone are words of the quote, not an id.
BARE_WORDS = frozenset({"who", "absent", "where", "topic", "to", "for", "through", "speaker"})

ID_REASONS = {
    "no-words": "an id without words rests on the curator's reading or reason alone",
    "description": "the words describe without naming (“the movement”), and the article names the "
    "other one too, so that they may mean it",
    "made-name": "the words describe what has no name in the world: an office in other words, a "
    "delegation that the project named",
    "reading": "which topic, population or series words speak of is the curator's reading, unless "
    "they are its very name",
    "both-named": "the words name the other one too",
}
DATE_REASONS = {
    "reason-alone": "no words fix the day: it rests on the curator's reason alone",
    "record": "`entered` is the curator's own record of the day of work",
    "lower-bound": "“recently” bounds the day from above; the lower bound is the curator's",
}
RULE_REASONS = {
    "same-day": "on-or-before and on-or-after give one day where the day counted from is that day",
    "full-date": "a day with its month and year is the same day, printed or named",
}

_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
FIXES_A_DAY = re.compile(rf"{_WEEKDAY}|{_MONTH} \d|\d {_MONTH}|today|yesterday|last night")
"""Words that name a day by its weekday, its number or its distance from the day they stand in."""
# Words that give one date wherever the day they count from is one day.
NEEDS_NO_YEAR = re.compile(rf"{_WEEKDAY}|today|yesterday|last night|recently|\d{{4}}")
DATES = frozenset({"when", "starts", "ends", "planned_for", "as_of"})
CONTACTS = ("meeting", "call", "talks")
RECENTLY = re.compile(r"recently")


def fold(text: str) -> str:
    return " ".join(text.split())


def bare(text: str) -> str:
    return re.sub(r"^(?:the|an?) ", "", fold(text), flags=re.IGNORECASE)


def names_in(words: str, names: Collection[str]) -> bool:
    return any(re.search(WHOLE_WORDS.format(re.escape(fold(n))), fold(words)) for n in names)


def hinted(article: str, kind: str | None, names: Collection[str]) -> bool:
    """Whether a text has a word like an adjective of one of these names (“Qatari”)."""
    stems = [name[: max(3, len(name) - 3)] for name in names if " " not in name]
    return kind != "person" and any(re.search(rf"\b{re.escape(s)}\w", article) for s in stems)


def swapped_id(
    said: Said,
    section: str,
    kind: str | None,
    names: Collection[str],
    others: Collection[str],
    article: str,
) -> str | None:
    """Why nobody can tell that another id stands there.

    `names` are those of the right entry, of a section and a kind; `others` those of the one written
    in its place; `article` is the text.
    """
    words = said.words
    if words is None and said.key in BARE_WORDS and isinstance(said.node, yaml.Scalar):
        words = said.target
    if words is None:
        return "no-words"
    if section in READINGS:
        if bare(words) not in {bare(name) for name in names}:
            return "reading"
    elif not names_in(words, names):
        if section == "office" or kind == "group":
            return "made-name"
        return "description" if names_in(article, others) or hinted(article, kind, others) else None
    return "both-named" if names_in(words, others) else None


def date_off_by_one(said: Said | None, day: str) -> str | None:
    """Why nobody can tell that a day is wrong; `said` None for the day of entry."""
    if said is None:
        return "record"
    if said.words is None:
        return "reason-alone"
    if not said.inferred or said.counted_from or FIXES_A_DAY.search(said.words):
        return None
    if RECENTLY.fullmatch(said.words):
        return "lower-bound" if said.target.startswith(f"[{day}..") else None
    return "reason-alone"


def wrong_rule(said: Said, right: str, rule: str) -> str | None:
    """Why nobody can tell that a rule is wrong, where the words are read by the right one."""
    if {right, rule} <= {"weekday-on-or-before", "weekday-on-or-after"}:
        return "same-day"
    if {right, rule} <= {"printed", "day-named"} and re.search(r"\d{4}", said.words or ""):
        return "full-date"
    return None


REQUIRED: Mapping[str, frozenset[str]] = {
    "facts": frozenset({"article", "sha256", "coder", "entered", "passages"}),
    "passage": frozenset({"quote"}),
    "by": frozenset({"report", "statement", "remarks", "caption", "unnamed"}),
    "fact": frozenset(
        {"meeting", "call", "talks", "visit", "event", "says", "quantity", "holds", "same"}
    ),
    "count": frozenset({"of", "number"}),
    "quantity": frozenset({"measure", "of", "number"}),
    "value": frozenset(),
}
"""Keys without which an entry says nothing, or rests on nothing."""

DROP_REASONS: Mapping[str, Mapping[str, str]] = {
    "facts": {
        "title": "an article may have none",
        "published": "an article may print no date; what counts from it is refused in its place",
        "written": "only where a date is inferred; what counts from it is refused in its place",
        "author": "an article may name none",
        "language": "it is read off the settings where left out",
    },
    "passage": {
        "facts": "a passage may be kept for its words alone",
        "by": "the words may be the article's own, where no speech asks for a speaker",
    },
    "by": {
        "who": "an utterance that no speech rests on may be anybody's",
        "to": "the addressee may be left open",
        "at": "the occasion may be left open",
        "when": "the day may be left open",
        "through": "the channel may be left open",
        "via": "what passed it on may be left open",
    },
    "fact": dict.fromkeys(
        [
            *("who", "where", "when", "starts", "kind", "topic", "count", "part_of"),
            *("because_of", "after", "lasts", "named", "about", "to"),
        ],
        "a fact may say less: what stands there still holds without it",
    )
    | {
        "status": "an event of which nothing else is said was held; whether words plan or tell is a "
        "reading, as in “agreed to meet”"
    }
    | {"speaker": "who speaks is then whoever the utterance is by"},
    "quantity": {"as_of": "the day a number holds for may be left open"},
    "count": {},
    "value": {
        "words": "the value is then the curator's inference, with its reason",
        "is": "the words alone name one entry or give one date",
        "role": "the role may be left open",
        "as": "the office may be left open",
        "of": "the affiliation of somebody unnamed may be left open",
        "number": "how many the unnamed are may be left open",
        "inferred": "the day counted from has a reason of its own",
    },
}


def dropped(
    written: Written, key: str, names: Collection[str], told_with: Mapping[str, int]
) -> str | None:
    """Why nobody can tell that a field is gone; None where what is left is no whole entry.

    `names` are all of the registry, `told_with` how many facts say who took part in an event.
    """
    if key in REQUIRED[written.name]:
        return None
    has = {entry.value for entry, _ in written.node.entries} - {key}
    needed = {
        # Speech needs a speaker, an office a holder.
        ("passage", "by"): _speaks(written),
        ("by", "who"): _speaks_through(written),
        # A contact needs somebody.
        ("fact", "who"): "holds" in has or _alone(written, told_with),
        # Whose words they are says nothing without what they say.
        ("passage", "facts"): isinstance(written.node.get("by"), yaml.Scalar),
        # Without words or a reason, an id, a date or somebody unnamed rests on nothing.
        ("value", "words"): "inferred" not in has,
        ("value", "inferred"): "from" not in has,
        # Without an id, a reason is one for nothing; without `unnamed`, `of` and `number` are.
        ("value", "is"): "words" not in has or not _gives_one(written, names),
        # What these words are counted from, or read by, is what makes them give the date.
        ("value", "from"): True,
        ("value", "rule"): True,
        ("value", "unnamed"): True,
    }
    if needed.get((written.name, key), False):
        return None
    return DROP_REASONS[written.name][key]


def _alone(written: Written, told_with: Mapping[str, int]) -> bool:
    """Whether nothing else says who took part in a meeting, a call or talks."""
    slug = next(
        (n.value for w in CONTACTS if isinstance(n := written.node.get(w), yaml.Scalar)), None
    )
    return slug is not None and told_with[slug] == 1


def _gives_one(written: Written, names: Collection[str]) -> bool:
    """Whether words alone name an entry, or give a date by the day that the article has."""
    words = written.node.get("words")
    if not isinstance(words, yaml.Scalar):
        return False
    if written.key not in DATES:
        return names_in(words.value, names)
    if written.node.get("from") is not None or written.node.get("rule") is not None:
        return True
    if not NEEDS_NO_YEAR.search(words.value):
        return False
    root = written.parents[-1][1]
    day = root.get("published") or root.get("written")
    value = day.get("is") if isinstance(day, yaml.Mapping) else day
    return isinstance(value, yaml.Scalar) and not value.value.startswith("[")


def _speaks(written: Written) -> bool:
    """Whether a passage holds words of which only its `by:` can say who spoke them."""
    return any(fact.get("speaker") is None for fact in _speech(written.node))


def _speaks_through(written: Written) -> bool:
    """Whether speech stands in the passage of a `by:`, said by its `who` (not of a `via:`)."""
    return written.key == "by" and any(
        fact.get("speaker") is None for fact in _speech(written.parents[0][1])
    )


def _speech(passage: yaml.Mapping) -> list[yaml.Mapping]:
    facts = passage.get("facts")
    items = facts.items if isinstance(facts, yaml.Sequence) else ()
    return [fact for fact in items if isinstance(fact, yaml.Mapping) and fact.get("says")]
