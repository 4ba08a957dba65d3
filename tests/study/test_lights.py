"""Studies on night lights as their makers publish them: by satellite, by month, by tile."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from cityebb.harmonise.lights import curve
from cityebb.model import CALIBRATIONS, VERDICTS, CityebbError, Faults
from cityebb.study import check_study, execute
from cityebb.words import using

from .conftest import write_raster

pytestmark = pytest.mark.usefixtures("quick")

SIDE = 120
TOWNS = {"falls": (20, 20, -0.10), "grows": (20, 80, 0.08), "stays": (80, 50, 0.0)}
HEAD = """cityebb_study = 1
title = "Lights"

[read.light]
files = "{files}"
indicator = "light"
{more}
[delineate.lit]
where = {{ light = {floor} }}

[identify.towns]
cities = "lit"
source = "light"
start = {start}
end = {end}

[publish]
formats = ["parquet", "csv", "xlsx"]
"""


def true_light(years, *, villages=0, noise=0.01):
    """Light on one scale, by year: three towns of 100 cells, and steady villages of one cell around."""
    rng = np.random.default_rng(1)
    base = np.zeros((SIDE, SIDE))
    places = rng.choice(np.arange(SIDE * SIDE), villages, replace=False)
    base.flat[places] = rng.uniform(6, 55, villages)
    found = {}
    for year in years:
        values = base * rng.normal(1, noise, base.shape)
        for row, column, rate in TOWNS.values():
            block = values[row - 2 : row + 12, column - 2 : column + 12]
            block[:] = 0
            block[2:12, 2:12] = 42 * np.exp(rate * (year - years[0])) * rng.normal(1, noise, (10, 10))
        found[year] = values
    return found


def raw_dn(values, satellite, year):
    """What the satellite would have stored: the inverse of a published curve."""
    dn = np.arange(0, 63.01, 0.01)
    back = np.interp(values, curve(satellite, year, "elvidge_2014")(dn), dn)
    return np.where(values <= 0, 0, np.clip(np.round(back), 0, 63)).astype(np.uint8)


def write_dmsp(folder, flights, **light):
    years = sorted({year for _, year in flights})
    truth = true_light(years, **light)
    for satellite, year in flights:
        write_raster(
            folder / f"{satellite}{year}.v4b_web.stable_lights.avg_vis.tif",
            raw_dn(truth[year], satellite, year),
        )
    return years


def write_study(folder, files, *, years, floor=5, more="", tail=""):
    path = folder / "study.toml"
    text = HEAD.format(files=files, more=more, floor=floor, start=years[0], end=years[-1])
    path.write_text(text + tail, "utf-8")
    return path


def named(results):
    """Verdicts by what is true of the town; one that is not among the cities is left out."""
    cities, verdicts = results.cities, results.verdicts.set_index("city_id")
    found = {}
    for name, (row, column, _) in TOWNS.items():
        away = np.hypot(cities["lon"] - 130 - 0.01 * (column + 5), cities["lat"] - 47.4 + 0.01 * (row + 5))
        near = cities[(away < 0.1) & (cities["cells"] > 50)]
        if len(near):
            found[name] = verdicts.loc[near.index[0]]
    return found


# ----------------------------------------------------------------------------------------------------- DMSP

FLIGHTS = [
    *(("F12", year) for year in range(1996, 2000)),
    *(("F14", year) for year in range(1997, 2004)),
    *(("F15", year) for year in range(2000, 2004)),
]


def test_a_fall_that_the_tables_share_stands(tmp_path):
    years = write_dmsp(tmp_path, FLIGHTS)
    outcome = execute(write_study(tmp_path, "F1*.tif", years=years))
    results = outcome.main
    VERDICTS.check(results.verdicts)
    CALIBRATIONS.check(results.calibrations)
    assert set(results.verdicts["source"]) == {"light"}
    assert list(dict.fromkeys(results.calibrations["calibration"])) == [
        "elvidge_2014",
        "elvidge_2009",
        "liu_2012",
        "wu_2013",
    ]
    towns = named(results)
    assert towns["falls"]["state"] == "shrinking"
    # Of the mean of the first three years, to that of the last three.
    assert towns["falls"]["change"] == pytest.approx(np.exp(-0.1 * 5) - 1, abs=0.01)
    told = results.calibrations[results.calibrations["city_id"] == towns["falls"].name]
    assert told["agrees"].sum() >= 2
    # Liu 2012 alone would have the steady town grow.
    steady = results.calibrations[results.calibrations["city_id"] == towns["stays"].name]
    assert towns["stays"]["state"] == "stable"
    assert steady.set_index("calibration").loc["liu_2012", "state"] == "growing"
    assert told.loc[told["gives_figures"], "calibration"].tolist() == ["elvidge_2014"]
    assert set(told.loc[told["agrees"], "state"]) == {"shrinking"}
    # The study's own choice among the others counts what stands.
    own = results.sensitivity[results.sensitivity["is_default"]].iloc[0]
    assert own["shrinking"] == (results.verdicts["state"] == "shrinking").sum()
    assert own["undetermined"] == (results.verdicts["state"] == "undetermined").sum()
    # A verdict is never of one calibration alone.
    merged = results.verdicts[results.verdicts["state"] != "undetermined"]
    agreeing = results.calibrations.groupby("city_id")["agrees"].sum()
    assert (agreeing.reindex(merged["city_id"]) >= 2).all()
    assert results.sources.keys() == {"light"}
    assert "Baugh" in results.sources["light"]["citation"]
    assert {"light", "light@liu_2012"} <= set(results.panel["source"])
    home = outcome.out / "identify" / "towns"
    assert (home / "calibrations.parquet").is_file()
    keys = {note.key for note in results.notes}
    assert {"read.lights_dmsp", "harmonise.two_must_agree", "harmonise.satellites_averaged"} <= keys


def test_one_table_alone_decides_nothing(tmp_path):
    years = write_dmsp(tmp_path, FLIGHTS)
    path = write_study(
        tmp_path, "F1?{year}.*.tif", years=years, tail='[harmonise.lights.light]\ntables = ["liu_2012"]\n'
    )
    results = execute(path).main
    assert set(results.verdicts["state"]) == {"undetermined"}
    assert named(results)["falls"]["reason"] == "harmonise.reason.one_table"
    # No other choice of years or cities decides anything either.
    assert results.sensitivity["cities"].gt(0).any()
    agreed = results.sensitivity[results.sensitivity["calibration"] == "agree"]
    assert (agreed[["shrinking", "growing"]] == 0).all(axis=None)
    # The table by itself is a choice of its own.
    assert set(results.sensitivity["calibration"]) == {"agree", "liu_2012"}
    keys = {note.key for note in results.notes}
    assert {"harmonise.one_table_only", "harmonise.one_table_years", "harmonise.invariant_few"} <= keys


def test_years_of_one_table_stand_by_self_calibration(tmp_path):
    flights = [*(("F16", year) for year in range(2005, 2010)), *(("F18", year) for year in range(2010, 2013))]
    years = write_dmsp(tmp_path, flights, villages=3000, noise=0.005)
    path = write_study(tmp_path, "F1*.tif", years=years, floor=20)
    results = execute(path).main
    towns = named(results)
    told = results.calibrations[results.calibrations["city_id"] == towns["falls"].name]
    # 2012 stands in Elvidge 2014 only: the series' own invariant cells are the second opinion.
    assert told["calibration"].tolist() == ["elvidge_2014", "self"]
    assert towns["falls"]["state"] == "shrinking"
    assert "harmonise.self_calibrated" in {note.key for note in results.notes}
    with_none = path.read_text("utf-8") + "[harmonise.lights.light]\nself_calibration = false\n"
    path.write_text(with_none, "utf-8")
    alone = execute(path).main
    assert set(alone.verdicts["state"]) == {"undetermined"}


def test_what_never_flew_is_refused_before_anything_is_read(tmp_path):
    for year in (2008, 2009):
        write_raster(tmp_path / f"F18{year}.v4b.tif", np.zeros((5, 5), np.uint8))
        write_raster(tmp_path / f"F18{year}.v4c_web.stable_lights.avg_vis.tif", np.full((5, 5), 9, np.uint8))
    path = write_study(tmp_path, "F1*.avg_vis.tif", years=(2008, 2009))
    with pytest.raises(Faults) as error:
        check_study(path)
    assert [fault.key for fault in error.value.faults] == ["harmonise.never_flew"] * 2


@pytest.mark.parametrize(
    ("tail", "key"),
    [
        ("background = 0.3\n", "harmonise.only_for_viirs"),
        ("months = [6]\n", "harmonise.no_months"),
        ('tables = ["elvidge"]\n', "study.wrong_type"),
        ("tabels = []\n", "study.unknown_key_near"),
        ("far_from = [[1]]\n", "harmonise.far_from_no_pair"),
        ("far_from = [130.3, 47.3]\n", "harmonise.far_from_no_pair"),
        ("reference = 1980\nself_calibration = true\n", "harmonise.reference_unknown"),
    ],
)
def test_what_is_not_for_these_lights_is_refused(tmp_path, tail, key):
    years = write_dmsp(tmp_path, FLIGHTS)
    path = write_study(tmp_path, "F1*.tif", years=years, tail="[harmonise.lights.light]\n" + tail)
    with pytest.raises(CityebbError) as error:
        check_study(path)
    assert error.value.key == key
    for language in ("zh", "en"):
        with using(language):
            assert "light" in str(error.value)


def test_lights_of_no_source_are_refused(tmp_path):
    years = write_dmsp(tmp_path, FLIGHTS)
    path = write_study(tmp_path, "F1*.tif", years=years, tail="[harmonise.lights.lihgt]\nbackground = 1\n")
    with pytest.raises(CityebbError) as error:
        check_study(path)
    assert error.value.key == "study.refers_to_nothing_near"


# ---------------------------------------------------------------------------------------------------- VIIRS

VIIRS = tuple(range(2013, 2020))


def write_vnl(folder, years=VIIRS, *, cloudy=()):
    truth = true_light(years, noise=0.02)
    for year in years:
        stem = f"VNL_v21_npp_{year}_global_vcmslcfg_c202205302300"
        light, views = truth[year].astype(np.float32), np.full((SIDE, SIDE), 60, np.uint16)
        if year in cloudy:  # light seen through clouds: half of it, and hardly ever
            views[:60, 60:], light[:60, 60:] = 3, light[:60, 60:] / 2
        write_raster(folder / f"{stem}.average_masked.dat.tif", light)
        write_raster(folder / f"{stem}.cf_cvg.dat.tif", views)


def test_cells_seen_too_seldom_make_no_fall(tmp_path):
    cloudy = (2018, 2019)
    write_vnl(tmp_path, cloudy=cloudy)
    years = VIIRS
    plain = write_study(tmp_path, "VNL_*.average_masked.dat.tif", years=years)
    # Seen through clouds, the growing town falls.
    assert named(execute(plain).main)["grows"]["change"] < -0.05
    seen = write_study(
        tmp_path, "VNL_*.average_masked.dat.tif", years=years, more='views = "VNL_*.cf_cvg.dat.tif"\n'
    )
    results = execute(seen).main
    towns = named(results)
    assert towns["grows"]["state"] in ("growing", "undetermined")
    assert towns["falls"]["state"] == "shrinking"
    cleaned = next(note for note in results.notes if note.key == "harmonise.cleaned_seldom_seen")
    assert cleaned.values == {"count": 60 * 60 * len(cloudy), "of": SIDE * SIDE * len(years)}


def test_flares_are_taken_out(tmp_path):
    write_vnl(tmp_path)
    (tmp_path / "flares.csv").write_text("Latitude,Longitude,name\n47.15,130.25,F1\n", "utf-8")
    path = write_study(
        tmp_path,
        "VNL_*.average_masked.dat.tif",
        years=VIIRS,
        more='flares = "flares.csv"\n',
        tail="[harmonise.lights.light]\nflares_km = 15\n",
    )
    plan = check_study(path)
    assert tmp_path / "flares.csv" in plan.opened.files
    results = execute(path).main
    # The falling town burns gas: its light is missing, that of the others is not.
    assert set(named(results)) == {"grows", "stays"}
    assert "harmonise.cleaned_flares" in {note.key for note in results.notes}


def test_views_of_every_year_are_asked_for(tmp_path):
    write_vnl(tmp_path)
    next(tmp_path.glob("*2016*cf_cvg*")).unlink()
    path = write_study(
        tmp_path, "VNL_*.average_masked.dat.tif", years=VIIRS, more='views = "VNL_*.cf_cvg.dat.tif"\n'
    )
    with pytest.raises(CityebbError) as error:
        check_study(path)
    assert error.value.key == "read.views_missing"
    assert error.value.values["times"] == "2016"


def write_months(folder, years, months, *, snow=1.0):
    truth = true_light(years, noise=0.01)
    for year in years:
        for month in months(year):
            stem = f"SVDNB_npp_{year}{month:02d}01-{year}{month:02d}28_75N060E_vcmslcfg_v10_c201506171538"
            light = truth[year] * (snow if month in (1, 12) else 1) - 0.05
            write_raster(folder / f"{stem}.avg_rade9h.tif", light.astype(np.float32))
            write_raster(folder / f"{stem}.cf_cvg.tif", np.full((SIDE, SIDE), 9 + month, np.uint16))


def test_years_are_made_of_the_same_months(tmp_path):
    years = (2014, 2015, 2016, 2017, 2018)
    write_months(tmp_path, years, lambda year: (6, 7, 8, 1) if year < 2016 else (6, 7, 8), snow=1.6)
    path = write_study(tmp_path, "SVDNB_*.avg_rade9h.tif", years=years, more='views = "SVDNB_*.cf_cvg.tif"\n')
    results = execute(path).main
    towns = named(results)
    # With snow in two of the years, the steady town would fall by an eighth.
    assert towns["stays"]["change"] == pytest.approx(0, abs=0.03)
    notes = {note.key: note.values for note in results.notes}
    assert notes["harmonise.months_used"]["months"] == "6, 7, 8"
    assert notes["harmonise.months_left"]["months"] == "1"
    assert notes["harmonise.cleaned_negative"]["count"] > 0
    summer = path.read_text("utf-8") + "[harmonise.lights.light]\nmonths = [7, 8]\n"
    path.write_text(summer, "utf-8")
    assert {"months": "7, 8", "count": 2} in [
        note.values for note in check_study(path).opened.notes if note.key == "harmonise.months_used"
    ]
    path.write_text(summer.replace("[7, 8]", "[1, 7]"), "utf-8")
    with pytest.raises(CityebbError) as error:
        check_study(path)
    assert error.value.key == "harmonise.month_missing"
    assert error.value.values["count"] == 3


def test_viirs_may_be_calibrated_by_its_own_cells(tmp_path):
    years = VIIRS
    truth = true_light(years, villages=3000, noise=0.005)
    drift = dict(zip(years, (1.0, 1.1, 0.95, 1.0, 0.9, 1.05, 1.2), strict=True))
    for year in years:
        write_raster(tmp_path / f"light_{year}.tif", (truth[year] * drift[year]).astype(np.float32))
    path = write_study(
        tmp_path,
        "light_{year}.tif",
        years=years,
        floor=20,
        tail="[harmonise.lights.light]\nself_calibration = true\nreference = 2013\n",
    )
    results = execute(path).main
    assert named(results)["stays"]["change"] == pytest.approx(0, abs=0.02)
    moved = [note.values for note in results.notes if note.key == "harmonise.self_calibrated"]
    fits = {values["year"]: values["slope"] for values in moved}
    assert fits[2019] == pytest.approx(1 / 1.2, abs=0.01)
    assert 2013 not in fits


# ---------------------------------------------------------------------------------------------- Black Marble


def write_tile(folder, year, light, *, tile="h31v04"):
    path = folder / f"VNP46A4.A{year}001.{tile}.002.2025000000000.h5"
    whole = np.zeros((2400, 2400), np.uint16)
    whole[:SIDE, :SIDE] = np.round(light * 10)
    with h5py.File(path, "w") as file:
        group = file.create_group("HDFEOS/GRIDS/VIIRS_Grid_DNB_2d/Data Fields")
        base = "AllAngle_Composite_Snow_Free"
        stored = group.create_dataset(base, data=whole, chunks=(240, 2400), compression="gzip")
        stored.attrs.update({"_FillValue": np.uint16(65535), "scale_factor": [0.1], "offset": [0.0]})
        quality = np.zeros((2400, 2400), np.uint8)
        quality[200:, :] = 2
        group.create_dataset(f"{base}_Quality", data=quality, chunks=(240, 2400), compression="gzip")
        seen = group.create_dataset(
            f"{base}_Num", data=np.full((2400, 2400), 40, np.uint16), chunks=(240, 2400), compression="gzip"
        )
        seen.attrs["_FillValue"] = np.uint16(65535)


def test_tiles_of_black_marble_are_a_source(tmp_path):
    years = (2015, 2016, 2017, 2018, 2019)
    for year, light in true_light(years, noise=0.02).items():
        write_tile(tmp_path, year, light)
    path = write_study(tmp_path, "VNP46A4.A{year}001.*.h5", years=years)
    results = execute(path).main
    assert len(results.cities) == 3
    assert results.comparison["unit"] == "nW/cm²/sr·km²"
    verdicts = results.verdicts.set_index("city_id")
    assert (verdicts["change"] < -0.2).sum() == 1
    assert "Román" in results.sources["light"]["citation"]
    (tmp_path / "VNP46A4.A2017001.h31v04.002.2025000000000.h5").rename(
        tmp_path / "VNP46A4.A2017001.h30v04.002.2025000000000.h5"
    )
    with pytest.raises(Faults) as error:
        check_study(path)
    assert {fault.key for fault in error.value.faults} == {"read.tile_missing"}
