"""Where strips are worked on: threads here, or a Dask cluster elsewhere; the same bits from each."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import TYPE_CHECKING, Protocol, TypeVar

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Task = TypeVar("Task")
Result = TypeVar("Result")
# How long a scheduler may take to answer.
PATIENCE = "10s"


class Executor(Protocol):
    """Applies a function to tasks and gives the results in the order of the tasks."""

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """Yield ``function(task)`` for each task, in order."""


@dataclass(frozen=True)
class ThreadExecutor:
    """Threads of this process; decoding and the kernel both let other threads run.

    Parameters
    ----------
    workers
        How many; by default one a core, four at most, since each holds a strip in memory.
    """

    workers: int | None = None

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """Yield results in order, never more than one task ahead of the workers."""
        workers = self.workers or min(cpu_count() or 1, 4)
        waiting = deque(tasks)
        with ThreadPoolExecutor(workers, thread_name_prefix="cityebb") as pool:
            running = deque(
                pool.submit(function, waiting.popleft()) for _ in range(min(workers, len(waiting)))
            )
            try:
                while running:
                    result = running.popleft().result()
                    if waiting:
                        running.append(pool.submit(function, waiting.popleft()))
                    yield result
            finally:
                for future in running:
                    future.cancel()


@dataclass(frozen=True)
class DaskExecutor:
    """An existing Dask cluster; its workers must see the same files by the same paths.

    Parameters
    ----------
    address
        Of the scheduler, as ``tcp://host:8786``.
    batch
        Tasks sent at a time, so that results do not pile up.
    """

    address: str
    batch: int = 64

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """Yield results in order.

        Raises
        ------
        CityebbError
            If the part ``dask`` is not installed or the scheduler does not answer.
        """
        try:
            from distributed import Client
        except ImportError:
            raise CityebbError("grids.no_dask") from None
        try:
            client = Client(self.address, timeout=PATIENCE, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as problem:
            raise CityebbError("grids.no_scheduler", address=self.address, problem=str(problem)) from problem
        with client:
            for first in range(0, len(tasks), self.batch):
                futures = client.map(function, tasks[first : first + self.batch], pure=False)
                for future in futures:
                    yield future.result()
