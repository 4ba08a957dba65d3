"""What was made comparable between epochs, and what could not be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from cityebb.model.unit_tables import (
    AUDIT,
    CROSSWALK,
    DECOMPOSITION,
    GUESSES,
    LEDGER,
    MEMBERS,
    TRIAL,
    UNUSED,
)

if TYPE_CHECKING:
    import pandas as pd

Boundaries = Literal["as_published", "consistent", "vintage"]
"""On which boundaries figures stand: each on its own, on the finest comparable units, or on one date's."""


COMPARABILITY_TABLES = (
    "counts",
    "decomposition",
    "audit",
    "members",
    "crosswalk",
    "ledger",
    "guesses",
    "unused",
    "trial",
)
"""The tables of :class:`Comparability`, as they are kept and written."""


@dataclass(frozen=True)
class Comparability:
    """What was done to figures of administrative units so that they can be compared.

    Parameters
    ----------
    boundaries
        ``"as_published"``, ``"consistent"`` or ``"vintage"``.
    vintage
        Date of the boundaries on which the compared figures stand; for ``consistent`` all dates they span.
    counts
        ``COUNTS`` as published, before anything was done.
    decomposition
        ``DECOMPOSITION``: the part of each reported change that is territory.
    audit
        ``AUDIT``: what is odd in the figures, item by item.
    members
        ``MEMBERS``: which units of which date make a comparable unit.
    crosswalk
        ``CROSSWALK``: the weights that were used.
    ledger
        ``LEDGER``: the events between the epochs.
    guesses
        ``GUESSES``: what the columns of tables were taken for.
    unused
        ``UNUSED``: every row that was not used, with its reason.
    trial
        ``TRIAL``: ways to spread people, tried against a count.
    """

    boundaries: Boundaries
    vintage: str
    counts: pd.DataFrame
    decomposition: pd.DataFrame = field(default_factory=DECOMPOSITION.empty)
    audit: pd.DataFrame = field(default_factory=AUDIT.empty)
    members: pd.DataFrame = field(default_factory=MEMBERS.empty)
    crosswalk: pd.DataFrame = field(default_factory=CROSSWALK.empty)
    ledger: pd.DataFrame = field(default_factory=LEDGER.empty)
    guesses: pd.DataFrame = field(default_factory=GUESSES.empty)
    unused: pd.DataFrame = field(default_factory=UNUSED.empty)
    trial: pd.DataFrame = field(default_factory=TRIAL.empty)
