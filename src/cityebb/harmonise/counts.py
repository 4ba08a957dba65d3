"""Figures of administrative units made comparable: boundaries, decomposition and audit in one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.audit import audit
from cityebb.harmonise.beside import Beside
from cityebb.harmonise.decompose import decompose
from cityebb.harmonise.ledger import (
    after_the_count,
    apply_crosswalk,
    between,
    check_ledger,
    consistent_units,
    hidden_people,
    place_on_vintage,
    to_groups,
)
from cityebb.harmonise.placing import HALF, place_on_outlines
from cityebb.harmonise.suspicion import areas_between, same_figures
from cityebb.harmonise.trial import try_ways
from cityebb.model import (
    CROSSWALK,
    GUESSES,
    LEDGER,
    MEMBERS,
    TRIAL,
    UNUSED,
    CityebbError,
    Comparability,
    Note,
)

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.harmonise.ledger import Placed
    from cityebb.harmonise.outlines import Outlines
    from cityebb.harmonise.parameters import HarmoniseParameters
    from cityebb.harmonise.placing import Spread
    from cityebb.harmonise.trial import Trial

_SHOWN = 5


@dataclass(frozen=True)
class Changes:
    """What is known of boundaries.

    Parameters
    ----------
    ledger
        ``model.LEDGER``.
    crosswalk
        ``model.CROSSWALK``: official weights.
    units
        ``unit_id``, ``first``, ``last``: the units there were in the years from ``first`` on and before
        ``last``; empty where nobody lists them.
    """

    ledger: pd.DataFrame
    crosswalk: pd.DataFrame
    units: pd.DataFrame | None = None


@dataclass(frozen=True)
class ComparableCounts:
    """Figures on one set of boundaries, and how they came there.

    Parameters
    ----------
    counts
        ``model.COUNTS``; with a further column ``sd`` where people were spread on the ground: the standard
        error of that.
    comparability
        What was done, and what could not be.
    notes
        The same in sentences.
    """

    counts: pd.DataFrame
    comparability: Comparability
    notes: tuple[Note, ...]


def make_counts_comparable(
    counts: pd.DataFrame,
    parameters: HarmoniseParameters,
    *,
    years: tuple[int, int],
    changes: Changes | None = None,
    outlines: Outlines | None = None,
    totals: pd.DataFrame | None = None,
    unused: pd.DataFrame | None = None,
    guesses: pd.DataFrame | None = None,
    beside: Beside | None = None,
) -> ComparableCounts:
    """Put the figures of all years on boundaries that can be compared, and say what was done.

    Parameters
    ----------
    counts
        ``model.COUNTS`` as published: one indicator, one concept.
    parameters
        Which boundaries.
    years
        First and last year of the comparison; figures of years between and around are kept where they can be.
    changes
        The ledger, or official weights.
    outlines
        Boundary layers of several dates, between which people are spread where no ledger tells where they
        went.
    totals
        Rows of the table that sum others, for the audit.
    unused, guesses
        What reading the table left and supposed, passed on.
    beside
        What else is known of the units: other publications, areas, rows without a code.

    Raises
    ------
    CityebbError
        If the ledger has nothing that reaches these years.
    """
    start, end = years
    ledger = check_ledger(changes.ledger, strict=False) if changes is not None else None
    events = ledger.ledger if ledger is not None else LEDGER.empty()
    notes: list[Note] = []
    rows = counts[counts["year"].between(start, end)]
    if changes is not None:
        rows = _as_coded(rows, changes, notes)
    strangers = rows.iloc[:0]
    if changes is not None and changes.units is not None and len(changes.units):
        rows, strangers = _listed(rows, changes.units, notes)
    if ledger is not None and ledger.faults:
        left = sorted(set(ledger.refused["event_id"].astype(str)))
        told = {"count": len(left), "events": ", ".join(left[:_SHOWN])}
        notes.append(Note("harmonise.ledger_faults", told, "warning"))
    events, later = after_the_count(events, _by_vintage(rows))
    if later:
        notes.append(Note("harmonise.after_the_count", {"count": len(later)}))
    members, weights, tried = MEMBERS.empty(), CROSSWALK.empty(), TRIAL.empty()
    boundaries, vintage = parameters.boundaries_of, str(parameters.vintage or end)
    if boundaries == "as_published" or (changes is None and outlines is None):
        comparable, vintage = rows, "/".join(sorted(set(rows["vintage"].astype(str))))
    elif changes is not None and len(changes.crosswalk):
        if outlines is not None:
            notes.append(Note("harmonise.outlines_beside_weights", level="warning"))
        comparable, weights = _by_weights(rows, changes.crosswalk, notes)
        boundaries, vintage = "vintage", str(comparable["vintage"].iloc[0])
    elif boundaries == "consistent":
        comparable, members = _by_groups(rows, events, notes)
        vintage = str(comparable["vintage"].iloc[0]) if len(comparable) else vintage
    elif outlines is not None:
        happened = None if changes is None else events
        spread, trial = _by_ground(rows, outlines, vintage, happened, years, notes)
        comparable = spread.counts.assign(sd=trial.error * spread.counts["doubt"]).drop(columns="doubt")
        weights, tried, unused = spread.weights, trial.table, _with_rest(unused, spread.rest)
    else:
        placed, weights = place_on_vintage(rows, events, vintage)
        comparable = placed.counts
        _tell_placed(placed, notes)
    period = between(events, start, end) if len(events) else events
    known = _beside(beside or Beside(), rows, strangers, changes)
    decomposition = decompose(
        rows,
        comparable,
        start=start,
        end=end,
        ledger=period,
        members=members,
        areas=areas_between(known.areas, start, end),
        others=known.others,
    )
    _tell_suspected(decomposition, notes)
    return ComparableCounts(
        comparable.reset_index(drop=True),
        Comparability(
            boundaries=boundaries,
            vintage=vintage,
            counts=rows.reset_index(drop=True),
            decomposition=decomposition,
            audit=audit(
                rows,
                start=start,
                end=end,
                comparable=comparable,
                totals=totals,
                nation=parameters.nation,
                ledger=period,
                beside=known,
            ),
            members=members,
            crosswalk=weights,
            ledger=period.reset_index(drop=True),
            guesses=guesses if guesses is not None else GUESSES.empty(),
            unused=_with_strangers(unused, strangers),
            trial=tried,
        ),
        tuple(notes),
    )


def _by_vintage(rows: pd.DataFrame) -> dict[object, list[str]]:
    """Return the codes that each date lists."""
    return {
        vintage: part["unit_id"].astype(str).tolist()
        for vintage, part in rows.groupby(rows["vintage"].astype(str))
    }


def _as_coded(rows: pd.DataFrame, changes: Changes, notes: list[Note]) -> pd.DataFrame:
    """Give codes the leading zeros that a spreadsheet took from them, where the ledger has them."""
    known = [changes.ledger["from_unit"], changes.ledger["to_unit"], changes.crosswalk["from_unit"]]
    codes = {str(code) for column in known for code in column.dropna()}
    widths = {len(code) for code in codes if code.isdigit()}
    own = rows["unit_id"].astype(str)
    if len(widths) != 1 or not all(code.isdigit() for code in codes):
        return rows.assign(unit_id=own)
    width = widths.pop()
    short = own.str.isdigit() & (own.str.len() < width)
    if not short.any():
        return rows.assign(unit_id=own)
    notes.append(Note("harmonise.padded", {"count": int(own[short].nunique()), "width": width}))
    return rows.assign(unit_id=own.where(~short, own.str.zfill(width)))


def _listed(rows: pd.DataFrame, units: pd.DataFrame, notes: list[Note]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of units that are in the list at their date, or under another code of theirs."""
    year = rows["vintage"].astype(str).str[:4].astype("int64")
    pairs = rows[["unit_id"]].assign(place=np.arange(len(rows)), when=year.to_numpy())
    met = pairs.merge(units[["unit_id", "first", "last"]], on="unit_id")
    ever = set(met["unit_id"])
    now = set(met.loc[(met["first"] <= met["when"]) & (met["when"] < met["last"]), "place"])
    inside = np.array([place in now for place in range(len(rows))], dtype=bool)
    # A code of another date may be that of a unit that the table lacks under its own: kept for that.
    later = ~inside & rows["unit_id"].isin(ever).to_numpy()
    strangers = rows[~inside & ~later]
    if len(strangers):
        shown = ", ".join(dict.fromkeys(strangers["name"].dropna().astype(str).head(_SHOWN)))
        notes.append(Note("harmonise.not_listed", {"count": strangers["unit_id"].nunique(), "units": shown}))
    return rows[inside | later], strangers


def _beside(beside: Beside, rows: pd.DataFrame, strangers: pd.DataFrame, changes: Changes | None) -> Beside:
    """Return what stands beside the figures, under their codes; codes in no list count as none."""
    import pandas as pd

    others, areas = (
        frame if changes is None or frame.empty else _as_coded(frame, changes, [])
        for frame in (beside.others, beside.areas)
    )
    uncoded = [part for part in (beside.uncoded, strangers) if len(part)]
    return Beside(
        others=same_figures(rows, others) if len(others) else others,
        areas=areas,
        uncoded=pd.concat(uncoded, ignore_index=True) if uncoded else beside.uncoded,
        units=None if changes is None else changes.units,
    )


def _tell_suspected(decomposition: pd.DataFrame, notes: list[Note]) -> None:
    found = decomposition[decomposition["flag"] == "suspected"]
    if len(found):
        names = found["name"].where(found["name"].notna(), found["unit_id"]).astype(str)
        told = {"count": len(found), "units": ", ".join(names.head(_SHOWN))}
        notes.append(Note("harmonise.suspected", told, "warning"))


def _with_strangers(unused: pd.DataFrame | None, strangers: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    told = strangers.drop_duplicates(["unit_id", "year"])
    more = pd.DataFrame(
        {
            "file": told["source"].to_numpy(),
            "sheet": None,
            "row": np.zeros(len(told), dtype=np.int64),
            "column": None,
            "text": [f"{unit} {year}" for unit, year in zip(told["unit_id"], told["year"], strict=True)],
            "reason": "harmonise.unused.not_listed",
        }
    )
    parts = [part for part in (unused, more) if part is not None and len(part)]
    return pd.concat(parts, ignore_index=True) if parts else UNUSED.empty()


def _by_ground(
    rows: pd.DataFrame,
    outlines: Outlines,
    vintage: str,
    ledger: pd.DataFrame | None,
    years: tuple[int, int],
    notes: list[Note],
) -> tuple[Spread, Trial]:
    """Return the figures on the outlines of one date, and how the ways to spread people fare in a trial."""
    spread = place_on_outlines(rows, outlines, vintage, ledger=ledger, ends=years)
    trial = try_ways(rows, spread.tables)
    notes += [*spread.notes, *trial.notes]
    if spread.spread:
        key = "spread_untried" if trial.table.empty else "spread_doubt"
        notes.append(Note(f"harmonise.{key}", {"error": trial.error}, "warning"))
    return spread, trial


def _with_rest(unused: pd.DataFrame | None, rest: pd.DataFrame) -> pd.DataFrame | None:
    """Add what was placed nowhere to the rows that were not used."""
    import pandas as pd

    rest = rest[rest["people"] >= HALF]
    if rest.empty:
        return unused
    more = pd.DataFrame(
        {
            "file": rest["source"].to_numpy(),
            "sheet": None,
            "row": np.zeros(len(rest), dtype=np.int64),
            "column": None,
            "text": [
                f"{unit} {year}: {people:,.0f} ({share:.2%})"
                for unit, year, people, share in rest[["unit_id", "year", "people", "share"]].itertuples(
                    index=False
                )
            ],
            "reason": "harmonise.unused." + rest["reason"].astype(str),
        }
    )
    return more if unused is None else pd.concat([unused, more], ignore_index=True)


def _by_groups(
    rows: pd.DataFrame, events: pd.DataFrame, notes: list[Note]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the figures of the finest comparable units, and what belongs to each."""
    named = rows.drop_duplicates(["unit_id", "vintage"])
    units: dict[object, pd.Series] = {
        vintage: part.set_index(part["unit_id"].astype(str))["name"]
        for vintage, part in named.groupby(named["vintage"].astype(str))
    }
    found = consistent_units(units, events)
    done = to_groups(rows, found.members)
    hidden = hidden_people(found.members, rows)
    notes.append(
        Note(
            "harmonise.consistent",
            {
                "groups": found.groups,
                "units": ", ".join(f"{epoch}: {len(names)}" for epoch, names in units.items()),
                "merged": ", ".join(f"{epoch}: {count}" for epoch, count in found.merged.items()),
                "people": ", ".join(f"{row.year}: {row.hidden_people:,.0f}" for row in hidden.itertuples()),
            },
        )
    )
    for what in ("vanished", "appeared"):
        lost = found.unmatched[found.unmatched["what"] == what]
        if len(lost):
            shown = ", ".join(
                f"{unit} ({epoch})" for unit, epoch, _ in lost.head(_SHOWN).itertuples(index=False)
            )
            notes.append(Note(f"harmonise.units_{what}", {"count": len(lost), "units": shown}, "warning"))
    if len(done.recoded):
        shown = ", ".join(sorted(set(done.recoded["unit_id"]))[:_SHOWN])
        notes.append(Note("harmonise.recoded", {"count": len(done.recoded), "units": shown}))
    return done.counts, found.members


def _by_weights(
    rows: pd.DataFrame, crosswalk: pd.DataFrame, notes: list[Note]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the figures on the boundaries that official weights lead to."""
    import pandas as pd

    people = crosswalk[crosswalk["share_of"] == "people"]
    weights = people if len(people) else crosswalk
    targets = sorted(set(weights["to_vintage"].astype(str)))
    if len(targets) > 1:
        raise CityebbError("harmonise.weights_lead_to_several", targets=", ".join(targets))
    target = targets[0]
    parts = []
    for vintage, part in rows.groupby(rows["vintage"].astype(str)):
        if vintage == target:
            parts.append(part)
            continue
        own = weights[weights["from_vintage"].astype(str) == vintage]
        if own.empty:
            notes.append(Note("harmonise.no_weights", {"vintage": vintage, "target": target}, "warning"))
            continue
        placed = apply_crosswalk(part, own)
        _tell_placed(placed, notes)
        parts.append(placed.counts)
    if not parts:
        raise CityebbError("harmonise.weights_reach_nothing", target=target)
    return pd.concat(parts, ignore_index=True), weights


def _tell_placed(placed: Placed, notes: list[Note]) -> None:
    if len(placed.unassigned):
        lost = placed.unassigned
        shown = ", ".join(sorted(set(lost["unit_id"].astype(str)))[:_SHOWN])
        told = {"count": len(lost), "units": shown, "people": float(np.nansum(lost["value"]))}
        notes.append(Note("harmonise.unassigned", told, "warning"))
    missing = int(placed.counts["value"].isna().sum())
    if missing:
        notes.append(Note("harmonise.placed_missing", {"count": missing}, "warning"))
