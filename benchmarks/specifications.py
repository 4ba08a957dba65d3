"""The lights of China in every specification of the default grid, from the grids on, nothing kept.

    python benchmarks/specifications.py [FOLDER]

``FOLDER`` holds ``viirs_like_2013.tif`` to ``viirs_like_2022.tif``; by default
``../shared/data/lights_china`` beside this repository. Seconds of the clock count against the target; those
of the processors are told beside them, for a machine that others use too.
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
from china import STUDY, YEARS

SECONDS = 300.0
LEAST, LEAST_DELINEATIONS = 200, 40
_KB = 1e6 if sys.platform != "darwin" else 1e9  # ru_maxrss is told in kB, by macOS in bytes


def run(folder: Path) -> None:
    """Make every stage but the reports and print what the specifications took."""
    from cityebb.model import DIMENSIONS, file_record
    from cityebb.study.cache import Store
    from cityebb.study.opening import load_and_open
    from cityebb.study.stages import Log
    from cityebb.study.whole import Whole

    with tempfile.TemporaryDirectory() as scratch:
        for year in YEARS:
            name = f"viirs_like_{year}.tif"
            (Path(scratch) / name).symlink_to((folder / name).resolve())
        path = Path(scratch) / "china.toml"
        path.write_text(STUDY, "utf-8")
        start, log = time.perf_counter(), Log()
        study, opened = load_and_open(path)
        whole = Whole(
            study,
            opened,
            Store(Path(scratch) / "results"),
            log,
            lambda: [file_record(file) for file in opened.files],
            executor=None,
            progress=lambda _stage, _done, _total: None,
            force=False,
        )
        found = whole.run()["light"]
        wall, usage = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    table = found.sensitivity
    drawn = [DIMENSIONS[name] for name in ("definition", "epoch", "floor", "connectivity", "min_area")]
    quartiles = table["shrinking"].quantile([0, 0.25, 0.5, 0.75, 1]).tolist()
    told = {
        "wall": wall,
        "cpu": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_gb": round(usage.ru_maxrss / _KB, 2),
        "of_specifications": log.seconds["specifications-light"],
        "specifications": len(table),
        "delineations": len(table[drawn].drop_duplicates()),
        "shrinking": quartiles,
        "own": int(table.loc[table["is_default"], "shrinking"].iloc[0]),
    }
    print(json.dumps(told))


def main() -> None:
    """Time it and write the line; exit 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT.parent / "shared/data/lights_china")
    parser.add_argument("--out", type=Path, help="append the line to this file")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        run(asked.folder)
        return
    told = run_child(Path(__file__), str(asked.folder), "--child")
    met = record(
        "China in every specification", told.pop("wall"), unit="s", target=SECONDS, out=asked.out, **told
    )
    enough = told["specifications"] >= LEAST and told["delineations"] >= LEAST_DELINEATIONS
    sys.exit(0 if met and enough else 1)


if __name__ == "__main__":
    main()
