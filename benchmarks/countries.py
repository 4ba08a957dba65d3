"""Countries ranked, and their cities watched, over very many cities and years: seconds of processor time.

``python benchmarks/countries.py [--cities 16000] [--years 20] [--out FILE]`` makes a panel of light for
cities in a hundred countries, and times three steps: every city judged and the countries ranked, which is the
figure that has a target; beside it each year's watch-list from the panel on; and the verdict from every year
to every later one.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from _record import record

from cityebb.identify import (
    IdentifyParameters,
    all_windows,
    count_watch,
    identify,
    rank_countries,
    rolling,
    summarise,
    watch_list,
)
from cityebb.identify.series import series_of
from cityebb.identify.watch.windows import judge_windows
from cityebb.model import PANEL, size_class

TARGET_S = 5.0
FIRST_YEAR = 2003
COUNTRIES = 100
RULE = IdentifyParameters(cities="lit", source="lights")


def make_panel(cities: int, years: int, *, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return panel and cities: areas as of the world's cities, countries of very different size."""
    rng = np.random.default_rng(seed)
    area = 5 * (cities / np.arange(1, cities + 1)) ** 0.8
    rate = rng.normal(0, 0.02, (cities, 1))
    noise = (0.13 * (5 / area) ** 0.2)[:, None] * rng.normal(size=(cities, years))
    values = area[:, None] * 5 * np.exp(rate * np.arange(years) + noise)
    ids = np.array([f"c{number:06d}" for number in range(cities)], dtype=object)
    weights = 1 / np.arange(1, COUNTRIES + 1)
    country = rng.choice([f"C{number:02d}" for number in range(COUNTRIES)], cities, p=weights / weights.sum())
    frame = pd.DataFrame(
        {
            "area_km2": area,
            "size_class": size_class(area),
            "country": country,
            "definition": "lit",
            "boundary_vintage": "union",
        },
        index=pd.Index(ids, name="city_id"),
    )
    panel = pd.DataFrame(
        {
            "city_id": np.repeat(ids, years),
            "year": np.tile(np.arange(FIRST_YEAR, FIRST_YEAR + years), cities),
            "indicator": "light_sum",
            "source": "lights",
            "value": values.reshape(-1),
            "sd": 0.0,
            "coverage": 1.0,
            "unit": "DN km²",
            "concept": "radiance",
            "grade": "satellite",
        }
    )
    return panel[PANEL.names], frame


def main() -> None:
    """Time each step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cities", type=int, default=16_000)
    parser.add_argument("--years", type=int, default=20)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    years = range(FIRST_YEAR, FIRST_YEAR + given.years)
    _ranked(*make_panel(200, given.years), years)  # libraries are loaded, inner loops compiled
    panel, cities = make_panel(given.cities, given.years)
    began = time.process_time()
    ranking = _ranked(panel, cities, years)
    ranked = time.process_time()
    series = series_of(
        panel, cities.index, indicator="light_sum", source="lights", years=years, min_coverage=0.95
    )
    told = {"indicator": "light", "segments": [years]}
    lists = judge_windows(series, cities, RULE, pairs=rolling(years, 3), **told)
    watch = watch_list(lists)
    count_watch(lists, watch, cities)
    watched = time.process_time()
    windows = all_windows(series, cities, RULE, **told)
    done = time.process_time()
    met = record(
        f"countries ranked, {given.cities} cities, {given.years} years",
        ranked - began,
        unit="s",
        target=TARGET_S,
        out=given.out,
        countries=len(ranking),
        lists_s=round(watched - ranked, 2),
        lists=len(lists.first),
        windows_s=round(done - watched, 2),
        windows=len(windows.first),
    )
    sys.exit(not met)


def _ranked(panel: pd.DataFrame, cities: pd.DataFrame, years: range) -> pd.DataFrame:
    verdicts = identify(
        panel, cities, RULE, indicator="light", years=years, era_years=years, specification="x"
    )
    summarise(verdicts, cities)
    return rank_countries(verdicts, cities["country"])


if __name__ == "__main__":
    main()
