"""Towns of square cells, drawn as letters: what became of each cell can be read off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

FACTOR = {"S": 0.5, "=": 1.0, "G": 1.5}


def draw(picture: str, *, city: str = "t", value: float = 100.0, lattice: bool = True) -> pd.DataFrame:
    """Return the parts of a town drawn in rows: S falls by half, G rises by half, = stays, ? is missing.

    A point is no part of the town. Cells are 1 km wide; the first row is the northernmost.
    """
    rows = [line.strip() for line in picture.strip().splitlines()]
    found = [(r, c, letter) for r, line in enumerate(rows) for c, letter in enumerate(line) if letter != "."]
    row, col, letters = (np.array(part) for part in zip(*found, strict=True))
    after = np.array([value * FACTOR.get(letter, np.nan) for letter in letters])
    frame = pd.DataFrame(
        {
            "city_id": city,
            "part_id": [f"{r:03}-{c:03}" for r, c, _ in found],
            "x_km": col.astype(float),
            "y_km": -row.astype(float),
            "area_km2": 1.0,
            "before": value,
            "after": after,
        }
    )
    return frame.assign(row=row, col=col) if lattice else frame


@pytest.fixture(name="draw")
def drawing():
    return draw


@pytest.fixture
def rng():
    return np.random.default_rng(20)
