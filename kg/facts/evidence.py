"""Evidence of a passage: its quote proved in the archived text, and words proved in the quote."""

from __future__ import annotations

from dataclasses import dataclass

from kg.check.diagnostic import Edit, Findings, Related, Span
from kg.facts.article import Passage
from kg.facts.grammar import Text
from kg.facts.rows import Rows
from kg.facts.text.archived import ArchivedText
from kg.facts.text.elsewhere import Elsewhere
from kg.facts.text.quote import QuoteError, Stretch, as_stored, find_words, mended, prove

# Code points of context stored on either side of a quote, as Web Annotation's TextQuoteSelector
# has them.
CONTEXT = 32
# Stands between stretches of one quote, so that no words are found across a gap.
_GAP = "\x1f"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The proved stretches of a passage; empty where it has no quote."""

    stretches: tuple[Stretch, ...]
    nodes: tuple[str, ...]
    quote: Text | None
    text: str

    def words(self, words: Text, which: int | None, findings: Findings) -> str | None:
        """The words as the text has them; None, with a finding, where the quote lacks them."""
        if self.quote is None:
            findings.error(
                "words-without-quote",
                "there is no quote for these words to stand in",
                words.span,
                "add `quote:` to the passage",
            )
            return None
        try:
            start, end = find_words(self.text, words.value, which)
        except QuoteError as error:
            own = error.missing.own if error.missing else None
            edit = words.edit(own) if own else None
            findings.error(error.code, str(error), words.span, error.fix, edit=edit)
            # As good as written: what follows from the words is looked at too.
            return own
        return self.text[start:end]

    def stretch(self, words: Text, findings: Findings) -> tuple[str, int] | None:
        """The stretch that words stand for, and its offset in the quote.

        `first words …` runs to the closing quotation mark, or to the end of the stretch;
        `first words … last words` runs from the ones to the others.
        """
        head, ellipsis, tail = (part.strip() for part in words.value.partition("…"))
        part = head
        try:
            start, end = find_words(self.text, head, None)
            if tail:
                part = tail
                end += find_words(self.text[end:], tail, None)[1]
        except QuoteError as error:
            own = error.missing.own if error.missing else None
            edit = words.edit(words.value.replace(part, own)) if own else None
            findings.error(error.code, str(error), words.span, error.fix, edit=edit)
            return None
        if ellipsis and not tail:
            end = self._closing(start, end)
        if _GAP in self.text[start:end]:
            findings.error(
                "words-across-gap",
                "these words run across a `[…]` of the quote",
                words.span,
                "take words of one stretch",
            )
            return None
        return self.text[start:end].rstrip(" ,"), start

    def _closing(self, start: int, end: int) -> int:
        """Where open words end: at the mark that closes the quotation they are in, if any."""
        last = self.text.find(_GAP, end)
        last = len(self.text) if last < 0 else last
        spans = (span for span in self._quotations if span[0] <= start < span[1] <= last)
        return next((closing for _, closing in spans), last)

    @property
    def _quotations(self) -> list[tuple[int, int]]:
        """The stretches within quotation marks, marks not included; an open one runs to the end."""
        spans, opening = [], None
        for index, char in enumerate(self.text):
            if char in '“"' and opening is None:
                opening = index + 1
            elif char in '”"' and opening is not None:
                spans.append((opening, index))
                opening = None
        return spans if opening is None else [*spans, (opening, len(self.text))]

    def quoted(self, start: int, end: int) -> str:
        """Whether a part of the quote stands in quotation marks: the name of a speech mode."""
        covered = [(a, b) for a, b in self._quotations if a < end and start < b]
        if any(a <= start and end <= b for a, b in covered):
            return "kg:quoted"
        return "kg:partly-quoted" if covered else "kg:paraphrased"


NO_EVIDENCE = Evidence((), (), None, "")


def prove_passage(
    passage: Passage,
    document: str,
    graph: str,
    text: ArchivedText,
    rows: Rows,
    findings: Findings,
    elsewhere: Elsewhere,
) -> Evidence | None:
    """Prove a passage's quote and add its rows; None, with a finding, where it fails.

    Where nothing but typography fails, what the quote should be is the evidence, so that all that
    is wrong with the facts is found at once.
    """
    if passage.quote is None:
        return NO_EVIDENCE
    quote, after = passage.quote, passage.fields.text("after")
    begin = after.value if after else None
    try:
        proof = prove(text, quote.value, after=begin)
    except QuoteError as error:
        own = mended(text, quote.value, after=begin)
        edit = quote.edit(own) if own is not None else None
        _refused(error, quote, after, text, elsewhere, edit, findings)
        if own is None:
            return None
        proof = prove(text, own, after=begin)
    else:
        for remark in proof.notes:
            edit = quote.edit(as_stored(text, quote.value, proof))
            findings.note("quote-normalised", remark, quote.span, edit=edit)
    nodes = []
    for stretch in proof.stretches:
        start, end = stretch.start, stretch.end
        node = f"{document.replace('article/', 'passage/', 1)}/{start}-{end}"
        nodes.append(node)
        rows.add(
            "passage",
            id=node,
            document=document,
            start=start,
            end=end,
            quote=text.text[start:end],
            prefix=text.text[max(0, start - CONTEXT) : start] or None,
            suffix=text.text[end : end + CONTEXT] or None,
            graph=graph,
        )
        rows.position(node, "quote", quote.span)
    joined = _GAP.join(text.text[s.start : s.end] for s in proof.stretches)
    return Evidence(proof.stretches, tuple(nodes), quote, joined)


def _refused(
    error: QuoteError,
    quote: Text,
    after: Text | None,
    text: ArchivedText,
    elsewhere: Elsewhere,
    edit: Edit | None,
    findings: Findings,
) -> None:
    """Report a quote that is not proved: where it departs from the text, or which text it is of."""
    missing, fix, related = error.missing, error.fix, []
    if missing is not None and edit is None:
        found = list(elsewhere.find(missing.words, text))
        related = [Related(span, f"they stand here, in article {other}") for other, span in found]
        if found:
            other, span = found[0]
            fix = (
                f"the words stand in article {other}, line {span.line}: quote them in the facts of "
                "that article"
            )
    if missing is not None and missing.near is not None and not related:
        near = text.span(missing.near.start, missing.near.end)
        related.append(Related(near, f"the nearest words: {missing.marked}"))
    findings.error(error.code, str(error), _place(error, quote, after), fix, tuple(related), edit)


def _place(error: QuoteError, quote: Text, after: Text | None) -> Span:
    """The words of the quote at which it goes wrong, or all of it."""
    if error.offset is None:
        return after.span if after else quote.span
    rest = quote.value[error.offset :].split(maxsplit=1)
    if error.missing is None or not rest or not (error.offset or error.length):
        return quote.span
    return quote.part(error.offset, error.offset + (error.length or len(rest[0])))
