"""What may be done, where asked, with weights that do not sum to 1 or are not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.ledger.crosswalk import ROUNDING
from cityebb.model import CROSSWALK, MEMBERS, Note

if TYPE_CHECKING:
    import pandas as pd


def normalised(weights: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Scale the weights of each unit so that they sum to 1.

    Units with a weight that is not known, or whose weights are all 0, stay as they are.

    Parameters
    ----------
    weights
        ``model.CROSSWALK``.

    Returns
    -------
    weights
        ``model.CROSSWALK``, rows in the same order.
    notes
        One, if a sum missed 1 by more than rounding: how many units, and the least and greatest sum.

    Notes
    -----
    ``w_ij / Σ_j w_ij``. Official weights miss 1 where an office left out small parts, or gave whole units to
    several. Scaling spreads what is left out as the rest is spread: an assumption, hence only where asked.

    Examples
    --------
    >>> import pandas as pd
    >>> weights = pd.DataFrame({"from_unit": ["A", "A"], "from_vintage": "1", "to_unit": ["A", "B"],
    ...     "to_vintage": "2", "share": [0.6, 0.2], "share_of": "people", "evidence": None})
    >>> scaled, notes = normalised(weights)
    >>> scaled["share"].round(6).tolist(), notes[0].values["count"]
    ([0.75, 0.25], 1)
    """
    by = [weights[name].astype(str) for name in ("from_unit", "from_vintage", "to_vintage", "share_of")]
    share = weights["share"].astype("float64")
    sums = share.groupby(by).transform("sum").mask(share.isna().groupby(by).transform("any"))
    off = ((sums - 1).abs() > ROUNDING) & (sums > 0)
    found = weights.assign(share=share.mask(off, share / sums.where(off)))
    if not off.any():
        return found, ()
    note = Note(
        "harmonise.weights_scaled",
        {
            "count": int(weights.loc[off, "from_unit"].nunique()),
            "least": float(sums[off].min()),
            "most": float(sums[off].max()),
        },
        "warning",
    )
    return found, (note,)


def joined_where_unknown(weights: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take those units together between which a share is not known.

    Assumes that nobody of a unit with an unknown share was lost: all its people are somewhere in the group.

    Parameters
    ----------
    weights
        ``model.CROSSWALK`` between two vintages; ``share`` is NaN where not known.

    Returns
    -------
    weights
        ``model.CROSSWALK`` to groups, without unknown shares. A group is called by its smallest code.
    members
        ``model.MEMBERS`` of the later vintage, every unit, for
        :func:`~cityebb.harmonise.ledger.to_groups`.

    Notes
    -----
    Connected components of the graph in which a unit with an unknown share joins all units that it leads to.

    Examples
    --------
    >>> import pandas as pd
    >>> weights = pd.DataFrame({"from_unit": ["A", "A", "B", "C"], "from_vintage": "1",
    ...     "to_unit": ["A", "B", "B", "C"], "to_vintage": "2", "share": [None, None, 1.0, 1.0],
    ...     "share_of": "people", "evidence": None})
    >>> joined, members = joined_where_unknown(weights)
    >>> joined[["from_unit", "to_unit", "share"]].values.tolist()
    [['A', 'A', 1.0], ['B', 'A', 1.0], ['C', 'C', 1.0]]
    >>> members.groupby("group_id")["unit_id"].agg(list).to_dict()
    {'A': ['A', 'B'], 'C': ['C']}
    """
    import pandas as pd
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if weights.empty:
        return weights, MEMBERS.empty()
    unknown = weights["share"].isna().groupby(weights["from_unit"]).transform("any").to_numpy()
    places, units = pd.factorize(weights["to_unit"].astype(str), sort=True)
    first = pd.Series(places).groupby(weights["from_unit"].to_numpy()).transform("first").to_numpy()
    edges = coo_array(
        (np.ones(int(unknown.sum())), (first[unknown], places[unknown])), shape=(len(units), len(units))
    )
    _, label = connected_components(edges, directed=False)
    # Codes are sorted, so that the first of a group is its smallest.
    called = pd.Series(np.asarray(units, dtype=object)).groupby(label).transform("first").to_numpy()
    found = weights.assign(
        to_unit=called[places], share=weights["share"].astype("float64").mask(unknown, 0.0), known=~unknown
    )
    keys = ["from_unit", "from_vintage", "to_unit", "to_vintage", "share_of"]
    found = found.groupby(keys, sort=True).agg(share=("share", "sum"), known=("known", "all")).reset_index()
    found["share"] = found["share"].where(found["known"], 1.0)
    members = pd.DataFrame(
        {"group_id": called, "unit_id": units, "name": None, "vintage": str(weights["to_vintage"].iloc[0])}
    ).sort_values(["group_id", "unit_id"], ignore_index=True)
    return found.assign(evidence=None)[CROSSWALK.names], members[MEMBERS.names]
