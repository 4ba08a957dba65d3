"""Cities whose true change is known: courses, noise of several kinds, and what only looks like a change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cityebb.model import size_class

# Yearly noise of log light by size class as measured on the lights of China (2013–2022).
NOISE = {"5-10": 0.13, "10-20": 0.11, "20-50": 0.09, "50-200": 0.065, "200+": 0.04}
BOUNDS_KM2 = {"5-10": (5, 10), "10-20": (10, 20), "20-50": (20, 50), "50-200": (50, 200), "200+": (200, 800)}
# True change and its share of the cities: half of them move, or one in ten.
HALF = ((0.0, 0.5), (-0.2, 0.25), (0.2, 0.25))
FEW = ((0.0, 0.9), (-0.2, 0.05), (0.2, 0.05))
# What one city's light does from year to year: how much of last year's error is left, and what all share.
KINDS = {"independent": (0.0, 0.0), "rho 0.3": (0.3, 0.0), "rho 0.5": (0.5, 0.0), "common 0.05": (0.0, 0.05)}
CELL_KM2 = 0.22
DARKEST, MEAN_LIGHT = 2.0, 5.0
FIRST_YEAR = 2013
WINDOW = 3
PEOPLE_PER_KM2 = 5000
# Error of one register figure.
COUNT_ERROR = 0.005
# A lost year reads so much less; new lamps, for good.
LOST = 0.7
NUISANCES = {
    "lost_first": ((0,), LOST),
    "lost_within": ((4,), LOST),
    "lost_last_but_one": ((-2,), LOST),
    "lost_last": ((-1,), LOST),
    "zero_within": ((4,), 0.0),
    "zero_last_but_one": ((-2,), 0.0),
    "zero_last": ((-1,), 0.0),
    "missing_last": ((-1,), np.nan),
}


@dataclass(frozen=True)
class Made:
    """Panels of light and of people, the cities, and what is true of them.

    Parameters
    ----------
    light, people
        ``model.PANEL`` each.
    cities
        ``model.CITIES``, with ``change``, the true one from the first three years to the last three,
        ``change_single``, that from the first year to the last, and ``nuisance``, empty where there is none.
    years
        In order.
    """

    light: pd.DataFrame
    people: pd.DataFrame
    cities: pd.DataFrame
    years: tuple[int, ...]


def make_country(
    *,
    per_class: int,
    years: int,
    loudness: float = 1.0,
    kind: str = "independent",
    courses: tuple[tuple[float, float], ...] = HALF,
    nuisance: float = 0.0,
    seed: int = 1,
) -> Made:
    """Make cities of every size class: steady courses, log-normal noise, cells rounded to whole steps.

    Parameters
    ----------
    per_class
        Cities in each class.
    years
        From 2013 on. The true change is that from the first three years to the last three (from the first to
        the last with fewer than six).
    loudness
        Factor on the noise as measured.
    kind
        A key of ``KINDS``.
    courses
        True changes and their shares.
    nuisance
        Share of the truly stable cities to which each of ``NUISANCES`` happens.
    seed
        Of the random numbers.
    """
    rng = np.random.default_rng(seed)
    area = np.concatenate([rng.uniform(*BOUNDS_KM2[name], per_class) for name in NOISE])
    classes = np.array(size_class(area))
    changes, shares = zip(*courses, strict=True)
    truth = rng.choice(changes, area.size, p=shares)
    # A steady course moves by (years − 3) steps from the middle of the start to the middle of the end.
    steps = max(years - WINDOW, 1) if years >= 2 * WINDOW else years - 1
    course = (np.log1p(truth) / steps)[:, None] * np.arange(years)
    sigma = loudness * np.array([NOISE[name] for name in classes])
    rho, common = KINDS[kind]
    flicker = sigma[:, None] * _remembered(rng, (area.size, years), rho) + common * rng.normal(size=years)
    values, cells = _rounded(rng, course + flicker, np.maximum(area / CELL_KM2, 1).astype(int))
    happened = np.full(area.size, "", dtype=object)
    if nuisance:
        chance = [1 - nuisance * len(NUISANCES), *[nuisance] * len(NUISANCES)]
        happened = np.where(truth == 0, rng.choice(["", *NUISANCES], area.size, p=chance), "")
        for name, (columns, factor) in NUISANCES.items():
            values[np.ix_(happened == name, columns)] *= factor
    people = PEOPLE_PER_KM2 * area[:, None] * np.exp(course)
    people *= np.exp(loudness * COUNT_ERROR * rng.normal(size=course.shape))
    ids = pd.Index([f"c{number:06d}" for number in range(area.size)], name="city_id")
    cities = pd.DataFrame(
        {
            "area_km2": area,
            "size_class": classes,
            "country": "XX",
            "definition": "lit",
            "boundary_vintage": "union",
            "change": truth,
            "change_single": np.expm1(course[:, -1] - course[:, 0]),
            "nuisance": happened,
        },
        index=ids,
    )
    era = tuple(range(FIRST_YEAR, FIRST_YEAR + years))
    step = CELL_KM2 * np.sqrt(cells / 12)
    light = panel_of(ids, era, values, sd=step, indicator="light", unit="DN·km²", grade="satellite")
    counted = panel_of(ids, era, np.round(people), indicator="people", unit="people", grade="register")
    return Made(light, counted, cities, era)


def panel_of(
    ids: pd.Index,
    years: tuple[int, ...],
    values: np.ndarray,
    *,
    indicator: str,
    unit: str,
    grade: str,
    sd: np.ndarray | float = 0.0,
) -> pd.DataFrame:
    """Return values of cities by years as ``model.PANEL``; the source is called as the indicator."""
    return pd.DataFrame(
        {
            "city_id": np.repeat(ids.to_numpy(), len(years)),
            "year": np.tile(np.array(years, np.int64), len(ids)),
            "indicator": f"{indicator}_sum",
            "source": indicator,
            "value": values.ravel(),
            "sd": np.repeat(np.broadcast_to(sd, len(ids)), len(years)),
            "coverage": 1.0,
            "unit": unit,
            "concept": "radiance" if indicator == "light" else "resident",
            "grade": grade,
        }
    )


def _remembered(rng: np.random.Generator, shape: tuple[int, int], rho: float) -> np.ndarray:
    """Return errors of variance one of which a share ``rho`` is left the year after."""
    fresh = rng.normal(size=shape)
    found = fresh.copy()
    for column in range(1, shape[1]):
        found[:, column] = rho * found[:, column - 1] + np.sqrt(1 - rho**2) * fresh[:, column]
    return found


def _rounded(rng: np.random.Generator, logs: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sum over each city's cells, rounded to whole steps each year, and the number of cells."""
    values = np.empty(logs.shape)
    bounds = np.concatenate([[0], np.cumsum(cells)])
    base = DARKEST + (MEAN_LIGHT - DARKEST) * rng.standard_exponential(bounds[-1], dtype=np.float32)
    factor = np.exp(logs).astype(np.float32)
    for column in range(logs.shape[1]):
        lit = np.rint(base * np.repeat(factor[:, column], cells))
        values[:, column] = np.add.reduceat(lit, bounds[:-1], dtype=np.float64)
    return CELL_KM2 * values, cells
