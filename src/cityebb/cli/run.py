"""``cityebb run STUDY``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the command line reads the annotations
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from cityebb.cli._headline import headline_record, tell_headline
from cityebb.cli._output import current_output
from cityebb.cli._progress import showing_progress
from cityebb.model.errors import CityebbError
from cityebb.words import say

if TYPE_CHECKING:
    from cityebb.grids import Executor

__all__ = ["run"]


def run(
    study: Annotated[Path, Parameter(help=say("cli.run.study"))],
    /,
    *,
    out: Annotated[Path | None, Parameter(help=say("cli.run.out"))] = None,
    workers: Annotated[int | None, Parameter(help=say("cli.run.workers"))] = None,
    scheduler: Annotated[str | None, Parameter(help=say("cli.run.scheduler"))] = None,
    force: Annotated[bool, Parameter(help=say("cli.run.force"), negative="")] = False,
) -> int:
    """Run a study and say what it found."""
    from cityebb.study import execute

    with showing_progress() as progress:
        outcome = execute(
            study, out=out, executor=_executor(workers, scheduler), progress=progress, force=force
        )
    output = current_output()
    output.give({"command": "run", **headline_record(outcome)})
    tell_headline(outcome)
    return 0


def _executor(workers: int | None, scheduler: str | None) -> Executor | None:
    if workers is not None and workers < 1:
        raise CityebbError("cli.workers_wrong", found=workers)
    if scheduler is None and workers is None:
        return None
    from cityebb.grids import DaskExecutor, ThreadExecutor

    return DaskExecutor(scheduler) if scheduler is not None else ThreadExecutor(workers)
