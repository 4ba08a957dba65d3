"""Jobs per resident, where a table tells both."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.study.comparisons import Comparisons
    from cityebb.study.stages import Stage


def stage(comparisons: Comparisons, name: str) -> Stage[pd.DataFrame] | None:
    """Return the stage of ``model.JOBS``; none where the table tells only one of people and jobs."""
    beside = comparisons.beside(name)
    if beside is None:
        return None
    rule = comparisons.rule(name)

    def make() -> pd.DataFrame:
        import pandas as pd

        from cityebb.identify import jobs_per_resident

        panel = pd.concat([comparisons.measured(name).value, beside.value], ignore_index=True)
        years = comparisons.compared(name)
        return jobs_per_resident(panel, comparisons.frame(name).index, rule, years=years)

    asked = [*comparisons.years(name), rule.source, rule.min_coverage, rule.confidence]
    return comparisons.table(
        f"jobs-{name}", [comparisons.measured(name).key, beside.key, *asked], "identify", make
    )
