"""The lights of China, ten years, from grids to reports in two languages, nothing kept from before.

    python benchmarks/china.py [FOLDER]

``FOLDER`` holds ``viirs_like_2013.tif`` to ``viirs_like_2022.tif``; by default
``../shared/data/lights_china`` beside this repository.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from _record import ROOT, record, run_child

SECONDS = 60.0
YEARS = range(2013, 2023)
_KB = 1e6 if sys.platform != "darwin" else 1e9  # ru_maxrss is told in kB, by macOS in bytes
STUDY = """cityebb_study = 1
title = "Lights of China"
[read.lights]
files = "viirs_like_{year}.tif"
indicator = "light"
unit = "DN"
outside = true
[delineate.lit]
where = { lights = 2 }
[identify.light]
cities = "lit"
source = "lights"
start = 2013
end = 2016
"""


def run(folder: Path) -> None:
    """Run the study in a folder of its own and print what each stage took."""
    from cityebb.study import execute

    with tempfile.TemporaryDirectory() as scratch:
        for year in YEARS:
            name = f"viirs_like_{year}.tif"
            (Path(scratch) / name).symlink_to((folder / name).resolve())
        study = Path(scratch) / "china.toml"
        study.write_text(STUDY, "utf-8")
        start = time.perf_counter()
        outcome = execute(study)
        wall = time.perf_counter() - start
        usage = resource.getrusage(resource.RUSAGE_SELF)
        told = {
            "wall": wall,
            "cpu": usage.ru_utime + usage.ru_stime,
            "peak_gb": usage.ru_maxrss / _KB,
            "seconds": outcome.log.seconds,
            "cities": len(outcome.main.cities),
            "down": int((outcome.main.verdicts["plain"] == "down").sum()),
            "reports_mb": round(sum(path.stat().st_size for path in outcome.reports.values()) / 1e6, 2),
        }
    print(json.dumps(told))


def main() -> None:
    """Time it and write the lines; exit 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT.parent / "shared/data/lights_china")
    parser.add_argument("--out", type=Path, help="append the lines to this file")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        run(asked.folder)
        return
    told = run_child(Path(__file__), str(asked.folder), "--child")
    wall, peak = told.pop("wall"), told.pop("peak_gb")
    met = record("China, ten years, with reports", wall, unit="s", target=SECONDS, out=asked.out, **told)
    record("China, ten years: peak memory", peak, unit="GB", out=asked.out)
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
