"""From two world-size grids to cities with polygons and their panel, against decoding the files alone.

    python benchmarks/world.py FOLDER
    python benchmarks/identify_world.py FOLDER

Both ways run by turns, each in a process of its own, so that a busy machine disturbs both alike. Time is
counted from opening the files, with libraries loaded and kernels compiled; names, verdicts and report are
timed apart. Memory is the whole process's peak.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _record import record, run_child

if TYPE_CHECKING:
    from collections.abc import Iterator

YEARS = (2013, 2016)
FLOOR = 2.0
STRIP_ROWS = 512
WALL_RATIO, PEAK_GB = 1.5, 1.0
_KB = 1e6 if sys.platform != "darwin" else 1e9  # ru_maxrss is told in kB, by macOS in bytes


@contextmanager
def stopwatch(steps: dict[str, dict[str, float]], name: str) -> Iterator[None]:
    """Note the wall and CPU seconds of a step, and the peak memory after it."""
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    yield
    after = resource.getrusage(resource.RUSAGE_SELF)
    steps[name] = {
        "wall": time.perf_counter() - start,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak_gb": after.ru_maxrss / _KB,
    }


def decode(folder: Path, steps: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Decode both files in strips, a thread for each, and keep nothing: the floor."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    import rasterio
    from rasterio.windows import Window

    def one(path: Path) -> None:
        with rasterio.open(path) as source:
            buffer = np.empty((STRIP_ROWS, source.width), source.dtypes[0])
            for first in range(0, source.height, STRIP_ROWS):
                height = min(STRIP_ROWS, source.height - first)
                source.read(1, window=Window(0, first, source.width, height), out=buffer[:height])

    paths = [folder / f"light_{year}.tif" for year in YEARS]
    with (
        rasterio.Env(GDAL_CACHEMAX=64 << 20),
        ThreadPoolExecutor(len(paths)) as pool,
        stopwatch(steps, "decode"),
    ):
        list(pool.map(one, paths))
    return {}


def identify(folder: Path, steps: dict[str, dict[str, float]], *, more: bool) -> dict[str, Any]:
    """Run the package from open files to the panel; with ``more`` names and verdicts too."""
    import tempfile

    from cityebb.identify import IdentifyParameters, identify, summarise
    from cityebb.simulate import Recipe, simulate

    with tempfile.TemporaryDirectory() as scratch:  # loads libraries and kernels
        small = simulate(Recipe(shape=(120, 120), cities=4, years=YEARS, lost_year=None, step=None))
        small.write_geotiffs(Path(scratch))
        chain(Path(scratch), {})
    with stopwatch(steps, "total"):
        cells, cities, panel = chain(folder, steps)
    if more:
        from cityebb.delineate.names import name_cities

        with stopwatch(steps, "names"):
            name_cities(cities.frame.geometry)
        with stopwatch(steps, "identify"):
            rule = IdentifyParameters(cities="lit", source="lights")
            verdicts = identify(
                panel,
                cities.frame,
                rule,
                indicator="light",
                years=YEARS,
                era_years=YEARS,
                specification="benchmark",
            )
            summarise(verdicts, cities.frame)
    return {"kept_cells": len(cells), "cities": len(cities.frame), "panel_rows": len(panel)}


def chain(folder: Path, steps: dict[str, dict[str, float]]) -> tuple[Any, Any, Any]:
    """Go from files to cells, cities and panel."""
    from cityebb.delineate import DelineateParameters, delineate
    from cityebb.grids import Criterion, scan
    from cityebb.measure import measure
    from cityebb.read import SourceParameters, open_stack

    with stopwatch(steps, "open"):
        source = SourceParameters(files="light_{year}.tif", indicator="light", unit="DN")
        stack = open_stack("lights", source, folder)
    with stopwatch(steps, "scan"):
        cells = scan({"lights": stack}, [Criterion("lights", FLOOR)])
    with stopwatch(steps, "delineate"):
        where = DelineateParameters(where={"lights": FLOOR})
        cities = delineate(cells, where, name="lit", years=YEARS, named=False)
    with stopwatch(steps, "measure"):
        panel = measure(cells, cities, "lights")
    return cells, cities, panel


def main() -> None:
    """Run the rounds and write the lines; exit 1 where a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, help="append the lines to this file")
    parser.add_argument("--child", choices=("decode", "identify", "more"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        steps: dict[str, dict[str, float]] = {}
        if asked.child == "decode":
            told = decode(asked.folder, steps)
        else:
            told = identify(asked.folder, steps, more=asked.child == "more")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KB
        print(json.dumps({"steps": steps, "peak_gb": peak, **told}))
        return
    script = Path(__file__)
    floor, ours = [], []
    for number in range(asked.rounds):
        floor.append(run_child(script, str(asked.folder), "--child", "decode"))
        last = number == asked.rounds - 1
        ours.append(run_child(script, str(asked.folder), "--child", "more" if last else "identify"))
    sys.exit(0 if tell(floor, ours, asked.out) else 1)


def tell(floor: list[dict[str, Any]], ours: list[dict[str, Any]], out: Path | None) -> bool:
    """Write wall ratio, CPU ratio, peak memory and the steps; say whether the targets are met."""
    ratios = {
        kind: [
            mine["steps"]["total"][kind] / base["steps"]["decode"][kind]
            for base, mine in zip(floor, ours, strict=True)
        ]
        for kind in ("wall", "cpu")
    }
    about = {
        "rounds": len(ours),
        "cities": ours[-1]["cities"],
        "kept_cells": ours[-1]["kept_cells"],
        "decode_wall_s": [round(base["steps"]["decode"]["wall"], 2) for base in floor],
        "total_wall_s": [round(mine["steps"]["total"]["wall"], 2) for mine in ours],
    }
    steps = {
        name: {kind: round(value, 3) for kind, value in step.items()}
        for name, step in ours[-1]["steps"].items()
    }
    peak = statistics.median(mine["steps"]["total"]["peak_gb"] for mine in ours)
    met = record(
        "world pair: wall time to decoding alone",
        statistics.median(ratios["wall"]),
        unit="ratio",
        target=WALL_RATIO,
        out=out,
        **about,
        steps=steps,
    )
    record(
        "world pair: CPU time to decoding alone",
        statistics.median(ratios["cpu"]),
        unit="ratio",
        out=out,
        **about,
    )
    return record("world pair: peak memory", peak, unit="GB", target=PEAK_GB, out=out, **about) and met


if __name__ == "__main__":
    main()
