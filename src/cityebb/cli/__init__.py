"""The command line: ``cityebb run | check | new | demo | doctor``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main", "run_command"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Our matrices are small: threads of the linear algebra would wait for each other longer than they work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments
        As typed, without the program's name.

    Returns
    -------
    int
        0: done. 1: a fault of ours. 2: a fault in what was given. 130: interrupted.
    """
    from cityebb.cli._door import at_the_door

    return at_the_door(list(arguments))
