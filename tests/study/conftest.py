"""Small studies: three blocks of light on 20 × 20 cells of about 0.8 km², a few years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path

YEARS = tuple(range(2013, 2021))
# Value by year of the three cities: one falls by half, one doubles, one stays.
COURSES = {
    "falls": (slice(2, 7), slice(2, 7), 40.0, -0.09),
    "grows": (slice(2, 7), slice(12, 17), 20.0, +0.09),
    "stays": (slice(12, 17), slice(6, 11), 30.0, 0.0),
}
STUDY = """cityebb_study = 1
title = "Three towns"

[read.lights]
files = "lights_{year}.tif"
indicator = "light"
unit = "DN"

[delineate.lit]
where = { lights = 5 }

[identify.light]
cities = "lit"
source = "lights"

[publish]
formats = ["parquet", "csv"]
"""


def write_raster(path: Path, values: np.ndarray, **options: object) -> None:
    import rasterio
    from rasterio.transform import from_origin

    profile = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": str(values.dtype),
        "crs": "EPSG:4326",
        "transform": from_origin(130.0, 47.4, 0.01, 0.01),
    } | options
    with rasterio.open(path, "w", **profile) as target:
        target.write(values, 1)


def lights(year: int) -> np.ndarray:
    noise = np.random.default_rng(year)
    values = np.zeros((20, 20), np.float32)
    for rows, columns, level, rate in COURSES.values():
        shape = values[rows, columns].shape
        values[rows, columns] = level * np.exp(rate * (year - YEARS[0])) * noise.normal(1, 0.02, shape)
    return values


def write_study(folder: Path, text: str = STUDY, years: tuple[int, ...] = YEARS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for year in years:
        write_raster(folder / f"lights_{year}.tif", lights(year))
    path = folder / "towns.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study that runs."""
    return write_study(tmp_path)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write reports of one line: what they hold is tested where they are made."""
    shorten(monkeypatch)


@pytest.fixture
def one_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the report in Chinese whole; those in other languages, with the same chapters, in one line."""
    shorten(monkeypatch, but="zh")


def shorten(monkeypatch: pytest.MonkeyPatch, but: str | None = None) -> None:
    from cityebb import publish

    written = publish.write_report

    def write(results: object, folder: Path, language: str, **more: object) -> Path:
        from cityebb.publish._files import whole

        if language == but:
            return written(results, folder, language, **more)

        path = folder / f"report.{language}.html"
        with whole(path) as stream:
            stream.write(b"<html></html>")
        return path

    monkeypatch.setattr("cityebb.publish.write_report", write, raising=False)
