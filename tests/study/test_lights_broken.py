"""Night lights whose numbers are broken: each fault once, all of them together, nothing on the way."""

from __future__ import annotations

import numpy as np
import pytest

from cityebb.model import CityebbError, Faults
from cityebb.study import check_study, execute
from cityebb.words import using

from .conftest import write_raster
from .test_lights import FLIGHTS, SIDE, VIIRS, write_dmsp, write_study, write_tile, write_vnl

pytestmark = pytest.mark.usefixtures("quick")


def dmsp(satellite, year):
    return f"{satellite}{year}.v4b_web.stable_lights.avg_vis.tif"


def vnl(year, band="average_masked"):
    return f"VNL_v21_npp_{year}_global_vcmslcfg_c202205302300.{band}.dat.tif"


def faults(run, path):
    with pytest.raises(CityebbError) as error:
        run(path)
    for language in ("zh", "en"):
        with using(language):
            assert str(error.value)
    return list(error.value.faults) if isinstance(error.value, Faults) else [error.value]


def test_two_images_beyond_the_scale_are_told_at_once(tmp_path):
    years = write_dmsp(tmp_path, FLIGHTS)
    for year in (2002, 2003):
        write_raster(tmp_path / dmsp("F15", year), np.full((SIDE, SIDE), 200, np.uint8))
    told = "[harmonise.lights.light]\nself_calibration = false\n"
    found = faults(execute, write_study(tmp_path, "F1*.tif", years=years, tail=told))
    assert [(fault.key, fault.values["year"]) for fault in found] == [
        ("harmonise.not_dn", 2002),
        ("harmonise.not_dn", 2003),
    ]


def test_an_empty_year_is_told_once_for_all_calibrations(tmp_path):
    years = write_dmsp(tmp_path, [flight for flight in FLIGHTS if flight[1] < 2000 or flight[0] == "F15"])
    write_raster(tmp_path / dmsp("F15", 2003), np.full((SIDE, SIDE), np.nan, np.float32))
    told = "[harmonise.lights.light]\nself_calibration = false\n"
    found = faults(execute, write_study(tmp_path, "F1*.tif", years=years, tail=told))
    assert [fault.key for fault in found] == ["grids.year_empty"]


@pytest.mark.parametrize(("value", "key"), [(np.inf, "grids.infinite"), (1e30, "grids.absurd")])
def test_light_that_no_town_gives_is_refused_by_file_and_value(tmp_path, value, key):
    write_vnl(tmp_path)
    broken = np.ones((SIDE, SIDE), np.float32)
    broken[7, 9] = value
    write_raster(tmp_path / vnl(2016), broken)
    found = faults(execute, write_study(tmp_path, "VNL_*.average_masked.dat.tif", years=VIIRS))
    assert [fault.key for fault in found] == [key]
    assert (found[0].values["file"], found[0].values["row"], found[0].values["column"]) == (vnl(2016), 7, 9)


def test_views_that_leave_nothing_are_named(tmp_path):
    write_vnl(tmp_path, years=(2013, 2014))
    write_raster(tmp_path / vnl(2014, "cf_cvg"), np.zeros((SIDE, SIDE), np.uint16))
    views = 'views = "VNL_*.cf_cvg.dat.tif"\n'
    path = write_study(tmp_path, "VNL_*.average_masked.dat.tif", years=(2013, 2014), more=views)
    found = faults(execute, path)
    assert [fault.key for fault in found] == ["grids.year_masked"]
    assert found[0].values["by"] == vnl(2014, "cf_cvg")


@pytest.mark.parametrize("value", [-60, 3.5])
def test_views_that_count_nothing_are_refused(tmp_path, value):
    write_vnl(tmp_path, years=(2013, 2014))
    write_raster(tmp_path / vnl(2014, "cf_cvg"), np.full((SIDE, SIDE), value, np.float32))
    views = 'views = "VNL_*.cf_cvg.dat.tif"\n'
    path = write_study(tmp_path, "VNL_*.average_masked.dat.tif", years=(2013, 2014), more=views)
    assert [fault.key for fault in faults(check_study, path)] == ["read.views_no_counts"]


@pytest.mark.parametrize("key", ["reference = 2001", "far_from = [[130.3, 47.3]]"])
def test_what_only_self_calibration_uses_is_not_ignored(tmp_path, key):
    years = write_dmsp(tmp_path, FLIGHTS)
    tail = f"[harmonise.lights.light]\nself_calibration = false\n{key}\n"
    path = write_study(tmp_path, "F1*.tif", years=years, tail=tail)
    assert [fault.key for fault in faults(check_study, path)] == ["harmonise.only_self_calibrated"]


def test_one_damaged_tile_is_one_fault(tmp_path):
    for year in (2015, 2016):
        write_tile(tmp_path, year, np.ones((SIDE, SIDE)))
    (tmp_path / "VNP46A4.A2016001.h31v04.002.2025000000000.h5").write_bytes(b"half of it")
    path = write_study(tmp_path, "VNP46A4.A{year}001.*.h5", years=(2015, 2016))
    assert [fault.key for fault in faults(check_study, path)] == ["read.not_hdf5"]
