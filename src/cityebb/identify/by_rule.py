"""What every rule of the literature says of the cities of one comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.identify.rules import FIGURES, RULES, rule_named
from cityebb.identify.rules.protocol import ANY
from cityebb.identify.series import series_of
from cityebb.model import BY_RULE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from cityebb.identify.parameters import IdentifyParameters
    from cityebb.identify.rules import Rule
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
        if set(rule.needs.indicators) <= there
        and {ANY, indicator} & set(rule.needs.indicators)
        and not rule.needs.relative
    )


def judge_by_rules(
    panel: pd.DataFrame,
    cities: pd.Index[str],
    parameters: IdentifyParameters,
    *,
    indicator: str,
    years: Sequence[int],
    rules: Sequence[str] | None = None,
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
        Which; default all of :func:`rules_for`.

    Returns
    -------
    DataFrame
        ``model.BY_RULE``, one row a rule and city.

    Raises
    ------
    CityebbError
        For a rule that there is not, or that needs an indicator which is not measured.
    """
    import pandas as pd

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
    names = rules_for(sources, indicator) if rules is None else tuple(rules)
    parts = [
        _answered(rule_named(name), series, indicator).assign(city_id=cities.to_numpy(), rule=name)
        for name in names
    ]
    if not parts:
        return BY_RULE.empty()
    told = {
        "source": parameters.source,
        "indicator": indicator,
        "concept": series[indicator].concept,
        "start": str(min(years)),
        "end": str(max(years)),
    }
    return pd.concat(parts, ignore_index=True).assign(**told)[[column.name for column in BY_RULE.columns]]


def sources_of(panel: pd.DataFrame, source: str, indicator: str) -> dict[str, str]:
    """Return by indicator the source that measures it: the comparison's own, else the first in the panel."""
    pairs = panel[["indicator", "source"]].drop_duplicates()
    found = {indicator: source}
    for name, other in pairs.itertuples(index=False):
        if str(name).endswith("_sum"):
            found.setdefault(str(name).removesuffix("_sum"), str(other))
    return found


def _answered(rule: Rule, series: dict[str, Series], indicator: str) -> pd.DataFrame:
    wanted = {*rule.needs.indicators, *rule.needs.optional}
    given = series[indicator] if ANY in wanted else {name: series[name] for name in wanted if name in series}
    return rule.judge(given)[list(FIGURES)]
