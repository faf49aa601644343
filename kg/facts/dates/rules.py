"""The rules by which words become dates: one table of names, wordings and what they give.

A wording is matched against the whole of the folded words. `<day>`, `<n>` and the like stand for
the forms below; `<day:md>` is the form `md` under the name `day`, `<before:previous>` just that
word. A rule may have several rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kg.facts.dates import outcomes as give
from kg.facts.dates import periods, words
from kg.facts.dates.outcomes import HOURS, Outcomes
from kg.facts.dates.periods import SEASONS, THIRDS
from kg.facts.dates.printed import PRINTED, PRINTED_CLOCK_FIRST
from kg.facts.dates.words import days_after, days_around, days_before


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording of a named rule; `named_only` wordings count only where the curator names it."""

    name: str
    wording: re.Pattern[str]
    outcomes: Outcomes
    named_only: bool


_FORMS: Final = {
    "day": words.DAY,
    "full": words.FULL_DAY,
    "md": words.MONTH_AND_DAY,
    "open": f"{'|'.join(words.RELATIVE)}|{words.MONTH_AND_DAY}|{words.WEEKDAY}",
    "dom": words.DAY_OF_MONTH,
    "weekday": words.WEEKDAY,
    "month": words.MONTH,
    "year": words.YEAR,
    "n": words.NUMBER,
    "unit": "(?:hour|day|week|month|year)s?",
    "period": "week|month|year",
    "hours": "morning|afternoon|evening",
    "season": "|".join(SEASONS),
    "third": "|".join(THIRDS),
    "after": "after|afterwards|later",
    "before": "before|earlier",
}
_JUST: Final = "(?:just |only |exactly )?"
_IN: Final = "(?:in |during |over |throughout )?"
_TO: Final = "(?: ?- ?| (?:to|until|till|through) )"
_FEW: Final = "(?:a few|several|some|many)"
_BEGAN: Final = "(?:began|begun|started|opened|kicked off)"
_BEGINS: Final = "(?:begins?|starts?|opens?|beginning|starting|from|as of|effective)"
_SOON: Final = "(?:an? |the |their |its )?(?:subsequent|upcoming|forthcoming|future|coming)"


def _rule(name: str, wording: str, outcomes: Outcomes, *, named_only: bool = False) -> Rule:
    def group(found: re.Match[str]) -> str:
        label, form = found[1], found[2] or found[1].rstrip("2")
        return f"(?P<{label}>{_FORMS.get(form, form)})"

    return Rule(
        name,
        re.compile(re.sub(r"(?<!P)<(\w+)(?::([^>]+))?>", group, wording)),
        outcomes,
        named_only,
    )


# In the order of the documentation: of several rules that give the value written, the first counts.
TABLE: Final = (
    _rule("printed", PRINTED, give.printed),
    _rule("printed", PRINTED_CLOCK_FIRST, give.printed),
    _rule("day-named", "(?:on )?<day:md>", give.each(days_around)),
    _rule("day-named", "(?:on )?<day:full>", give.each(days_around), named_only=True),
    _rule("day-named", "(?:on )?last <day:md>", give.day_last),
    _rule("day-named", "(?:on )?<day:md> last", give.day_last),
    _rule(
        "weekday-on-or-before", "(?:on )?(?:this |this past )?<day:weekday>", give.each(days_before)
    ),
    _rule(
        "weekday-on-or-before",
        "(?:on )?last <day:weekday>",
        give.each(days_before),
        named_only=True,
    ),
    _rule(
        "weekday-on-or-after", "(?:on )?(?:this |this coming )?<day:weekday>", give.each(days_after)
    ),
    _rule("last-weekday", "(?:on )?last <day:weekday>", give.last_weekday),
    _rule("today", "(?:earlier |later )?today|(?:on )?this day", give.from_anchor(0)),
    _rule("yesterday", "(?:earlier )?yesterday", give.from_anchor(-1)),
    _rule("tomorrow", "tomorrow", give.from_anchor(1)),
    _rule("same-day", "(?:on )?(?:the same|that same|that) day", give.one(give.same_day)),
    _rule(
        "day-offset",
        f"{_JUST}(?:<n>|the) <unit:(?:day|week)s?> (?:<after>|<before>)",
        give.one(give.day_offset),
    ),
    _rule(
        "day-offset",
        "(?:on )?the (?:next|following|<before:previous|preceding>) <unit:(?:day)>",
        give.one(give.day_offset),
    ),
    _rule("days-ago", f"{_JUST}<n> <unit:days?> ago", give.one(give.days_ago)),
    _rule("days-ago", "(?:on )?the day before yesterday", give.from_anchor(-2)),
    _rule("weeks-ago", f"{_JUST}<n> <unit:weeks?> ago", give.one(give.weeks_ago)),
    _rule(
        "hours-from",
        f"{_JUST}(?:{_FEW} |<n> )?(?:hours?|minutes?) (?:<after>|<before>)",
        give.hours_from,
    ),
    _rule("hours-from", "within (?:hours|minutes)(?: of| after)?", give.hours_from),
    _rule("last-week", f"{_IN}(?:last|the previous) week", give.one(periods.last_week)),
    _rule("this-week", f"{_IN}this week", give.one(periods.this_week)),
    _rule(
        "weekend",
        "(?:over |at |during |on )?(?:the |last |the last |the past )?weekend",
        periods.weekend,
    ),
    _rule("month-before", f"{_IN}(?:last|the previous) month", give.one(periods.month_before)),
    _rule("year-before", f"{_IN}(?:last|the previous) year", give.one(periods.year_before)),
    _rule("last-named-month", f"{_IN}last <month>", give.one(periods.last_named_month)),
    _rule("last-named-month", f"{_IN}<month> last", give.one(periods.last_named_month)),
    _rule("earlier-this", "earlier (?:this|in the) <period>", give.one(periods.earlier_this)),
    _rule("later-this", "later (?:this|in the) <period>", give.one(periods.later_this)),
    _rule(
        "part-of-month",
        "(?:in |at |during )?(?:the )?<third>(?: of |[ -])<month>(?:,? <year>)?",
        periods.part_of_month,
    ),
    _rule(
        "part-of-month",
        "(?:in |at |during )?(?:the )?<third>(?: of | )(?:<last>|this|the) month",
        give.one(periods.part_of_this_month),
    ),
    _rule("named-month", f"{_IN}<month>(?:,? <year>)?", periods.named_month),
    _rule("named-month", f"{_IN}this month", give.one(periods.this_month)),
    _rule("season", f"{_IN}(?:<last> |the |this )?<season>(?:(?: of|,)? <year>)?", periods.season),
    _rule("year", f"{_IN}(?:the year )?<year>", give.one(lambda part, _: part["year"])),
    _rule("year", f"{_IN}this year", give.one(periods.this_year)),
    _rule(
        "recent",
        "(?:(?:just|only|most|very|more) )?recently|lately|of late|the other day"
        "|in (?:the )?recent (?:hours|days|weeks|months|years|times)"
        f"|(?:{_FEW} )?(?:hours|days|weeks|months|years) ago"
        "|(?:in|over|during|within) the (?:last|past) few (?:hours|days|weeks|months|years)",
        give.one(give.up_to_anchor),
    ),
    _rule(
        "after-now",
        "(?:very )?soon|shortly|subsequently|in the near future"
        f"|in the (?:coming|next few) (?:hours|days|weeks|months)|{_SOON}(?: [a-z-]+)?",
        give.one(give.from_anchor_on),
    ),
    _rule(
        "more-than-ago",
        "(?:more than|over|at least) <n> <unit> ago",
        give.one(periods.more_than_ago),
    ),
    _rule("between", "(?:ever )?since <day>", periods.since_day),
    _rule("between", "(?:ever )?since(?: <event:.+>)?", periods.since_event),
    _rule("between", "between <day:open> and <day2>", periods.stretch(give.one_of)),
    _rule("between", "between <day:full> and <day2:full>", periods.stretch(give.one_of)),
    _rule("up-to", "(?:.+? )?<day>(?:[ ,].+)?", give.up_to, named_only=True),
    _rule("day-part", "(?:on )?<day>,? (?:in the )?<hours>", give.hours_of_day),
    _rule("day-part", "(?:on |in |during )?the <hours> of <day>", give.hours_of_day),
    _rule("day-part", "(?:(?:in |during )?the )?<hours>", give.hours_alone),
    _rule("day-part", "(?:earlier |later )?this <hours>", give.hours_today),
    _rule("night", "(?:on )?(?:late )?<day> night", give.each(days_around, HOURS["night"])),
    _rule(
        "night", "(?:on |in |during )?the night of <day>", give.each(days_around, HOURS["night"])
    ),
    _rule("night", "(?:later )?tonight", give.hours_today),
    _rule(
        "night-before",
        "(?:late |earlier )?last night|overnight|the previous night",
        give.one(give.night_before),
    ),
    _rule("late-on", "late (?:on )?<day>(?: evening)?", give.each(days_around, HOURS["late"])),
    _rule(
        "early-on",
        "(?:early|in the early hours of) (?:on )?<day>(?: morning)?",
        give.each(days_around, HOURS["early"]),
    ),
    _rule("span", f"(?:from )?<day:open>{_TO}<day2>", periods.stretch(give.through)),
    _rule("span", f"(?:from )?<day:full>{_TO}<day2:full>", periods.stretch(give.through)),
    _rule("span", f"(?:from )?<month> <dom>{_TO}<dom2>(?:,? <year>)?", periods.stretch_in_month),
    _rule(
        "span",
        f"(?:from )?<dom>{_TO}<dom2> (?:of )?<month>(?:,? <year>)?",
        periods.stretch_in_month,
    ),
    _rule("begins", f"{_BEGAN} (?:on )?<day>", periods.begins(days_before)),
    _rule(
        "begins", f"(?:will )?{_BEGINS} (?:on )?<day>(?: onwards?)?", periods.begins(days_around)
    ),
    _rule(
        "lasts",
        "(?:an? |the |for |lasted |lasting )?<n>[- ]<unit:(?:day|week)s?>(?:[- ]long)?",
        give.one(periods.lasts),
    ),
    _rule("lasts", "(?:an? |the )?<unit:day|week>-?long", give.one(periods.lasts)),
    _rule(
        "past-n",
        "(?:in |over |during |for |within )?the (?:last|past) (?:<n> )?<unit>",
        give.one(periods.past_n),
    ),
    _rule("not-stated", "", give.one(give.up_to_anchor)),
)

RULES: Final = tuple(dict.fromkeys(rule.name for rule in TABLE))
