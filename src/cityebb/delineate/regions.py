"""Which cells are cities: the definition applied, before anyone asks for outlines or names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids import Criterion, label, sums
from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cityebb.delineate.parameters import DelineateParameters
    from cityebb.grids import Cells


@dataclass(frozen=True)
class Regions:
    """Cities as labels on cells.

    Parameters
    ----------
    labels
        One a cell: 0 outside, else the city's number from 1 on.
    area_km2, cells
        One a city.
    """

    labels: NDArray[np.int32]
    area_km2: NDArray[np.float64]
    cells: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.area_km2.size)


def loosest_floors(definitions: Iterable[DelineateParameters]) -> list[Criterion]:
    """Return the floors to scan with, so that every one of these definitions can be applied afterwards.

    Examples
    --------
    >>> from cityebb.delineate import DelineateParameters
    >>> loosest_floors([DelineateParameters(where={"lights": 4}), DelineateParameters(where={"lights": 2})])
    [Criterion(source='lights', at_least=2.0)]
    """
    lowest: dict[str, float] = {}
    for definition in definitions:
        for source, at_least in definition.where.items():
            lowest[source] = min(at_least, lowest.get(source, np.inf))
    return [Criterion(source, at_least) for source, at_least in lowest.items()]


def find_regions(
    cells: Cells,
    parameters: DelineateParameters,
    *,
    years: tuple[int, int],
    areas_km2: NDArray[np.float64] | None = None,
) -> Regions:
    """Apply a definition to candidate cells.

    Parameters
    ----------
    cells
        From :func:`cityebb.grids.scan`, with floors no higher than the definition's.
    parameters
        The definition.
    years
        First and last year of the comparison; ``parameters.years`` goes before.
    areas_km2
        ``cells.areas_km2()``, where it is already at hand.

    Raises
    ------
    CityebbError
        If the cells were scanned with higher floors, or a source lacks one of the years.
    """
    _check_floors(cells, parameters)
    areas = cells.areas_km2() if areas_km2 is None else areas_km2
    labels = label(
        cells, built_up(cells, parameters, years=years, areas_km2=areas), connectivity=parameters.connectivity
    )
    area = sums(labels, areas)
    large = area >= parameters.min_area_km2
    renumbered = np.concatenate([[0], np.cumsum(large) * large]).astype(np.int32)
    labels = renumbered[labels]
    count = np.bincount(labels, minlength=int(large.sum()) + 1)[1:]
    return Regions(labels, area[large], count)


def built_up(
    cells: Cells,
    parameters: DelineateParameters,
    *,
    years: tuple[int, int],
    areas_km2: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Return for each cell whether it counts as built up over the epoch."""
    first, last = parameters.years or years
    wanted = {"baseline": (first,), "final": (last,)}.get(parameters.epoch, (first, last))
    each_year = [_in_year(cells, parameters, year, areas_km2) for year in wanted]
    together = np.logical_and if parameters.epoch == "intersection" else np.logical_or
    built: NDArray[np.bool_] = together.reduce(each_year)
    return built


def _in_year(
    cells: Cells, parameters: DelineateParameters, year: int, areas_km2: NDArray[np.float64]
) -> NDArray[np.bool_]:
    each_source = []
    for source, at_least in parameters.where.items():
        stack = cells.stacks.get(source)
        if stack is None:
            raise CityebbError("delineate.no_source", source=source, known=", ".join(cells.stacks))
        there = stack.years
        if year not in there and len(there) > 1:
            raise CityebbError(
                "delineate.year_missing", source=source, year=year, years=", ".join(map(str, there))
            )
        # A source of a single year (land cover, say) stands for all.
        values = cells.values(source, year if year in there else there[0])
        if stack.kind == "count":
            values = values / areas_km2
        each_source.append(values >= at_least)
    join = np.logical_and if parameters.join == "and" else np.logical_or
    built: NDArray[np.bool_] = join.reduce(each_source)
    return built


def _check_floors(cells: Cells, parameters: DelineateParameters) -> None:
    scanned = {floor.source: floor.at_least for floor in cells.floors}
    reach = [
        source in scanned and scanned[source] <= at_least for source, at_least in parameters.where.items()
    ]
    # With "and", cells that reach one scanned floor hold all that reach every floor.
    if not (any(reach) if parameters.join == "and" else all(reach)):
        raise CityebbError(
            "delineate.scanned_too_high",
            asked=", ".join(f"{source} ≥ {value:g}" for source, value in parameters.where.items()),
            scanned=", ".join(f"{source} ≥ {value:g}" for source, value in scanned.items()),
        )
