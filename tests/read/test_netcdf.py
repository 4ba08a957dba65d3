"""NetCDF: the time axis tells the years, attributes the scale; south-up files come out right."""

from __future__ import annotations

import numpy as np
import pytest

from cityebb.model import CityebbError
from cityebb.read import SourceParameters, open_stack
from cityebb.read.bands import year_of

netcdf = pytest.importorskip("netCDF4")


def write_nc(path, times=(0, 366, 731), units="days since 2000-01-01", *, south_up=True, extra=False, **more):
    latitudes = np.array([0.5, 1.5, 2.5, 3.5])
    with netcdf.Dataset(path, "w", format=more.get("format", "NETCDF4")) as file:
        for name, size in (("time", len(times)), ("lat", 4), ("lon", 6)):
            file.createDimension(name, size)
        time = file.createVariable("time", "f8", ("time",))
        time.units, time.calendar = units, more.get("calendar", "standard")
        time[:] = times
        for name, values, unit in (
            ("lat", latitudes if south_up else latitudes[::-1], "degrees_north"),
            ("lon", np.arange(6) + 0.5, "degrees_east"),
        ):
            axis = file.createVariable(name, "f8", (name,))
            axis.units, axis.standard_name = unit, {"lat": "latitude", "lon": "longitude"}[name]
            axis[:] = values
        variables = ("ntl", "cloud") if extra else ("ntl",)
        for name in variables:
            variable = file.createVariable(name, "i2", ("time", "lat", "lon"), fill_value=-1)
            variable.set_auto_maskandscale(False)
            variable.units, variable.scale_factor = "nW/cm2/sr", 0.5
            rows = latitudes if south_up else latitudes[::-1]
            variable[:] = np.arange(len(times))[:, None, None] * 100 + rows[None, :, None] * 10 + np.zeros(6)
    return path


def light(files, **more):
    return SourceParameters(files=files, indicator="light", **more)


def rows(layer):
    with layer.open() as reader:
        return reader.rows(0, layer.grid.shape[0])


@pytest.mark.parametrize("south_up", [True, False])
def test_time_axis_scale_nodata_and_orientation(tmp_path, south_up):
    write_nc(tmp_path / "ntl.nc", south_up=south_up)
    stack = open_stack("lights", light("ntl.nc"), tmp_path)
    assert stack.years == (2000, 2001, 2002)
    assert stack.grid.transform == (1, 0, 0, 0, -1, 4)
    layer = stack.layers[1]
    assert (layer.scale, layer.nodata, layer.dtype, stack.unit) == (0.5, -1, "int16", "nW/cm2/sr")
    assert rows(layer)[:, 0].tolist() == [135, 125, 115, 105]  # north first
    assert "read.crs_assumed" in [note.key for note in stack.notes]
    assert stack.grid.name == "EPSG:4326"


def test_years_are_a_subset_of_the_axis(tmp_path):
    write_nc(tmp_path / "ntl.nc")
    assert open_stack("lights", light("ntl.nc", years=[2002]), tmp_path).layers[0].band == 3
    with pytest.raises(CityebbError) as caught:
        open_stack("lights", light("ntl.nc", years=[2009]), tmp_path)
    assert caught.value.key == "read.year_without_band"


def test_one_of_several_variables(tmp_path):
    write_nc(tmp_path / "ntl.nc", extra=True)
    stack = open_stack("lights", light("ntl.nc", variable="ntl"), tmp_path)
    assert stack.years == (2000, 2001, 2002)
    assert rows(stack.layers[0]).shape == (4, 6)
    for more, key in (({}, "read.variable_needed"), ({"variable": "moon"}, "read.variable_unknown")):
        with pytest.raises(CityebbError) as caught:
            open_stack("lights", light("ntl.nc", **more), tmp_path)
        assert caught.value.key == key
        assert "ntl" in str(caught.value)
        assert "cloud" in str(caught.value)


def test_a_file_a_year_with_one_variable(tmp_path):
    write_nc(tmp_path / "ntl_2013.nc", times=(0,))
    write_nc(tmp_path / "ntl_2014.nc", times=(0,))
    stack = open_stack("lights", light("ntl_{year}.nc", variable="ntl"), tmp_path)
    assert stack.years == (2013, 2014)
    with pytest.raises(CityebbError) as caught:
        open_stack("lights", light("ntl_{year}.nc", variable="moon"), tmp_path).years  # noqa: B018
    assert "moon" in str(caught.value)


def test_months_are_refused_as_years(tmp_path):
    write_nc(tmp_path / "ntl.nc", times=(0, 31, 60))
    with pytest.raises(CityebbError) as caught:
        open_stack("lights", light("ntl.nc"), tmp_path)
    assert caught.value.key == "read.year_twice"
    assert caught.value.values["count"] == 3


def test_a_cut_off_netcdf(tmp_path):
    path = write_nc(tmp_path / "ntl.nc")
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(CityebbError) as caught:
        open_stack("lights", light("ntl.nc"), tmp_path)
    assert caught.value.values["path"] == "ntl.nc"


@pytest.mark.parametrize(
    ("value", "units", "calendar", "year"),
    [
        (2013, "year", "standard", 2013),
        (2013.0, "", "standard", 2013),
        (13, "", "standard", None),
        (0, "days since 2013-01-01", "standard", 2013),
        (364, "days since 2013-01-01", "gregorian", 2013),
        (365, "days since 2013-01-01 00:00:00", "standard", 2014),
        (366 * 24, "hours since 2012-01-01", "standard", 2013),
        (14, "months since 2012-01", "standard", 2013),
        (1, "years since 2012-01-01", "standard", 2013),
        (365, "days since 2012-01-01", "noleap", 2013),
        (360, "days since 2012-01-01", "360_day", 2013),
        (200, "days since 2012-07-01", "noleap", 2013),
        (5, "fortnights since 2012-01-01", "standard", None),
        (1e12, "days since 2012-01-01", "standard", None),
    ],
)
def test_a_point_in_time_has_a_year(value, units, calendar, year):
    assert year_of(value, units, calendar) == year
