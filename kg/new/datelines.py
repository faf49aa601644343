"""The line of place and day with which a report begins: “GENEVA, March 3 (Reuters) –”."""

from __future__ import annotations

import re
from collections.abc import Collection

_NAME = r"[^\W\d_a-z][\w.’'-]*(?:[ /][^\W\d_a-z][\w.’'-]*){0,3}"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DAY = (
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?"
    rf"(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?:,? \d{{4}})?"
)
_DATELINE = re.compile(
    rf"(?P<place>{_NAME}?)(?:, {_NAME}?){{0,2}}?(?P<day>,? {_DAY})?(?P<agency> \([^()]{{2,40}}\))?"
    r"(?P<mark>\s+(?:[–—-]|--)|:)\s+(?=[“‘\"'(]*[^\W_a-z])"
)
_DASH = re.compile(r"\s(?:[–—-]|--)\s")


def behind_dateline(sentence: str, places: Collection[str]) -> int:
    """The code point at which a sentence begins behind its dateline; 0 where it has none.

    `places` are case-folded. Of a place that is not among them two of three have to be there:
    capitals throughout, a day, an agency.
    """
    found = _DATELINE.match(sentence)
    if found is None or (found["mark"] == ":" and not found["agency"]):
        return 0
    place = found["place"]
    signs = (place.isupper(), found["day"] is not None, found["agency"] is not None)
    # “Geneva – a host of talks – said” begins with a parenthesis.
    alone = not any(signs[1:]) and _DASH.search(sentence, found.end())
    known = place.casefold() in places and not alone
    return found.end() if known or sum(signs) >= 2 else 0
