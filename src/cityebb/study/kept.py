"""How each stage's result is written into a folder and read back: parquet, npz, JSON; never code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cityebb.grids import Cells, Criterion
from cityebb.model import COMPARABILITY_TABLES, INSIDE_TABLES, Comparability, InsideFound, Note
from cityebb.study.cache import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from cityebb.delineate import Cities
    from cityebb.grids import Stack
    from cityebb.harmonise import Comparable, ComparableCounts

# EPSG:4326, written out: what the database of PROJ returns for the code depends on what else the process has
# asked it (with or without the ensemble of datums), and equal results shall be equal files.
_WGS84 = (
    'GEOGCRS["WGS 84",DATUM["World Geodetic System 1984",'
    'ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]]],'
    'PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],CS[ellipsoidal,2],'
    'AXIS["geodetic latitude (Lat)",north,ORDER[1],ANGLEUNIT["degree",0.0174532925199433]],'
    'AXIS["geodetic longitude (Lon)",east,ORDER[2],ANGLEUNIT["degree",0.0174532925199433]],'
    'ID["EPSG",4326]]'
)


def save_cells(cells: Cells, folder: Path) -> None:
    """Write candidate cells."""
    keys = list(cells.raw)
    arrays: dict[str, Any] = {f"raw{place}": cells.raw[key] for place, key in enumerate(keys)}
    np.savez(folder / "cells.npz", rows=cells.rows, columns=cells.columns, **arrays)
    write_json(
        folder / "cells.json",
        {
            "raw": [[source, year] for source, year in keys],
            "floors": [[floor.source, floor.at_least] for floor in cells.floors],
        },
    )
    save_table(cells.census, folder / "census.parquet")


def load_cells(folder: Path, stacks: Mapping[str, Stack]) -> Cells:
    """Read candidate cells of these stacks."""
    record = read_json(folder / "cells.json")
    with np.load(folder / "cells.npz", allow_pickle=False) as arrays:
        raw = {
            (str(source), int(year)): arrays[f"raw{place}"]
            for place, (source, year) in enumerate(record["raw"])
        }
        rows, columns = arrays["rows"], arrays["columns"]
    return Cells(
        grid=next(iter(stacks.values())).grid,
        rows=rows,
        columns=columns,
        raw=raw,
        stacks=dict(stacks),
        floors=tuple(Criterion(source, at_least) for source, at_least in record["floors"]),
        census=load_table(folder / "census.parquet"),
    )


def save_cities(cities: Cities, folder: Path) -> None:
    """Write cities with their footprints and labels."""
    cities.frame.to_parquet(folder / "cities.parquet", compression="zstd", write_covering_bbox=True)
    save_table(cities.footprints, folder / "footprints.parquet")
    np.savez_compressed(folder / "labels.npz", labels=cities.labels)


def load_cities(folder: Path) -> Cities:
    """Read cities with their footprints and labels."""
    import geopandas as gpd

    from cityebb.delineate import Cities

    with np.load(folder / "labels.npz", allow_pickle=False) as arrays:
        labels = arrays["labels"]
    frame = gpd.read_parquet(folder / "cities.parquet").drop(columns="bbox", errors="ignore")
    frame = frame.set_crs(_WGS84, allow_override=True)
    return Cities(frame, load_table(folder / "footprints.parquet"), labels)


def save_comparable(found: Comparable, folder: Path) -> None:
    """Write which years go together."""
    write_json(
        folder / "comparable.json",
        {
            "source": found.source,
            "years": found.years,
            "strangers": list(found.strangers.items()),
            "joints": found.joints,
            "notes": [note.to_json() for note in found.notes],
            "shared_steps": list(found.shared_steps.items()),
            "present": found.present,
        },
    )
    save_table(found.frame, folder / "breaks.parquet")


def load_comparable(folder: Path) -> Comparable:
    """Read which years go together."""
    from cityebb.harmonise import Comparable

    record = read_json(folder / "comparable.json")
    return Comparable(
        source=record["source"],
        years=tuple(record["years"]),
        strangers={int(year): str(evidence) for year, evidence in record["strangers"]},
        joints=tuple(record["joints"]),
        frame=load_table(folder / "breaks.parquet"),
        notes=tuple(Note.from_json(note) for note in record["notes"]),
        shared_steps={int(year): float(step) for year, step in record["shared_steps"]},
        present=tuple(record["present"]),
    )


def save_notes(notes: tuple[Note, ...], folder: Path) -> None:
    """Write notes."""
    write_json(folder / "notes.json", [note.to_json() for note in notes])


def load_notes(folder: Path) -> tuple[Note, ...]:
    """Read notes."""
    return tuple(Note.from_json(note) for note in read_json(folder / "notes.json"))


def save_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table."""
    frame.to_parquet(path, compression="zstd")


def load_table(path: Path) -> pd.DataFrame:
    """Read a table."""
    return pd.read_parquet(path)


def read_json(path: Path) -> Any:  # noqa: ANN401 - plain JSON
    """Read plain values."""
    return json.loads(path.read_text("utf-8"))


def save_comparable_counts(found: ComparableCounts, folder: Path) -> None:
    """Write comparable figures of units, and how they were made so."""
    save_table(found.counts, folder / "comparable.parquet")
    done = found.comparability
    for name in COMPARABILITY_TABLES:
        save_table(getattr(done, name), folder / f"{name}.parquet")
    write_json(
        folder / "comparability.json",
        {
            "boundaries": done.boundaries,
            "vintage": done.vintage,
            "notes": [note.to_json() for note in found.notes],
        },
    )


def load_comparable_counts(folder: Path) -> ComparableCounts:
    """Read comparable figures of units, and how they were made so."""
    from cityebb.harmonise import ComparableCounts

    record = read_json(folder / "comparability.json")
    tables = {name: load_table(folder / f"{name}.parquet") for name in COMPARABILITY_TABLES}
    return ComparableCounts(
        load_table(folder / "comparable.parquet"),
        Comparability(boundaries=record["boundaries"], vintage=record["vintage"], **tables),
        tuple(Note.from_json(note) for note in record["notes"]),
    )


def save_inside(found: InsideFound, folder: Path) -> None:
    """Write what was found inside cities."""
    for name in INSIDE_TABLES:
        save_table(getattr(found, name), folder / f"{name}.parquet")
    write_json(folder / "inside.json", {"kind": found.kind, "asked": found.asked})


def load_inside(folder: Path) -> InsideFound:
    """Read what was found inside cities."""
    record = read_json(folder / "inside.json")
    tables = {name: load_table(folder / f"{name}.parquet") for name in INSIDE_TABLES}
    return InsideFound(record["kind"], **tables, asked=record["asked"])


def save_units(cities: gpd.GeoDataFrame, folder: Path) -> None:
    """Write administrative units."""
    cities.to_parquet(folder / "units.parquet", compression="zstd")


def load_units(folder: Path) -> gpd.GeoDataFrame:
    """Read administrative units."""
    import geopandas as gpd

    return gpd.read_parquet(folder / "units.parquet").set_crs(_WGS84, allow_override=True)
