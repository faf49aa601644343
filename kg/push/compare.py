"""What a store holds beside what was sent: samples of it, or all of it as sets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.push.lines import Source, subjects
from kg.push.terms import Triple, canonical, triple
from kg.rdf.http import RemoteError
from kg.rdf.remote import Remote, wrapped

_AT_ONCE = 16
_EXAMPLES = 3
_LONGEST = 16
"""Times as many bytes as were sent that a store may need to give them back."""


class Differs(RemoteError):
    """The store does not hold what was sent."""


def count(remote: Remote, graph: str | None) -> int:
    """How many triples a graph holds."""
    return remote.number(f"SELECT (COUNT(*) AS ?n) WHERE {{ {wrapped(graph, '?s ?p ?o')} }}")


def compare_samples(remote: Remote, graph: str | None, samples: Sequence[bytes]) -> int:
    """Hold some subjects with all their triples against the store; how many triples that were.

    Raises Differs.
    """
    seen = 0
    for start in range(0, len(samples), _AT_ONCE):
        lines = b"".join(samples[start : start + _AT_ONCE]).decode().splitlines()
        wanted = {triple(line) for line in lines}
        names = " ".join(sorted({f"<{one[0]}>" for one in wanted}))
        pattern = wrapped(graph, "?s ?p ?o")
        rows = remote.select(f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {names} }} {pattern} }}")
        found = {(row["s"][1], row["p"][1], canonical(row["o"])) for row in rows}
        _refuse_differences(wanted - found, found - wanted)
        seen += len(wanted)
    return seen


def compare_all(remote: Remote, graph: str | None, source: Source) -> int:
    """Read a whole graph back and compare it with the source as sets; raises Differs.

    Held in memory are 8 bytes of a hash for each triple.
    """
    sent = {_hash(found) for found in _triples(source)}
    left = set(sent)
    foreign: list[Triple] = []
    strange = 0
    with remote.read(graph, (source.size + (1 << 16)) * _LONGEST) as reply:
        for line in reply.lines():
            if not line.strip() or line.startswith(b"#"):
                continue
            try:
                found = triple(line.decode())
            except ValueError as error:
                raise Differs(f"the store gave back what is no N-Triples: {error}") from None
            key = _hash(found)
            left.discard(key)
            if key not in sent:
                strange += 1
                foreign += [found] * (len(foreign) < _EXAMPLES)
    missing = [found for found in _triples(source) if _hash(found) in left] if left else []
    _refuse_differences(missing, foreign, strange)
    return len(sent)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A triple as messages show it."""

    one: Triple

    def __str__(self) -> str:
        subject, predicate, (_, text, more) = self.one
        said = f"{subject} {predicate} {text[:60]!r}{' ' + more if more else ''}"
        return "".join(char if char.isprintable() else " " for char in said)


def _refuse_differences(
    missing: Iterable[Triple], foreign: Iterable[Triple], strange: int | None = None
) -> None:
    lost, more = sorted(missing), sorted(foreign)
    if lost or more:
        said = [f"{len(lost)} missing" if lost else "", f"{strange or len(more)} not sent"]
        shown = [*lost[:_EXAMPLES], *more[:_EXAMPLES]]
        raise Differs(
            "the store does not hold what was sent: "
            + ", ".join(filter(None, said if more else said[:1]))
            + "; such as "
            + "; ".join(str(_Shown(one)) for one in shown)
        )


def _triples(source: Source) -> Iterator[Triple]:
    for _, lines, _ in subjects(source.path):
        for line in lines:
            yield triple(line.decode())


def _hash(found: Triple) -> int:
    subject, predicate, parts = found
    data = "\x1f".join((subject, predicate, *parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def merged(source: Source) -> int:
    """How many distinct triples remain in a store that rewrites literals by value."""
    return len({_hash(found) for found in _triples(source)})
