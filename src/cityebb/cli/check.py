"""``cityebb check STUDY``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the command line reads the annotations
from typing import Annotated

from cyclopts import Parameter

from cityebb.cli._output import current_output
from cityebb.words import say

__all__ = ["check"]


def check(
    study: Annotated[Path, Parameter(help=say("cli.run.study"))],
    /,
    *,
    out: Annotated[Path | None, Parameter(help=say("cli.run.out"))] = None,
) -> int:
    """Say what is wrong with a study, all of it at once, or what it will do."""
    from cityebb.study import check_study

    plan = check_study(study, out=out)
    output = current_output()
    output.give({"command": "check", **plan.record()})
    for line in plan.lines():
        output.say(line)
    output.say()
    output.say(say("cli.check.good", command=f'cityebb run "{study}"'))
    return 0
