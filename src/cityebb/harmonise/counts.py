"""Figures of administrative units made comparable: boundaries, decomposition and audit in one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cityebb.harmonise._listing import as_coded, listed, padded, tell_unmet, with_rest, with_strangers
from cityebb.harmonise._onto import put_onto
from cityebb.harmonise.audit import audit, contradictions
from cityebb.harmonise.beside import Beside
from cityebb.harmonise.decompose import decompose
from cityebb.harmonise.ledger import after_the_count, between, check_ledger, contradicted
from cityebb.harmonise.suspicion import areas_between, same_figures
from cityebb.model import GUESSES, LEDGER, Comparability, Note

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.harmonise.changes import Changes
    from cityebb.harmonise.outlines import Outlines
    from cityebb.harmonise.parameters import HarmoniseParameters

_SHOWN = 5


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
    unused, guesses
        What reading the table left and supposed, passed on.
    beside
        What else is known of the units: totals, other publications, areas, rows without a code.

    Raises
    ------
    CityebbError
        If the ledger has nothing that reaches these years.
    """
    start, end = years
    notes: list[Note] = []
    if changes is not None:
        changes = padded(counts, changes, notes)
    ledger = check_ledger(changes.ledger, strict=False) if changes is not None else None
    events = ledger.ledger if ledger is not None else LEDGER.empty()
    rows = counts[counts["year"].between(start, end)]
    if changes is not None:
        rows = as_coded(rows, changes, notes)
    strangers = rows.iloc[:0]
    if changes is not None and changes.units is not None and len(changes.units):
        rows, strangers = listed(rows, changes.units, notes)
    if ledger is not None and ledger.faults:
        left = sorted(set(ledger.refused["event_id"].astype(str)))
        told = {"count": len(left), "events": ", ".join(left[:_SHOWN])}
        notes.append(Note("harmonise.ledger_faults", told, "warning"))
    events, later = after_the_count(events, _by_vintage(rows))
    if later:
        notes.append(Note("harmonise.after_the_count", {"count": len(later)}))
    wanted = parameters.boundaries_of, str(parameters.vintage or end)
    onto = put_onto(rows, wanted, years, changes=changes, events=events, outlines=outlines, notes=notes)
    period = between(events, start, end) if len(events) else events
    if changes is not None:
        tell_unmet(rows, changes, period, notes)
    against = contradicted(rows, period)
    _tell_contradicted(against, notes)
    refused = LEDGER.empty() if ledger is None else between(ledger.refused, start, end)
    known = _beside(beside or Beside(), rows, strangers, changes)
    decomposition = decompose(
        rows,
        onto.counts,
        start=start,
        end=end,
        ledger=period,
        members=onto.members,
        areas=areas_between(known.areas, start, end),
        others=known.others,
    )
    _tell_suspected(decomposition, notes)
    return ComparableCounts(
        onto.counts.reset_index(drop=True),
        Comparability(
            boundaries=onto.boundaries,
            vintage=onto.vintage,
            counts=rows.reset_index(drop=True),
            decomposition=decomposition,
            audit=_with(
                audit(
                    rows,
                    start=start,
                    end=end,
                    comparable=onto.counts,
                    totals=known.totals,
                    nation=parameters.nation,
                    ledger=period,
                    beside=known,
                ),
                contradictions(against, refused, onto.members, onto.weights),
            ),
            members=onto.members,
            crosswalk=onto.weights,
            ledger=period.reset_index(drop=True),
            guesses=guesses if guesses is not None else GUESSES.empty(),
            unused=with_strangers(with_rest(unused, onto.rest), strangers),
            trial=onto.trial.table,
        ),
        tuple(notes),
    )


def _by_vintage(rows: pd.DataFrame) -> dict[object, list[str]]:
    """Return the codes that each date lists."""
    return {
        vintage: part["unit_id"].astype(str).tolist()
        for vintage, part in rows.groupby(rows["vintage"].astype(str))
    }


def _beside(beside: Beside, rows: pd.DataFrame, strangers: pd.DataFrame, changes: Changes | None) -> Beside:
    """Return what stands beside the figures, under their codes; codes in no list count as none."""
    import pandas as pd

    others, areas = (
        frame if changes is None or frame.empty else as_coded(frame, changes, [])
        for frame in (beside.others, beside.areas)
    )
    uncoded = [part for part in (beside.uncoded, strangers) if len(part)]
    return Beside(
        totals=beside.totals,
        others=same_figures(rows, others) if len(others) else others,
        areas=areas,
        uncoded=pd.concat(uncoded, ignore_index=True) if uncoded else beside.uncoded,
        units=None if changes is None else changes.units,
    )


def _with(audit: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    parts = [part for part in (more, audit) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else audit


def _tell_contradicted(found: pd.DataFrame, notes: list[Note]) -> None:
    if found.empty:
        return
    shown = [
        f"{row['unit_id']} → {', '.join(row['to']) or '–'} ({row['event']}: {row['date']};"
        f" {row['vintage']}: {row['value']:,.0f})"
        for row in found.head(_SHOWN).to_dict("records")
    ]
    told = {"count": len(found), "events": ", ".join(shown)}
    notes.append(Note("harmonise.ledger_contradicted", told, "warning"))


def _tell_suspected(decomposition: pd.DataFrame, notes: list[Note]) -> None:
    found = decomposition[decomposition["flag"] == "suspected"]
    if len(found):
        names = found["name"].where(found["name"].notna(), found["unit_id"]).astype(str)
        told = {"count": len(found), "units": ", ".join(names.head(_SHOWN))}
        notes.append(Note("harmonise.suspected", told, "warning"))
