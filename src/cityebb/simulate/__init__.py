"""Countries with known truth, as grids and tables: for tests, demonstrations and benchmarks."""

from cityebb.simulate.country import Country, simulate
from cityebb.simulate.recipe import (
    COURSES,
    Clouds,
    Course,
    Joint,
    Lamps,
    Recipe,
    Transfers,
    china_like,
    with_every_trap,
)
from cityebb.simulate.truth import match_truth
from cityebb.simulate.units import Units, divide

__all__ = [
    "COURSES",
    "Clouds",
    "Country",
    "Course",
    "Joint",
    "Lamps",
    "Recipe",
    "Transfers",
    "Units",
    "china_like",
    "divide",
    "match_truth",
    "simulate",
    "with_every_trap",
]
