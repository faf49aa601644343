"""A module of ours run as the program `kg` runs: `python -m tests.benchmarks.scale.own MODULE …`."""

from __future__ import annotations

import runpy
import sys

from kg.memory import keep_freed

if __name__ == "__main__":
    del sys.argv[0]
    keep_freed()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
