"""What every rule of the literature says of the cities of one comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.rules import FIGURES, RULES, variants_of
from cityebb.identify.rules.protocol import ANY
from cityebb.identify.series import series_of
from cityebb.model import BY_RULE, CityebbError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from cityebb.identify.parameters import IdentifyParameters
    from cityebb.identify.rules import Rule, Variant
    from cityebb.identify.series import Series


def rules_for(indicators: Iterable[str], indicator: str) -> tuple[str, ...]:
    """Return the rules that figures of these indicators can answer, in the order in which they are listed.

    Parameters
    ----------
    indicators
        All that are measured in the cities.
    indicator
        The one that is compared.

    Notes
    -----
    Rules that rank cities among each other are left out: they say nothing of a city by itself.

    Examples
    --------
    >>> rules_for(["light"], "light")
    ('falling_years_running', 'trend', 'turns', 'long_light')
    >>> "land_light" in rules_for(["light", "built_up"], "light")
    True
    """
    there = {ANY, *indicators}
    return tuple(
        name
        for name, rule in RULES.items()
        if {ANY, indicator} & set(rule.needs.indicators) and why_no_answer(rule, there) is None
    )


def why_no_answer(rule: Rule, indicators: Iterable[str]) -> CityebbError | None:
    """Return why figures of these indicators cannot answer a rule; ``None`` if they can.

    Examples
    --------
    >>> why_no_answer(RULES["two_censuses"], ["light"]).key
    'identify.rules.cannot_answer'
    """
    needed = [name for name in rule.needs.indicators if name != ANY]
    found = [name for name in indicators if name != ANY]
    told = {"rule": rule.name, "needed": ", ".join(needed)}
    if rule.needs.relative:
        return CityebbError("identify.rules.relative", **told)
    if set(needed) <= set(found):
        return None
    return CityebbError("identify.rules.cannot_answer", **told, found=", ".join(found) or "–")


def judge_by_rules(
    panel: pd.DataFrame,
    cities: pd.Index[str],
    parameters: IdentifyParameters,
    *,
    indicator: str,
    years: Sequence[int],
    rules: Sequence[str | Mapping[str, object] | Variant] | None = None,
) -> pd.DataFrame:
    """Judge every city by every rule that its figures can answer.

    Parameters
    ----------
    panel
        ``model.PANEL`` of all sources measured in these cities.
    cities
        Their ids.
    parameters
        Of the comparison: its source and least coverage.
    indicator
        What is compared: ``"light"``, ``"people"``, ``"built_up"``.
    years
        The comparable years of the comparison, from its start to its end.
    rules
        Which, as :func:`~cityebb.identify.rules.variants_of` takes them: names, or tables of a name and
        altered parameters; default all of :func:`rules_for`.

    Returns
    -------
    DataFrame
        ``model.BY_RULE``, one row a rule and city; two variants of a rule are told apart by ``rule``.
        ``start`` and ``end`` are the years between which the rule tells the change of this city.

    Raises
    ------
    CityebbError
        If fewer than two years are compared; for a rule that there is not, that needs an indicator which is
        not measured, or that was asked for with a parameter that cannot be.
    """
    import pandas as pd

    if len(set(years)) < 2:  # noqa: PLR2004 - a comparison has two ends
        raise CityebbError("identify.one_year", years=", ".join(map(str, sorted(set(years)))) or "–")
    sources = sources_of(panel, parameters.source, indicator)
    series = {
        name: series_of(
            panel,
            cities,
            indicator=f"{name}_sum",
            source=source,
            years=years,
            min_coverage=parameters.min_coverage,
        )
        for name, source in sources.items()
    }
    parts = [
        _answered(variant.rule, series, indicator, years).assign(
            city_id=cities.to_numpy(),
            rule=variant.name,
            base_rule=variant.rule.name,
            parameters=variant.text,
            indicator=(told := _looked_at(variant.rule, indicator)),
            source=sources[told],
            concept=series[told].concept,
        )
        for variant in variants_of(rules_for(sources, indicator) if rules is None else rules)
    ]
    if not parts:
        return BY_RULE.empty()
    return pd.concat(parts, ignore_index=True)[[column.name for column in BY_RULE.columns]]


def sources_of(panel: pd.DataFrame, source: str, indicator: str) -> dict[str, str]:
    """Return by indicator the source that measures it: the comparison's own, else the first in the panel."""
    pairs = panel[["indicator", "source"]].drop_duplicates()
    found = {indicator: source}
    for name, other in pairs.itertuples(index=False):
        if str(name).endswith("_sum"):
            found.setdefault(str(name).removesuffix("_sum"), str(other))
    return found


def _looked_at(rule: Rule, indicator: str) -> str:
    """Return the indicator whose change a rule tells; of two that part ways it is the second."""
    wanted = rule.needs.indicators
    return indicator if ANY in wanted else wanted[-1]


def _answered(rule: Rule, series: dict[str, Series], indicator: str, years: Sequence[int]) -> pd.DataFrame:
    error = why_no_answer(rule, series)
    if error is not None:
        raise error
    wanted = {*rule.needs.indicators, *rule.needs.optional}
    given = series[indicator] if ANY in wanted else {name: series[name] for name in wanted if name in series}
    told = rule.judge(given)
    # Columns of a rule's own in which it says of which years its change is, and more.
    start = _years(told, ("start", "since"), str(min(years)))
    end = _years(told, ("end",), str(max(years)))
    return told[list(FIGURES)].assign(start=start, end=end, detail=_detail(told))


def _years(told: pd.DataFrame, names: tuple[str, ...], otherwise: str) -> pd.Series:
    """Return years as text; where a rule says none, ``otherwise``."""
    found = told["reason"].map(lambda _: otherwise)
    for name in names:
        if name in told:
            known = told[name].notna()
            found[known] = told.loc[known, name].astype(np.int64).astype(str)
    return found


def _detail(told: pd.DataFrame) -> pd.Series:
    """Return what a rule says besides: a trajectory, the years of a run, the years of turns."""
    for name in ("trajectory", "turn_years"):
        if name in told:
            return told[name].astype(str)
    first, last = (_years(told, (name,), "") for name in ("run_start", "run_end"))
    return (first + "–" + last).where(first != "", "")
