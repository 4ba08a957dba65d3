"""How long ``import cityebb`` and ``cityebb --help`` take: median of ten, each in a process of its own."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

from _record import record

IMPORT_SECONDS, HELP_SECONDS = 0.2, 0.3


def seconds(command: list[str], times: int) -> list[float]:
    """Return how long each of ``times`` runs took, the interpreter's own start included; one run before."""
    taken = []
    for run in range(times + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        if run:
            taken.append(time.perf_counter() - start)
    return taken


def main() -> None:
    """Time both and write a line for each; exit 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--out", type=Path, help="append the lines to this file")
    asked = parser.parse_args()
    empty = statistics.median(seconds([sys.executable, "-c", "pass"], asked.times))
    met = True
    for figure, command, target in (
        ("import cityebb", [sys.executable, "-c", "import cityebb"], IMPORT_SECONDS),
        ("cityebb --help", [sys.executable, "-m", "cityebb", "--help"], HELP_SECONDS),
    ):
        taken = seconds(command, asked.times)
        met &= record(
            figure,
            statistics.median(taken),
            unit="s",
            target=target,
            out=asked.out,
            empty_interpreter=round(empty, 4),
            slowest=round(max(taken), 4),
        )
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
