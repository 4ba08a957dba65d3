"""Verdicts on DMSP lights: by each calibration, and what they say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.harmonise.lights import agreement
from cityebb.model import CALIBRATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from cityebb.grids import Stack


def with_years(calibrations: Mapping[str, str], stacks: Mapping[str, Stack], *years: int) -> dict[str, str]:
    """Return the calibrations whose series has all of these years, by table the name of the stack."""
    return {table: name for table, name in calibrations.items() if set(years) <= set(stacks[name].years)}


def agreed(by_calibration: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return one verdict a city: a state stands where two calibrations say it.

    Parameters
    ----------
    by_calibration
        ``model.VERDICTS`` of every calibration, with a column ``calibration``.
    source
        Name of the source in the study, under which the verdicts are given.
    """
    return agreement(_apart(by_calibration)).verdicts.assign(source=source)


def calibrations(by_calibration: pd.DataFrame) -> pd.DataFrame:
    """Return ``model.CALIBRATIONS``: what each calibration says of each city, and whether others agree."""
    import numpy as np
    import pandas as pd

    tables = agreement(_apart(by_calibration)).tables.set_index("city_id")
    told = tables.loc[by_calibration["city_id"]]
    names = by_calibration["calibration"].to_numpy()
    agree = [name in text.split("+") for name, text in zip(names, told["agree"], strict=True)]
    found = pd.DataFrame(
        {
            **{name: by_calibration[name].to_numpy() for name in ("city_id", "calibration")},
            **{name: by_calibration[name].to_numpy() for name in ("change", "low", "high", "state")},
            "agrees": np.array(agree, dtype=bool),
            "gives_figures": told["figures_of"].to_numpy() == names,
        }
    )
    return CALIBRATIONS.check(found[[column.name for column in CALIBRATIONS.columns]])


def _apart(by_calibration: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {
        str(name): part.drop(columns="calibration")
        for name, part in by_calibration.groupby("calibration", sort=False)
    }
