"""All rules of the literature over very many series: seconds on one core.

``python benchmarks/rules.py [--cities 100000] [--years 40] [--out FILE]`` times every rule on made series:
each its own rate, yearly changes that scatter, one value in twenty missing. Nothing in the rules runs on
several cores, so the processor's time is that of one core, whatever else the machine does. The machine code
of inner loops is made beforehand, as it is kept from run to run.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from _record import record

from cityebb.identify.rules import RULES, Values

TARGET_S = 10.0
LAST_YEAR = 2020


def make_series(cities: int, years: int, names: list[str], *, seed: int = 1) -> dict[str, Values]:
    """Return one set of series an indicator."""
    rng = np.random.default_rng(seed)
    found = {}
    for name in names:
        rate = rng.normal(0, 0.01, (cities, 1))
        size = rng.lognormal(12, 1, (cities, 1))
        values = np.round(size * np.exp(rate * np.arange(years) + 0.02 * rng.normal(size=(cities, years))))
        values[rng.random(values.shape) < 1 / 20] = np.nan
        found[name] = Values(tuple(range(LAST_YEAR - years + 1, LAST_YEAR + 1)), values)
    return found


def main() -> None:
    """Time every rule and their sum."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cities", type=int, default=100_000)
    parser.add_argument("--years", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    names = sorted({name for rule in RULES.values() for name in rule.needs.indicators})
    series = make_series(given.cities, given.years, names, seed=given.seed)
    few = make_series(50, given.years, names)
    seconds = {}
    undetermined = {}
    for name, rule in RULES.items():
        rule.judge({wanted: few[wanted] for wanted in rule.needs.indicators})
        taken = {wanted: series[wanted] for wanted in rule.needs.indicators}
        began = time.process_time()
        found = rule.judge(taken)
        seconds[name] = round(time.process_time() - began, 3)
        undetermined[name] = round(float((found["state"] == "undetermined").mean()), 3)
    met = record(
        f"all rules, {given.cities} series of {given.years} years",
        sum(seconds.values()),
        unit="s",
        target=TARGET_S,
        out=given.out,
        seconds=seconds,
        undetermined=undetermined,
    )
    sys.exit(not met)


if __name__ == "__main__":
    main()
