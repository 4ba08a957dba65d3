"""A ledger of 10,000 events over 40 years: check it, find consistent units, and weigh the units of both ends.

The target is 5 seconds for all of it on the reference machine, with 41 yearly lists of some 3,000 units each.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from _record import record

from cityebb.harmonise.ledger import apply_crosswalk, check_ledger, consistent_units, crosswalk
from cityebb.model import LEDGER

EVENTS, YEARS, UNITS = 10_000, 40, 3_000
TARGET_SECONDS = 5.0


def main() -> None:
    """Measure and record."""
    ledger, units = make(np.random.default_rng(1))
    counts = pd.DataFrame({"unit_id": units[1980], "value": np.arange(len(units[1980]), dtype=float)}).assign(
        name=None, year=1980, vintage="1980", indicator="people", concept="resident", grade="census",
        source="made", unit="people", coverage=1.0,
    )  # fmt: skip
    begun = time.perf_counter()
    check_ledger(ledger)
    checked = time.perf_counter()
    found = consistent_units(units, ledger)
    joined = time.perf_counter()
    weights = crosswalk(ledger, units[1980], 1980, 2020)
    placed = apply_crosswalk(counts, weights)
    ended = time.perf_counter()
    record(
        "ledger_10000_events",
        ended - begun,
        unit="s",
        target=TARGET_SECONDS,
        check=round(checked - begun, 3),
        consistent_units=round(joined - checked, 3),
        crosswalk=round(ended - joined, 3),
        events=int(ledger["event_id"].nunique()),
        groups=found.groups,
        mass_error=float(abs(placed.counts["value"].sum() / counts["value"].sum() - 1)),
    )


def make(rng: np.random.Generator) -> tuple[pd.DataFrame, dict[int, list[str]]]:
    """Return a sound ledger and the units of every year."""
    alive = [f"{place:06}" for place in range(UNITS)]
    fresh, rows, units = UNITS, [], {1980: list(alive)}
    for event in range(EVENTS):
        year = 1981 + event * YEARS // EVENTS
        if year - 1 not in units:
            units[year - 1] = list(alive)
        kind = rng.choice(["rename", "merge", "split", "transfer"], p=[0.3, 0.25, 0.25, 0.2])
        one, other = rng.choice(len(alive), 2, replace=False)
        share = round(float(rng.uniform(0.05, 0.95)), 3)
        name, day = f"e{event}", event * YEARS % EVENTS * 336 // EVENTS
        date = f"{year}-{1 + day // 28:02}-{1 + day % 28:02}"
        if kind == "transfer":
            rows.append((name, date, kind, alive[one], alive[other], share))
        elif kind == "merge":
            rows.append((name, date, kind, alive[one], alive[other], 1.0))
            alive.pop(one)
        else:
            fresh += 1
            new = f"{fresh:06}"
            if kind == "split":
                rows.append((name, date, kind, alive[one], alive[one], share))
                rows.append((name, date, kind, alive[one], new, 1 - share))
                alive.append(new)
            else:
                rows.append((name, date, kind, alive[one], new, 1.0))
                alive[one] = new
    units[2020] = list(alive)
    frame = pd.DataFrame(rows, columns=["event_id", "date", "kind", "from_unit", "to_unit", "share"])
    more = {"from_name": None, "to_name": None, "share_of": "people", "people": np.nan, "evidence": None}
    return frame.assign(**more, confidence="certain")[LEDGER.names], units


if __name__ == "__main__":
    main()
