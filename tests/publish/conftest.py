"""A made-up study with everything that a real one has, for the tests of this room."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from cityebb.identify import effects_of
from cityebb.model import (
    BREAKS,
    CENSUS,
    FOOTPRINTS,
    ROBUSTNESS,
    SENSITIVITY,
    Note,
    Results,
    city_ids,
    size_class,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST = "海河江岭泽林云石青白金银平安永新长临南北东西兴宁昌德"
_SECOND = "州阳城山川口原溪湖岗港陵源台丰集"
_SYLLABLES = (
    "lin",
    "yang",
    "he",
    "tai",
    "gu",
    "an",
    "shi",
    "jing",
    "bei",
    "nan",
    "chun",
    "feng",
    "kou",
    "zhou",
)
YEARS = tuple(range(2012, 2023))
USABLE = tuple(range(2013, 2023))


@pytest.fixture(scope="session")
def make_results() -> Callable[..., Results]:
    """Make the results of a study: see :func:`build_results`."""
    return build_results


@pytest.fixture(scope="session")
def results() -> Results:
    """Three hundred cities over ten years, with truth and context."""
    return build_results()


def build_results(
    count: int = 300, *, years: tuple[int, ...] = YEARS, seed: int = 7, **changes: Any
) -> Results:
    """Return ``count`` made-up cities in a box like China; ``changes`` replace parts of the results."""
    random = np.random.default_rng(seed)
    usable = tuple(year for year in years if year != 2012)
    long = len(usable) >= 6
    start, end = (usable[:3], usable[-3:]) if long else (usable[:1], usable[-1:])
    cities = _cities(random, count, (usable[0], usable[-1]))
    rate = np.where(random.random(count) < 0.25, 0.0, random.normal(0.008, 0.035, count))
    panel, values, noise = _panel(random, cities, years, rate)
    verdicts = _verdicts(cities, values, noise, years, (usable, start, end))
    parts: dict[str, Any] = {
        "title": {
            "zh": f"示例国的灯光，{usable[0]}–{usable[-1]}",
            "en": f"Lights of an example country, {usable[0]}–{usable[-1]}",
        },
        "cities": cities,
        "panel": panel,
        "verdicts": verdicts,
        "summary": _summary(cities, verdicts),
        **_specifications(count, verdicts, usable),
        "breaks": _breaks(years),
        "census": CENSUS.empty(),
        "footprints": FOOTPRINTS.empty(),
        "definition": {
            "name": "lit",
            "where": {"lights": 2.0},
            "units": {"lights": "DN"},
            "join": "or",
            "epoch": "union",
            "years": [usable[0], usable[-1]],
            "connectivity": 8,
            "min_area_km2": 5.0,
        },
        "comparison": {
            "source": "lights",
            "indicator": "light",
            "start": list(start),
            "end": list(end),
            "threshold": -0.10,
            "plain_threshold": -0.10,
            "unit": "DN·km²",
            "confidence": 0.90,
            "years": list(usable),
            "left_out": {year: "lit_cells_missing" for year in years if year not in usable},
            "alpha": 0.05,
        },
        "sources": {
            "lights": {
                "indicator": "light",
                "unit": "DN",
                "zero": "value",
                "years": list(years),
                "citation": "Chen et al. 2021, ESSD 13, 889–906, doi:10.7910/DVN/YGIVCD, CC BY 4.0",
                "concept": "night light",
                "grade": "measured",
            }
        },
        "notes": (
            Note("model.faults", {"count": 2}, "info", "lights"),
            Note("model.column_missing", {"table": "panel", "column": "{x}"}, "warning", "lights"),
        ),
        "truth": _truth(random, cities, rate * (usable[-1] - usable[0])),
        "context": _context(cities),
        "manifest": {
            "cityebb": "0.1.0",
            "python": "3.11.2",
            "made": "2026-11-24T08:00:00+00:00",
            "inputs": [
                {
                    "source": "lights",
                    "file": f"viirs_like_{year}.tif",
                    "bytes": 3_800_000 + year,
                    "sha256": f"{year:064x}",
                }
                for year in years
            ],
            "versions": {"numpy": "2.4.6", "rasterio": "1.4.4"},
        },
    }
    return Results(**(parts | changes))


def _cities(random: np.random.Generator, count: int, epoch: tuple[int, int]) -> gpd.GeoDataFrame:
    area = np.minimum(5 * (1 - random.random(count)) ** (-1 / 1.1), 3000)
    lon = np.round(np.clip(random.normal(112, 7, count), 76, 132), 4)
    lat = np.round(np.clip(random.normal(33, 5, count), 20, 52), 4)
    zh = [
        _FIRST[i] + _SECOND[j]
        for i, j in zip(
            random.integers(0, len(_FIRST), count), random.integers(0, len(_SECOND), count), strict=True
        )
    ]
    en = [
        (_SYLLABLES[i] + _SYLLABLES[j]).capitalize()
        for i, j in random.integers(0, len(_SYLLABLES), (count, 2)).tolist()
    ]
    frame = gpd.GeoDataFrame(
        {
            "city_id": city_ids("lit", lon, lat),
            "name_zh": pd.Series(zh, dtype=object),
            "name_en": pd.Series(en, dtype=object),
            "near": random.random(count) < 0.1,
            "district_zh": pd.Series([None] * count, dtype=object),
            "district_en": pd.Series([None] * count, dtype=object),
            "country": random.choice(["CN", "XA", "XB"], count, p=[0.8, 0.15, 0.05]).astype(object),
            "lon": lon,
            "lat": lat,
            "area_km2": area,
            "cells": (area / 0.2).astype(int),
            "size_class": pd.Series(size_class(area), dtype=object),
            "definition": pd.Series(["lit"] * count, dtype=object),
            "boundary_vintage": pd.Series([f"{epoch[0]}|{epoch[1]}"] * count, dtype=object),
        },
        geometry=[_blob(random, x, y, a, coarse=count > 500) for x, y, a in zip(lon, lat, area, strict=True)],
        crs="EPSG:4326",
    )
    return frame.set_index("city_id")


def _blob(random: np.random.Generator, lon: float, lat: float, area_km2: float, *, coarse: bool) -> Any:
    if coarse:  # many need not be pretty
        return shapely.MultiPolygon([shapely.box(lon, lat, lon + 0.02, lat + 0.02)])
    cell = 0.0045
    reach = min(max(2, int(np.sqrt(area_km2) / 0.9)), 25)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    keep = np.hypot(x, y) + random.normal(0, reach / 8, x.shape) < reach * 0.75
    keep[reach, reach] = True
    west, south = lon + x[keep] * cell, lat + y[keep] * cell
    boxes = shapely.box(west, south, west + cell, south + cell)
    union = shapely.union_all(boxes, grid_size=1e-6)
    return union if union.geom_type == "MultiPolygon" else shapely.MultiPolygon([union])


def _panel(
    random: np.random.Generator, cities: gpd.GeoDataFrame, years: tuple[int, ...], rate: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    noise = 0.09 / np.sqrt(cities["area_km2"].to_numpy() / 5) + 0.01
    base = cities["area_km2"].to_numpy() * random.lognormal(1.6, 0.4, len(cities))
    since = np.array(years) - years[0]
    logs = (
        np.log(base)[:, None]
        + rate[:, None] * since
        + random.normal(0, 1, (len(cities), len(years))) * noise[:, None]
    )
    values = np.exp(logs)
    if 2012 in years:
        values[:, years.index(2012)] *= 0.7
    frames = []
    for name, unit, numbers in (
        ("light_sum", "DN·km²", values),
        ("light_mean", "DN", values / cities["area_km2"].to_numpy()[:, None]),
    ):
        frames.append(
            pd.DataFrame(
                {
                    "city_id": np.repeat(cities.index.to_numpy(object), len(years)),
                    "year": np.tile(np.array(years), len(cities)),
                    "indicator": name,
                    "source": "lights",
                    "value": numbers.ravel(),
                    "sd": numbers.ravel() * 0.01,
                    "coverage": 1.0,
                    "unit": unit,
                    "concept": "night light",
                    "grade": "measured",
                }
            )
        )
    return pd.concat(frames, ignore_index=True), values, noise


def _verdicts(
    cities: gpd.GeoDataFrame, values: np.ndarray, noise: np.ndarray, years: tuple[int, ...], spans: tuple
) -> pd.DataFrame:
    from scipy.stats import norm

    usable, start, end = spans
    logs = np.log(values)
    before = logs[:, [years.index(y) for y in start]].mean(axis=1)
    after = logs[:, [years.index(y) for y in end]].mean(axis=1)
    change = after - before
    sd = noise * np.sqrt(1 / len(start) + 1 / len(end))
    low, high = change - 1.645 * sd, change + 1.645 * sd
    plain = np.exp(logs[:, years.index(usable[-1])] - logs[:, years.index(usable[0])]) - 1
    p = norm.cdf(change / sd)
    state = np.full(len(cities), "undetermined", object)
    line = np.log1p(-0.10), np.log1p(0.10)
    state[(low > line[0]) & (high < line[1])] = "stable"
    state[(change <= line[0]) & (p < 0.02)] = "shrinking"
    state[(change >= line[1]) & (p > 0.98)] = "growing"
    below = (
        np.exp(logs[:, [years.index(y) for y in usable[1:]]] - logs[:, [years.index(usable[0])]]) - 1 <= -0.10
    )
    lasting = _persistence(below)
    return pd.DataFrame(
        {
            "city_id": cities.index.to_numpy(object),
            "definition": "lit",
            "boundary_vintage": cities["boundary_vintage"].to_numpy(),
            "source": "lights",
            "indicator": "light",
            "concept": "night light",
            "rule": "change",
            "specification": "main",
            "start": f"{start[0]}–{start[-1]}" if len(start) > 1 else str(start[0]),
            "end": f"{end[0]}–{end[-1]}" if len(end) > 1 else str(end[0]),
            "before": np.exp(before),
            "after": np.exp(after),
            "change": np.expm1(change),
            "low": np.expm1(low),
            "high": np.expm1(high),
            "plain_change": plain,
            "relative_change": np.expm1(change - np.median(change)),
            "threshold": -0.10,
            "noise": noise,
            "noise_from": "series",
            "p": p,
            "q": np.minimum(1, np.minimum(p, 1 - p) * 2.6),
            "below_zero": norm.cdf(-change / sd),
            "below_threshold": norm.cdf((line[0] - change) / sd),
            "state": state,
            "plain": np.select([plain <= -0.10, plain >= 0.10], ["down", "up"], "between").astype(object),
            "persistence": lasting,
            "years_below": [
                ",".join(str(y) for y, b in zip(usable[1:], row, strict=True) if b) for row in below
            ],
            "reason": np.where(state == "undetermined", "identify.reason.noise", ""),
        }
    )


def _persistence(below: np.ndarray) -> list[str]:
    found = []
    for row in below:
        if not row.any():
            found.append("never")
        elif row[-3:].all():
            found.append("persistent" if row[: len(row) // 2].any() else "late")
        else:
            found.append("relapsed" if row[-1] else "came_back")
    return found


def _summary(cities: gpd.GeoDataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    joined = cities.drop(columns="geometry").join(
        verdicts.set_index("city_id")[["state", "plain", "persistence", "change"]]
    )
    rows = []
    groups = [("total", "total", joined)]
    groups += [(by, key, part) for by in ("size_class", "country") for key, part in joined.groupby(by)]
    for by, key, part in groups:
        row = {"by": by, "group": str(key), "cities": len(part)}
        row |= {
            name: int((part["state"] == name).sum())
            for name in ("shrinking", "growing", "stable", "undetermined")
        }
        row |= {f"plain_{name}": int((part["plain"] == name).sum()) for name in ("down", "up")}
        row["no_baseline"] = int((part["plain"] == "no_baseline").sum())
        row |= {
            name: int((part["persistence"] == name).sum())
            for name in ("persistent", "came_back", "late", "relapsed")
        }
        rows.append(row | {"median_change": float(part["change"].median())})
    return pd.DataFrame(rows)


def _sensitivity(count: int, verdicts: pd.DataFrame, usable: tuple[int, ...]) -> pd.DataFrame:
    """Return a full grid of four epochs, four floors, two connectivities, some ends and two thresholds."""
    down, up = (int((verdicts["plain"] == name).sum()) for name in ("down", "up"))
    shrinking, growing = (int((verdicts["state"] == name).sum()) for name in ("shrinking", "growing"))
    epochs = {"union": 1.0, "baseline": 1.25, "final": 0.6, "intersection": 0.9}
    floors = {2.0: 1.0, 1.0: 1.1, 3.0: 0.92, 5.0: 0.7}
    ends = {usable[-1]: 1.0} | {year: 1.3 - 0.08 * i for i, year in enumerate(usable[1:-1][-4:])}
    rows = []
    for at, (epoch, floor, touch, end, line) in enumerate(
        product(epochs, floors, (8, 4), ends, (-0.1, -0.2))
    ):
        own = (epoch, floor, touch, end, line)
        other = [
            name
            for name, mine, default in zip(
                ("epoch", "floor", "connectivity", "end", "threshold"),
                own,
                ("union", 2.0, 8, usable[-1], -0.1),
                strict=True,
            )
            if mine != default
        ]
        factor = epochs[epoch] * floors[floor] * ends[end] * (1.02 if touch != 8 else 1.0)
        n, lost = round(count * (0.9 + 0.1 * factor)), round(shrinking * factor)
        rows.append(
            {
                "specification": f"s{at:03d}",
                "definition": "lit",
                "epoch": epoch,
                "floor_factor": floor / 2,
                "at_least": f"lights ≥ {floor:g}",
                "connectivity": float(touch),
                "min_area_km2": 5.0,
                "first_year": usable[0],
                "last_year": end,
                "start": str(usable[0]),
                "end": str(end),
                "line": f"{line:g}",
                "threshold": line,
                "plain_threshold": line,
                "calibration": "",
                "boundaries": "",
                "varies": "default" if not other else other[0] if len(other) == 1 else "several",
                "is_default": not other,
                "cities": n,
                "plain_down": round(down * factor * (1 if line == -0.1 else 0.6)),
                "plain_up": up,
                "shrinking": lost,
                "growing": growing,
                "stable": 0,
                "undetermined": max(0, n - lost - growing),
            }
        )
    return SENSITIVITY.check(pd.DataFrame(rows)[SENSITIVITY.names])


def _specifications(count: int, verdicts: pd.DataFrame, usable: tuple[int, ...]) -> dict[str, pd.DataFrame]:
    table = _sensitivity(count, verdicts, usable)
    robustness = _robustness(verdicts, len(table))
    return {"sensitivity": table, "robustness": robustness, "effects": effects_of(table)}


def _robustness(verdicts: pd.DataFrame, specifications: int) -> pd.DataFrame:
    """Return what many specifications say of each city: mostly what the study does."""
    size = len(verdicts)
    most = np.where(verdicts["state"] == "shrinking", 3 * specifications // 4, specifications // 50)
    none = np.arange(size) % 5 * (specifications // 50)
    return ROBUSTNESS.check(
        pd.DataFrame(
            {
                "city_id": verdicts["city_id"].to_numpy(),
                "specifications": specifications,
                "shrinking": most,
                "growing": 0,
                "stable": 0,
                "undetermined": specifications - most - none,
                "no_city": none,
                "share_shrinking": most / specifications,
                "share_shrinking_as_city": most / (specifications - none),
                "share_agreeing": 0.5,
                "flipped_by": np.where(most > specifications // 2, "end", ""),
                "flip": 0.25,
            }
        )
    )


def _breaks(years: tuple[int, ...]) -> pd.DataFrame:
    if 2012 not in years:
        return BREAKS.empty()
    row = {"source": "lights", "kind": "stranger", "year": 2012, "evidence": "lit_cells_missing"}
    return pd.DataFrame([row | {"size": 0.29, "kept": False}])


def _truth(random: np.random.Generator, cities: gpd.GeoDataFrame, change: np.ndarray) -> pd.DataFrame:
    share = np.expm1(change + random.normal(0, 0.01, len(cities)))
    state = np.select([share <= -0.10, share >= 0.10], ["shrinking", "growing"], "stable")
    return pd.DataFrame(
        {
            "city_id": cities.index.to_numpy(object),
            "name": cities["name_zh"].to_numpy(),
            "change": share,
            "state": state.astype(object),
        }
    )


def _context(cities: gpd.GeoDataFrame) -> pd.DataFrame:
    largest = cities.sort_values("area_km2", ascending=False).head(min(40, len(cities)))
    before = 1_000_000 + np.arange(len(largest)) * 10_000.0
    change = np.where(np.arange(len(largest)) % 3 == 0, -0.158, 0.041)
    return pd.DataFrame(
        {
            "city_id": largest.index.to_numpy(object),
            "unit_zh": [f"{name}市" for name in largest["name_zh"]],
            "unit_en": [f"{name} prefecture" for name in largest["name_en"]],
            "level": "prefecture",
            "indicator": "people",
            "concept": "resident",
            "start": "2010",
            "end": "2020",
            "before": before,
            "after": before * (1 + change),
            "change": change,
            "citation_zh": "国家统计局，2010 年和 2020 年人口普查",
            "citation_en": "National Bureau of Statistics, censuses of 2010 and 2020",
        }
    )
