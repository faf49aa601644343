"""A store on disk. `python side_store.py ours|pyoxigraph graph.nq[.zst] folder`"""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox

from kg.rdf.store import load_store


def main() -> None:
    how, file, folder = sys.argv[1:]
    if how == "ours":
        store = load_store([Path(file)], Path(folder))
    else:
        store = ox.Store(folder)
        store.bulk_load(path=file, format=ox.RdfFormat.N_QUADS)
    store.flush()
    print(len(store))


if __name__ == "__main__":
    main()
