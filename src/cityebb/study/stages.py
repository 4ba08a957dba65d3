"""One stage: made once, kept whole, and read again for as long as nothing it rests on has changed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cityebb.model import fingerprint
from cityebb.study import kept
from cityebb.study.cache import rooms_hash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from cityebb.study.cache import Store

T = TypeVar("T")


@dataclass
class Log:
    """What a run did: which stages it made, which it found made, and how long each took."""

    ran: list[str] = field(default_factory=list)
    reused: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    folders: list[Path] = field(default_factory=list)


class Stage(Generic[T]):
    """A stage's result: found in the store, or made and put there.

    Parameters
    ----------
    name
        Of the stage; a folder is called so.
    parts
        Everything the result depends on, as plain JSON values: keys of earlier stages, parameters, hashes.
    make
        Computes it.
    save, load
        Write it into a folder and read it from there.
    """

    def __init__(
        self,
        name: str,
        parts: object,
        *,
        make: Callable[[], T],
        save: Callable[[T, Path], None],
        load: Callable[[Path], T],
        store: Store,
        log: Log,
        again: bool = False,
    ) -> None:
        self.name = name
        self.key = fingerprint([name, parts])
        self._make, self._save, self._load = make, save, load
        self._store, self._log, self._again = store, log, again
        self._value: T | None = None
        self._ready = False

    def ensure(self) -> Stage[T]:
        """Make it unless it is there; do not read it."""
        if self._ready:
            return self
        folder = self._store.folder(self.name, self.key)
        self._log.folders.append(folder)
        if self._again or not self._store.has(self.name, self.key):
            self._compute()
        else:
            self._log.reused.append(self.name)
        self._ready = True
        return self

    @property
    def value(self) -> T:
        """The result as read from the store: a resumed run sees what an undisturbed one saw."""
        self.ensure()
        if self._value is None:
            if self.name in self._log.reused and not self._store.is_whole(self.name, self.key):
                # Something changed what lies there: make it again.
                self._log.reused.remove(self.name)
                self._compute()
            self._value = self._load(self._store.folder(self.name, self.key))
        return self._value

    def _compute(self) -> None:
        begun = time.perf_counter()
        made = self._make()
        with self._store.put(self.name, self.key) as folder:
            self._save(made, folder)
        self._log.seconds[self.name] = round(time.perf_counter() - begun, 3)
        self._log.ran.append(self.name)


_ROOMS = ("model", "grids", "read", "harmonise", "delineate", "measure", "identify")


class StageMaker:
    """Makes stages, each once, in one store.

    Parameters
    ----------
    store, log
        Where results are kept, and what is told of it.
    force
        Whether to make every stage again, whatever is kept.
    """

    def __init__(self, store: Store, log: Log, *, force: bool) -> None:
        self.store, self.log, self.force = store, log, force
        self._stages: dict[str, Stage[Any]] = {}

    def stage(
        self,
        name: str,
        parts: object,
        room: str,
        *,
        make: Callable[[], T],
        save: Callable[[T, Path], None],
        load: Callable[[Path], T],
    ) -> Stage[T]:
        """Return the stage of this name; it rests on the sources of ``room`` and those above, too."""
        if name not in self._stages:
            rooms = _ROOMS[: _ROOMS.index("harmonise" if room == "grids" else room) + 1]
            self._stages[name] = Stage(
                name,
                [parts, rooms_hash(*rooms)],
                make=make,
                save=save,
                load=load,
                store=self.store,
                log=self.log,
                again=self.force,
            )
        return self._stages[name]

    def tables(
        self, name: str, parts: object, room: str, make: Callable[[], dict[str, pd.DataFrame]]
    ) -> Stage[dict[str, pd.DataFrame]]:
        """Return a stage whose result is several tables by name."""

        def save(found: dict[str, pd.DataFrame], folder: Path) -> None:
            for table, frame in found.items():
                kept.save_table(frame, folder / f"{table}.parquet")

        def load(folder: Path) -> dict[str, pd.DataFrame]:
            return {path.stem: kept.load_table(path) for path in sorted(folder.glob("*.parquet"))}

        return self.stage(name, parts, room, make=make, save=save, load=load)

    def table(
        self, name: str, parts: object, room: str, make: Callable[[], pd.DataFrame]
    ) -> Stage[pd.DataFrame]:
        """Return a stage whose result is one table."""
        return self.stage(
            name,
            parts,
            room,
            make=make,
            save=lambda frame, folder: kept.save_table(frame, folder / "table.parquet"),
            load=lambda folder: kept.load_table(folder / "table.parquet"),
        )
