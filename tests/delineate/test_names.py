"""Cities are named by the most people inside, else by what is near; no two are called alike."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from cityebb.delineate._places import DATA, embedded
from cityebb.delineate.names import COLUMNS, country_name, display_name, label_cities, name_cities
from cityebb.model import CityebbError

#: What the package may carry of names, in bytes.
LIMIT = 8_000_000
COLUMNS_OF_PLACES = [
    "name_en",
    "name_zh",
    "country",
    "district_en",
    "district_zh",
    "lat",
    "lon",
    "population",
]
KILOMETRE = 1 / 111.32


def table(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS_OF_PLACES)


def village(name: str, lat: float, lon: float, people: float = np.nan, country: str = "XA") -> tuple:
    return (name, None, country, "North", "北", lat, lon, people)


def series(*polygons: shapely.Geometry) -> gpd.GeoSeries:
    return gpd.GeoSeries(polygons, index=[f"c{i}" for i in range(len(polygons))], crs=4326)


def around(lat: float, lon: float, size: float = 0.05) -> shapely.Polygon:
    return shapely.box(lon - size, lat - size, lon + size, lat + size)


def named(*polygons: shapely.Geometry, places: pd.DataFrame, **options: float) -> pd.DataFrame:
    return name_cities(series(*polygons), places=places, **options)


class TestTheNameInside:
    def test_the_most_people_win(self):
        places = table(village("Small", 0, 0, 10), village("Large", 0.01, 0, 20), village("Larger", 1, 1, 30))
        result = named(around(0, 0), places=places)
        assert result.name_en.tolist() == ["Large"]
        assert result.near.tolist() == [False]
        assert result.district_en.tolist() == ["North"]
        assert result.district_zh.tolist() == ["北"]

    def test_an_unknown_population_comes_last(self):
        places = table(village("Aa", 0, 0), village("Zz", 0.01, 0, 1))
        assert named(around(0, 0), places=places).name_en.tolist() == ["Zz"]

    def test_equals_go_by_name(self):
        places = table(village("Bee", 0, 0, 5), village("Ant", 0.01, 0, 5), village("Cat", 0, 0.01, 5))
        assert named(around(0, 0), places=places).name_en.tolist() == ["Ant"]

    def test_the_index_is_kept_and_each_city_is_named_for_itself(self):
        places = table(village("East", 0, 10, 5), village("West", 0, -10, 9))
        result = named(around(0, 10), around(0, -10), around(50, 50), places=places)
        assert result.index.tolist() == ["c0", "c1", "c2"]
        assert result.name_en.tolist() == ["East", "West", None]
        assert tuple(result.columns) == COLUMNS

    def test_a_point_in_the_river_is_the_citys(self):
        # 0.03 degrees wide: the middle lies 1.7 km from either bank, which is more than a point may be off.
        banks = shapely.difference(around(0, 0), shapely.box(-0.015, -0.04, 0.015, 0.04))
        places = table(village("Borough", 0, 0.04, 5), village("City", 0, 0, 9))
        assert named(banks, places=places).name_en.tolist() == ["Borough"]
        assert named(banks, places=places, tolerance_km=2).name_en.tolist() == ["City"]

    def test_a_point_just_outside_belongs_to_the_nearest_city_alone(self):
        places = table(village("Between", 0, 0.054, 5))
        result = named(around(0, 0), around(0, 0.11), places=places)
        assert result.name_en.tolist() == ["Between", "Between"]
        assert result.near.tolist() == [False, True]

    def test_a_point_inside_another_city_is_no_neighbours(self):
        places = table(village("Mine", 0, 0.056, 5), village("Yours", 0, 0, 1))
        result = named(around(0, 0), around(0, 0.105), places=places)
        assert result.name_en.tolist() == ["Yours", "Mine"]


class TestTheNameNearby:
    def test_the_nearest_within_reach(self):
        places = table(
            village("Far", 0, 0.05 + 9 * KILOMETRE, 99), village("Close", 0, -0.05 - 8 * KILOMETRE)
        )
        result = named(around(0, 0), places=places)
        assert result.name_en.tolist() == ["Close"]
        assert result.near.tolist() == [True]

    @pytest.mark.parametrize(("km", "found"), [(9.99, True), (10.01, False)])
    @pytest.mark.parametrize("lat", [0.0, 60.0, -75.0])
    def test_the_reach_is_kilometres_from_the_edge(self, km, found, lat):
        from pyproj import Geod

        lon, _, _ = Geod(ellps="WGS84").fwd(20.05, lat, 90, km * 1000)
        result = named(around(lat, 20), places=table(village("There", lat, lon)))
        assert result.near.tolist() == [found]
        assert result.country.tolist() == ["XA"]

    def test_the_country_is_told_within_a_hundred_kilometres(self):
        places = table(village("There", 0, 0.05 + 99 * KILOMETRE))
        assert named(around(0, 0), around(0, -0.2), places=places).country.tolist() == ["XA", None]

    @pytest.mark.parametrize("side", [1, -1])
    def test_neighbours_across_the_date_line(self, side):
        city = shapely.box(179.9, 0, 180, 0.1) if side > 0 else shapely.box(-180, 0, -179.9, 0.1)
        places = table(village("Beyond", 0.05, -side * (180 - 5 * KILOMETRE)))
        result = named(city, places=places)
        assert result.name_en.tolist() == ["Beyond"]
        assert result.near.tolist() == [True]

    def test_a_city_on_both_sides_of_the_date_line(self):
        city = shapely.union(shapely.box(179.9, 0, 180, 0.1), shapely.box(-180, 0, -179.9, 0.1))
        places = table(village("West", 0.05, 179.95, 5), village("East", 0.05, -179.95, 7))
        assert named(city, places=places).name_en.tolist() == ["East"]


class TestWhatIsRefused:
    def test_another_coordinate_system(self):
        with pytest.raises(CityebbError) as error:
            name_cities(series(around(0, 0)).to_crs(3857))
        assert error.value.key == "delineate.name.crs"

    def test_no_coordinate_system(self):
        with pytest.raises(CityebbError, match="4326"):
            name_cities(gpd.GeoSeries([around(0, 0)]))

    @pytest.mark.parametrize("option", [{"within_km": -1}, {"tolerance_km": float("nan")}])
    def test_no_distance(self, option):
        with pytest.raises(CityebbError) as error:
            name_cities(series(around(0, 0)), **option)
        assert error.value.key == "delineate.name.distance"

    def test_places_without_a_column(self):
        with pytest.raises(CityebbError, match="population"):
            named(around(0, 0), places=table(village("A", 0, 0)).drop(columns="population"))

    def test_no_city_and_no_place_are_no_fault(self):
        assert named(places=table(village("A", 0, 0))).empty
        assert named(around(0, 0), places=table()).name_en.tolist() == [None]


def city(name: str | None, **more: object) -> dict:
    row = {"name_zh": None, "name_en": name, "near": False, "district_zh": None, "district_en": None}
    return {**row, "country": "CN", "lat": 47.33, "lon": 130.28} | more


class TestLabels:
    def test_one_name(self):
        row = city("Hegang", name_zh="鹤岗", district_zh="黑龙江", district_en="Heilongjiang")
        assert display_name(row, "zh", with_district=False) == "鹤岗"
        assert display_name(row, "en", with_district=True) == "Hegang (Heilongjiang)"
        assert display_name(row | {"near": True}, "zh", with_district=True) == "鹤岗附近（黑龙江）"
        assert display_name(row | {"near": True}, "en", with_district=False) == "near Hegang"

    def test_no_name(self):
        assert display_name(city(None), "zh", with_district=False) == "北纬47.33° 东经130.28°"
        assert display_name(city(None, lat=-0.001, lon=-5.5), "en", with_district=False) == "0.00°N 5.50°W"
        assert (
            display_name(city(float("nan"), lat=-33.5), "zh", with_district=False) == "南纬33.50° 东经130.28°"
        )

    def test_no_chinese_name(self):
        assert display_name(city("Suhl"), "zh", with_district=True) == "Suhl（中国）"

    def test_the_same_name_gets_its_district(self):
        frame = pd.DataFrame(
            [
                city("Yichun", name_zh="伊春", district_en="Heilongjiang"),
                city("Yichun", name_zh="宜春", district_en="Jiangxi"),
                city("Suhl"),
            ],
            index=["a", "b", "c"],
        )
        english = label_cities(frame, "en")
        assert english.to_dict() == {"a": "Yichun (Heilongjiang)", "b": "Yichun (Jiangxi)", "c": "Suhl"}
        assert label_cities(frame, "zh").to_dict() == {"a": "伊春", "b": "宜春", "c": "Suhl"}

    def test_the_finer_unit_then_the_direction_then_a_number(self):
        frame = pd.DataFrame(
            [
                city("A", district_en="D", subdistrict_en="S"),
                city("A", district_en="D", subdistrict_en="T"),
                city("B", district_en="D", lat=1.0),
                city("B", district_en="D", lat=2.0),
                city("C", district_en="D", lat=1.0),
                city("C", district_en="D", lat=1.0),
            ]
        )
        assert label_cities(frame, "en").tolist() == [
            "A (D, S)",
            "A (D, T)",
            "B (D, south)",
            "B (D, north)",
            "C (D, 1)",
            "C (D, 2)",
        ]

    def test_the_direction_across_the_date_line(self):
        frame = pd.DataFrame([city("A", lon=179.9), city("A", lon=-179.9)])
        assert label_cities(frame, "zh").tolist() == ["A（中国，西）", "A（中国，东）"]

    @given(
        st.lists(
            st.builds(
                city,
                st.sampled_from([None, "A", "B", "A (D)", "near A", "A (D, 1)", "A (D, north)"]),
                name_zh=st.sampled_from([None, "甲", "乙"]),
                near=st.booleans(),
                district_en=st.sampled_from([None, "D", "E"]),
                country=st.sampled_from([None, "CN"]),
                lat=st.sampled_from([0.0, 0.001, 1.0, 2.0]),
                lon=st.sampled_from([-180.0, 0.0, 1.0]),
            ),
            max_size=25,
        ),
        st.sampled_from(["zh", "en"]),
    )
    def test_no_two_are_alike(self, rows, language):
        frame = pd.DataFrame(rows, index=[f"c{i}" for i in range(len(rows))])
        labels = label_cities(frame, language)
        assert labels.index.equals(frame.index)
        assert labels.is_unique


class TestCountries:
    def test_names(self):
        assert country_name("CN", "zh") == "中国"
        assert country_name("SY", "en") == "Syria"

    @pytest.mark.parametrize(
        ("code", "chinese", "english"),
        [
            ("HK", "中国香港", "Hong Kong, China"),
            ("MO", "中国澳门", "Macao, China"),
            ("TW", "中国台湾", "Taiwan, China"),
        ],
    )
    def test_regions_of_china_are_listed_as_such(self, code, chinese, english):
        assert (country_name(code, "zh"), country_name(code, "en")) == (chinese, english)

    def test_an_unknown_code_stays(self):
        assert country_name("XX", "zh") == "XX"


WELL_KNOWN = [
    ("Shanghai", "上海", "CN", 31.22, 121.46),
    ("Beijing", "北京", "CN", 39.91, 116.40),
    ("Tianjin", "天津", "CN", 39.14, 117.18),
    ("Hegang", "鹤岗", "CN", 47.35, 130.29),
    ("Yichun", "伊春", "CN", 47.72, 128.88),
    ("Yichun", "宜春", "CN", 27.83, 114.40),
    ("Harbin", "哈尔滨", "CN", 45.75, 126.65),
    ("Qitaihe", "七台河", "CN", 45.77, 131.00),
    ("Shuangyashan", "双鸭山", "CN", 46.68, 131.13),
    ("Ürümqi", "乌鲁木齐", "CN", 43.80, 87.60),
    ("Lhasa", "拉萨", "CN", 29.65, 91.10),
    ("Hengyang", "衡阳", "CN", 26.89, 112.62),
    ("Dujiangyan", "都江堰", "CN", 31.00, 103.62),
    ("Liuyang", "浏阳", "CN", 28.16, 113.63),
    ("Hong Kong", "香港", "HK", 22.28, 114.17),
    ("Damascus", "大马士革", "SY", 33.51, 36.29),
    ("Homs", "霍姆斯", "SY", 34.72, 36.70),
    ("Beirut", "贝鲁特", "LB", 33.89, 35.50),
    ("Leipzig", "莱比锡", "DE", 51.34, 12.37),
    ("Hoyerswerda", "霍耶斯韦达", "DE", 51.44, 14.24),
    ("Suhl", "苏尔", "DE", 50.61, 10.69),
    ("Munich", "慕尼黑", "DE", 48.14, 11.58),
    ("Paris", "巴黎", "FR", 48.85, 2.35),
    ("Detroit", "底特律", "US", 42.33, -83.05),
    ("Tokyo", "东京", "JP", 35.69, 139.69),
    ("Kyoto", "京都", "JP", 35.02, 135.75),
    ("Toyama", "富山", "JP", 36.70, 137.22),
    ("Seoul", "首尔", "KR", 37.57, 126.98),
]


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return name_cities(series(*(around(lat, lon, 0.02) for *_, lat, lon in WELL_KNOWN)))


class TestTheTableInThePackage:
    @pytest.mark.parametrize("i", range(len(WELL_KNOWN)), ids=lambda i: "-".join(WELL_KNOWN[i][:2]))
    def test_well_known_cities(self, found, i):
        english, chinese, country, *_ = WELL_KNOWN[i]
        row = found.iloc[i]
        assert (row.name_en, row.name_zh, row.country, bool(row.near)) == (english, chinese, country, False)

    def test_districts(self, found):
        hegang = found.iloc[3]
        assert (hegang.district_zh, hegang.district_en) == ("黑龙江", "Heilongjiang")

    def test_its_size(self):
        assert sum(path.stat().st_size for path in DATA.iterdir()) <= LIMIT

    def test_its_sources_and_licence_are_told(self):
        import pyarrow.parquet as pq

        told = pq.read_schema(DATA / "names.parquet").metadata
        assert b"GeoNames" in told[b"source"]
        assert b"CC BY 4.0" in told[b"licence"]

    def test_no_population_is_zero_and_every_place_lies_on_the_earth(self):
        import pyarrow.parquet as pq

        people = pq.read_table(DATA / "names.parquet", columns=["population"])["population"].drop_null()
        assert min(people.to_pylist()) > 0
        assert np.abs(embedded().lat).max() <= 90
        assert np.abs(embedded().lon).max() <= 180

    def test_chinese_names_are_simplified(self):
        names = set(embedded().texts["name_zh"].drop_null().to_pylist())
        assert not names & {"鶴崗", "東京", "廣州", "広州", "鹤岗市"}
        traditional = set("東國廣馬鳥龍門縣區鎮鄉灣蘇蘭歷爾")
        assert sum(bool(traditional & set(name)) for name in names) == 0

    def test_every_country_has_its_names(self):
        codes = set(embedded().texts["country"].unique().to_pylist())
        assert all(country_name(code, language) != code for code in codes for language in ("zh", "en"))


@pytest.mark.data("lights_china")
def test_the_lit_land_of_great_cities_bears_their_names(data):
    """Districts and suburbs are places of their own, and shall not name the city."""
    import rasterio
    from rasterio import features
    from scipy import ndimage

    with rasterio.open(data / "lights_china" / "viirs_like_2016.tif") as raster:
        values, transform = raster.read(1), raster.transform
    labels, _ = ndimage.label(values >= 2, np.ones((3, 3)))
    great = {
        "上海": (31.23, 121.47),
        "北京": (39.91, 116.39),
        "天津": (39.13, 117.20),
        "武汉": (30.60, 114.29),
        "哈尔滨": (45.76, 126.64),
        "鹤岗": (47.34, 130.29),
        "拉萨": (29.65, 91.12),
        "西宁": (36.62, 101.77),
    }
    at = {name: labels[rasterio.transform.rowcol(transform, lon, lat)] for name, (lat, lon) in great.items()}
    assert all(at.values())
    wanted = np.where(np.isin(labels, list(at.values())), labels, 0).astype("int32")
    shapes: dict[int, list] = {}
    for shape, value in features.shapes(wanted, mask=wanted > 0, transform=transform, connectivity=8):
        shapes.setdefault(int(value), []).append(shapely.geometry.shape(shape))
    polygons = series(*(shapely.make_valid(shapely.union_all(shapes[label])) for label in at.values()))
    assert name_cities(polygons).name_zh.tolist() == list(great)
