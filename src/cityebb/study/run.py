"""Run a study: the rooms in their order, each stage kept, nothing done twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cityebb.study.cache import Inputs, Store, locked
from cityebb.study.layout import files_to_come, in_the_way, publish
from cityebb.study.opening import load_and_open
from cityebb.study.stages import Log
from cityebb.study.whole import Whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cityebb.grids import Executor
    from cityebb.model import Results
    from cityebb.study.opening import Opened

    Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What a run gave.

    Parameters
    ----------
    results
        By name of the ``[identify.NAME]`` table, in the order of the study.
    out
        The folder of the results.
    reports
        By language: the report of the first comparison.
    log
        Which stages were made, which were found made.
    study
        The study's file; ``None`` for an embedded study.
    """

    results: dict[str, Results]
    out: Path
    reports: dict[str, Path]
    log: Log
    study: Path | None = None

    @property
    def main(self) -> Results:
        """The results of the first comparison."""
        return next(iter(self.results.values()))


def run_study(
    path: Path | str,
    *,
    out: Path | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    force: bool = False,
) -> Results:
    """Run a study and return what its first comparison found; see :func:`execute`."""
    return execute(path, out=out, executor=executor, progress=progress, force=force).main


def execute(
    path: Path | str,
    *,
    out: Path | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    force: bool = False,
) -> Outcome:
    """Run a study from its file to its reports.

    Parameters
    ----------
    path
        The study file.
    out
        Folder of the results; ``None``: the study's own choice.
    executor
        Where grids are read; threads by default.
    progress
        Told ``(stage, done, in all)``.
    force
        Whether to make every stage again, whatever is kept.

    Raises
    ------
    CityebbError, Faults
        For every fault of the study and its files at once; if another run holds the folder of results; if it
        cannot be written.

    Notes
    -----
    A stage is kept under a hash of its inputs' contents, its parameters and the sources of its room and those
    before it. A run that is killed leaves whole stages only, and the next one goes on from there; its tables
    are the same byte for byte.
    """
    tell = progress or (lambda _stage, _done, _total: None)
    tell("read", 0, 1)
    study, opened = load_and_open(path)
    tell("read", 1, 1)
    out = Path(out) if out is not None else study.results
    blocked = in_the_way(out, files_to_come(study))
    if blocked is not None:
        raise blocked
    store = Store(out)
    with locked(store):
        store.clean()
        log = Log()
        with _hashing(store, opened) as inputs:
            whole = Whole(study, opened, store, log, inputs, executor=executor, progress=tell, force=force)
            results = whole.run()
            published = publish(whole, results)
        store.prune(log.folders)
    return Outcome(results, store.out, published, log, Path(path))


@contextmanager
def _hashing(store: Store, opened: Opened) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Hash the inputs in a thread, beside the first reading of the files; yield what waits for the hashes."""
    inputs = Inputs(store)
    pool = ThreadPoolExecutor(1, thread_name_prefix="cityebb-hash")
    future = pool.submit(inputs.records, opened.files)
    try:
        yield future.result
    finally:
        inputs.stop()
        pool.shutdown(wait=True, cancel_futures=True)
