"""The inside of 20,000 cities with two million cells: shares, halves, gradients, shifts, patterns, clusters.

The target is 30 seconds on one core of the reference machine, with 999 permutations a city.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd
from _record import record

from cityebb.identify.inside import InsideRules, look_inside

CITIES, CELLS = 20_000, 2_000_000
TARGET_SECONDS = 30.0


def main() -> None:
    """Measure and record."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--fraction", type=float, default=1.0, help="of the cities, to try things on")
    reader.add_argument("--out", type=Path)
    asked = reader.parse_args()
    parts = make(np.random.default_rng(1), int(CITIES * asked.fraction), int(CELLS * asked.fraction))
    look_inside(parts.head(1000))  # kernels compiled, libraries loaded
    begun = time.perf_counter()
    without = look_inside(parts, InsideRules(permutations=0))
    between = time.perf_counter()
    found = look_inside(parts)
    ended = time.perf_counter()
    record(
        "inside_of_20000_cities",
        ended - between,
        unit="s",
        target=TARGET_SECONDS * asked.fraction,
        out=asked.out,
        without_clusters=round(between - begun, 2),
        cities=len(without.cities),
        cells=len(found.parts),
        largest=int(found.cities["parts"].max()),
        undetermined=int((found.cities["state"] == "undetermined").sum()),
        patterns=found.cities["pattern"].value_counts().to_dict(),
        peak_gb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    )


def make(rng: np.random.Generator, cities: int, cells: int) -> pd.DataFrame:
    """Return round towns by Zipf's law, denser in the middle, of which cells change by a few per cent."""
    size = 1 / np.arange(1, cities + 1) ** 0.8
    size = np.maximum(np.round(size * cells / size.sum()).astype(int), 8)
    city = np.repeat(np.arange(cities), size)
    rank = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    # The nearest cells of a grid to its middle, in the order of their distance, make a disc of any size.
    half = int(np.ceil(np.sqrt(size.max() / np.pi))) + 2
    row, col = (at.ravel() for at in np.mgrid[-half : half + 1, -half : half + 1])
    disc = np.lexsort((col, row, row**2 + col**2))
    row, col = row[disc][rank], col[disc][rank]
    before = np.exp(3 - np.hypot(row, col) / np.sqrt(size[city]) + rng.normal(0, 0.3, city.size))
    tilt = rng.normal(0, 0.1, (2, cities))
    log = tilt[0, city] + tilt[1, city] * col / np.sqrt(size[city]) + rng.normal(0, 0.1, city.size)
    order = np.lexsort((col, row, city))
    return (
        pd.DataFrame(
            {
                "city_id": pd.Series(city).astype(str).str.zfill(6),
                "part_id": pd.Series((row + half) * (2 * half + 1) + col + half).astype(str).str.zfill(8),
                "x_km": col * 0.7,
                "y_km": -row * 0.9,
                "area_km2": 0.63,
                "before": before,
                "after": before * np.exp(log),
                "row": row,
                "col": col,
            }
        )
        .iloc[order]
        .reset_index(drop=True)
    )


if __name__ == "__main__":
    main()
