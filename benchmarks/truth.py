"""What verdicts are worth: cities with known change and known noise, and what every rule says of them.

``python benchmarks/truth.py [--cities 2000] [--years 10] [--seed 1] [--out FILE]`` prints, for every kind and
loudness of noise, rule and size class, in per cent: how many of those that truly lost a fifth are found, and
of those that truly rose by a fifth; how many of the truly stable are called either, how many shrinking, how
many are proven stable; how many movers are called the wrong way; how many cities stay undetermined; how many
of those called shrinking are not; how often our 90 % interval holds the truth. Then what becomes of stable
cities to which something happened that only looks like a fall. Targets hold at the noise as measured, with
half of the cities moving.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import pandas as pd
from _apparent import joined, passed_on, relit
from _record import record
from _truth import FEW, HALF, KINDS, NOISE, NUISANCES, Made, make_country

from cityebb.identify import RULE, IdentifyParameters, identify, judge_by_rules

OWN, PLAIN = f"light: {RULE}", "light: two_years"
LIGHT = IdentifyParameters(cities="lit", source="light")
PEOPLE = IdentifyParameters(cities="lit", source="people")
PLAIN_STATES = {"down": "shrinking", "up": "growing", "between": "stable"}
SCENARIOS = (
    *(("half move", "independent", loudness) for loudness in (0.5, 1.0, 1.5)),
    *(("half move", kind, 1.0) for kind in ("rho 0.3", "rho 0.5", "common 0.05")),
    *(("few move", "independent", loudness) for loudness in (0.5, 1.0, 1.5)),
    ("few move", "rho 0.3", 1.0),
)
AIMED_AT = ("half move", "independent", 1.0)
# A movement that all cities share is one draw a country.
COUNTRIES = 20
PREVALENCE = {"half move": HALF, "few move": FEW}
FOUND_LEAST = {"20-50": 0.7, "50-200": 0.9, "200+": 0.9}
FALSE_MOST = 0.05
COVERED = 0.90
COVERED_OFF_MOST = 0.03
# Which columns are printed, and the one of most interest.
SHOWN = (
    "found",
    "found_rise",
    "false",
    "false_shrinking",
    "stable_found",
    "wrong_way",
    "undetermined",
    "false_of_called",
    "covered",
)


def verdicts_of(made: Made, *, indicator: str = "light") -> pd.DataFrame:
    """Return our verdict on every city."""
    panel, parameters = (made.light, LIGHT) if indicator == "light" else (made.people, PEOPLE)
    return identify(
        panel,
        made.cities,
        parameters,
        indicator=indicator,
        years=made.years,
        era_years=made.years,
        specification="truth",
    ).set_index("city_id")


def states_by_rule(made: Made) -> pd.DataFrame:
    """Return ``rule`` (with its indicator), ``state``, ``true``, and our ``low`` and ``high``, by city."""
    parts = []
    for indicator, panel, parameters in (("light", made.light, LIGHT), ("people", made.people, PEOPLE)):
        own = verdicts_of(made, indicator=indicator)
        plain = own["plain"].astype(str).map(PLAIN_STATES).fillna("undetermined")
        said = judge_by_rules(panel, made.cities.index, parameters, indicator=indicator, years=made.years)
        told = said.set_index("city_id")[["state", "rule"]]
        # Counts of people are compared from year to year, light from three years to three.
        true = made.cities["change" if indicator == "light" else "change_single"]
        found = [
            own[["state", "low", "high"]].assign(rule=RULE),
            plain.to_frame("state").assign(rule="two_years"),
            told,
        ]
        parts += [
            part.assign(rule=f"{indicator}: " + part["rule"].astype(str), true=true.reindex(part.index))
            for part in found
        ]
    return pd.concat(parts)


def confusion(cities: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """Return what becomes of cities with known change, one row a rule and size class; shares."""
    known = said.join(cities[["size_class", "nuisance"]])
    known = known[known["nuisance"] == ""]
    state, true = known["state"].astype(str), known["true"]
    shrinking, growing = state == "shrinking", state == "growing"
    marks = {
        "found": shrinking.where(true < 0),
        "found_rise": growing.where(true > 0),
        "false": (shrinking | growing).where(true == 0),
        "false_shrinking": shrinking.where(true == 0),
        "stable_found": (state == "stable").where(true == 0),
        "wrong_way": ((shrinking & (true > 0)) | (growing & (true < 0))).where(true != 0),
        "undetermined": state == "undetermined",
        "false_of_called": (true >= 0).where(shrinking),
        "covered": ((known["low"] <= true) & (true <= known["high"])).where(known["low"].notna()),
    }
    table = pd.DataFrame({name: marks[name].astype(float) for name in SHOWN})
    table[["rule", "size_class"]] = known[["rule", "size_class"]].astype(str)
    order = [(rule, name) for rule in said["rule"].unique() for name in NOISE]
    return table.groupby(["rule", "size_class"])[list(SHOWN)].mean().reindex(order)


def judged(
    *, prevalence: str, kind: str, loudness: float, per_class: int, years: int, seed: int
) -> pd.DataFrame:
    """Make cities and judge them by every rule; those that share a movement come from several countries."""
    countries = COUNTRIES if KINDS[kind][1] else 1
    told, cities = [], []
    for country in range(countries):
        made = make_country(
            per_class=max(per_class // countries, 1),
            years=years,
            loudness=loudness,
            kind=kind,
            courses=PREVALENCE[prevalence],
            seed=seed + country,
        )
        name = f"{country}-"
        told.append(states_by_rule(made).rename(index=lambda city, name=name: name + city))
        cities.append(made.cities.rename(index=lambda city, name=name: name + city))
    return confusion(pd.concat(cities), pd.concat(told))


def nuisances(made: Made, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return the share of stable cities called shrinking, what happened to them by size class."""
    stable = made.cities[made.cities["change"] == 0]
    called = (verdicts["state"] == "shrinking").reindex(stable.index)
    happened = stable["nuisance"].astype(str).replace("", "nothing")
    frame = pd.DataFrame(
        {"called": called.astype(float), "happened": happened, "size": stable["size_class"].astype(str)}
    )
    return frame.pivot_table("called", "happened", "size").loc[["nothing", *NUISANCES], list(NOISE)]


def record_targets(table: pd.DataFrame, out: Path | None) -> bool:
    """Write the figures with targets, the two-year rule and the undetermined beside; whether all are met."""
    met = []
    for name in NOISE:
        own, plain = table.loc[(OWN, name)], table.loc[(PLAIN, name)]
        beside = {
            "undetermined": round(own["undetermined"], 3),
            "two_years": {which: round(plain[which], 3) for which in ("found", "false", "undetermined")},
        }
        told = {"unit": "share", "out": out, "size_class": name, "rule": OWN, **beside}
        met += [
            record("true -20 % found", own["found"], target=FOUND_LEAST.get(name), at_least=True, **told),
            record("truly stable called", own["false"], target=FALSE_MOST, **told),
            record("90 % interval off 0.90", abs(own["covered"] - COVERED), target=COVERED_OFF_MOST, **told),
        ]
    return all(met)


def record_rules(table: pd.DataFrame, scenario: dict[str, object], out: Path | None) -> None:
    """Write one line a rule: what it finds, by size class."""
    for rule in table.index.unique("rule"):
        own = table.loc[rule]
        classes = {
            name: {which: round(float(share), 3) for which, share in row.dropna().items()}
            for name, row in own.iterrows()
        }
        record(
            "confusion",
            float(own["found"].mean()),
            unit="share found",
            out=out,
            rule=rule,
            **scenario,
            by=classes,
        )


def record_apparent(given: argparse.Namespace) -> bool:
    """Write what becomes of falls that are none; whether all targets are met."""
    made = make_country(per_class=6 * given.cities, years=given.years, nuisance=0.05, seed=given.seed)
    table = nuisances(made, verdicts_of(made))
    print("\nstable cities called shrinking by our verdict, per cent")
    print((table * 100).round(1).to_string())
    print()
    told = {"unit": "share called shrinking", "target": FALSE_MOST, "out": given.out}
    met = [
        record(f"stable, {name}", float(row.mean()), by=row.round(4).to_dict(), **told)
        for name, row in table.iterrows()
    ]
    undeclared, declared = relit(per_class=given.cities // 4, seed=given.seed, light=LIGHT)
    met.append(record("new lamps, declared", declared, undeclared=round(undeclared, 3), **told))
    published, comparable = passed_on(pairs=given.cities // 4, seed=given.seed)
    met.append(record("boundary transfer", comparable, as_published=round(published, 3), **told))
    for name, compared in zip(("declared", "found"), joined(seed=given.seed), strict=True):
        met.append(
            record(
                f"compared across a sensor joint, {name}",
                compared,
                unit="comparisons",
                target=0,
                out=given.out,
            )
        )
    return all(met)


def main() -> None:
    """Print the tables, and a JSON line a figure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cities", type=int, default=2000, help="cities in each size class")
    parser.add_argument("--years", type=int, default=10, help="below six, single years")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    met = True
    for prevalence, kind, loudness in SCENARIOS:
        began = time.perf_counter()
        scenario = {"prevalence": prevalence, "kind": kind, "loudness": loudness}
        table = judged(**scenario, per_class=given.cities, years=given.years, seed=given.seed)
        took = time.perf_counter() - began
        print(f"\n{prevalence}, noise {kind}, × {loudness:g}, {took:.1f} s; per cent")
        print((table * 100).round(1).to_string())
        print()
        record_rules(table, {**scenario, "years": given.years, "cities": given.cities}, given.out)
        if (prevalence, kind, loudness) == AIMED_AT:
            met &= record_targets(table, given.out)
    met &= record_apparent(given)
    sys.exit(not met)


if __name__ == "__main__":
    main()
