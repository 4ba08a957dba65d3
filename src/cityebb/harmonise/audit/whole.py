"""Every look at the figures of one comparison, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.harmonise.audit.names import renamed
from cityebb.harmonise.audit.parents import families
from cityebb.harmonise.audit.publications import compare_publications
from cityebb.harmonise.audit.sums import (
    against_nation,
    against_parents,
    conserved,
    parents_beside_children,
)
from cityebb.harmonise.audit.uncoded import uncoded_within
from cityebb.harmonise.audit.units import doubled, of_one_date, outside_the_mainland, without_figure
from cityebb.harmonise.audit.values import exchanged, jumps, zeros
from cityebb.harmonise.beside import Beside
from cityebb.model import AUDIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def audit(
    counts: pd.DataFrame,
    *,
    start: int,
    end: int,
    comparable: pd.DataFrame | None = None,
    totals: pd.DataFrame | None = None,
    nation: Mapping[int, float] | None = None,
    ledger: pd.DataFrame | None = None,
    beside: Beside | None = None,
) -> pd.DataFrame:
    """Return everything that is odd in figures of one indicator and concept.

    Parameters
    ----------
    counts
        ``model.COUNTS`` as published.
    start, end
        The years compared.
    comparable
        The same on comparable boundaries: sums must agree.
    totals
        Rows that sum others.
    nation
        National totals by year.
    ledger
        ``model.LEDGER`` of the period.
    beside
        Other publications, rows without a code, the names that a list gives to codes.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, warnings and remarks, one row an item.
    """
    import pandas as pd

    no_code = AUDIT.empty()
    known = beside or Beside()
    if totals is not None and len(known.uncoded):
        no_code = uncoded_within(counts, totals, known.uncoded)
    within = no_code[no_code["finding"] == "uncoded_within"]
    parts = [
        parents_beside_children(counts),
        families(counts, totals, ledger=ledger, within=within),
        against_parents(counts, totals, within=within) if totals is not None else AUDIT.empty(),
        no_code,
        conserved(counts, comparable) if comparable is not None else AUDIT.empty(),
        of_one_date(counts, start, end, ledger),
        renamed(counts, ledger, known.units),
        *(compare_publications(counts, rows) for _, rows in known.others.groupby("source")),
        outside_the_mainland(counts),
        without_figure(counts),
        doubled(counts),
        jumps(comparable if comparable is not None else counts),
        exchanged(comparable if comparable is not None else counts),
        zeros(counts),
    ]
    found = [part for part in parts if len(part)]
    so_far = pd.concat(found, ignore_index=True) if found else AUDIT.empty()
    if nation:
        told = against_nation(counts, nation, explained=so_far)
        so_far = pd.concat([told, so_far], ignore_index=True) if len(told) else so_far
    return so_far
