"""Progress on stderr: bars with the time left on a terminal, one line a stage elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cityebb.cli._output import current_output
from cityebb.words import has, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Progress = Callable[[str, int, int], None]


@contextmanager
def showing_progress() -> Iterator[Progress | None]:
    """Yield what the long functions take as ``progress``; ``None`` where nobody wants to see it."""
    output = current_output()
    if output.quiet or output.json:
        yield None
    elif sys.stderr.isatty():
        with _bars() as progress:
            yield progress
    else:
        yield _Lines()


def stage_word(stage: str) -> str:
    """Say what a stage does; ``stage:name`` tells of which table."""
    verb, _, name = stage.partition(":")
    key = f"cli.stage.{verb}"
    word = say(key) if has(key) else verb
    return f"{word} {name}" if name else word


class _Lines:
    """One line when a stage begins and, if it took a while, one when it is done."""

    _WORTH_TELLING_S = 1.0

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._done: set[str] = set()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage not in self._begun:
            self._begun[stage] = now
            self._write(say("cli.progress.begun", stage=stage_word(stage)))
        if done >= total and stage not in self._done:
            self._done.add(stage)
            seconds = now - self._begun[stage]
            if seconds >= self._WORTH_TELLING_S:
                self._write(say("cli.progress.done", stage=stage_word(stage), seconds=seconds))

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %", markup=False),
        TimeElapsedColumn(),
        TextColumn(say("cli.progress.left"), markup=False),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage_word(stage), total=max(total, 1))
            bars.update(tasks[stage], completed=done if total else 1, total=max(total, 1))

        yield progress
