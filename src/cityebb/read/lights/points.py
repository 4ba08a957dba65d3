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
        If a column is missing, a quote is not closed, or a row has more cells than the header, no numbers or
        numbers off the earth.

    Notes
    -----
    Columns stand apart by tabs, semicolons or commas, as in the header; beside semicolons ``128,5`` is a
    number with a decimal comma.
    """
    name = label or path.name
    text, _ = read_text(path, label=name)
    first = text.splitlines()[0] if text.strip() else ""
    mark = next((mark for mark in "\t;" if mark in first), ",")
    rows = _rows(text, mark, name)
    heading = [cell.strip().lower() for cell in rows[0]] if rows else []
    lon = next((place for place, cell in enumerate(heading) if cell in _LONGITUDE), None)
    lat = next((place for place, cell in enumerate(heading) if cell in _LATITUDE), None)
    if lon is None or lat is None:
        raise CityebbError("read.points_columns", path=name, columns=", ".join(heading) or "–")
    found = []
    with gather() as fault:
        for number, row in enumerate(rows[1:], 2):
            if any(cell.strip() for cell in row):
                if len(row) > len(heading) and any(cell.strip() for cell in row[len(heading) :]):
                    told = {"path": name, "row": number, "cells": len(row), "headings": len(heading)}
                    fault(CityebbError("read.points_surplus", **told))
                    continue
                point = _point([_plain(cell, mark) for cell in row], lon, lat, name, number, fault)
                if point is not None:
                    found.append(point)
    return tuple(found)


def _rows(text: str, mark: str, name: str) -> list[list[str]]:
    """Cut a text into rows; a quote that swallows lines is a fault, with the row where it opens."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: list[list[str]] = []
    line = 1
    try:
        for row in reader:
            if any("\n" in cell or "\r" in cell for cell in row):
                raise CityebbError("read.points_quote", path=name, row=line)
            rows.append(row)
            line = reader.line_num + 1
    except csv.Error as error:
        raise CityebbError("read.points_quote", path=name, row=line) from error
    return rows


def _plain(cell: str, mark: str) -> str:
    return cell.replace(",", ".") if mark == ";" else cell


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
