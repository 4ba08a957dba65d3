"""``cityebb demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from cityebb.cli._headline import headline_record, tell_headline
from cityebb.cli._output import current_output
from cityebb.cli._progress import showing_progress
from cityebb.words import say

__all__ = ["demo"]


def demo(
    *,
    study: Annotated[Literal["china", "simulated"], Parameter(help=say("cli.demo.study"))] = "china",
    out: Annotated[Path, Parameter(help=say("cli.demo.out"))] = Path("cityebb_demo"),
) -> int:
    """Run a study that comes with the program; no network is needed."""
    from cityebb.study.embedded import run_china_demo, run_simulated_demo

    run = run_china_demo if study == "china" else run_simulated_demo
    with showing_progress() as progress:
        outcome = run(out, progress=progress)
    current_output().give({"command": "demo", "study": study, **headline_record(outcome)})
    tell_headline(outcome)
    return 0
