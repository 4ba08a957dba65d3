"""Where no cell reaches any floor of a study: which floors, and what the largest values are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import CityebbError
from cityebb.words import say_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cityebb.delineate import DelineateParameters
    from cityebb.grids import Cells


def nothing_reached(cells: Cells, definitions: Mapping[str, DelineateParameters]) -> CityebbError:
    """Return the error that says which of the definitions' floors no cell reaches."""
    from cityebb.delineate import loosest_floors

    highest = cells.census.groupby("source", sort=False)["highest"].max()
    units = {name: say_unit(stack.unit) for name, stack in cells.stacks.items()}
    return CityebbError(
        "study.nothing_reached",
        floors=", ".join(
            f"{floor.source} ≥ {floor.at_least:g} {say_unit(cells.stacks[floor.source].mean_unit)}"
            for floor in loosest_floors(definitions.values())
        ),
        highest=", ".join(f"{name} {value:g} {units[str(name)]}" for name, value in highest.items()),
    )
