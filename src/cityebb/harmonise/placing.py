"""Figures of all dates on the outlines of one: by the ledger's shares, else spread on the ground."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.harmonise._wants import SAME, Wants, wants_of
from cityebb.harmonise.doubt import in_doubt
from cityebb.harmonise.interpolate.spread import SLIVER
from cityebb.harmonise.ledger import apply_crosswalk
from cityebb.harmonise.ledger.vintage import weights_between
from cityebb.harmonise.outlines import Tables
from cityebb.model import CROSSWALK, CityebbError, Note, gather

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.harmonise.interpolate import AreaTable
    from cityebb.harmonise.outlines import Outlines, Way

_SHOWN = 5
_NOTHING = 1e-9
HALF = 0.5
"""Less of a person than this is told to nobody, though it stays in the sum."""


@dataclass(frozen=True)
class Spread:
    """Figures on the outlines of one date, and what did not come there.

    Parameters
    ----------
    counts
        ``model.COUNTS``. ``coverage`` of a unit onto which people were spread is the share of its area that
        units with a figure cover; a column ``doubt`` tells how many of its people may belong elsewhere.
    weights
        ``model.CROSSWALK``: all weights used.
    rest
        ``unit_id``, ``year``, ``source``, ``reason``, ``share``, ``people``: what was placed nowhere.
        Reasons: ``"outside"`` all units of the target; ``"withheld"``, since a unit it was to go to is
        missing; ``"no_polygon"``; ``"no_layer"`` of that date.
    spread
        How many units were spread on the ground, of all dates.
    tables
        The area tables, for trials.
    notes
        The same in sentences.
    """

    counts: pd.DataFrame
    weights: pd.DataFrame
    rest: pd.DataFrame
    spread: int
    tables: Tables
    notes: tuple[Note, ...]


def place_on_outlines(
    counts: pd.DataFrame,
    outlines: Outlines,
    vintage: object,
    *,
    ledger: pd.DataFrame | None = None,
    ends: tuple[int, ...] = (),
) -> Spread:
    """Put the figures of every date on the outlines of one.

    Parameters
    ----------
    counts
        ``model.COUNTS`` of one indicator and concept.
    outlines
        Layers by vintage of the figures, and the way people are spread.
    vintage
        The date onto whose outlines everything is put. Where there are figures of it, the units are theirs.
    ledger
        ``model.LEDGER``: its shares win where it knows them. A unit of which it knows some shares is spread
        by the ground over the others that it names only. A unit that it leads to none of the target's units
        is spread. ``None``: all are spread, except units whose code stays and whose outline is nearly the
        same (95 % of either): they keep their figure whole.
    ends
        Years that must be placed.

    Raises
    ------
    CityebbError, Faults
        If outlines of the target, or without a ledger of a year that must be placed, are not there; if codes
        of a layer and of the table have nothing in common.

    Notes
    -----
    In every year the figures placed and the rest sum to the figures given (relative 1e-9). A unit of the
    target is missing where units without a figure cover more than 1 % of it.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import pandas as pd
    >>> from shapely import box
    >>> from cityebb.harmonise.outlines import Outlines
    >>> old = gpd.GeoDataFrame(index=["A"], geometry=[box(0, 0, 4, 1)], crs="EPSG:4326")
    >>> new = gpd.GeoDataFrame(index=["B", "C"], geometry=[box(0, 0, 3, 1), box(3, 0, 4, 1)], crs="EPSG:4326")
    >>> told = {"indicator": "people", "concept": "resident", "grade": "census", "source": "x",
    ...     "unit": "people", "coverage": 1.0}
    >>> counts = pd.DataFrame({"unit_id": ["A", "B", "C"], "name": ["a", "b", "c"],
    ...     "year": [2010, 2020, 2020], "vintage": ["2010", "2020", "2020"], "value": [80.0, 50.0, 40.0],
    ...     **told})
    >>> found = place_on_outlines(counts, Outlines({"2010": old, "2020": new}), 2020).counts
    >>> found.loc[found["year"] == 2010, "value"].round(6).tolist()
    [60.0, 20.0]
    """
    import pandas as pd

    target = str(vintage)
    counts = counts.assign(unit_id=counts["unit_id"].astype(str), vintage=counts["vintage"].astype(str))
    outlines = outlines.like(counts["unit_id"])
    listed = set(counts.loc[counts["vintage"] == target, "unit_id"])
    epochs = sorted(set(counts["vintage"]))
    check_outlines(counts, outlines, target, ends=() if ledger is not None else ends)
    tables = Tables(outlines, target, listed)
    there = listed | set(tables.onto.index)
    placed, used, rest, notes, spread = [], [], [], [], 0
    for epoch in epochs:
        rows = counts[counts["vintage"] == epoch]
        if epoch == target:
            placed.append(rows.assign(doubt=0.0))
            continue
        known = None
        # Later events are turned round with people of the target; without them the ground alone can tell.
        if ledger is not None and (listed or epoch < target or epoch not in outlines.layers):
            known = weights_between(counts, ledger, sorted(set(rows["unit_id"])), epoch, target)
        if epoch not in outlines.layers and known is None:
            rest.append(_whole(rows, "no_layer"))
            continue
        one = _Epoch(tables, rows, epoch, known, there)
        placed.append(one.counts)
        used.append(one.weights)
        rest.append(one.rest)
        notes += one.notes
        spread += len(one.spread)
    whole = pd.concat(placed, ignore_index=True) if placed else counts.iloc[:0].assign(doubt=0.0)
    left = pd.concat(rest, ignore_index=True) if rest else _whole(counts.iloc[:0], "")
    return Spread(
        whole.assign(name=_names(whole, counts, tables)),
        pd.concat(used, ignore_index=True) if used else CROSSWALK.empty(),
        left,
        spread,
        tables,
        (*notes, *_tell_rest(left)),
    )


class _Epoch:
    """The figures of one date put on the target."""

    def __init__(
        self, tables: Tables, rows: pd.DataFrame, epoch: str, known: pd.DataFrame | None, there: set[str]
    ) -> None:
        import pandas as pd

        outlines = tables.outlines
        self.notes: list[Note] = []
        self.way: Way = outlines.way(epoch)
        people = rows.sort_values("year", kind="stable").drop_duplicates("unit_id").set_index("unit_id")
        self.table: AreaTable | None = None
        if epoch in outlines.layers:
            self.table = tables.weighed(epoch, self.way, people["value"])
        wants = wants_of(
            people.index, self.table, known, there, epoch=epoch, target=tables.target, way=self.way.code
        )
        self.weights, self.spread = wants.weights, wants.spread
        parts = [self._place(part) for _, part in rows.groupby("year", sort=True)]
        parts = [
            (self._doubted(done, part), left)
            for (done, left), (_, part) in zip(parts, rows.groupby("year", sort=True), strict=True)
        ]
        self.counts = pd.concat([part for part, _ in parts], ignore_index=True)
        self.rest = pd.concat([left for _, left in parts], ignore_index=True)
        if self.table is not None:
            self._tell(outlines, epoch, tables.target, people["value"], wants)

    def _place(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Place the figures of one year."""
        known = set(rows.loc[rows["value"].notna(), "unit_id"])
        weights = self.weights
        if self.table is None or not self.spread:
            done = apply_crosswalk(rows, weights).counts if len(weights) else rows.iloc[:0]
            return done, _rest(rows, weights, done)
        of_spread = weights["from_unit"].isin(self.spread)
        ground = _ground(self.table, known).loc[lambda at: at.index.isin(weights.loc[of_spread, "to_unit"])]
        small = ground.index[ground["lacking"] <= SLIVER]
        sliver = of_spread & ~weights["from_unit"].isin(known) & weights["to_unit"].isin(small)
        weights = weights[~sliver]
        done = apply_crosswalk(rows, weights).counts if len(weights) else rows.iloc[:0]
        own = done["unit_id"].map(ground["covered"])
        done = done.assign(coverage=own.where(own.notna(), done["coverage"]))
        done = _with_nobody(done, rows, _ground(self.table, known), self.table.target_vintage)
        # Units that the table does not list at all: a drawing may differ by so much, a figure may not lack.
        partly = done["unit_id"].map(ground["lacking"]) > 1 - SAME
        done = done.assign(value=done["value"].mask(partly))
        return done, _rest(rows, weights, done)

    def _doubted(self, done: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
        """Say how many people of each unit may belong elsewhere."""
        pieces = self.weights[self.weights["evidence"] == self.way.code]
        value = pieces["from_unit"].map(rows.set_index("unit_id")["value"]).fillna(0.0)
        share = pieces["share"].fillna(0.0).to_numpy(np.float64)
        without: NDArray[np.float64] | float = 0.0
        if self.table is not None and self.table.unweighed is not None:
            place = self.table.sources.get_indexer(pieces.set_index("from_unit").index)
            without = np.where(place >= 0, self.table.unweighed[place], 0.0)
        doubt = value.mask(value.notna(), in_doubt(share, value.to_numpy(np.float64), without))
        by_unit = doubt.groupby(pieces["to_unit"]).sum()
        return done.assign(doubt=done["unit_id"].map(by_unit).fillna(0.0).to_numpy(np.float64))

    def _tell(self, outlines: Outlines, epoch: str, target: str, people: pd.Series, wants: Wants) -> None:
        given = people[people.index.isin(wants.spread)]
        onto = self.weights.loc[self.weights["from_unit"].isin(wants.spread), "to_unit"].nunique()
        told = {
            "vintage": epoch,
            "target": target,
            "count": len(given),
            "people": float(given.sum()),
            "onto": onto,
            "layer": outlines.called(epoch),
            "other": outlines.called(target),
        }
        way = self.way
        more = {"source": way.name, "year": way.year, "above": way.above or 0.0}
        kind = "mask" if way.above is not None and way.year else "grid" if way.year else way.kind
        if len(given):
            self.notes.append(Note(f"harmonise.spread_{kind}", told | more))
            self.notes += [_named(note, told, way) for note in self.table.notes] if self.table else ()
        if wants.same:
            self.notes.append(Note("harmonise.spread_same", {"count": wants.same, "vintage": epoch}))


def _with_nobody(done: pd.DataFrame, rows: pd.DataFrame, ground: pd.DataFrame, vintage: str) -> pd.DataFrame:
    """Add units of the target that units with figures cover, and to which none of their people go."""
    import pandas as pd

    empty = ground[(ground["covered"] >= SAME) & ~ground.index.isin(done["unit_id"])]
    if empty.empty:
        return done
    more = rows.iloc[np.zeros(len(empty), dtype=np.int64)].assign(
        unit_id=empty.index, name=None, vintage=vintage, value=0.0, coverage=empty["covered"].to_numpy()
    )
    return pd.concat([done, more[done.columns]], ignore_index=True)


def _ground(table: AreaTable, known: set[str]) -> pd.DataFrame:
    """Return the share of each target unit that units with a figure cover, and that others do."""
    import pandas as pd

    has = table.sources.isin(known)[table.source]
    covered, lacking = (
        np.bincount(table.target[those], table.area[those], len(table.targets)) / table.target_area
        for those in (has, ~has)
    )
    covered[covered > 1 - _NOTHING] = 1.0
    return pd.DataFrame({"covered": covered, "lacking": lacking}, table.targets)


def _named(note: Note, told: dict[str, Any], way: Way) -> Note:
    """Call layers and grids in a note of the area table what the study calls them."""
    values = dict(note.values)
    if "which" in values:
        values["which"] = told["layer"] if values["which"] == "source" else told["other"]
    if "weight" in values and way.year:
        values["weight"] = f"{way.name} {way.year}"
    return replace(note, values=values)


def _rest(rows: pd.DataFrame, weights: pd.DataFrame, done: pd.DataFrame) -> pd.DataFrame:
    """Return what of the figures of one year was placed nowhere, by unit and reason."""
    import pandas as pd

    value = rows.set_index("unit_id")["value"]
    missing = set(done.loc[done["value"].isna(), "unit_id"])
    share = weights["share"].fillna(0.0)
    lost = weights["to_unit"].isin(missing)
    placed = share.groupby(weights["from_unit"]).sum().reindex(value.index)
    withheld = share.where(lost, 0.0).groupby(weights["from_unit"]).sum().reindex(value.index)
    unknown = weights["share"].isna().groupby(weights["from_unit"]).any().reindex(value.index)
    without = placed.isna()
    beyond = (1 - placed).clip(lower=0).fillna(0.0)
    beyond = beyond.mask(beyond < _NOTHING, 0.0)
    withheld = withheld.fillna(0.0) + beyond.where(unknown.eq(True), 0.0)  # noqa: FBT003 - NaN is neither
    parts = {
        "no_polygon": without.astype(float),
        "outside": beyond.where(~unknown.eq(True), 0.0),  # noqa: FBT003 - NaN is neither
        "withheld": withheld,
    }
    frames = [_whole(rows, reason, parts[reason].to_numpy(np.float64)) for reason in parts]
    return pd.concat(frames, ignore_index=True)


def _whole(rows: pd.DataFrame, reason: str, share: np.ndarray | float = 1.0) -> pd.DataFrame:
    frame = rows[["unit_id", "year", "source"]].assign(reason=reason, share=share)
    frame["people"] = rows["value"].to_numpy(np.float64) * frame["share"].to_numpy(np.float64)
    return frame[frame["people"] > 0]


def check_outlines(
    counts: pd.DataFrame, outlines: Outlines, target: str, *, ends: tuple[int, ...] = ()
) -> None:
    """Refuse a target without outlines, and figures of years that must be placed and have none.

    Parameters
    ----------
    counts, outlines, ends
        As in :func:`place_on_outlines`.
    target
        The date onto whose outlines everything is put.
    """
    outlines = outlines.like(counts["unit_id"])
    known = ", ".join(f"{vintage} ({outlines.called(vintage)})" for vintage in sorted(outlines.layers))
    with gather() as fault:
        if target not in outlines.layers:
            fault(CityebbError("harmonise.outlines_no_target", vintage=target, known=known or "–"))
        wanted = set(counts.loc[counts["year"].isin(ends), "vintage"]) - {target}
        for vintage in sorted(wanted - set(outlines.layers)):
            fault(CityebbError("harmonise.outlines_no_vintage", vintage=vintage, known=known or "–"))
        for vintage in sorted(wanted & set(outlines.layers)):
            layer = outlines.layers[vintage]
            units = counts.loc[counts["vintage"] == vintage, "unit_id"]
            if not units.isin(layer.index).any():
                fault(
                    CityebbError(
                        "harmonise.outlines_other_codes",
                        layer=outlines.called(vintage),
                        vintage=vintage,
                        codes=", ".join(map(str, layer.index[:_SHOWN])),
                        units=", ".join(units.head(_SHOWN)),
                    )
                )


def _names(whole: pd.DataFrame, counts: pd.DataFrame, tables: Tables) -> np.ndarray:
    """Return what units are called at the target's date, else in its layer, else in their own rows."""
    latest = (
        counts[counts["vintage"] == tables.target].drop_duplicates("unit_id").set_index("unit_id")["name"]
    )
    told = latest.reindex(whole["unit_id"])
    if "name" in tables.onto:
        told = told.where(told.notna(), tables.onto["name"].reindex(told.index))
    found: np.ndarray = told.where(told.notna().to_numpy(), whole["name"].to_numpy()).to_numpy()
    return found


def _tell_rest(rest: pd.DataFrame) -> list[Note]:
    notes = []
    for reason in ("outside", "withheld", "no_polygon", "no_layer"):
        found = rest[(rest["reason"] == reason) & (rest["people"] >= HALF)]
        if found.empty:
            continue
        by_unit = found.groupby("unit_id")["people"].sum().sort_values(ascending=False)
        values = {
            "count": len(by_unit),
            "people": ", ".join(
                f"{year}: {part:,.0f}" for year, part in found.groupby("year")["people"].sum().items()
            ),
            "units": ", ".join(map(str, by_unit.index[:_SHOWN])),
        }
        notes.append(Note(f"harmonise.rest_{reason}", values, "warning"))
    return notes
