"""The counties of China: their names, and a place for the seats that GeoNames lacks."""

from __future__ import annotations

import csv
import math
import re
import statistics
from dataclasses import dataclass
from importlib import resources

import numpy as np
from names.chinese import AUTONOMOUS, plain, readings, reads, simplified, spell, strip
from scipy.spatial import cKDTree

#: How far from a place its county's seat may be told to be, in degrees.
REACH = 0.3
#: ... for a name that reads alike but is written differently ...
CLOSE = 0.1
#: ... and for a town of quite another name.
TOWN = 0.04
#: How far a city lies from the districts and counties of its prefecture, in degrees.
PREFECTURE_REACH = 0.6
#: What is nearer to a city, in degrees, does not outrank it.
OUTSKIRTS = 0.15
#: Districts called by their position in a city are no name for a place of its own.
POSITIONS = ("市", "城", "郊", "矿")
#: What English names of Chinese units end with.
_GENERIC = re.compile("(?: (?:City|County|District|Shi|Xian|Qu))+$", re.IGNORECASE)
#: Banners whose name is a position or a colour keep the word: 土默特右旗.
_PLACED_BANNER = re.compile("[前中后左右白黄红蓝]旗$")
#: A county called by nothing but its nationality: 东乡族自治县.
_NATIONALITY_ALONE = re.compile("族?自治[县旗]$")
#: Digits 5 and 6 of a division code: districts below, counties and county-level cities from here on.
_FIRST_COUNTY = 21
#: What prefectures end with; the codes also have headings (省直辖县级行政区划).
PREFECTURES = ("市", "州", "盟", "地区")
#: The ellipsoid of Krasovsky 1940, metres and 1, on which the shift of Chinese maps is written.
_AXIS, _ECCENTRICITY_2 = 6_378_245.0, 0.006_693_421_622_965_943


@dataclass(frozen=True)
class County:
    """A county, a county-level city, a banner or a district.

    Parameters
    ----------
    name, stem
        With and without 县, 市, 旗 or 区.
    province, prefecture
        As the codes say; no prefecture where a province governs directly.
    lat, lon
        Its seat, degrees, WGS 84.
    district
        Whether it is a district of a city.
    """

    name: str
    stem: str
    province: str
    prefecture: str | None
    lat: float
    lon: float
    district: bool


class Counties:
    """All counties, found by name and neighbourhood."""

    def __init__(self) -> None:
        self.all = _read()
        self._by_reading: dict[str, list[County]] = {}
        for county in self.all:
            for reading in readings(county.stem) | readings(county.name):
                self._by_reading.setdefault(reading, []).append(county)
        self._by_form: dict[str, list[County]] = {}
        for county in self.all:
            for form in {county.stem, county.name}:
                self._by_form.setdefault(form, []).append(county)
        self._by_prefecture: dict[str, list[County]] = {}
        for county in self.all:
            self._by_prefecture.setdefault(county.prefecture or "", []).append(county)

    def read_as(self, place: dict, reach: float = REACH) -> County | None:
        """Return the one county near a place that reads as its name."""
        reading = plain(_GENERIC.sub("", place["name"].partition(",")[0]))
        near = [county for county in self._by_reading.get(reading, ()) if _apart(county, place) < reach]
        return near[0] if len({county.stem for county in near}) == 1 else None

    def borne_by(self, place: dict, chinese: str | None) -> list[County]:
        """Return the counties near a place that bear one of its names."""
        found = [
            county for form in {chinese or "", *simplified(place)} for county in self._by_form.get(form, ())
        ]
        also = [name for name in place["alternatenames"] if name[:1].isupper()] if chinese is None else []
        for name in (place["name"], *also):
            found += (
                [county]
                if (county := self.read_as({**place, "name": name}, CLOSE if also else REACH))
                else []
            )
        return [county for county in found if _apart(county, place) < REACH]

    def is_unit(self, place: dict, chinese: str | None) -> bool:
        """Whether a place is called as a county or a prefecture nearby is."""
        return any(
            chinese in (county.stem, county.name, county.prefecture)
            and _apart(county, place) < PREFECTURE_REACH
            for county in (*self._by_form.get(chinese or "", ()), *self._by_prefecture.get(chinese or "", ()))
        )


def called_officially(
    counties: Counties, place: dict, name: tuple[str, str | None]
) -> tuple[str, str | None]:
    """Return the names of a Chinese place, the Chinese one as its county writes it where that reads alike.

    GeoNames has slips (织锦 for 织金), names of streets, and places without a Chinese name.
    """
    english, chinese = name
    alike = chinese is not None and reads(chinese, english)
    county = counties.read_as(place, CLOSE if alike else REACH)
    if county is None:
        return name
    if alike and counties.is_unit(place, chinese):
        return name
    return english.partition(",")[0], county.stem


def call_by_prefecture(counties: Counties, places: list[dict], chosen: list[tuple[str, str | None]]) -> None:
    """Call the largest place that has a prefecture's name among its names by it, where none is called so."""
    called = {
        chinese for place, (_, chinese) in zip(places, chosen, strict=True) if place["countrycode"] == "CN"
    }
    lacking = {county.prefecture for county in counties.all if county.prefecture} - called
    best: dict[str, int] = {}
    for i, place in enumerate(places):
        if place["countrycode"] == "CN" and place["population"]:
            for name in lacking & {
                form.removesuffix("市") for form in simplified(place) if form.endswith("市")
            }:
                if counties.is_unit(place, name):
                    best[name] = max(best.get(name, i), i, key=lambda k: (places[k]["population"], -k))
    for name, i in best.items():
        chosen[i] = (spell(name) if reads(chosen[i][1] or "", chosen[i][0]) else chosen[i][0], name)


def find_seats(
    counties: Counties, places: list[dict], chosen: list[tuple[str, str | None]]
) -> tuple[dict[int, County], list[County]]:
    """Return the seats of counties among the places, by position, and the counties without one.

    A seat bears the name of its county or has it among its names; else it is the town that lies where the
    county's seat is told to be. Districts of cities are only looked for by name.
    """
    chinese_places = [i for i, place in enumerate(places) if place["countrycode"] == "CN"]
    nearest: dict[County, tuple[float, int]] = {}
    for i in chinese_places:
        for county in counties.borne_by(places[i], chosen[i][1]):
            if chosen[i][1] in (county.stem, county.name) or not counties.is_unit(places[i], chosen[i][1]):
                far = _apart(county, places[i]) + (chosen[i][1] not in (county.stem, county.name)) * REACH
                nearest[county] = min(nearest.get(county, (math.inf, 0)), (far, i))
    seats: dict[int, County] = {}
    for county, (_, i) in sorted(nearest.items(), key=lambda item: (item[0].district, item[1])):
        seats.setdefault(i, county)
    borne = {(county.stem, county.prefecture) for county in seats.values()}
    tree = cKDTree([(places[i]["latitude"], places[i]["longitude"]) for i in chinese_places])
    lacking = []
    for county in counties.all:
        if (county.stem, county.prefecture) in borne or county.stem.startswith(POSITIONS):
            continue
        towns = [chinese_places[k] for k in tree.query_ball_point((county.lat, county.lon), TOWN)]
        towns = [i for i in towns if i not in seats and not counties.is_unit(places[i], chosen[i][1])]
        if towns and not county.district:
            seats[max(towns, key=lambda i: (places[i]["population"], -_apart(county, places[i]), i))] = county
        else:
            lacking.append(county)
    return seats, lacking


def called_by_county(place: dict, name: tuple[str, str | None], county: County) -> tuple[str, str | None]:
    """Return the names of a county's seat.

    An English name that is not read from the Chinese one (Bayan Hot) is kept; else the county's is written
    as GeoNames writes it among the other names, if it does.
    """
    english, chinese = name
    if chinese in (county.stem, county.name):
        return name
    read = chinese is None or reads(chinese, english)
    if not read or reads(county.stem, english):
        return english, county.stem
    latin = {
        plain(other): other
        for other in place["alternatenames"]
        if other.isascii() and other.isalpha() and other.istitle()
    }
    written = [latin[reading] for reading in sorted(readings(county.stem)) if reading in latin]
    return written[0] if written else spell(county.stem), county.stem


def rank(
    counties: Counties, places: list[dict], chosen: list[tuple[str, str | None]], seats: dict[int, County]
) -> tuple[list[int], int]:
    """Return by how many people each place is ranked, and how many a seat of unknown population counts for.

    The latter is the median of the seats whose population is known. A place of China that calls itself a
    district ranks as unknown; the city a prefecture is called by no lower than the places around it that are
    no such cities, and than the districts of the prefecture. (Populations are of many years and extents.)
    """
    county_seats = [i for i, county in seats.items() if not county.district]
    usual = round(statistics.median(places[i]["population"] for i in county_seats if places[i]["population"]))
    people = [place["population"] for place in places]
    for i in county_seats:
        people[i] = people[i] or usual
    here = [i for i, place in enumerate(places) if place["countrycode"] == "CN"]
    for i in here:
        if plain(places[i]["name"].rpartition(" ")[2]) in ("qu", "district"):
            people[i] = 0
    prefectures = {county.prefecture for county in counties.all}
    cities = [
        i
        for i in here
        if chosen[i][1] in prefectures and people[i] and counties.is_unit(places[i], chosen[i][1])
    ]
    tree = cKDTree([(places[i]["latitude"], places[i]["longitude"]) for i in here])
    for city in cities:
        where, name = (places[city]["latitude"], places[city]["longitude"]), chosen[city][1]
        around = {here[k] for k in tree.query_ball_point(where, OUTSKIRTS)}
        wider = (here[k] for k in tree.query_ball_point(where, PREFECTURE_REACH))
        around |= {i for i in wider if i in seats and seats[i].district and seats[i].prefecture == name}
        others = [people[i] for i in around if i not in cities]
        people[city] = max(people[city], 1 + max(others, default=0))
    return people, usual


def _read() -> list[County]:
    path = resources.files("cpca") / "resources" / "adcodes.csv"
    rows = {row["adcode"]: row for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}
    divided = {code[:4] for code in rows if code[4:6] != "00"}
    found: dict[tuple[str, str], County] = {}
    for code, row in sorted(rows.items()):
        alone = code[4:6] == "00" and code[2:4] != "00" and code[:4] not in divided
        if code[6:] != "000000" or not row["longitude"] or (code[4:6] == "00" and not alone):
            continue
        name = row["name"]
        short = _NATIONALITY_ALONE.sub("", AUTONOMOUS.sub("", name))
        stem = short if _PLACED_BANNER.search(short) else strip(short, [short[:-1], short[:-2]])
        province = rows[code[:2] + "0" * 10]["name"]
        parent = province if province.endswith("市") else rows.get(code[:4] + "0" * 8, {}).get("name", "")
        prefecture = parent.removesuffix("市") if parent.endswith(PREFECTURES) else None
        lat, lon = _to_wgs84(float(row["latitude"]), float(row["longitude"]))
        # A later code of the same unit (a county made a district) takes the place of the earlier.
        found[stem, code[:4]] = County(
            name, stem, province, prefecture, lat, lon, int(code[4:6]) < _FIRST_COUNTY
        )
    return list(found.values())


def _apart(county: County, place: dict) -> float:
    """Return the distance in degrees, the larger of the two."""
    return max(abs(county.lat - place["latitude"]), abs(county.lon - place["longitude"]))


def _to_wgs84(lat: float, lon: float) -> tuple[float, float]:
    """Undo the shift of Chinese maps (GCJ-02), to some ten metres."""
    x, y = lon - 105, lat - 35
    wave = 2 / 3 * (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + wave
    north += 2 / 3 * (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3))
    north += 2 / 3 * (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + wave
    east += 2 / 3 * (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3))
    east += 2 / 3 * (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30))
    radians = math.radians(lat)
    root = 1 - _ECCENTRICITY_2 * math.sin(radians) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY_2) / root**1.5
    parallel = _AXIS / math.sqrt(root) * math.cos(radians)
    return lat - float(math.degrees(north / meridian)), lon - float(math.degrees(east / parallel))
