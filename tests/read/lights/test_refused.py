"""Night lights that contradict their names, and tables of flares that are broken."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from cityebb.grids import ArrayLayer, Grid
from cityebb.model import CityebbError, Faults
from cityebb.read.lights import open_lights, read_points
from cityebb.read.lights.checks import sampled
from cityebb.read.parameters import SourceParameters

LIGHT = np.array([[0, 7, 63], [5, 9, 30]], np.uint8)


def write(folder, name, values=LIGHT):
    with rasterio.open(
        folder / name,
        "w",
        driver="GTiff",
        height=2,
        width=3,
        count=1,
        dtype=values.dtype,
        crs="EPSG:4326",
        transform=from_origin(130, 48, 0.01, 0.01),
    ) as file:
        file.write(values, 1)


def dmsp(year, satellite="F15"):
    return f"{satellite}{year}.v4b_web.stable_lights.avg_vis.tif"


def vnl(year, band="average_masked"):
    return f"VNL_npp_{year}_global_vcmslcfg_v2_c202102150000.{band}.dat.tif"


def opened(folder, files, **more):
    return open_lights("night", SourceParameters(files=files, indicator="light", **more), folder)


def refused(folder, files, **more):
    with pytest.raises(CityebbError) as error:
        opened(folder, files, **more)
    found = error.value
    return [fault.key for fault in found.faults] if isinstance(found, Faults) else [found.key]


def test_a_year_that_the_name_denies_is_refused(tmp_path):
    for year in (2001, 2002):
        write(tmp_path, dmsp(year))
    assert refused(tmp_path, {2000: dmsp(2001), 2005: dmsp(2002)}) == ["read.year_contradicts"] * 2
    assert opened(tmp_path, {2001: dmsp(2001), 2002: dmsp(2002)}).stack.years == (2001, 2002)


def test_counts_of_observations_are_no_light_and_light_no_counts(tmp_path):
    for year in (2015, 2016):
        write(tmp_path, vnl(year), LIGHT.astype(np.float32))
        write(tmp_path, vnl(year, "cf_cvg"), LIGHT.astype(np.uint16))
    light, views = "VNL_*.average_masked.dat.tif", "VNL_*.cf_cvg.dat.tif"
    assert refused(tmp_path, views) == ["read.no_light"]
    assert refused(tmp_path, light, views=light) == ["read.views_are_light"]
    assert opened(tmp_path, light, views=views).composites[0].views is not None


def test_averages_and_medians_are_no_series(tmp_path):
    write(tmp_path, vnl(2015))
    write(tmp_path, vnl(2016, "median_masked"))
    assert refused(tmp_path, "VNL_*_masked.dat.tif") == ["read.light_bands_mixed"]


@pytest.mark.parametrize("unit", ["nW/cm²/sr", "bananas"])
def test_digital_numbers_are_no_radiance(tmp_path, unit):
    write(tmp_path, dmsp(2001))
    assert refused(tmp_path, "F*.tif", unit=unit) == ["read.light_unit_contradicts"]


@pytest.mark.parametrize("unit", ["DN", "bananas"])
def test_radiance_is_no_digital_number(tmp_path, unit):
    write(tmp_path, vnl(2015))
    assert refused(tmp_path, "VNL*.tif", unit=unit) == ["read.light_unit_contradicts"]
    assert opened(tmp_path, "VNL*.tif", unit="nW cm-2 sr-1").stack.unit == "nW cm-2 sr-1"


def test_shares_under_a_name_of_dmsp_are_refused(tmp_path):
    write(tmp_path, dmsp(2001), (LIGHT / 63).astype(np.float32))
    assert refused(tmp_path, "F*.tif") == ["read.dmsp_shares"]


def test_digital_numbers_that_are_not_whole_are_told(tmp_path):
    write(tmp_path, dmsp(2001), LIGHT.astype(np.float32))
    write(tmp_path, dmsp(2002), LIGHT.astype(np.float32) * 0.9)
    notes = [note for note in opened(tmp_path, "F*.tif").stack.notes if note.key == "read.dmsp_not_whole"]
    assert [dict(note.values)["files"] for note in notes] == [dmsp(2002)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('lon,lat,name\n128.2,47.5,"Big\n129,47,b\n130,47,c\n', "read.points_quote"),
        ('lon,lat,name\n128.2,47.5,"Big\n129,47,b"\n130,47,c\n', "read.points_quote"),
        ("lon,lat\n128,2,47,5\n", "read.points_surplus"),
    ],
)
def test_no_flare_is_lost(tmp_path, text, key):
    path = tmp_path / "flares.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(CityebbError) as error:
        read_points(path)
    assert (error.value.key, error.value.values["row"]) == (key, 2)


def test_semicolons_part_columns(tmp_path):
    path = tmp_path / "flares.csv"
    path.write_text("lon;lat;name\n128,5;47.25;a, b\n", "utf-8")
    assert read_points(path) == ((128.5, 47.25),)


@pytest.mark.parametrize(("block_rows", "looked_at"), [(1, 24), (2_000_000, 1)])
def test_few_rows_are_looked_at_before_a_run(block_rows, looked_at):
    grid = Grid("EPSG:4326", (0.01, 0.0, 0.0, 0.0, -0.01, 1.0), (100, 10))
    values = np.repeat(np.arange(100.0)[:, None], 10, axis=1)
    layer = ArrayLayer(2020, grid, "float64", "x", block_rows=block_rows, values=values)
    rows = sampled(layer)[:, 0]
    assert len(set(rows)) == looked_at
    assert rows.mean() == pytest.approx(50, abs=2)
