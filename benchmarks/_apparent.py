"""Falls that are none and must be caught: territory that passes to a neighbour, another sensor, new lamps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from _truth import COUNT_ERROR, Made, make_country

from cityebb.grids import Criterion, scan
from cityebb.harmonise import Changes, HarmoniseParameters, find_breaks, make_counts_comparable
from cityebb.identify import IdentifyParameters, identify, withhold_lamps
from cityebb.measure import panel_of_counts
from cityebb.model import COUNTS, CROSSWALK, LEDGER, UNKNOWN_SIZE, CityebbError
from cityebb.simulate import Joint, Recipe, simulate

PARAMETERS = IdentifyParameters(cities="units", source="counts")
RELIT = 0.8
PASSED_ON = 0.3


def relit(*, per_class: int, seed: int, light: IdentifyParameters) -> tuple[float, float]:
    """Return the share called shrinking of stable cities with new lamps: undeclared, and declared."""
    made: Made = make_country(per_class=per_class, years=10, courses=((0.0, 1.0),), seed=seed)
    chosen = np.random.default_rng(seed).random(len(made.cities)) < 1 / 2
    ids = made.cities.index[chosen]
    panel = made.light
    dimmed = panel["city_id"].isin(ids) & (panel["year"] >= made.years[5])
    panel = panel.assign(value=panel["value"].mask(dimmed, RELIT * panel["value"]))
    told = {"indicator": "light", "years": made.years, "era_years": made.years, "specification": "truth"}
    verdicts = identify(panel, made.cities, light, **told)
    lamps = pd.DataFrame({"city_id": ids, "first": made.years[5], "last": made.years[5]})
    return tuple(
        float((found.set_index("city_id").loc[ids, "state"] == "shrinking").mean())
        for found in (verdicts, withhold_lamps(verdicts, lamps))
    )


def passed_on(*, pairs: int, seed: int) -> tuple[float, float]:
    """Return the share of units called shrinking that passed people on: as published, and made comparable."""
    rng = np.random.default_rng(seed)
    givers, takers = ([f"{kind}{number:05d}" for number in range(pairs)] for kind in "ab")
    size = rng.uniform(1e5, 1e6, (2, pairs))
    gone = PASSED_ON * size[0]
    later = np.stack([size[0] - gone, size[1] + gone])
    rows = [
        pd.DataFrame({"unit_id": ids, "name": ids, "year": year, "value": values * error})
        for ids, first, last in zip((givers, takers), size, later, strict=True)
        for year, values in ((2010, first), (2020, last))
        for error in (np.exp(COUNT_ERROR * rng.normal(size=pairs)),)
    ]
    counts = pd.concat(rows, ignore_index=True)
    counts = counts.assign(vintage=counts["year"].astype(str), indicator="people", concept="resident")
    counts = counts.assign(grade="census", source="counts", unit="people", coverage=1.0)[COUNTS.names]
    ledger = pd.DataFrame({"event_id": givers, "from_unit": givers, "to_unit": takers}).assign(
        date="2015", kind="transfer", share=PASSED_ON, share_of="people", confidence="certain"
    )
    changes = Changes(ledger.reindex(columns=LEDGER.names), CROSSWALK.empty())
    shares = []
    for parameters, known in (
        (HarmoniseParameters(), None),
        (HarmoniseParameters(boundaries="vintage", ledger="changes"), changes),
    ):
        found = make_counts_comparable(counts, parameters, years=(2010, 2020), changes=known)
        panel = panel_of_counts(found.counts, source="counts")
        ids = pd.Index(sorted(set(panel["city_id"])), name="city_id")
        units = pd.DataFrame(
            {"size_class": UNKNOWN_SIZE, "definition": "units", "boundary_vintage": "2020"}, index=ids
        )
        told = {
            "indicator": "people",
            "years": (2010, 2020),
            "era_years": (2010, 2020),
            "specification": "truth",
        }
        states = identify(panel, units, PARAMETERS, **told).set_index("city_id")["state"]
        shares.append(float((states.reindex(givers) == "shrinking").mean()))
    return shares[0], shares[1]


def joined(*, seed: int) -> tuple[int, int]:
    """Return how many of two comparisons across a change of sensor are made: declared, and to be found."""
    made = []
    for declared in (True, False):
        recipe = replace(Recipe(seed=seed), joint=Joint(2017, gain=0.6, declared=declared), lost_year=None)
        stack = simulate(recipe).stack
        cells = scan({stack.name: stack}, [Criterion(stack.name, recipe.floor)])
        try:
            find_breaks(cells, stack.name).segment(2013, 2022)
        except CityebbError as error:
            if error.key != "harmonise.crosses_joint":
                raise
            made.append(0)
        else:
            made.append(1)
    return made[0], made[1]
