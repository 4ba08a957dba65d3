"""Points on the earth, such as gas flares, from a table of longitudes and latitudes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from cityebb.model import CityebbError, gather
from cityebb.read.text import read_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LONGITUDE = {"lon", "long", "longitude", "lon_gmtco", "x", "经度"}
_LATITUDE = {"lat", "latitude", "lat_gmtco", "y", "纬度"}
_TURN, _POLE = 180.0, 90.0


def read_points(path: Path, *, label: str | None = None) -> tuple[tuple[float, float], ...]:
    """Return longitude and latitude of every row of a CSV or TSV file.

    Parameters
    ----------
    path
        With a header that names ``lon``/``longitude``/经度 and ``lat``/``latitude``/纬度; other columns are
        left alone.
    label
        What to call the file in a fault.

    Raises
    ------
    CityebbError, Faults
        If a column is missing, or a row holds no numbers or numbers off the earth.
    """
    name = label or path.name
    text, _ = read_text(path, label=name)
    first = text.splitlines()[0] if text.strip() else ""
    rows = list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in first else ","))
    heading = [cell.strip().lower() for cell in rows[0]] if rows else []
    lon = next((place for place, cell in enumerate(heading) if cell in _LONGITUDE), None)
    lat = next((place for place, cell in enumerate(heading) if cell in _LATITUDE), None)
    if lon is None or lat is None:
        raise CityebbError("read.points_columns", path=name, columns=", ".join(heading) or "–")
    found = []
    with gather() as fault:
        for number, row in enumerate(rows[1:], 2):
            if any(cell.strip() for cell in row):
                point = _point(row, lon, lat, name, number, fault)
                if point is not None:
                    found.append(point)
    return tuple(found)


def _point(
    row: list[str], lon: int, lat: int, name: str, number: int, fault: Callable[[CityebbError], None]
) -> tuple[float, float] | None:
    try:
        x, y = float(row[lon]), float(row[lat])
    except (ValueError, IndexError):
        x = y = float("nan")
    if not (abs(x) <= _TURN and abs(y) <= _POLE):
        fault(CityebbError("read.points_row", path=name, row=number, text=", ".join(row)[:80]))
        return None
    return x, y
