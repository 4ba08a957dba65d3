"""What goes wrong: a key and values inside, a sentence in the reader's language at the door."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class CityebbError(Exception):
    """A fault in what was given; its sentence says what is wrong, where, and how to mend it.

    Parameters
    ----------
    key
        The sentence in the catalogue, ``room.name``.
    **values
        What the sentence's placeholders name.

    Examples
    --------
    >>> from cityebb.words import using
    >>> with using("en"):
    ...     print(CityebbError("model.column_missing", table="panel", column="year"))
    The table "panel" has no column "year"; add it, or rename the column that holds it.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        """Say it in the language in force."""
        return say(self.key, **self.values)


class Faults(CityebbError):
    """Several faults found in one look, told together."""

    def __init__(self, faults: list[CityebbError]) -> None:
        super().__init__("model.faults", count=len(faults))
        self.faults = faults

    def __str__(self) -> str:
        """One line a fault."""
        return "\n".join(str(fault) for fault in self.faults)


@contextmanager
def gather() -> Iterator[Callable[[CityebbError], None]]:
    """Collect faults inside a ``with`` block and raise them together at its end.

    Yields a function that takes a fault. A single fault is raised as itself.

    Examples
    --------
    >>> with gather() as fault:
    ...     pass
    """
    found: list[CityebbError] = []

    def add(fault: CityebbError) -> None:
        found.extend(fault.faults if isinstance(fault, Faults) else [fault])

    yield add
    if len(found) == 1:
        raise found[0]
    if found:
        raise Faults(found)
