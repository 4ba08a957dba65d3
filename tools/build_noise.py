"""Build the table of borrowed noise that the package carries.

``python tools/build_noise.py DATA``: DATA holds the folders ``lights_china`` and ``population_europe``.
For each series the cities of one definition are measured in every year; the table keeps, by size class, the
robust standard deviation of one year's value on the log scale (median absolute second difference, to the
scale of one year, × 1.4826) and how alike the cities of the class are in it. Movement shared by all cities is
left in: who borrows noise cannot tell it apart either.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cityebb.delineate import DelineateParameters, delineate, loosest_floors
from cityebb.grids import scan
from cityebb.identify.noise import estimate_noise, has_long_tails, robust_noise, second_differences
from cityebb.identify.pooling import LEAST_CITIES, fit_prior
from cityebb.identify.series import series_of
from cityebb.measure import measure
from cityebb.model import SIZE_CLASSES
from cityebb.read import SourceParameters, open_stack

TARGET = Path(__file__).parent.parent / "src" / "cityebb" / "identify" / "data" / "noise.csv"


@dataclass(frozen=True)
class Measured:
    """A series to learn from: files, definition of its cities, and the two years they are drawn from."""

    source: SourceParameters
    floor: float
    outline: tuple[int, int]
    credit: str


SERIES = (
    Measured(
        SourceParameters(
            files="lights_china/viirs_like_{year}.tif",
            indicator="light",
            unit="DN",
            step=1.0,
            years=tuple(range(2013, 2023)),
        ),
        2.0,
        (2013, 2016),
        "Chen et al. 2021, doi:10.5194/essd-13-889-2021, China, DN ≥ 2",
    ),
    Measured(
        SourceParameters(
            files="population_europe/population_{year}_1km.tif", indicator="people", unit="person"
        ),
        300.0,
        (2006, 2021),
        "Eurostat GISCO GEOSTAT 1 km grid, Europe, ≥ 300/km²",
    ),
)


def rows_of(measured: Measured, folder: Path) -> list[dict[str, object]]:
    """Return the rows of one series, one a size class."""
    stack = open_stack("source", measured.source, folder)
    definition = DelineateParameters(where={"source": measured.floor}, epoch="union")
    cells = scan({"source": stack}, loosest_floors([definition]))
    cities = delineate(cells, definition, name="noise", years=measured.outline, named=False)
    series = series_of(
        measure(cells, cities, "source"),
        cities.frame.index,
        indicator=f"{stack.indicator}_sum",
        source="source",
        years=stack.years,
        min_coverage=0.95,
    )
    residuals, operator = second_differences(series.logs, stack.years)
    there = (~np.isnan(residuals)).astype(float)
    count = there.sum(axis=1)
    freedom = count**2 / np.maximum((there @ (operator @ operator.T) ** 2 * there).sum(axis=1), 1)
    variance = (np.nan_to_num(residuals) ** 2).sum(axis=1) / np.maximum(count, 1)
    classes = cities.frame["size_class"].to_numpy(dtype=np.str_)
    whole = estimate_noise(series.logs, series.quantisation, stack.years, classes)
    print(f"{stack.indicator}: {len(cities.frame)} cities, shared movement {whole.shared:.4f}")
    rows = []
    for name in SIZE_CLASSES:
        own = (classes == name) & (variance > 0)
        if own.sum() < LEAST_CITIES:
            continue
        extra = whole.quantised[own] ** 2
        _, prior = fit_prior(variance[own], freedom[own], extra, np.ones(own.sum()))
        rows.append(
            {
                "indicator": stack.indicator,
                "size_class": name,
                "noise": f"{robust_noise(residuals[own]):.4f}",
                "freedom": f"{prior if has_long_tails(stack.years) else (freedom[own]).sum():.1f}",
                "source": measured.credit,
                "period": f"{stack.years[0]}–{stack.years[-1]}",
                "n": int(own.sum()),
            }
        )
        print(rows[-1])
    return rows


def main() -> None:
    """Build and write the table."""
    folder = Path(sys.argv[1])
    rows = [row for measured in SERIES for row in rows_of(measured, folder)]
    partial = TARGET.with_suffix(".csv.partial")
    with partial.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    partial.replace(TARGET)


if __name__ == "__main__":
    main()
