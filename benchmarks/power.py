"""What the verdicts are worth: cities with known change and known noise, and what is said of them.

``python benchmarks/power.py [--cities 1000] [--years 4 10] [--loudness 0.5 1 1.5] [--seed 1]`` prints, for
every size class and loudness: how many of the truly stable are called shrinking or growing, how many of
those that truly lost a fifth are found, how many stay undetermined, how often the 90 % interval holds the
truth, and beside it what the plain rule of two single years does.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from cityebb.identify import IdentifyParameters, identify
from cityebb.model import size_class

# Yearly noise of log light by size class as measured on the lights of China (2013–2022).
NOISE = {"5-10": 0.13, "10-20": 0.11, "20-50": 0.09, "50-200": 0.065, "200+": 0.04}
BOUNDS_KM2 = {"5-10": (5, 10), "10-20": (10, 20), "20-50": (20, 50), "50-200": (50, 200), "200+": (200, 800)}
# True change from the first three years to the last three, and its share of the cities.
COURSES = ((0.0, 0.5), (-0.2, 0.25), (0.2, 0.25))
CELL_KM2 = 0.22
MEAN_LIGHT = 5.0
FIRST_YEAR = 2013
WINDOW = 3
PARAMETERS = IdentifyParameters(cities="lit", source="lights")


def make_panel(
    *, per_class: int, years: int, loudness: float = 1.0, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Return panel, cities and true change: steady courses, independent log-normal noise, quantised cells."""
    rng = np.random.default_rng(seed)
    area = np.concatenate([rng.uniform(*BOUNDS_KM2[name], per_class) for name in NOISE])
    classes = np.array(size_class(area))
    changes, shares = zip(*COURSES, strict=True)
    truth = rng.choice(changes, area.size, p=shares)
    # A steady course moves by (years − 3) steps from the middle of the start to the middle of the end.
    steps = max(years - WINDOW, 1) if years >= 2 * WINDOW else years - 1
    slope = np.log1p(truth) / steps
    level = np.log(MEAN_LIGHT * area) + rng.normal(0, 0.3, area.size)
    sigma = loudness * np.array([NOISE[name] for name in classes])
    logs = (
        level[:, None]
        + slope[:, None] * np.arange(years)
        + sigma[:, None] * rng.normal(size=(area.size, years))
    )
    # One step of light in every cell, rounded: independent uniform errors, so by the root of their number.
    step = np.sqrt(area * CELL_KM2 / 12)
    values = np.exp(logs) + step[:, None] * rng.normal(size=logs.shape)
    ids = np.array([f"c{number:06d}" for number in range(area.size)])
    cities = pd.DataFrame(
        {
            "area_km2": area,
            "size_class": classes,
            "country": "XX",
            "definition": "lit",
            "boundary_vintage": "union",
        },
        index=pd.Index(ids, name="city_id"),
    )
    panel = pd.DataFrame(
        {
            "city_id": np.repeat(ids, years),
            "year": np.tile(np.arange(FIRST_YEAR, FIRST_YEAR + years), area.size),
            "indicator": "light_sum",
            "source": "lights",
            "value": values.ravel(),
            "sd": np.repeat(step, years),
            "coverage": 1.0,
            "unit": "DN·km²",
            "concept": "radiance",
            "grade": "satellite",
        }
    )
    return panel, cities, pd.Series(truth, index=cities.index)


def confusion(*, per_class: int, years: int, loudness: float = 1.0, seed: int = 1) -> pd.DataFrame:
    """Return what becomes of cities with known change, one row a size class."""
    panel, cities, truth = make_panel(per_class=per_class, years=years, loudness=loudness, seed=seed)
    era = range(FIRST_YEAR, FIRST_YEAR + years)
    verdicts = identify(
        panel,
        cities,
        PARAMETERS,
        indicator="light",
        years=era,
        era_years=era,
        specification="power",
    ).set_index("city_id")
    rows = []
    for name in NOISE:
        own = verdicts[cities["size_class"] == name]
        true = truth[own.index]
        stable, fallen = own[true == 0], own[true < 0]
        rows.append(
            {
                "size_class": name,
                "false_shrinking": (stable["state"] == "shrinking").mean(),
                "false_growing": (stable["state"] == "growing").mean(),
                "stable_found": (stable["state"] == "stable").mean(),
                "fall_found": (fallen["state"] == "shrinking").mean(),
                "fall_called_growing": (fallen["state"] == "growing").mean(),
                "undetermined": (own["state"] == "undetermined").mean(),
                "covered": ((own["low"] <= true) & (true <= own["high"])).mean(),
                "plain_false": (stable["plain"] == "down").mean(),
                "plain_found": (fallen["plain"] == "down").mean(),
            }
        )
    return pd.DataFrame(rows).set_index("size_class")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cities", type=int, default=1000, help="cities in each size class")
    parser.add_argument("--years", type=int, nargs="+", default=[4, 10], help="below six, single years")
    parser.add_argument("--loudness", type=float, nargs="+", default=[0.5, 1.0, 1.5])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for years in given.years:
        for loudness in given.loudness:
            began = time.perf_counter()
            table = confusion(per_class=given.cities, years=years, loudness=loudness, seed=given.seed)
            print(f"\n{years} years, noise × {loudness:g}, {time.perf_counter() - began:.2f} s; per cent")
            print((table * 100).round(1).to_string())


if __name__ == "__main__":
    main()
