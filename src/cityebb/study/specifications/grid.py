"""The grid of specifications: the levels of each choice, and every combination of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cityebb.identify.many import Line
from cityebb.identify.parameters import threshold_of
from cityebb.model import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from cityebb.identify import IdentifyParameters

MOST_ENDS = 10
LINES = (-0.05, -0.10, -0.15, -0.20)
LINES_OF_PEOPLE = (0.0, -0.05, -0.10)
"""Thresholds tried of change: on either side of the tenth of the literature; of people any fall as well."""
OWN = "own"


@dataclass(frozen=True)
class Levels:
    """The levels of one choice, and which of them is the study's own."""

    levels: tuple[Any, ...]
    own: int = 0


@dataclass(frozen=True)
class Grid:
    """Combinations of choices.

    Parameters
    ----------
    levels
        By dimension (:data:`cityebb.model.DIMENSIONS`).
    places
        Shape ``(specifications, dimensions)``: the place of each level among those of its dimension.
    """

    levels: dict[str, Levels]
    places: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.places)

    @property
    def own(self) -> int:
        """The place of the study's own specification."""
        return int(np.flatnonzero((self.places == self._own).all(axis=1))[0])

    @property
    def _own(self) -> NDArray[np.int64]:
        return np.array([each.own for each in self.levels.values()], np.int64)

    @property
    def choices(self) -> dict[str, NDArray[np.int64]]:
        """By dimension the place of each specification's level."""
        return {name: self.places[:, at] for at, name in enumerate(self.levels)}

    def of(self, name: str) -> list[Any]:
        """Return the level that each specification has of a dimension."""
        levels = self.levels[name].levels
        return [levels[place] for place in self.choices[name]]

    def varies(self) -> list[str]:
        """Say of each specification what it changes: ``default``, one dimension, or ``several``."""
        other = self.places != self._own
        names = list(self.levels)
        return [
            "default" if not row.any() else names[int(row.argmax())] if row.sum() == 1 else "several"
            for row in other
        ]

    def groups(self, names: Sequence[str]) -> list[tuple[tuple[int, ...], NDArray[np.intp]]]:
        """Return each combination of levels of these dimensions with the specifications that have it."""
        columns = [list(self.levels).index(name) for name in names]
        kinds, group = np.unique(self.places[:, columns], axis=0, return_inverse=True)
        group = group.ravel()
        return [(tuple(kind.tolist()), np.flatnonzero(group == at)) for at, kind in enumerate(kinds)]


def make_grid(levels: dict[str, Levels], *, full: bool) -> Grid:
    """Combine levels: all with all, or one change at a time.

    Parameters
    ----------
    levels
        Of some of the dimensions; the others have one level, empty.
    full
        Whether every combination is wanted.

    Examples
    --------
    >>> levels = {"epoch": Levels(("union", "final")), "end": Levels((2015, 2016, 2017), 1)}
    >>> len(make_grid(levels, full=True)), len(make_grid(levels, full=False))
    (6, 4)
    """
    whole = {name: levels.get(name, Levels(("",))) for name in DIMENSIONS}
    own = np.array([each.own for each in whole.values()], np.int64)
    places = np.array(list(product(*(range(len(each.levels)) for each in whole.values()))), np.int64)
    if not full:
        places = places[(places != own).sum(axis=1) <= 1]
    return Grid(whole, places)


def ordered(own: Any, others: Iterable[Any], *, order: Sequence[Any] = ()) -> Levels:  # noqa: ANN401 - any level
    """Return levels with the study's own among them, each once, in a natural order.

    Examples
    --------
    >>> ordered(8, (4, 8))
    Levels(levels=(4, 8), own=1)
    >>> ordered("final", ("union", "final"), order=("union", "final"))
    Levels(levels=('union', 'final'), own=1)
    """
    levels = list(dict.fromkeys([own, *others]))
    levels.sort(key=order.index if order else None)
    return Levels(tuple(levels), levels.index(own))


def line_levels(rule: IdentifyParameters, indicator: str) -> tuple[Levels, dict[str, Line]]:
    """Return the thresholds of change by the text that names each.

    The study's own is called by its number where both its rules have one and the same, else ``"own"``.

    Examples
    --------
    >>> from cityebb.identify import IdentifyParameters
    >>> rule = IdentifyParameters(cities="lit", source="lights")
    >>> line_levels(rule, "light")[0]
    Levels(levels=('-0.05', '-0.1', '-0.15', '-0.2'), own=1)
    >>> line_levels(rule, "people")[0]
    Levels(levels=('own', '0', '-0.05', '-0.1'), own=0)
    """
    asked = rule.specifications.threshold
    tried = asked if asked is not None else LINES_OF_PEOPLE if indicator == "people" else LINES
    told = {f"{line:g}": Line(line, line) for line in sorted(tried, reverse=True)}
    fixed = rule.threshold is not None or indicator != "people"
    resolved = threshold_of(indicator, 1.0, rule.threshold) if fixed else None
    own = f"{resolved:g}" if resolved == rule.plain_threshold else OWN
    lines = dict([*told.items(), (own, Line(rule.threshold, rule.plain_threshold))])
    names = sorted(lines, key=lambda name: 1.0 if name == OWN else float(name), reverse=True)
    return Levels(tuple(names), names.index(own)), lines


def thinned(years: Sequence[int], own: int, most: int = MOST_ENDS) -> tuple[int, ...]:
    """Return at most so many years, evenly spread, the study's own among them.

    Examples
    --------
    >>> thinned(range(2000, 2020), 2007, 4)
    (2000, 2007, 2010, 2019)
    """
    if len(years) <= most:
        return tuple(sorted({*years, own}))
    others = [year for year in years if year != own]
    at = np.linspace(0, len(others) - 1, most - 1).round().astype(int)
    return tuple(sorted({own, *(others[place] for place in at)}))


def frame_of(grid: Grid) -> pd.DataFrame:
    """Return the choices of each specification under the names of their columns."""
    found = pd.DataFrame({column: grid.of(name) for name, column in DIMENSIONS.items()})
    for column in ("floor_factor", "connectivity", "min_area_km2"):
        found[column] = pd.to_numeric(found[column].replace("", np.nan)).astype(np.float64)
    found["varies"] = grid.varies()
    found["is_default"] = found["varies"] == "default"
    return found
