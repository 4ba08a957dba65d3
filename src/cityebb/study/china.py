"""The embedded study of China: results of this program on real lights, judged anew each time."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from cityebb.model import Note, Results

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import geopandas as gpd
    import pandas as pd

CITIES = "china_cities.parquet"
PANEL = "china_panel.parquet"
FOOTPRINTS = "china_footprints.parquet"
SPECIFICATIONS = "china_specifications.parquet"
ROBUSTNESS = "china_robustness.parquet"
RECORD = "china.json"
FACTS = "china_census_2010_2020.csv"

_CENSUS_CITATION = {
    "zh": "国家统计局，第六次（2010 年）和第七次（2020 年）全国人口普查；"
    "2010 年数由 Dong、Du 与 Liu 调整到 2020 年区划",
    "en": "National Bureau of Statistics of China, population censuses of 2010 and 2020; "
    "2010 on the boundaries of 2020 after Dong, Du and Liu",
}
_UNIT_ENDINGS = ("市", "地区", "盟")
_MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")


def china_results() -> dict[str, Results]:
    """Return what the embedded study of China finds, by comparison: ``light`` and ``light_decade``.

    Examples
    --------
    >>> found = china_results()["light"]
    >>> len(found.cities), int((found.verdicts["plain"] == "down").sum())
    (2999, 934)
    """
    from cityebb.identify import (
        IdentifyParameters,
        all_windows,
        effects_of,
        identify,
        judge_by_rules,
        rank_countries,
        summarise,
        watch_cities,
    )
    from cityebb.identify.series import series_of

    record = _record()
    cities, panel = load_cities(), load_panel()
    context = china_context(cities)
    found = {}
    for name, kept in record["comparisons"].items():
        rule = IdentifyParameters.model_validate(kept["rule"])
        indicator, era = kept["comparison"]["indicator"], tuple(kept["era_years"])
        verdicts = identify(
            panel,
            cities,
            rule,
            indicator=indicator,
            years=tuple(kept["years"]),
            era_years=era,
            specification=kept["specification"],
        )
        series = series_of(
            panel,
            cities.index,
            indicator=f"{indicator}_sum",
            source=rule.source,
            years=era,
            min_coverage=rule.min_coverage,
        )
        watched: dict[str, Any] = watch_cities(
            all_windows(series, cities, rule, indicator=indicator, segments=[era]),
            verdicts,
            cities,
            rule.watch,
        )
        table = _part(SPECIFICATIONS, name)
        found[name] = Results(
            title=kept["title"],
            cities=cities,
            panel=panel,
            verdicts=verdicts,
            summary=summarise(verdicts, cities),
            sensitivity=table,
            robustness=load_robustness(name, cities),
            effects=effects_of(table),
            by_rule=judge_by_rules(panel, cities.index, rule, indicator=indicator, years=kept["years"]),
            ranking=rank_countries(verdicts, cities["country"]),
            **watched,
            breaks=_frame(record["breaks"]),
            census=_frame(record["census"]),
            footprints=_table(FOOTPRINTS),
            definition=record["definition"],
            comparison=_comparison(kept["comparison"]),
            sources=record["sources"],
            notes=(*_own_notes(record, len(context)), *(Note.from_json(note) for note in kept["notes"])),
            context=context,
            manifest=_manifest(record, kept),
        )
    return found


def load_cities() -> gpd.GeoDataFrame:
    """Return the embedded cities (``model.CITIES``), with outlines simplified by at most 0.002 degrees.

    ``area_km2`` and ``cells`` are those of the exact outlines.
    """
    import geopandas as gpd

    with resources.as_file(_data() / CITIES) as path:
        return gpd.read_parquet(path)


def load_panel() -> pd.DataFrame:
    """Return the yearly light of the embedded cities (``model.PANEL``)."""
    import numpy as np
    import pandas as pd

    kept, about = _table(PANEL), _record()["panel"]
    city_id = load_cities().index.to_numpy()[kept["city"].to_numpy()]
    parts = []
    for indicator in ("sum", "mean", "area"):
        sd = kept[f"{indicator}_sd"] if f"{indicator}_sd" in kept else pd.Series(np.nan, kept.index)
        parts.append(
            pd.DataFrame(
                {
                    "city_id": city_id,
                    "year": kept["year"].astype(np.int64),
                    "indicator": f"light_{indicator}",
                    "source": about["source"],
                    "value": kept[indicator].astype(np.float64),
                    "sd": sd.astype(np.float64),
                    "coverage": kept["coverage"].astype(np.float64),
                    "unit": about["units"][indicator],
                    "concept": about["concept"],
                    "grade": about["grade"],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def load_facts() -> pd.DataFrame:
    """Return residents by prefecture in 2010 and 2020, on the boundaries of 2020.

    Returns
    -------
    DataFrame
        ``city`` (the unit's Chinese name), ``city_code``, ``province``, ``popu_2010``, ``popu_2020``,
        ``popu_urban_2010``, ``popu_urban_2020`` (persons), ``city_id`` (the physical city of that name inside
        it, or empty).
    """
    import pandas as pd

    with resources.as_file(_data() / FACTS) as path:
        return pd.read_csv(path, dtype={"city_code": str, "city_id": object})


def china_context(cities: pd.DataFrame) -> pd.DataFrame:
    """Return the census of the prefecture whose name each city bears, as context.

    A prefecture is a region with counties and villages, not the city: its figure stands beside the city's
    light with its name and level, and may say the opposite.

    Returns
    -------
    DataFrame
        As ``model.Results.context``; ``before`` and ``after`` in persons.
    """
    import pandas as pd

    facts = load_facts()
    facts = facts[facts["city_id"].isin(cities.index)]
    english = cities.loc[facts["city_id"], "name_en"].fillna("").to_numpy()
    change = (facts["popu_2020"] / facts["popu_2010"] - 1).to_numpy(float)
    return pd.DataFrame(
        {
            "city_id": facts["city_id"].to_numpy(),
            "unit_zh": facts["city"].to_numpy(),
            "unit_en": english,
            "level": [
                _level(unit, code) for unit, code in zip(facts["city"], facts["city_code"], strict=True)
            ],
            "indicator": "people",
            "concept": "resident",
            "start": "2010",
            "end": "2020",
            "before": facts["popu_2010"].to_numpy(float),
            "after": facts["popu_2020"].to_numpy(float),
            "change": change,
            **{f"citation_{language}": text for language, text in _CENSUS_CITATION.items()},
        }
    )


def load_robustness(comparison: str, cities: pd.DataFrame) -> pd.DataFrame:
    """Return what the specifications of a comparison say of each city (``model.ROBUSTNESS``)."""
    found = _part(ROBUSTNESS, comparison)
    found.insert(0, "city_id", cities.index.to_numpy()[found.pop("city").to_numpy()])
    return found


def short_name(unit: str) -> str:
    """Return a unit's name without the word for its kind.

    Examples
    --------
    >>> short_name("鹤岗市"), short_name("大兴安岭地区"), short_name("延边朝鲜族自治州")
    ('鹤岗', '大兴安岭', '延边朝鲜族自治州')
    """
    for ending in _UNIT_ENDINGS:
        if unit.endswith(ending):
            return unit.removesuffix(ending)
    return unit


def _level(unit: str, code: str) -> str:
    """Return ``municipality``, ``prefecture`` or ``county``: what kind of unit a name stands for."""
    if unit in _MUNICIPALITIES:
        return "municipality"
    # Units administered by a province directly have 90 in the place of the prefecture.
    return "county" if code[2:4] == "90" else "prefecture"


def _own_notes(record: dict[str, Any], units: int) -> tuple[Note, ...]:
    years = record["sources"]["lights"]["years"]
    return (
        Note("study.embedded.chain", {"first": min(years), "last": max(years)}),
        Note("study.embedded.census", {"count": units}, "warning"),
    )


def _comparison(kept: dict[str, Any]) -> dict[str, Any]:
    """Undo what JSON did to years: as keys they became text."""
    return {**kept, "left_out": {int(year): evidence for year, evidence in kept["left_out"].items()}}


def _manifest(record: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    from cityebb.study.assemble import versions

    return {
        "cityebb_manifest": 1,
        "study": "embedded: china",
        "inputs": record["inputs"],
        "parameters": {"study": record["study"], "identify": kept["rule"]},
        "versions": versions(),
        "built_with": record["versions"],
    }


def _frame(table: dict[str, list[Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(table["data"], columns=table["columns"])


def _part(name: str, comparison: str) -> pd.DataFrame:
    """Return the rows of one comparison of a table that holds both."""
    table = _table(name)
    return table[table["comparison"] == comparison].drop(columns="comparison").reset_index(drop=True)


def _table(name: str) -> pd.DataFrame:
    import pandas as pd

    with resources.as_file(_data() / name) as path:
        return pd.read_parquet(path)


@cache
def _record() -> dict[str, Any]:
    record: dict[str, Any] = json.loads((_data() / RECORD).read_text("utf-8"))
    return record


def _data() -> Traversable:
    return resources.files("cityebb.study") / "data"
