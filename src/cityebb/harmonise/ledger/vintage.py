"""Figures of all epochs on the boundaries of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.harmonise.ledger.crosswalk import Placed, apply_crosswalk, crosswalk, reverse, stand_in
from cityebb.harmonise.ledger.dates import moments
from cityebb.model import CityebbError

if TYPE_CHECKING:
    import pandas as pd


def place_on_vintage(
    counts: pd.DataFrame,
    ledger: pd.DataFrame,
    vintage: object,
    *,
    fallback: dict[str, pd.DataFrame] | None = None,
) -> tuple[Placed, pd.DataFrame]:
    """Put the figures of every epoch on the boundaries of one.

    Parameters
    ----------
    counts
        ``model.COUNTS`` of one indicator and concept; ``vintage`` tells the boundaries of each row.
    ledger
        ``model.LEDGER``.
    vintage
        The epoch whose boundaries all figures are put on; figures of that vintage must be there if figures of
        later ones are to be put back on it.
    fallback
        By vintage of the figures: weights (``model.CROSSWALK``) from it to ``vintage``, that stand in where
        the ledger knows no share or, backwards, no figures can turn them round.

    Returns
    -------
    Placed
        Everything on one vintage; see :func:`~cityebb.harmonise.ledger.apply_crosswalk`.
    weights
        ``model.CROSSWALK``: all weights used.

    Notes
    -----
    Forwards, shares are those of the ledger. Backwards they are turned round with the people of ``vintage``
    (see :func:`~cityebb.harmonise.ledger.reverse`): through a split that is a plain sum, through a merger an
    estimate, and without figures of every merged unit it cannot be done and the figures are missing.
    """
    import pandas as pd

    target = str(vintage)
    there = sorted(set(counts["vintage"].astype(str)), key=lambda text: float(moments([text])[0]))
    placed, used, left, wrong = [], [], [], []
    for epoch in there:
        rows = counts[counts["vintage"].astype(str) == epoch]
        if epoch == target:
            placed.append(rows)
            continue
        units = sorted(set(rows["unit_id"].astype(str)))
        own = (fallback or {}).get(epoch)
        weights = weights_between(counts, ledger, units, epoch, target)
        weights = weights if own is None else stand_in(weights, own)
        one = apply_crosswalk(rows, weights)
        placed.append(one.counts)
        used.append(weights)
        left.append(one.unassigned)
        wrong.append(one.unbalanced)
    whole = pd.concat(placed, ignore_index=True)
    latest = counts[counts["vintage"].astype(str) == target]
    names = latest.drop_duplicates("unit_id").set_index("unit_id")["name"]
    told = names.reindex(whole["unit_id"])
    whole["name"] = told.where(told.notna().to_numpy(), whole["name"].to_numpy()).to_numpy()
    empty = counts.iloc[:0]
    return (
        Placed(
            whole,
            pd.concat(left, ignore_index=True) if left else empty,
            pd.concat(wrong, ignore_index=True) if wrong else pd.DataFrame({"from_unit": [], "shares": []}),
        ),
        pd.concat(used, ignore_index=True) if used else _nothing(),
    )


def weights_between(
    counts: pd.DataFrame, ledger: pd.DataFrame, units: list[str], epoch: str, target: str
) -> pd.DataFrame:
    """Return the weights from the units of an epoch to those of the target, forwards or backwards.

    Parameters
    ----------
    counts
        ``model.COUNTS``: the people of the target turn later events round.
    ledger
        ``model.LEDGER``.
    units
        Codes at the epoch.
    epoch, target
        Dates.

    Returns
    -------
    DataFrame
        ``model.CROSSWALK``; a share is NaN where it is not known.
    """
    if moments([epoch])[0] < moments([target])[0]:
        return crosswalk(ledger, units, epoch, target)
    return _back(counts, ledger, target, epoch)


def _back(counts: pd.DataFrame, ledger: pd.DataFrame, target: str, epoch: str) -> pd.DataFrame:
    """Return the weights from the units of a later epoch back to those of the target."""
    base = counts[counts["vintage"].astype(str) == target]
    if base.empty:
        raise CityebbError("harmonise.no_figures_to_turn_round", vintage=target, epoch=epoch)
    people = base.groupby(base["unit_id"].astype(str))["value"].first()
    forwards = crosswalk(ledger, people.index, target, epoch)
    return reverse(forwards, people)


def _nothing() -> pd.DataFrame:
    from cityebb.model import CROSSWALK

    return CROSSWALK.empty()
