"""The places of the world that cities are named by: the table in the package, or one's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import CityebbError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

#: What a place table must have; the columns of :data:`FINER` may be left out.
NEEDED = ("name_en", "name_zh", "country", "district_en", "district_zh", "lat", "lon", "population")
FINER = ("subdistrict_en", "subdistrict_zh")
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Places:
    """Places in the order in which they give a city its name: most people first, unknown last, then by name.

    Parameters
    ----------
    texts
        The text columns, one row a place.
    lat, lon
        Degrees, WGS 84.
    """

    texts: pa.Table
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> pd.DataFrame:
        """Return the texts of ``rows`` (-1: a row without values) as a frame of objects."""
        import pyarrow as pa

        taken = self.texts.take(pa.array(np.where(rows < 0, 0, rows), mask=rows < 0))
        frame: pd.DataFrame = taken.to_pandas(strings_to_categorical=False)
        return frame.astype(object).where(frame.notna(), None)


@cache
def embedded() -> Places:
    """Return the table in the package, read once (GeoNames, CC BY 4.0)."""
    import pyarrow.parquet as pq

    # One thread: the arenas of several cost more memory than the table.
    table = pq.read_table(DATA / "names.parquet", use_threads=False)
    step = float(table.schema.metadata[b"degrees_per_unit"])
    # Text columns that repeat are kept as codes; only the rows taken become words.
    return Places(
        texts=table.drop_columns(["lat", "lon", "population"]),
        lat=table["lat"].to_numpy() * step,
        lon=table["lon"].to_numpy() * step,
    )


def from_frame(frame: pd.DataFrame) -> Places:
    """Return one's own places, brought into order.

    Raises
    ------
    CityebbError
        If a column is missing.
    """
    import pyarrow as pa

    missing = [name for name in NEEDED if name not in frame]
    if missing:
        raise CityebbError("delineate.places_columns", columns=", ".join(missing), needed=", ".join(NEEDED))
    ordered = frame.sort_values(
        ["population", "name_en", "lat", "lon"], ascending=[False, True, False, True], na_position="last"
    )
    schema = pa.schema([(name, pa.string()) for name in _texts(ordered)])
    return Places(
        texts=pa.Table.from_pandas(ordered[schema.names].astype(object), schema=schema, preserve_index=False),
        lat=ordered["lat"].to_numpy(float),
        lon=ordered["lon"].to_numpy(float),
    )


@cache
def countries() -> dict[str, dict[str, str]]:
    """Return the Chinese and English names of countries and territories by code (Unicode CLDR)."""
    names: dict[str, dict[str, str]] = json.loads((DATA / "countries.json").read_text(encoding="utf-8"))
    return names


def _texts(frame: pd.DataFrame) -> list[str]:
    numbers = ("lat", "lon", "population")
    return [name for name in (*NEEDED, *FINER) if name in frame and name not in numbers]
