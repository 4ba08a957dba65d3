"""Which weights each unit takes: the ledger's where it knows them, else those of the ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import CROSSWALK

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.harmonise.interpolate import AreaTable

SAME = 0.95
"""Of two drawings of one unit, the share of either that they have in common: two makers agree no better."""


@dataclass(frozen=True)
class Wants:
    """Weights of one date's units.

    Parameters
    ----------
    weights
        ``model.CROSSWALK``.
    spread
        Codes of the units that were spread on the ground, whole or in part.
    same
        How many units keep code and outline.
    """

    weights: pd.DataFrame
    spread: set[str]
    same: int


def wants_of(
    units: pd.Index,
    table: AreaTable | None,
    known: pd.DataFrame | None,
    there: set[str],
    *,
    epoch: str,
    target: str,
    way: str,
) -> Wants:
    """Return the weights of the units of one date.

    Parameters
    ----------
    units
        Codes.
    table
        How they fall onto the target, by the ground; ``None`` without outlines of that date.
    known
        ``model.CROSSWALK`` of the ledger; ``None`` without one.
    there
        Codes of the target.
    epoch, target
        The dates.
    way
        How the ground shares, as evidence.
    """
    import pandas as pd

    if table is None:
        return Wants(known if known is not None else CROSSWALK.empty(), set(), 0)
    pieces = whole = _pieces(table, epoch, target).assign(evidence=way)
    pieces = pieces[pieces["from_unit"].isin(units)]
    same = unchanged(table)
    pieces = _without_same(pieces, same)
    if known is None:
        kept = pieces["from_unit"].isin(same)
        alike = pieces[kept & (pieces["from_unit"] == pieces["to_unit"])].assign(share=1.0)
        spread = pieces[~kept]
        weights = pd.concat([alike, spread], ignore_index=True)
        return Wants(_ordered(weights), set(spread["from_unit"]), len(alike))
    leads = known["to_unit"].isin(there) & (known["share"].isna() | (known["share"] > 0))
    lost = ~known["from_unit"].isin(set(known.loc[leads, "from_unit"]))
    unknown = known["from_unit"].isin(set(known.loc[known["share"].isna(), "from_unit"])) & ~lost
    nowhere = set(units) - set(known.loc[leads, "from_unit"])
    onto = pieces[pieces["from_unit"].isin(nowhere)]
    filled = _filled(known[unknown], whole)
    done = set(onto["from_unit"])
    # What the ledger leads to units that nobody knows stays so where no outline tells better.
    stays = known[~unknown & ~(lost & known["from_unit"].isin(done))]
    weights = pd.concat([stays, filled, onto], ignore_index=True)
    by_ground = set(filled.loc[filled["evidence"].notna(), "from_unit"])
    return Wants(_ordered(weights), done | by_ground, 0)


def _pieces(table: AreaTable, epoch: str, target: str) -> pd.DataFrame:
    """Return every piece as a row of ``model.CROSSWALK``; of a unit that juts out they sum to less than 1."""
    import pandas as pd

    fell = np.isin(table.sources, table.fallen_back)[table.source]
    found = pd.DataFrame(
        {
            "from_unit": table.sources[table.source],
            "from_vintage": epoch,
            "to_unit": table.targets[table.target],
            "to_vintage": target,
            "share": table.share.clip(max=1.0),
            "share_of": np.where(fell, "area", table.share_of),
            "evidence": None,
        }
    )
    return found[found["share"] > 0]


def unchanged(table: AreaTable) -> set[str]:
    """Return the units whose code stays and whose outline is nearly the same."""
    own = table.sources[table.source] == table.targets[table.target]
    source, target = table.source[own], table.target[own]
    common = np.minimum(
        table.area[own] / table.source_area[source], table.area[own] / table.target_area[target]
    )
    return set(table.sources[source[common >= SAME]])


def _without_same(pieces: pd.DataFrame, same: set[str]) -> pd.DataFrame:
    """Take from other units the slivers that lie in units which stay, where anything else is left of them."""
    sliver = pieces["to_unit"].isin(same) & (pieces["from_unit"] != pieces["to_unit"])
    inside = pieces.groupby("from_unit")["share"].transform("sum")
    left = pieces["share"].where(~sliver, 0.0).groupby(pieces["from_unit"]).transform("sum")
    moved = left > 0
    share = np.where(moved, pieces["share"] * inside / left.where(moved, 1.0), pieces["share"])
    return pieces.assign(share=share)[~(sliver & moved)]


def _filled(unknown: pd.DataFrame, pieces: pd.DataFrame) -> pd.DataFrame:
    """Give what a unit's known shares leave to the others that the ledger names, as they share the ground."""
    if unknown.empty:
        return unknown
    pairs = pieces.set_index(["from_unit", "to_unit"])[["share", "share_of", "evidence"]]
    pairs = pairs.add_suffix("_ground")
    met = unknown.join(pairs, on=["from_unit", "to_unit"])
    open_ = met["share"].isna()
    ground = met["share_ground"].where(open_, 0.0).fillna(0.0)
    whole = ground.groupby(met["from_unit"]).transform("sum")
    rest = (1 - met.groupby("from_unit")["share"].transform("sum")).clip(lower=0)
    can = whole > 0
    met["share"] = met["share"].where(~open_ | ~can, rest * ground / whole.where(can, 1.0))
    kind = met["share_of_ground"].groupby(met["from_unit"]).transform("first")
    met["share_of"] = kind.where(can, met["share_of"])
    met["evidence"] = met["evidence_ground"].where(can & open_, None)
    return met[CROSSWALK.names]


def _ordered(weights: pd.DataFrame) -> pd.DataFrame:
    found: pd.DataFrame = weights.sort_values(["from_unit", "to_unit"], kind="stable", ignore_index=True)
    return found[CROSSWALK.names]
