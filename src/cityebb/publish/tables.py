"""Write the results as tables that other programs and people can open."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, Any

from cityebb.model import COMPARABILITY_TABLES, CityebbError
from cityebb.publish._files import whole
from cityebb.publish._spread import FORMULA_STARTS, published_cities

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from cityebb.model import Results

FORMATS = ("parquet", "gpkg", "csv", "xlsx")
TABLES_WRITTEN = ("panel", "verdicts", "summary", "sensitivity", "breaks")
WRITTEN_IF_THERE = (
    "robustness",
    "effects",
    "combined",
    "evidence",
    "by_rule",
    "calibrations",
    "proxy",
    "proxy_calls",
    "proxy_points",
    "reliability",
    "jobs",
    "density",
    "watch",
    "watch_counts",
    "policy",
    "gainers",
    "balance",
    "ranking",
)
# Too many rows for anything but a program: a row a city and pair of years, a row a part.
FOR_PROGRAMS = ("windows",)


def write_tables(results: Results, folder: Path, formats: Iterable[str] = FORMATS) -> list[Path]:
    """Write the cities with their verdicts, and every table, in the formats asked for.

    Parameters
    ----------
    results
        What the study found.
    folder
        Where to; it is made if it is not there.
    formats
        Of ``parquet`` (GeoParquet 1.1 with a covering box for the cities), ``gpkg``, ``csv`` (UTF-8 with the
        mark that lets Excel open Chinese) and ``xlsx`` (one workbook).

    Returns
    -------
    list of pathlib.Path
        What was written. Each file appears whole or not at all.

    Raises
    ------
    CityebbError
        If a format is unknown, or a file cannot be written.
    """
    wanted = tuple(formats)
    for name in wanted:
        if name not in FORMATS:
            raise CityebbError("publish.format_unknown", format=name, known=", ".join(FORMATS))
    cities = published_cities(results)
    frames: dict[str, pd.DataFrame] = {name: getattr(results, name) for name in TABLES_WRITTEN}
    told = {name: getattr(results, name) for name in WRITTEN_IF_THERE}
    frames |= {name: frame for name, frame in told.items() if len(frame)}
    inside = results.inside
    if inside is not None:
        found = {
            "inside": inside.cities,
            "city_and_parts": inside.together,
            "counties_found": inside.counties,
        }
        frames |= {name: frame for name, frame in found.items() if len(frame)}
    if results.comparability is not None:
        frames |= {name: getattr(results.comparability, name) for name in COMPARABILITY_TABLES}
    written: list[Path] = []
    if "parquet" in wanted:
        written.append(_geoparquet(cities, folder / "cities.parquet"))
        written += [_parquet(frame, folder / f"{name}.parquet") for name, frame in frames.items()]
        large = {name: getattr(results, name) for name in FOR_PROGRAMS}
        large |= {} if inside is None else {"parts": inside.parts, "parts_found": inside.found}
        written += [
            _parquet(frame, folder / f"{name}.parquet") for name, frame in large.items() if len(frame)
        ]
    if "gpkg" in wanted and (cities.empty or cities.geometry.notna().any()):
        written.append(_geopackage(cities, folder / "cities.gpkg"))
    if "csv" in wanted:
        flat = cities.drop(columns=cities.geometry.name).reset_index()
        for name, frame in ({"cities": flat} | frames).items():
            written.append(_csv(frame, folder / f"{name}.csv"))
    if "xlsx" in wanted:
        from cityebb.publish.workbook import write_workbook

        written.append(write_workbook(results, folder / "cityebb.xlsx"))
    return written


def write_frame(frame: pd.DataFrame, path: Path) -> Path:
    """Write one table as CSV or Parquet, as the name of the file says; it appears whole or not at all.

    Parameters
    ----------
    frame
        Without an index that matters.
    path
        Ends in ``.csv`` or ``.parquet``.

    Returns
    -------
    pathlib.Path
        The file.
    """
    return _csv(frame, path) if path.suffix == ".csv" else _parquet(frame, path)


def guard(text: object) -> object:
    """Return a text that no spreadsheet takes for a formula; anything else as it is.

    Examples
    --------
    >>> guard("=cmd|' /C calc'!A0"), guard("Hegang"), guard(-0.1)
    ("'=cmd|' /C calc'!A0", 'Hegang', -0.1)
    """
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA_STARTS) else text


def _geoparquet(cities: gpd.GeoDataFrame, path: Path) -> Path:
    with whole(path) as stream:
        # A box around nothing cannot be told.
        cities.to_parquet(
            stream, compression="zstd", write_covering_bbox=bool(len(cities)), schema_version="1.1.0"
        )
    return path


def _parquet(frame: pd.DataFrame, path: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with whole(path) as stream:
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), stream, compression="zstd")
    return path


def _geopackage(cities: gpd.GeoDataFrame, path: Path) -> Path:
    import pyogrio

    memory = io.BytesIO()
    frame = cities.reset_index()
    # A GeoPackage carries the time of writing; one fixed time makes equal results equal files.
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"})
    try:
        kind = "MultiPolygon" if len(frame) else "Unknown"
        pyogrio.write_dataframe(
            frame, memory, driver="GPKG", layer="cities", promote_to_multi=True, geometry_type=kind
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
    with whole(path) as stream:
        stream.write(memory.getbuffer())
    return path


def _csv(frame: pd.DataFrame, path: Path) -> Path:
    safe = frame.copy()
    for name in _texts(frame):
        safe[name] = frame[name].map(guard, na_action="ignore")
    with whole(path) as stream:
        stream.write(codecs.BOM_UTF8)
        safe.to_csv(stream, index=False, lineterminator="\n", mode="wb", encoding="utf-8")
    return path


def _texts(frame: pd.DataFrame) -> list[Any]:
    import pandas as pd

    return [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name].dtype)]
