"""Names beside ids: words that name somebody else, or by a name that the registry has not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from kg.check.diagnostic import Findings, Related, Severity
from kg.facts.grammar import Text
from kg.facts.registry import SECTIONS, Entry, Registry
from kg.facts.text.archived import ArchivedText
from kg.facts.text.names import PRONOUNS, Named, fold, stands
from kg.facts.yaml.nodes import Scalar, Sequence
from kg.facts.yaml.rewrite import plain_or_quoted

_ARTICLE = re.compile(r"\b(?:the|an?) $|^(?:the|an?) ", re.IGNORECASE)
# “the deputy of X” and “X’s deputy” are not X.
_COMPLEMENT = re.compile(
    r"\w\W*\b(?:of|to|for|with|by|from|under|near|outside|in|at|on|and|between) (?:the )?$",
    re.IGNORECASE,
)
# What stands behind the name of an organization in words for somebody of it.
_OFFICIAL = re.compile(
    r"(?:['’]s?)? (?:[a-z-]+ ){0,3}(?:advis[eo]r|aide|commander|delegate|diplomat|envoy|fighter"
    r"|leader|member|minister|negotiator|officer|official|representative|soldier|source"
    r"|spokes(?:man|woman|person))s?"
)
_POSSESSIVE = re.compile(r"['’](?:s\b)?|s['’]")
# Perhaps a capital, also behind an article that is part of the name: “al-Arouri”, “Bin Salman”.
_CAPITAL = r"(?:[a-z]{2}[-’'])?[^\W\d_a-zß-öø-ÿ][\w’'.-]*"
_PARTICLE = r"(?:al|el|bin|ibn|abu|van|von|der|de|da|di|del|la|le)"
_RUN = re.compile(rf"(?<![\w-]){_CAPITAL}(?: (?:{_PARTICLE} )*{_CAPITAL})*")
# Words that are written with a capital in titles and in the names of bodies, and name nobody.
_TITLES = frozenset(
    re.findall(
        r"\w+",
        """
        acting adviser advisor agency alliance ambassador army assembly ayatollah body bureau
        cabinet chairman chairperson chairwoman chief coalition command commander commission
        commissioner committee congress consul coordinator council counterpart court delegation
        department deputy diplomat director doctor dr emir envoy force forces foreign front gen
        general government governor group hajj head house imam interior judge justice king leader
        leaders leadership lord major mayor military minister ministers ministry monsieur movement
        mr mrs ms mullah negotiator negotiators office officer official officials organisation
        organization parliament party pope premier president presidents press prime prince
        princess prof professor prophet queen rapporteur regime representative republic resistance
        resolution rev revolution saint secretary security senate senator service sheikh side sir
        speaker special spokesman spokesperson spokeswoman state states sultan supreme team troops
        union vice
        """,
    )
)
# What has a name of its own in the world; of a delegation or a venue people make one up.
_DESCRIBABLE = frozenset({"actor person", "actor organization", "place ", "place place"})
# Sections whose entries are classes of the project's own: words are read as one of them.
_READINGS = frozenset({"topic", "population", "series"})
# How like a part of a known name a lone word is that is another spelling of it.
_LIKE = 0.7


def check_name(
    words: Text,
    id_: Text,
    entry: Entry,
    named: list[Named],
    registry: Registry,
    findings: Findings,
) -> None:
    """Refuse words beside an id that name another entry; warn of a name that is no alias of it.

    `named` are the names that stand in the words, the longest ones. Which topic, population or
    series words speak of is a matter of reading: there only its very name is refused.
    """
    if any(name.node == entry.node for name in named):
        return
    text = fold(words.value)
    if any(stands(alias, text) for alias in entry.aliases):
        return
    other = next((name for name in named if _names(text, name, entry, registry)), None)
    if other is not None:
        node, name = other.node, other.alias
        read = _section(entry) in _READINGS and _bare(text) != _bare(name)
        findings.add(
            Severity.WARNING if read else Severity.ERROR,
            "name-other",
            f"“{name}” is a name of `{_id(node)}`, not of `{id_.value}`",
            id_.span,
            f"write `{words.value} = {_id(node)}`; or if the words do mean `{id_.value}`, say why: "
            f"{{words: {plain_or_quoted(words.value)}, is: {id_.value}, inferred: reason}}",
            (Related(registry.entries[node].span, f"`{_id(node)}`"),),
        )
        return
    unknown = next(_unknown_names(text, entry, registry), None)
    if unknown is not None:
        findings.warning(
            "name-no-alias",
            f"“{unknown}” is no name of `{id_.value}` in the registry",
            words.span,
            f"see that the id is right; if it is, write in its entry {_alias_line(entry, unknown)}",
            (Related(entry.span, f"`{id_.value}`"),),
        )


def check_description(
    words: Text, id_: Text, entry: Entry, text: ArchivedText, findings: Findings
) -> None:
    """Refuse words that name nobody for an entry that the article names nowhere.

    “The movement”, “the capital” and “he” stand for somebody or something that a reader of the
    article knows by name. A delegation has its name from whoever entered it.
    """
    if _sort(entry) not in _DESCRIBABLE:
        return
    if any(stands(alias, text.normalised.text) for alias in entry.aliases):
        return
    if _sort(entry) != "actor person" and any(_adjective(a, text) for a in entry.aliases):
        return
    findings.error(
        "description-unnamed",
        f"the article names `{id_.value}` nowhere: nothing says that “{words.value}” means it",
        id_.span,
        "see that the id is right; if it is, add as an alias what the article names it, "
        "or the reason: "
        f"{{words: {plain_or_quoted(words.value)}, is: {id_.value}, inferred: reason}}",
        (Related(entry.span, f"`{id_.value}`"),),
    )


def _adjective(alias: str, text: ArchivedText) -> bool:
    """Whether a text has what may be an adjective of a name: “Qatari”, “Lebanese”, “Spanish”."""
    stem = alias[: max(3, len(alias) - 3)]
    return " " not in alias and re.search(rf"\b{re.escape(stem)}\w", text.text) is not None


def check_affiliation(
    words: Text, of: Text, entry: Entry, registry: Registry, findings: Findings
) -> None:
    """Refuse another organization for somebody unnamed than “a Hamas official” has in its words."""
    text = fold(words.value)
    for name in registry.names(("actor",)).find(text):
        other = registry.entries[name.node]
        if not _OFFICIAL.fullmatch(text[name.end :]) or _COMPLEMENT.search(text[: name.start]):
            continue
        akin = _id(other.node) in entry.akin or _id(entry.node) in other.akin
        if other is not entry and not akin:
            findings.error(
                "name-other",
                f"“{name.alias}” is a name of `{_id(other.node)}`, not of `{of.value}`",
                of.span,
                f"write `of: {_id(other.node)}`, or say with `inferred:` why it is another",
                (Related(other.span, f"`{_id(other.node)}`"),),
            )
            return


def candidates(words: str, named: list[Named]) -> set[str] | None:
    """The ids that a mistyped one beside words can mean; None where the words name nobody.

    Words with a name that nobody has leave no candidate: it may be somebody new.
    """
    if named:
        return {_id(name.node) for name in named}
    return set() if any(char.isupper() for char in _bare(words)) else None


def readings(words: str, nodes: list[str]) -> list[str]:
    """What to write for words that name several entries, the likeliest first."""
    actors = [_id(node) for node in nodes if node.startswith("actor/")]
    offices = [_id(node) for node in nodes if node.startswith("office/")]
    lines = [f"{words} = {_id(node)}" for node in nodes]
    if len(actors) == len(offices) == 1:
        return [f"{words} = {actors[0]} as {offices[0]}", *lines]
    return lines


def unknown_name(words: str, sections: tuple[str, ...], registry: Registry) -> str:
    """What to write for words that name no entry."""
    parts = [part for part in re.findall(r"\w{4,}", words) if part[0].isupper()]
    likeness: dict[str, float] = {}
    for node, entry in registry.entries.items():
        if node.split("/", 1)[0] in sections:
            known = {part for alias in entry.aliases for part in re.findall(r"\w{4,}", alias)}
            ratios = (
                SequenceMatcher(None, a, b).ratio() for a in parts for b in known if a[0] == b[0]
            )
            likeness[node] = max(ratios, default=0.0)
    close = sorted(likeness, key=lambda node: (-likeness[node], node))
    lines = [f"`{words} = {_id(node)}`" for node in close[:3] if likeness[node] >= _LIKE]
    what = " or ".join(sections)
    if lines:
        return f"write {' or '.join(lines)}, or add the alias to the {what} in registry/"
    return f"write `{words} = id`, or add the alias to the {what} in registry/"


def check_office(office: Text, named: list[Named], registry: Registry, findings: Findings) -> None:
    """Refuse words that name another office than the one written as `as office`."""
    offices = [name for name in named if name.node.startswith("office/")]
    if offices and not any(_id(name.node) == office.value for name in offices):
        node, name = offices[0].node, offices[0].alias
        findings.error(
            "name-other",
            f"“{name}” is a name of `{_id(node)}`, not of `{office.value}`",
            office.span,
            f"write `as {_id(node)}`, or leave the title out of the words",
            (Related(registry.entries[node].span, f"`{_id(node)}`"),),
        )


def _names(text: str, name: Named, entry: Entry, registry: Registry) -> bool:
    """Whether words mean the other entry that they name, not somebody told of by its name."""
    if name.node == entry.node:
        return False
    other = registry.entries[name.node]
    if _section(other) == _section(entry) and _bare(text) == _bare(name.alias):
        return True
    return (
        _sort(other) == _sort(entry)
        and _id(other.node) not in entry.akin
        and _id(entry.node) not in other.akin
        and not _POSSESSIVE.match(text, name.end)
        and not _COMPLEMENT.search(text[: name.start])
        and not re.match(r" [^\W\dA-Z]", text[name.end :])
    )


def _unknown_names(text: str, entry: Entry, registry: Registry) -> Iterator[str]:
    """What in the words looks like a name and is none that the registry has."""
    if _section(entry) not in ("actor", "place"):
        return
    known = registry.names(tuple(SECTIONS.values())).find(text)
    for run in _RUN.finditer(text):
        end = run.end()
        if re.match(r" \w", text[end:]) or _POSSESSIVE.search(run[0][-2:]):
            continue
        if any(name.start < end <= name.end for name in known):
            continue
        if _COMPLEMENT.search(text[: run.start()]):
            continue
        words = run[0].split()
        titles = [i for i, word in enumerate(words) if _is_title(word)]
        name = words[titles[-1] + 1 if titles else 0 :]
        if name and _ARTICLE.match(name[0] + " "):
            name = name[1:]
        if not name or not _has_capital(name[0]) or not _has_capital(name[-1]):
            continue
        if len(name) > 1 or _is_name(name[0], text, run, entry):
            yield " ".join(name)


def _has_capital(word: str) -> bool:
    """Whether a word begins with a capital, perhaps behind an article: “al-Arouri”."""
    return any(map(str.isupper, word[:4]))


def _is_title(word: str) -> bool:
    return any(part in _TITLES for part in re.split(r"[-.]", word.lower()))


def _is_name(word: str, text: str, run: re.Match[str], entry: Entry) -> bool:
    """Whether a capitalised word is a name, not the first word of a sentence or a nationality.

    It stands alone in a run of words, or behind a title.
    """
    parts = [part for alias in entry.aliases for part in alias.split()]
    if _sort(entry) == "actor person":
        likeness = (SequenceMatcher(None, word, part).ratio() for part in parts)
        if max(likeness, default=0.0) >= _LIKE:
            return True
    elif any(word[:4] == part[:4] for part in parts):
        return False
    if run[0] != word:
        return True
    article = _ARTICLE.search(text[: run.start()])
    return not article and word.lower() not in PRONOUNS and not word.endswith("s")


def _alias_line(entry: Entry, name: str) -> str:
    node = entry.fields.node.get("aliases")
    if isinstance(node, Sequence) and not node.flow:
        return f"below `aliases:` the line `- {plain_or_quoted(name)}`"
    items = node.items if isinstance(node, Sequence) else (node,)
    old = [plain_or_quoted(item.value) for item in items if isinstance(item, Scalar)]
    return f"`aliases: [{', '.join([*old, plain_or_quoted(name)])}]`"


def _sort(entry: Entry) -> str:
    """The section of an entry, and its kind."""
    return f"{_section(entry)} {entry.kind}"


def _section(entry: Entry) -> str:
    return entry.node.split("/", 1)[0]


def _bare(words: str) -> str:
    """Words without an opening article."""
    return _ARTICLE.sub("", words, count=1)


def _id(node: str) -> str:
    return node.split("/", 1)[1]
