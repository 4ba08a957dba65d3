"""What the names of light files say."""

from __future__ import annotations

import pytest

from cityebb.model import CityebbError, Faults
from cityebb.read.lights import parse_light_name, series_of, snow_free

TAIL = "_global_vcmslcfg_v2_c202102150000."


@pytest.mark.parametrize(
    ("name", "product", "satellite", "year", "month", "version", "band"),
    [
        (f"VNL_npp_2019{TAIL}average_masked.dat.tif", "vnl", "npp", 2019, None, "2", "average_masked"),
        (f"VNL_npp_2019{TAIL}cf_cvg.dat.tif.gz", "vnl", "npp", 2019, None, "2", "cf_cvg"),
        (f"VNL_npp_2019{TAIL}lit_mask.dat.tif", "vnl", "npp", 2019, None, "2", "lit_mask"),
        (f"VNL_npp_2019{TAIL}median_masked.dat.tif", "vnl", "npp", 2019, None, "2", "median_masked"),
        (
            "VNL_v2_npp_2013_global_vcmcfg_c202101211500.maximum.tif.gz",
            "vnl",
            "npp",
            2013,
            None,
            "2",
            "maximum",
        ),
        (
            "VNL_v21_npp_2020_global_vcmslcfg_c202205302300.minimum.dat.tif.gz",
            "vnl",
            "npp",
            2020,
            None,
            "2.1",
            "minimum",
        ),
        (
            "VNL_v22_npp-j01_2022_global_vcmslcfg_c202303062300.average.dat.tif",
            "vnl",
            "npp-j01",
            2022,
            None,
            "2.2",
            "average",
        ),
        (
            "SVDNB_npp_20150101-20151231_75N060E_vcm-orm-ntl_v10_c201701311200.avg_rade9.tif",
            "vnl",
            "npp",
            2015,
            None,
            "1",
            "avg_rade9",
        ),
        (
            "SVDNB_npp_20140601-20140630_75N060E_vcmslcfg_v10_c201502061154.avg_rade9h.tif",
            "viirs_monthly",
            "npp",
            2014,
            6,
            "1",
            "avg_rade9h",
        ),
        (
            "SVDNB_npp_20140601-20140630_global_vcmcfg_v10_c201502061154.cf_cvg.tif",
            "viirs_monthly",
            "npp",
            2014,
            6,
            "1",
            "cf_cvg",
        ),
        (
            "F152000.v4b_web.stable_lights.avg_vis.tif",
            "dmsp",
            "F15",
            2000,
            None,
            "4b",
            "stable_lights.avg_vis",
        ),
        ("F182013.v4c_web.cf_cvg.tif.gz", "dmsp", "F18", 2013, None, "4c", "cf_cvg"),
        ("F101992.v4b.avg_lights_x_pct.tif", "dmsp", "F10", 1992, None, "4b", "avg_lights_x_pct"),
        ("VNP46A4.A2019001.h05v03.001.2021125141310.h5", "VNP46A4", "", 2019, None, "001", "h5"),
        ("VNP46A3.A2020153.h28v04.002.2025012345678.h5", "VNP46A3", "", 2020, 6, "002", "h5"),
        ("VJ146A4.A2022001.h28v04.002.2025012345678.h5", "VJ146A4", "", 2022, None, "002", "h5"),
    ],
)
def test_a_name_is_understood(name, product, satellite, year, month, version, band):
    file = parse_light_name(f"some/folder/{name}")
    found = (file.product, file.satellite, file.year, file.month, file.version, file.band)
    assert found == (product, satellite, year, month, version, band)
    assert file.whole_year


def test_the_first_viirs_year_is_no_whole_year():
    file = parse_light_name("VNL_v21_npp_201204-201303_global_vcmcfg_c202205302300.average_masked.dat.tif.gz")
    assert (file.year, file.whole_year) == (2012, False)
    file = parse_light_name("VNL_v21_npp_201204-201212_global_vcmcfg_c202205302300.average_masked.dat.tif.gz")
    assert (file.year, file.whole_year) == (2012, False)


@pytest.mark.parametrize("name", ["light_2013.tif", "F15200.v4b_web.cf_cvg.tif", "VNL_npp_2019.tif"])
def test_other_names_are_refused(name):
    with pytest.raises(CityebbError) as error:
        parse_light_name(name)
    assert error.value.key == "read.light_name_unknown"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("F992000.v4b_web.stable_lights.avg_vis.tif", "read.light_satellite_unknown"),
        (
            "SVDNB_npp_20141301-20141331_75N060E_vcmcfg_v10_c201506171538.avg_rade9h.tif",
            "read.light_time_wrong",
        ),
        ("VNP46A3.A2020999.h28v04.002.2025012345678.h5", "read.light_time_wrong"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(name, key):
    with pytest.raises(CityebbError) as error:
        parse_light_name(name)
    assert error.value.key == key


def test_annual_versions_make_one_series_and_bands_do_not_mix():
    names = [
        "VNL_v22_npp-j01_2022_global_vcmslcfg_c202303062300.average_masked.dat.tif",
        "VNL_v21_npp_2013_global_vcmcfg_c202205302300.average_masked.dat.tif",
        "VNL_v21_npp_2013_global_vcmcfg_c202205302300.cf_cvg.dat.tif",
        "F152000.v4b_web.stable_lights.avg_vis.tif",
        "F142000.v4b_web.stable_lights.avg_vis.tif",
    ]
    years = {name: [file.year for file in found] for name, found in series_of(names).items()}
    assert years == {
        "dmsp F14 stable_lights.avg_vis": [2000],
        "dmsp F15 stable_lights.avg_vis": [2000],
        "vnl v2 global average_masked": [2013, 2022],
        "vnl v2 global cf_cvg": [2013],
    }


def test_one_time_twice_and_strange_names_are_told_together():
    names = [
        "VNL_v21_npp_2019_global_vcmslcfg_c202205302300.cf_cvg.dat.tif",
        f"VNL_npp_2019{TAIL}cf_cvg.dat.tif",
        "x.tif",
    ]
    with pytest.raises(Faults) as error:
        series_of(names)
    assert [fault.key for fault in error.value.faults] == ["read.light_twice", "read.light_name_unknown"]


def test_months_with_snow_can_be_left_out():
    names = [
        f"SVDNB_npp_2014{m:02d}01-2014{m:02d}28_75N060E_vcmcfg_v10_c201506171538.avg_rade9h.tif"
        for m in range(1, 13)
    ]
    (series,) = series_of(names).values()
    assert [file.month for file in snow_free(series)] == [5, 6, 7, 8, 9]


def test_masked_months_are_a_band_of_their_own_and_side_files_are_none():
    name = "SVDNB_npp_20210101-20210131_global_vcmslcfg_v10_c202102062300.avg_rade9h"
    assert parse_light_name(f"{name}.masked.tif").band == "avg_rade9h.masked"
    with pytest.raises(CityebbError):
        parse_light_name(f"{name}.tif.aux.xml")
