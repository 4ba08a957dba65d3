"""Areal interpolation between two makers' counties of China: the table, and 100 variables put through it.

Run ``python benchmarks/area_table.py FOLDER``, with ``counties_mapchina_2019.parquet`` and
``counties_tianditu_wgs84.parquet`` in it. The targets are 20 seconds for the table and 1 second for applying
it on the reference machine.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from _record import record

from cityebb.harmonise.interpolate import area_table, interpolate
from cityebb.read import read_units

VARIABLES = 100
TABLE_SECONDS, APPLY_SECONDS = 20.0, 1.0


def main(folder: Path) -> None:
    """Measure and record."""
    one = read_units(
        folder / "counties_tianditu_wgs84.parquet", unit_id="district_adcode", vintage=2022
    ).units
    other = read_units(folder / "counties_mapchina_2019.parquet", unit_id="Code_County", vintage=2019).units
    rng = np.random.default_rng(1)
    names = [f"v{place}" for place in range(VARIABLES)]
    values = pd.DataFrame(rng.random((len(one), VARIABLES)), index=one.index, columns=names)
    begun, used = time.perf_counter(), time.process_time()
    table = area_table(one, other)
    made, spent = time.perf_counter(), time.process_time()
    found = interpolate(values, table, extensive=names)
    ended = time.perf_counter()
    total = found.figures.sum() + found.rest.groupby("variable")["mass"].sum()
    record(
        "area_table_china",
        made - begun,
        unit="s",
        target=TABLE_SECONDS,
        cpu=round(spent - used, 3),
        units=f"{len(one)} x {len(other)}",
        pairs=len(table.source),
        mass_error=float((total / values.sum() - 1).abs().max()),
    )
    record("area_table_apply_100", ended - made, unit="s", target=APPLY_SECONDS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of the two layers")
    main(parser.parse_args().folder)
