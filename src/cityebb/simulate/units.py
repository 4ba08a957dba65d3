"""The administrative units of a simulated country: people who really move, and boundaries that do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.simulate._events import NO_EVENT, Events, draw_events
from cityebb.simulate._land import stream

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.simulate.country import Country

_TRANSFER, _MERGE = "transfer", "merge"


@dataclass(frozen=True)
class Units:
    """What :func:`divide` makes.

    Parameters
    ----------
    counts
        ``model.COUNTS``: the people of each unit in each census, on the boundaries of its date.
    ledger
        ``model.LEDGER``: every change of boundaries.
    truth
        One row a unit of the first census, ``unit_id`` as index: ``name``, ``town`` (its row in the country's
        towns), ``course``; ``event`` (``"gave"``, ``"received"``, ``"merged"``, ``"took_in"`` or empty),
        ``event_year``, ``partner``, ``share`` (of the giver's people); ``reported_start``, ``reported_end``
        (people as counted, NaN where there is no unit any more) and ``reported_change``; ``start``, ``end``
        and ``change``: people on the land of the last date, at both dates (of a unit merged away: on the land
        that it had); ``group_change``: of the unit and its partner together.
    territory
        By date of a census: ``int32``, shape of the grid, the unit's row in ``truth`` + 1.
    """

    country: Country
    counts: pd.DataFrame
    ledger: pd.DataFrame
    truth: pd.DataFrame
    territory: dict[int, NDArray[np.int32]]

    def outlines(self, year: int) -> gpd.GeoDataFrame:
        """Return the boundaries on which a census was taken: ``unit_id``, ``name``, ``geometry``."""
        import geopandas as gpd
        from rasterio.features import shapes
        from rasterio.transform import Affine
        from shapely.geometry import shape

        grid, land = self.country.grid, self.territory[year]
        dx, _, left, _, dy, top = grid.transform
        found = [
            (int(value), shape(outline))
            for outline, value in shapes(land, transform=Affine(dx, 0, left, 0, dy, top))
        ]
        pieces = gpd.GeoDataFrame(
            {"row": [row for row, _ in found]}, geometry=[outline for _, outline in found], crs=grid.crs
        )
        whole = pieces.dissolve("row").sort_index()
        rows = self.truth.iloc[whole.index.to_numpy() - 1]
        return gpd.GeoDataFrame(
            {"unit_id": rows.index.to_numpy(), "name": rows["name"].to_numpy()},
            geometry=whole.geometry.to_numpy(),
            crs=grid.crs,
        )


def divide(country: Country) -> Units:
    """Divide a country into units, count their people, and move boundaries as its recipe says.

    Every cell belongs to the unit of the nearest town. People live where light is, and thinly on the land;
    all people of a unit follow its town's course, wherever they live, so that a part of a unit has the same
    share of its people at any date: the shares of the ledger are true at whatever date they are used.
    Counting has no error but that people are whole.

    Parameters
    ----------
    country
        As :func:`cityebb.simulate.simulate` makes it.

    Notes
    -----
    The light of ``migration_km`` does not move the people. Cost: some seconds for 7 million cells.

    Examples
    --------
    >>> from cityebb.simulate import Recipe, Transfers, divide, simulate
    >>> moved = Transfers(2018, share=0.2, part=0.3, merged=0)
    >>> recipe = Recipe(shape=(120, 120), cities=6, years=(2013, 2018, 2022), lost_year=None, transfers=moved)
    >>> units = divide(simulate(recipe))
    >>> len(units.truth), units.ledger["kind"].tolist()
    (6, ['transfer'])
    """
    recipe = country.recipe
    land = _nearest_town(country.owner)
    weights = _people(country, land)
    events = draw_events(land, weights, recipe.transfers, stream(recipe, "transfers"), len(country.towns))
    dates = recipe.counted
    before, after = dates[0], dates[-1]
    moved = {year: recipe.transfers is not None and recipe.transfers.year <= year for year in dates}
    territory = {year: events.land if moved[year] else land for year in dates}
    people = {year: _counted(country, land, territory[year], weights, year) for year in dates}
    truth = _truth(country, events)
    truth["reported_start"], truth["reported_end"] = people[before], people[after]
    truth["reported_change"] = truth["reported_end"] / truth["reported_start"] - 1
    for name, year in (("start", before), ("end", after)):
        counted = _counted(country, land, territory[after], weights, year)
        truth[name] = np.where(np.isnan(counted), _counted(country, land, land, weights, year), counted)
    truth["change"] = truth["end"] / truth["start"] - 1
    whole = {year: _counted(country, land, land, weights, year) for year in (before, after)}
    beside = np.where(events.partner == NO_EVENT, np.arange(len(truth)), events.partner)
    alone = beside == np.arange(len(truth))
    start, end = (np.where(alone, figures, figures + figures[beside]) for figures in whole.values())
    truth["group_change"] = end / start - 1
    return Units(country, _counts(truth, people), _ledger(truth, events), truth, territory)


def _nearest_town(owner: NDArray[np.int32]) -> NDArray[np.int32]:
    from scipy.ndimage import distance_transform_edt

    rows, columns = distance_transform_edt(owner == 0, return_distances=False, return_indices=True)
    nearest: NDArray[np.int32] = owner[rows, columns]
    return nearest


def _people(country: Country, land: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the people of each cell in the first year."""
    recipe = country.recipe
    areas = np.broadcast_to(country.grid.areas_km2(0, recipe.shape[0]), recipe.shape)
    shining = country.base * areas * (country.owner > 0)
    light = np.bincount(country.owner.ravel(), shining.ravel(), len(country.towns) + 1)
    townsfolk = np.concatenate([[0.0], country.towns["area_km2"].to_numpy() * recipe.people_per_km2])
    each = np.divide(townsfolk, light, out=np.zeros_like(light), where=light > 0)
    found: NDArray[np.float64] = shining * each[land] + recipe.rural_per_km2 * areas
    return found


def _counted(
    country: Country,
    land: NDArray[np.int32],
    territory: NDArray[np.int32],
    weights: NDArray[np.float64],
    year: int,
) -> NDArray[np.float64]:
    """Return the people of a year on a territory, whole; NaN where a unit has no land."""
    recipe = country.recipe
    level = np.concatenate([[1.0], country.level[:, recipe.years.index(year)] ** recipe.people_pace])
    count = len(country.towns) + 1
    people = np.bincount(territory.ravel(), (weights * level[land]).ravel(), count)[1:]
    there = np.bincount(territory.ravel(), minlength=count)[1:] > 0
    found: NDArray[np.float64] = np.where(there, np.rint(people), np.nan)
    return found


def _truth(country: Country, events: Events) -> pd.DataFrame:
    import pandas as pd

    towns = country.towns
    count = len(towns)
    codes = [f"S{number:05}" for number in range(1, count + 1)]
    partner = [codes[other] if other != NO_EVENT else None for other in events.partner.tolist()]
    moved = events.partner != NO_EVENT
    year = country.recipe.transfers.year if country.recipe.transfers else 0
    return pd.DataFrame(
        {
            "name": (towns["name_zh"] + " " + towns["name_en"]).to_numpy(),
            "town": np.arange(count),
            "course": towns["course"].to_numpy(),
            "event": events.kind,
            "event_year": pd.array(np.where(moved, year, 0), dtype="Int64"),
            "partner": partner,
            "share": events.share,
        },
        index=pd.Index(codes, name="unit_id"),
    ).assign(event_year=lambda frame: frame["event_year"].where(moved))


def _counts(truth: pd.DataFrame, people: dict[int, NDArray[np.float64]]) -> pd.DataFrame:
    import pandas as pd

    from cityebb.model import COUNTS

    parts = [
        pd.DataFrame(
            {
                "unit_id": truth.index.to_numpy(),
                "name": truth["name"].to_numpy(),
                "year": year,
                "vintage": str(year),
                "indicator": "people",
                "concept": "resident",
                "grade": "census",
                "source": "simulated",
                "value": counted,
                "unit": "people",
                "coverage": 1.0,
            }
        )[~np.isnan(counted)]
        for year, counted in people.items()
    ]
    return COUNTS.check(pd.concat(parts, ignore_index=True))


def _ledger(truth: pd.DataFrame, events: Events) -> pd.DataFrame:
    import pandas as pd

    from cityebb.model import LEDGER

    givers = np.flatnonzero(np.isin(events.kind, ("gave", "merged")))
    if not givers.size:
        return LEDGER.empty()
    rows = truth.iloc[givers]
    takers = truth.loc[rows["partner"].tolist()]
    merged = (rows["event"] == "merged").to_numpy()
    return LEDGER.check(
        pd.DataFrame(
            {
                "event_id": [f"E{number:05}" for number in range(1, len(rows) + 1)],
                "date": rows["event_year"].astype(str).to_numpy(),
                "kind": np.where(merged, _MERGE, _TRANSFER),
                "from_unit": rows.index.to_numpy(),
                "from_name": rows["name"].to_numpy(),
                "to_unit": takers.index.to_numpy(),
                "to_name": takers["name"].to_numpy(),
                "share": rows["share"].to_numpy(),
                "share_of": "people",
                "people": np.nan,
                "evidence": "cityebb.simulate",
                "confidence": "certain",
            }
        )
    )
