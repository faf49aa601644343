"""The table that every engine maps: events with a day, a venue, two actors and one quoted passage.

Every hundredth row stands twice, right after itself, so that there is something to deduplicate;
`EVERY + 1` rows are `EVERY` events, and a slice of a multiple of these rows cuts no pair apart.
One passage in PLANTED ends where it starts, which shapes refuse.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[3]
EVERY = 100
TRIPLES = 30
PLANTED = 2_500
SLICE = 100 * (EVERY + 1)
COLUMNS = ["eid", "type", "date", "venue", "a1", "a2", "src", "quote", "start", "end"]
WORDS = 'They "met" on day {} in the capital\nfor talks about things and more things'


def events(count: int) -> pl.DataFrame:
    """The rows for so many events (a multiple of EVERY); the same each time."""

    def pick(seed: int, below: int) -> pl.Expr:
        """Numbers without a pattern, from arithmetic that no release of a library changes."""
        mixed = (pl.col("i") * 2_654_435_761 + seed * 40_503_001) % 2_147_483_647
        return (mixed * 48_271) % 2_147_483_647 % below

    if count % EVERY:
        raise ValueError(f"the number of events must be a multiple of {EVERY}")
    actors = max(100, count // 50)
    first = pick(4, actors)
    day = pl.date(2000, 1, 1) + pl.duration(days=pick(2, 9000))
    rows = pl.select(i=pl.int_range(count)).select(
        pl.col("i").repeat_by(pl.when(pl.col("i") % EVERY == 0).then(2).otherwise(1)).explode()
    )
    return rows.select(
        eid=pl.format("ev-{}", "i"),
        type=pick(1, 3).replace_strict(range(3), ["Meeting", "Call", "Visit"]),
        date=day.dt.to_string("%Y-%m-%d"),
        venue=pl.format("venue-{}", pick(3, 500)),
        a1=pl.format("actor-{}", first),
        a2=pl.format("actor-{}", (first + 1 + pick(5, actors - 1)) % actors),
        src=pl.format("article-{}", pick(6, count // 3 + 1)),
        quote=pl.format(WORDS, "i"),
        start=pick(7, 3000),
        end=pick(7, 3000) + pl.when(pl.col("i") % PLANTED == 7).then(0).otherwise(70),
    )


def prepare(folder: Path, count: int) -> tuple[Path, Path]:
    """Two Parquet files: the table, and for the peers the same with the claim ids as columns."""
    ours, peers = folder / f"events-{count}.parquet", folder / f"events-{count}-ids.parquet"
    if not peers.exists():
        # In a process of its own: what is started from here would seem to take as much memory.
        module = [sys.executable, "-m", "tests.benchmarks.scale.table"]
        subprocess.run([*module, ours, peers, str(count)], check=True, cwd=ROOT)
    return ours, peers


def write(ours: Path, peers: Path, count: int) -> None:
    """Write both files."""
    from tests.benchmarks.scale.ours import CLAIMS, claims

    frame = events(count)
    ours.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(ours, row_group_size=SLICE)
    ids = claims(frame).get_column("id").str.strip_prefix("claim/")
    columns = [ids.slice(n * len(frame), len(frame)).alias(f"c{n}") for n in range(len(CLAIMS))]
    frame.with_columns(columns).write_parquet(peers, row_group_size=SLICE)


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
