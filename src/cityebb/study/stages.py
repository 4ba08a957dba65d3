"""One stage: made once, kept whole, and read again for as long as nothing it rests on has changed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from cityebb.model import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
