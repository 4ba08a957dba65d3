"""What a study may say of evidence brought together."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class EvidenceParameters(BaseModel):
    """Several comparisons brought together: one ``[identify.NAME]`` table of a study.

    Parameters
    ----------
    evidence
        The comparisons, by their names in ``[identify.NAME]``; the cities of the first are those of which the
        rows tell, and its period is theirs.
    counts
        Comparisons of them whose units are to count as the city itself, though they are larger or nobody can
        tell, for example its urban districts; default none: what is known of a region is shown beside its
        city and decides nothing.
    links
        Pairs that are known, by comparison: a CSV file with the columns ``city`` and ``other``, ids or names.
    within_km
        How far a place without outline may lie from a city without one.

    Examples
    --------
    >>> EvidenceParameters(evidence=("light", "census")).within_km
    10.0
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence: tuple[str, ...] = Field(min_length=2)
    counts: tuple[str, ...] = ()
    links: dict[str, str] = {}
    within_km: float = Field(default=10.0, gt=0, le=500)
