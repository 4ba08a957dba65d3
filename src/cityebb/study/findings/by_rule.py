"""What the rules of the literature say of the cities of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.study.lamps import heed_lamps

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.study.comparisons import Comparisons
    from cityebb.study.stages import Stage


def stage(comparisons: Comparisons, name: str) -> Stage[pd.DataFrame]:
    """Return the stage of ``model.BY_RULE``."""
    rule = comparisons.rule(name)

    def make() -> pd.DataFrame:
        from cityebb.identify import judge_by_rules

        found = judge_by_rules(
            comparisons.measured(name).value,
            comparisons.frame(name).index,
            rule,
            indicator=comparisons.indicator(name),
            years=comparisons.compared(name),
            rules=rule.rules,
        )
        return heed_lamps(found, comparisons.opened.lamps.get(rule.source), comparisons.frame(name))

    asked = [*comparisons.years(name), rule.source, rule.min_coverage, rule.rules]
    return comparisons.table(f"rules-{name}", [comparisons.measured(name).key, *asked], "identify", make)
