"""The noise of cells: theirs alone, by brightness, with the source's smallest step."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from cityebb.identify.inside import cell_noise, look_inside
from cityebb.identify.inside.rules import InsideRules

YEARS = tuple(range(2010, 2020))


def made(logs: np.ndarray, labels: np.ndarray | None = None, step: float | None = None):
    """Stand in for cells and cities: one row a year, one column a cell."""
    values = dict(zip(YEARS, np.exp(logs), strict=True))
    cells = SimpleNamespace(
        values=lambda _source, year: values[year].copy(), stacks={"lights": SimpleNamespace(step=step)}
    )
    labels = np.ones(logs.shape[1], np.int32) if labels is None else labels
    return cells, SimpleNamespace(labels=labels)


def wobble(rng, sd, cells=900):
    return rng.normal(0, 1, (len(YEARS), cells)) * sd


def test_noise_is_found_beside_a_course_and_what_all_do(rng):
    course = np.linspace(0, -0.5, len(YEARS))[:, None]
    shared = rng.normal(0, 0.3, (len(YEARS), 1))
    found = cell_noise(*made(3 + course + shared + wobble(rng, 0.1)), "lights", YEARS)
    assert found == pytest.approx(np.full(900, 0.1), rel=0.08)


def test_dim_cells_have_noise_of_their_own(rng):
    level = np.repeat([1.0, 3.0, 5.0], 300)
    sd = np.repeat([0.4, 0.1, 0.02], 300)
    found = cell_noise(*made(level + wobble(rng, sd)), "lights", YEARS)
    assert np.median(found[:300]) == pytest.approx(0.4, rel=0.1)
    assert np.median(found[600:]) == pytest.approx(0.02, rel=0.1)


def test_cities_do_not_share_their_noise(rng):
    labels = np.tile([2, 1], 450).astype(np.int32)
    sd = np.where(labels == 2, 0.3, 0.05)
    found = cell_noise(*made(3 + wobble(rng, sd), labels), "lights", YEARS)
    # City by city: the first 450 are of the first city.
    assert np.median(found[:450]) == pytest.approx(0.05, rel=0.1)
    assert np.median(found[450:]) == pytest.approx(0.3, rel=0.1)


def test_what_never_moves_has_the_noise_of_its_step():
    found = cell_noise(*made(np.full((len(YEARS), 40), np.log(2.0)), step=1.0), "lights", YEARS)
    assert found == pytest.approx(np.full(40, 1 / np.sqrt(12) / 2))


def test_a_mean_of_three_years_is_quieter(rng):
    told = made(3 + wobble(rng, 0.2))
    ratio = cell_noise(*told, "lights", YEARS) / cell_noise(*told, "lights", YEARS, averaged=3)
    assert ratio == pytest.approx(np.full(900, np.sqrt(3)))


@pytest.mark.parametrize("years", [(2010, 2011), (2010, 2012, 2014, 2016)])
def test_without_three_years_in_a_row_nothing_is_known(rng, years):
    assert np.isnan(cell_noise(*made(3 + wobble(rng, 0.1)), "lights", years)).all()


def test_dark_cells_do_not_disturb(rng):
    logs = 3 + wobble(rng, 0.1)
    logs[:, ::3] = -np.inf
    found = cell_noise(*made(logs), "lights", YEARS)
    assert np.median(found[1::3]) == pytest.approx(0.1, rel=0.1)


def test_of_cells_that_only_wobble_few_are_called(rng, draw):
    picture = "\n".join(["=" * 30] * 30)
    logs = 3 + wobble(rng, 0.15)
    noise = cell_noise(*made(logs), "lights", YEARS)
    frame = draw(picture).assign(before=np.exp(logs[0]), after=np.exp(logs[-1]))
    rules = InsideRules(permutations=0)
    blind, told = (look_inside(f, rules).cities.iloc[0] for f in (frame, frame.assign(noise=noise)))
    assert blind["shrinking_area_share"] > 0.25
    assert told["shrinking_area_share"] < 0.01
    assert told["pattern"] == "none"
