"""Countries with known truth, as grids and tables: for tests, demonstrations and benchmarks."""

from cityebb.simulate.country import Country, simulate
from cityebb.simulate.recipe import COURSES, Clouds, Course, Joint, Lamps, Recipe, china_like
from cityebb.simulate.truth import match_truth

__all__ = [
    "COURSES",
    "Clouds",
    "Country",
    "Course",
    "Joint",
    "Lamps",
    "Recipe",
    "china_like",
    "match_truth",
    "simulate",
]
