"""Rebuild the embedded study of China, with the package itself.

    python tools/build_embedded.py [DATA]

``DATA`` holds ``lights_china`` and ``census_china``; by default ``../shared/data`` beside this repository.
The yearly lights 2012-2022 are read, made comparable, outlined, measured and judged; what a reader of the
embedded study needs is written to ``src/cityebb/study/data``: outlines, yearly light, the tables of other
choices, and census figures by prefecture as plain facts. No picture is copied. The verdicts are not kept: the
embedded study works them out anew, and this script makes sure that it finds the same.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import wkt

from cityebb.study import china
from cityebb.study.cache import Store
from cityebb.study.opening import load_and_open
from cityebb.study.stages import Log
from cityebb.study.whole import Whole

if TYPE_CHECKING:
    from cityebb.model import Results
    from cityebb.study.pipeline import Pipeline

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "src/cityebb/study/data"
SIMPLIFY_DEGREES = 0.002  # under half a cell of the lights (0.0045 degrees)
PRECISION_DEGREES = 1e-5  # about a metre
MOST_BYTES = 6_000_000
PREFECTURES = 356  # mainland units with both censuses

STUDY = """cityebb_study = 1

[title]
zh = "中国夜间灯光，2013–2016 年"
en = "Lights of China, 2013–2016"

[read.lights]
files = "viirs_like_{year}.tif"
indicator = "light"
unit = "DN"
citation = "Chen et al. 2021, doi:10.7910/DVN/YGIVCD, CC BY 4.0"

[delineate.lit]
where = { lights = 2 }

[identify.light]
cities = "lit"
source = "lights"
start = 2013
end = 2016

[identify.light_decade]
cities = "lit"
source = "lights"
start = 2013
end = 2022
"""

TITLES = {
    "light": {"zh": "中国夜间灯光，2013–2016 年", "en": "Lights of China, 2013–2016"},
    "light_decade": {"zh": "中国夜间灯光，2013–2022 年", "en": "Lights of China, 2013–2022"},
}


def main() -> None:
    """Build, check and tell the sizes."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared/data"
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        pipeline, found = run(data / "lights_china", Path(scratch))
    main_results = next(iter(found.values()))
    write_cities(main_results.cities)
    write_panel(main_results)
    main_results.footprints.astype({"row": "int32", "first": "int32", "last": "int32"}).to_parquet(
        TARGET / china.FOOTPRINTS, compression="zstd", compression_level=19, index=False
    )
    write_specifications(found)
    write_record(pipeline, found)
    write_facts(data / "census_china", main_results.cities)
    check(found)
    files = sorted(TARGET.glob("china*"))
    for path in files:
        print(f"{path.name}  {path.stat().st_size / 1e3:,.0f} kB")
    total = sum(path.stat().st_size for path in files)
    print(f"{total / 1e6:.2f} MB")
    if total > MOST_BYTES:
        sys.exit(f"more than {MOST_BYTES / 1e6:g} MB")


def run(lights: Path, scratch: Path) -> tuple[Pipeline, dict[str, Results]]:
    """Run the study from the grids, all years and both comparisons."""
    links = scratch / "china"
    links.mkdir()
    for path in sorted(lights.glob("viirs_like_*.tif")):
        (links / path.name).symlink_to(path.resolve())
    study_file = links / "study.toml"
    study_file.write_text(STUDY.replace('unit = "DN"', 'unit = "DN"\noutside = true'), "utf-8")
    study, opened = load_and_open(study_file)
    store = Store(scratch / "results")

    def inputs() -> list[dict[str, Any]]:
        from cityebb.model import file_record

        return [file_record(path) for path in opened.files]

    def tell(stage: str, done: int, total: int) -> None:
        if done == total:
            print(f"{stage}: done", flush=True)

    whole = Whole(study, opened, store, Log(), inputs, executor=None, progress=tell, force=False)
    found = whole.run()
    return whole.grids, found


def write_cities(cities: gpd.GeoDataFrame) -> None:
    """Write the cities with simplified outlines; areas and cells stay those of the exact ones."""
    outlines = shapely.set_precision(
        shapely.simplify(cities.geometry.to_numpy(), SIMPLIFY_DEGREES, preserve_topology=True),
        PRECISION_DEGREES,
    )
    if not shapely.is_valid(outlines).all() or shapely.is_empty(outlines).any():
        sys.exit("a simplified outline is not valid")
    cities.set_geometry(gpd.GeoSeries(outlines, index=cities.index, crs=cities.crs)).to_parquet(
        TARGET / china.CITIES,
        compression="zstd",
        compression_level=19,
        write_covering_bbox=False,
        schema_version="1.1.0",
    )


def write_panel(results: Results) -> None:
    """Write the panel as one row a city and year, in 32-bit floats."""
    frame = results.panel
    frame = frame.assign(indicator=frame["indicator"].str.removeprefix("light_"))
    wide = frame.set_index(["city_id", "year", "indicator"])[["value", "sd", "coverage"]].unstack()  # noqa: PD010 - a reshaping, nothing is pooled
    columns = {
        "sum": ("value", "sum"),
        "mean": ("value", "mean"),
        "area": ("value", "area"),
        "sum_sd": ("sd", "sum"),
        "mean_sd": ("sd", "mean"),
        "coverage": ("coverage", "sum"),
    }
    table = pd.DataFrame({name: wide[place].astype(np.float32) for name, place in columns.items()})
    place = results.cities.index.get_indexer(table.index.get_level_values("city_id"))
    table.insert(0, "city", place.astype(np.int16))
    table.insert(1, "year", table.index.get_level_values("year").astype(np.int16))
    table = table.reset_index(drop=True).sort_values(["city", "year"])
    table.to_parquet(TARGET / china.PANEL, compression="zstd", compression_level=19, index=False)


def write_specifications(found: dict[str, Results]) -> None:
    """Write what the specifications of both comparisons found; floats of cities in 32 bits."""
    tables, robust = [], []
    for name, results in found.items():
        tables.append(results.sensitivity.assign(comparison=name))
        frame = results.robustness
        narrow = {each: "float32" for each in frame.columns if frame[each].dtype == np.float64}
        narrow |= {each: "int16" for each in frame.columns if frame[each].dtype == np.int64}
        place = results.cities.index.get_indexer(frame["city_id"]).astype(np.int16)
        robust.append(frame.drop(columns="city_id").astype(narrow).assign(city=place, comparison=name))
    for path, frames in ((china.SPECIFICATIONS, tables), (china.ROBUSTNESS, robust)):
        pd.concat(frames, ignore_index=True).to_parquet(
            TARGET / path, compression="zstd", compression_level=19, index=False
        )


def write_record(pipeline: Pipeline, found: dict[str, Results]) -> None:
    """Write what is not a large table: the study, its sources, years, notes and small tables."""
    first = next(iter(found.values()))
    comparisons = {}
    for name, results in found.items():
        rule = pipeline.study.identify[name]
        comparable = pipeline.comparable(rule.source).value
        start, end = pipeline.years(name)
        comparisons[name] = {
            "title": TITLES[name],
            "rule": rule.model_dump(mode="json"),
            "years": list(comparable.segment(start, end)),
            "era_years": list(comparable.same_era(start)),
            "specification": pipeline.default_specification(name),
            "comparison": results.comparison,
            "notes": [note.to_json() for note in results.notes],
        }
    source = first.panel.iloc[0]
    units = {
        str(indicator).removeprefix("light_"): str(rows["unit"].iloc[0])
        for indicator, rows in first.panel.groupby("indicator")
    }
    record = {
        "study": STUDY,
        "definition": first.definition,
        "sources": first.sources,
        "panel": {name: str(source[name]) for name in ("source", "concept", "grade")} | {"units": units},
        "breaks": table_of(first.breaks),
        "census": table_of(first.census),
        "comparisons": comparisons,
        "inputs": first.manifest["inputs"],
        "versions": first.manifest["versions"],
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, default=str)
    (TARGET / china.RECORD).write_text(text + "\n", "utf-8")


def table_of(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Return a small table by columns, missing as null."""
    return json.loads(frame.to_json(orient="split", index=False, force_ascii=False, double_precision=15))


def write_facts(census: Path, cities: gpd.GeoDataFrame) -> None:
    """Write the census figures by prefecture, and which city bears each prefecture's name inside it."""
    facts = pd.read_csv(
        census / "prefecture_2010_adjusted_and_raw.csv", dtype={"city_code": str, "province_code": str}
    )
    numbers = ["popu_2010", "popu_2020", "popu_urban_2010", "popu_urban_2020"]
    facts = facts[["city", "city_code", "province", *numbers]]
    facts = facts[facts["popu_2010"].notna() & facts["popu_2020"].notna()]
    facts = facts[~facts["city"].str.contains("特别行政区")]
    if len(facts) != PREFECTURES:
        sys.exit(f"{len(facts)} prefectures, not {PREFECTURES}")
    outlines = pd.read_csv(census / "prefecture_2010_2020.csv").set_index("city")["coord"]
    facts["city_id"] = [same_name(name, outlines.get(name), cities) for name in facts["city"]]
    facts[numbers] = facts[numbers].round().astype("Int64")  # some urban figures were split in proportion
    facts.to_csv(TARGET / china.FACTS, index=False, lineterminator="\n")
    print(f"{facts['city_id'].notna().sum()} of {len(facts)} prefectures have a city of their name")


def same_name(unit: str, outline: object, cities: gpd.GeoDataFrame) -> str | None:
    """Return the largest city with the unit's name whose brightest cell lies in the unit, if there is one."""
    short = china.short_name(unit)
    named = cities[(cities["name_zh"] == short) & ~cities["near"]]
    if named.empty or not isinstance(outline, str):
        return None
    shape = shapely.make_valid(wkt.loads(outline))
    inside = named[shapely.contains_xy(shape, named["lon"], named["lat"])]
    return None if inside.empty else str(inside["area_km2"].idxmax())


def check(found: dict[str, Results]) -> None:
    """Make sure that the embedded study finds what the real run found."""
    again = china.china_results()
    for name, results in found.items():
        one, two = results.verdicts, again[name].verdicts
        for column in ("city_id", "state", "plain", "persistence", "years_below", "reason"):
            if one[column].tolist() != two[column].tolist():
                differ = int((one[column].to_numpy() != two[column].to_numpy()).sum())
                sys.exit(f"{name}: {differ} cities differ in {column}")
        for column in ("change", "low", "high"):
            np.testing.assert_allclose(one[column], two[column], rtol=1e-5, atol=1e-5)
        if not results.summary.drop(columns="median_change").equals(
            again[name].summary.drop(columns="median_change")
        ):
            sys.exit(f"{name}: the summaries differ")
        print(f"{name}: verdicts as from the grids", again[name].verdicts["plain"].value_counts().to_dict())


if __name__ == "__main__":
    main()
