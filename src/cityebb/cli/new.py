"""``cityebb new FOLDER``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the command line reads the annotations
from typing import Annotated

from cyclopts import Parameter

from cityebb.cli._output import current_output
from cityebb.words import say

__all__ = ["new"]


def new(
    folder: Annotated[Path, Parameter(help=say("cli.new.folder"))],
    /,
    *,
    out: Annotated[Path | None, Parameter(help=say("cli.new.out"))] = None,
    force: Annotated[bool, Parameter(help=say("cli.new.force"), negative="")] = False,
) -> int:
    """Look at the files in a folder and write a study for them."""
    from cityebb.study import write_new_study

    written = write_new_study(folder, out, force=force)
    output = current_output()
    output.give({"command": "new", "study": str(written.path), "sources": written.sources})
    output.say(say("cli.new.written", path=str(written.path)))
    for line in written.lines():
        output.say(line)
    output.say(say("cli.new.next", command=f'cityebb check "{written.path}"'))
    return 0
