"""One verdict for a city from all its evidence, by a rule that can be said in four sentences."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.together.evidence import Role, Says
from cityebb.identify.together.why import general_brightening, reasons_why
from cityebb.model import COMBINED, EVIDENCE, State
from cityebb.words import say

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]
    Flags = NDArray[np.bool_]

# The best counts of people first; a source of none of these grades decides nothing.
GRADES_IN_ORDER = ("census", "register", "gridded_census", "sample_survey", "phone")

DECIDED = "identify.together.reason.decided"
CONTRADICT = "identify.together.reason.contradict"
NOT_DECIDED = "identify.together.reason.not_decided"
NOTHING_COUNTS = "identify.together.reason.nothing_counts"


class Basis(StrEnum):
    """What the verdict rests on."""

    PEOPLE = "people"
    LIGHT = "light"
    NONE = "none"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"identify.together.basis.{self.value}", language)


class Strength(StrEnum):
    """How far the other sources bear a verdict out."""

    CONFIRMED = "confirmed"
    SUPPORTED = "supported"
    ALONE = "alone"
    DISPUTED = "disputed"
    NONE = "none"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"identify.together.strength.{self.value}", language)


_STATES = {State.SHRINKING.value: -1, State.STABLE.value: 0, State.GROWING.value: 1}
_SAYS = {Says.DOWN.value: -1, Says.LEVEL.value: 0, Says.UP.value: 1}
_UNKNOWN = 9


def combine(
    evidence: pd.DataFrame, *, registered: frozenset[str] = frozenset()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the verdict of all evidence on each city, and the evidence with who speaks against it.

    Parameters
    ----------
    evidence
        ``model.EVIDENCE`` of :func:`~cityebb.identify.together.evidence_of`.
    registered
        Names of comparisons whose figures look like those of registered people.

    Returns
    -------
    combined
        ``model.COMBINED``, one row a city: ``sources`` that say anything, how many ``agree`` with the verdict
        or ``oppose`` it, and which (``dissenters``).
    evidence
        As given, with ``against`` and, for these, ``why``.

    Notes
    -----
    The rule, which is ours:

    1. People come first. Of the sources that count residents of the city itself over its period, those of the
       best grade (census, register, gridded census, sample survey, phone) that decide anything decide.
    2. Where no such source has a figure, light stands in for people; where one has and does not decide, light
       cannot do it in its place.
    3. Where sources of equal weight contradict each other, and where nothing is decided, the city is
       undetermined.
    4. All other sources decide nothing, and are heard: they *confirm* the verdict (another source that could
       have decided comes to the same verdict by itself), *support* it (any other says the same), or *dispute*
       it (any says the opposite, beyond its own threshold); else it stands *alone*. Light that rises only
       because its whole region glows brighter bears nothing out.

    Shrinking and growing are opposites; a level course opposes neither, since thresholds differ. A stable
    verdict is opposed by people and light that shrink or grow beyond their own noise. Of an undetermined city
    those count as opposed who say the opposite of the first that moves; and where sources of equal weight
    contradict each other, those of them that come to another verdict than the first.

    Examples
    --------
    >>> from cityebb.model import EVIDENCE
    >>> import pandas as pd
    >>> row = {"city_id": "t", "linked_by": None, "start": "2010", "end": "2020", "low": -0.3, "high": -0.1,
    ...     "definition": "d", "boundary_vintage": "2020", "threshold": -0.1, "reason": "r", "against": False,
    ...     "why": ""}
    >>> census = {**row, "comparison": "census", "source": "c", "indicator": "people", "concept": "resident",
    ...     "grade": "census", "change": -0.2, "state": "shrinking", "says": "down", "role": "counts"}
    >>> light = {**row, "comparison": "light", "source": "l", "indicator": "light", "concept": "radiance",
    ...     "grade": "satellite", "change": 0.3, "state": "growing", "says": "up", "role": "stands_in"}
    >>> table = pd.DataFrame([census, light]).reindex(columns=EVIDENCE.names)
    >>> combined, told = combine(table)
    >>> combined[["state", "basis", "strength", "dissenters"]].values.tolist()
    [['shrinking', 'people', 'disputed', 'light']]
    >>> told["why"].tolist()
    ['', 'proxy']
    """
    import pandas as pd

    codes, names = pd.factorize(evidence["city_id"])
    city: Codes = np.asarray(codes, np.int64)
    state = _coded(evidence["state"], _STATES)
    says = _coded(evidence["says"], _SAYS)
    verdict, basis, reason, deciding = _decide(evidence, city, len(names), state)
    place = np.unique(city, return_index=True)[1]
    spoken = says != _UNKNOWN
    general = general_brightening(evidence)
    telling = evidence["indicator"].isin(("people", "light")).to_numpy() & ~general
    against = _against(
        city, verdict, says, state, telling=telling, contradict=deciding & (reason == CONTRADICT)[city]
    )
    with_it = spoken & (verdict[city] != _UNKNOWN) & (says == verdict[city])
    bears_out = with_it & ~general
    own = bears_out & (state == verdict[city])
    strength = _strength(
        evidence, city, verdict, deciding=deciding, with_it=bears_out, own=own, against=against
    )
    why = reasons_why(
        evidence,
        light_decides=(basis == Basis.LIGHT.value)[city],
        registered=evidence["comparison"].isin(registered).to_numpy(),
    )
    found = evidence.assign(against=against, why=np.where(against, why, ""))
    dissent = found[against].groupby("city_id", sort=False)["comparison"].agg(", ".join)
    combined = pd.DataFrame(
        {
            "city_id": names,
            "start": evidence["start"].to_numpy()[place],
            "end": evidence["end"].to_numpy()[place],
            "state": [{v: k for k, v in _STATES.items()}.get(each, "undetermined") for each in verdict],
            "basis": basis,
            "strength": strength,
            "sources": np.bincount(city[spoken], minlength=len(names)),
            "agree": np.bincount(city[with_it], minlength=len(names)),
            "oppose": np.bincount(city[against], minlength=len(names)),
            "dissenters": dissent.reindex(names).fillna("").to_numpy(),
            "proxy_word": "",
            "ppv": np.nan,
            "reason": reason,
        }
    )
    return COMBINED.check(combined[COMBINED.names]), EVIDENCE.check(found[EVIDENCE.names])


def carry_reliability(
    combined: pd.DataFrame, evidence: pd.DataFrame, reliability: pd.DataFrame
) -> pd.DataFrame:
    """Return the verdicts with how far light stands for people, where they rest on light alone.

    Parameters
    ----------
    combined, evidence
        From :func:`combine`.
    reliability
        ``model.RELIABILITY`` of the lights among the sources; empty where nothing was checked.

    Examples
    --------
    >>> import pandas as pd
    >>> combined = pd.DataFrame({"city_id": ["a", "b"], "basis": ["light", "people"]})
    >>> evidence = pd.DataFrame({"city_id": ["a"], "source": "l", "role": "stands_in"})
    >>> reliability = pd.DataFrame({"city_id": ["a", "b"], "source": "l", "proxy_word": "weak", "ppv": 0.4})
    >>> carry_reliability(combined, evidence, reliability)[["proxy_word", "ppv"]].values.tolist()
    [['weak', 0.4], ['', nan]]
    >>> carry_reliability(combined, evidence, reliability[:0])["proxy_word"].tolist()
    ['not_checked', '']
    """
    light = evidence[evidence["role"] == Role.STANDS_IN.value].drop_duplicates("city_id")
    told = light[["city_id", "source"]].merge(reliability, on=["city_id", "source"])
    told = told.drop_duplicates("city_id").set_index("city_id")
    rests = (combined["basis"] == Basis.LIGHT.value).to_numpy()
    word = told["proxy_word"].reindex(combined["city_id"]).fillna("not_checked").to_numpy(dtype=object)
    ppv = told["ppv"].reindex(combined["city_id"]).to_numpy(np.float64)
    return combined.assign(proxy_word=np.where(rests, word, ""), ppv=np.where(rests, ppv, np.nan))


def _coded(texts: pd.Series, codes: dict[str, int]) -> Codes:
    found: Codes = np.asarray(texts.map(codes).fillna(_UNKNOWN), np.int64)
    return found


def _decide(
    evidence: pd.DataFrame, city: Codes, count: int, state: Codes
) -> tuple[Codes, NDArray[np.object_], NDArray[np.object_], Flags]:
    """Return the verdict, what it rests on, why, and which rows have decided; the best rank that decides."""
    counts = (evidence["role"] == Role.COUNTS).to_numpy()
    stands_in = (evidence["role"] == Role.STANDS_IN).to_numpy()
    rank = evidence["grade"].map({grade: n for n, grade in enumerate(GRADES_IN_ORDER)}).to_numpy(np.float64)
    rank = np.where(counts, rank, np.where(stands_in, float(len(GRADES_IN_ORDER)), np.nan))
    counted = np.zeros(count, np.bool_)
    counted[city[counts & (evidence["says"] != Says.NOTHING).to_numpy()]] = True
    rank[stands_in & counted[city]] = np.nan
    may = ~np.isnan(rank)
    speaks = may & (state != _UNKNOWN)
    best = np.full(count, np.inf)
    np.minimum.at(best, city[speaks], rank[speaks])
    deciding = speaks & (rank == best[city])
    low, high = np.full(count, _UNKNOWN), np.full(count, -_UNKNOWN)
    np.minimum.at(low, city[deciding], state[deciding])
    np.maximum.at(high, city[deciding], state[deciding])
    agreed = np.isfinite(best) & (low == high)
    verdict = np.where(agreed, low, _UNKNOWN)
    heard = np.zeros(count, np.bool_)
    heard[city[may]] = True
    reason = np.full(count, NOTHING_COUNTS, dtype=object)
    reason[heard] = NOT_DECIDED
    reason[np.isfinite(best) & (low != high)] = CONTRADICT
    reason[agreed] = DECIDED
    basis = np.full(count, Basis.NONE.value, dtype=object)
    basis[np.isfinite(best)] = Basis.PEOPLE.value
    basis[best == len(GRADES_IN_ORDER)] = Basis.LIGHT.value
    return verdict, basis, reason, deciding


def _against(
    city: Codes, verdict: Codes, says: Codes, state: Codes, *, telling: Flags, contradict: Flags
) -> Flags:
    """Return which rows speak against the verdict on their city, or against the first where there is none."""

    def first_of(values: Codes, rows: Flags) -> Codes:
        found = np.full(len(verdict), _UNKNOWN, np.int64)
        which, place = np.unique(city[rows], return_index=True)
        found[which] = values[rows][place]
        return found

    moves = np.isin(says, (-1, 1))
    measure = np.where(verdict == _UNKNOWN, first_of(says, moves), verdict)[city]
    opposite = moves & (says == -measure)
    unsettled = telling & (verdict[city] == 0) & np.isin(state, (-1, 1))
    return np.asarray(opposite | unsettled | (contradict & (state != first_of(state, contradict)[city])))


def _strength(
    evidence: pd.DataFrame,
    city: Codes,
    verdict: Codes,
    *,
    deciding: Flags,
    with_it: Flags,
    own: Flags,
    against: Flags,
) -> NDArray[np.object_]:
    """Say how far those who did not decide, or decided beside another source, bear the verdict out."""
    count = len(verdict)
    able = evidence["role"].isin([Role.COUNTS.value, Role.STANDS_IN.value]).to_numpy()
    sources = evidence.loc[own & able].groupby(city[own & able])["source"].nunique()
    several = np.zeros(count, np.int64)
    several[sources.index.to_numpy(np.int64)] = sources.to_numpy()

    def any_of(rows: Flags) -> Flags:
        return np.bincount(city[rows], minlength=count) > 0

    found = np.full(count, Strength.ALONE.value, dtype=object)
    found[any_of(with_it & ~deciding)] = Strength.SUPPORTED.value
    found[several > 1] = Strength.CONFIRMED.value
    found[any_of(against)] = Strength.DISPUTED.value
    found[verdict == _UNKNOWN] = Strength.NONE.value
    return found
