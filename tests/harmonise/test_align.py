"""All sources on one grid: as they lie, or put there when the study says so."""

from __future__ import annotations

import numpy as np
import pytest

from cityebb.grids import ArrayLayer, Criterion, Grid, Stack, scan
from cityebb.grids.align import same_array, same_crs
from cityebb.harmonise.align import align_stacks
from cityebb.harmonise.parameters import HarmoniseParameters
from cityebb.model import CityebbError, Faults
from cityebb.words import using

PLACE = (1.0, 0.0, 10.0, 0.0, -1.0, 50.0)


def grid(left=10.0, top=50.0, cell=1.0, shape=(3, 4), crs="EPSG:4326"):
    return Grid(crs, (cell, 0.0, left, 0.0, -cell, top), shape)


def stack(name, *grids, indicator="light", kind="density", value=None):
    layers = tuple(
        ArrayLayer(
            2013 + index,
            one,
            "float64",
            f"{name}_{2013 + index}.tif",
            values=np.full(one.shape, 4.0 if value is None else value),
        )
        for index, one in enumerate(grids)
    )
    return Stack(name, indicator, kind, "DN", layers)


def align(onto=None, *stacks, **more):
    return align_stacks({one.name: one for one in stacks}, HarmoniseParameters(onto=onto), **more)


def test_the_base_is_the_first_of_the_place_most_share():
    agreement = same_array([grid(10.3), grid(), grid(), grid(10.3, 50.2), grid(shape=(9, 9))])
    assert agreement.base == 1
    assert agreement.shifted == (0, 3)
    assert agreement.largest == pytest.approx(0.3)
    assert agreement.misfits == {4: "shape"}


@pytest.mark.parametrize(
    ("odd", "misfit"),
    [
        (grid(10.4999), None),
        (grid(10.5), "origin"),
        (grid(top=49.5), "origin"),
        (grid(cell=1 + 1e-7), None),
        (grid(cell=1 + 1e-5), "cell"),
        (grid(shape=(4, 4)), "shape"),
        (grid(crs="EPSG:4258"), "crs"),
        (grid(crs="OGC:CRS84"), None),
    ],
)
def test_half_a_cell_is_the_line(odd, misfit):
    assert same_array([grid(), grid(), odd]).misfits.get(2) == misfit


def test_a_datum_without_a_name_is_any_datum_on_its_ellipsoid():
    unnamed = (
        'GEOGCS["unknown",DATUM["unnamed",SPHEROID["Spheroid",6378137,298.257223563]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    )
    assert same_crs(unnamed, "EPSG:4326")
    assert not same_crs(unnamed, "EPSG:4314")  # Bessel
    assert not same_crs("EPSG:32632", "EPSG:32633")


def test_sources_on_one_array_are_taken_as_they_lie():
    aligned, notes = align(None, stack("lights", grid(), grid()), stack("people", grid(10.2)))
    assert {layer.grid for one in aligned.values() for layer in one.layers} == {grid()}
    assert [note.key for note in notes] == ["harmonise.shifted"]
    assert notes[0].values == {"source": "people", "other": "lights", "shift": 0.2, "count": 1, "of": 1}
    for language in ("zh", "en"):
        assert "0.20" in notes[0].text(language)
    _, notes = align(None, stack("lights", grid()), stack("people", grid()))
    assert notes == []


@pytest.mark.parametrize(
    ("odd", "key"),
    [
        (grid(crs="EPSG:4258"), "harmonise.differ_crs"),
        (grid(shape=(5, 5)), "harmonise.differ_shape"),
        (grid(cell=0.9), "harmonise.differ_cell"),
        (grid(11.0), "harmonise.differ_origin"),
    ],
)
def test_different_grids_are_refused_with_the_cure(odd, key):
    with pytest.raises(CityebbError) as caught:
        align(None, stack("lights", grid(), grid()), stack("people", odd, odd))
    assert not isinstance(caught.value, Faults)
    assert caught.value.key == key
    for language in ("zh", "en"):
        with using(language):
            for part in ("lights_2013.tif", "people_2013.tif", '[harmonise] onto = "lights"'):
                assert part in str(caught.value)


def test_every_source_that_differs_is_named_at_once():
    with pytest.raises(Faults) as caught:
        align(
            None,
            stack("a", grid(), grid()),
            stack("b", grid(shape=(5, 5))),
            stack("c", grid(crs="EPSG:3035")),
        )
    assert [fault.values["source"] for fault in caught.value.faults] == ["b", "c"]


def test_onto_an_unknown_source_and_onto_one_that_is_elsewhere():
    with pytest.raises(CityebbError) as caught:
        align("lamps", stack("lights", grid()))
    assert caught.value.key == "harmonise.onto_unknown"
    with using("en"):
        assert "lights" in str(caught.value)
    with pytest.raises(CityebbError) as caught:
        align("lights", stack("lights", grid()), stack("people", grid(100)))
    assert caught.value.key == "harmonise.no_overlap"


def test_onto_regrids_what_differs_and_says_what_lies_outside():
    people = stack(
        "people", grid(left=9.0, cell=0.5, shape=(6, 8)), indicator="people", kind="count", value=1.0
    )
    seen = []
    aligned, notes = align(
        "lights", stack("lights", grid(), grid(10.1)), people, progress=lambda *step: seen.append(step)
    )
    assert {layer.grid for one in aligned.values() for layer in one.layers} == {grid()}
    with aligned["people"].layers[0].open() as reader:
        values = reader.rows(0, 3)
    assert values[:, :3].tolist() == [[4, 4, 4]] * 3
    assert np.isnan(values[:, 3]).all()
    assert seen == [("harmonise", 1, 1)]
    assert {note.key for note in notes} == {"harmonise.shifted", "harmonise.regridded_split"}
    note = next(note for note in notes if note.key == "harmonise.regridded_split")
    assert note.values["outside"] == "2013: 12 / 48 (25.000%)"
    for language in ("zh", "en"):
        assert "12 / 48" in note.text(language)
    _, quick = align("lights", stack("lights", grid()), people, account=False)
    assert quick[0].values["outside"] == "–"


def test_onto_also_mends_a_source_whose_own_years_differ():
    mixed = stack("lights", grid(), grid(), grid(9.5, 50.5, shape=(4, 5)))
    aligned, notes = align("lights", mixed)
    assert aligned["lights"].grid == grid()
    with aligned["lights"].layers[2].open() as reader:
        assert (reader.rows(0, 3) == 4).all()
    assert [note.values["years"] for note in notes] == ["2015"]


def test_other_crs_is_said_in_the_note():
    people = stack(
        "people", Grid("EPSG:3035", (50_000.0, 0.0, 4_300_000.0, 0.0, -50_000.0, 3_000_000.0), (8, 8))
    )
    _, notes = align("lights", stack("lights", grid(shape=(6, 8))), people)
    assert notes[0].key == "harmonise.regridded_mean_parts"
    assert notes[0].level == "warning"
    for language in ("zh", "en"):
        parts = notes[0].values["parts"]
        assert f"{parts} × {parts}" in notes[0].text(language)


def test_the_engine_reads_regridded_layers():
    people = stack("people", grid(cell=0.5, shape=(6, 8)), indicator="people", kind="count", value=2.0)
    aligned, _ = align("lights", stack("lights", grid()), people)
    cells = scan(aligned, [Criterion("lights", 1)])
    assert cells.values("people", 2013).tolist() == [8.0] * 12


@pytest.mark.data("population_europe")
@pytest.mark.data("lights_paris")
def test_the_people_of_paris_are_put_on_the_grid_of_its_lights(data):
    from cityebb.read import SourceParameters, open_stack

    lights = open_stack(
        "lights",
        SourceParameters(files="chen_{year}.tif", indicator="light", years=[2011]),
        data / "lights_paris",
    )
    people = open_stack(
        "people",
        SourceParameters(files="population_{year}_1km.tif", indicator="people", years=[2011]),
        data / "population_europe",
    )
    aligned, notes = align("lights", lights, people)
    with aligned["people"].layers[0].open() as reader:
        values = reader.rows(0, 40)
    note = next(note for note in notes if note.source == "people")
    outside, total = (float(part) for part in note.values["outside"].split(" ")[1:4:2])
    assert total == pytest.approx(469_449_466, rel=1e-5)
    assert np.nansum(values) == pytest.approx(total - outside, rel=1e-3)
    assert 7.5e6 < np.nansum(values) < 9.5e6  # Paris and its near suburbs
    assert values.max() > 15_000  # a cell of 0.64 km² in one of Europe's densest cities
