"""Several comparisons brought together: cities linked, evidence laid side by side, one verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError
from cityebb.study.stages import StageMaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from cityebb.identify import EvidenceParameters, Told
    from cityebb.study.cache import Store
    from cityebb.study.comparisons import Comparisons
    from cityebb.study.opening import Opened
    from cityebb.study.schema import Study
    from cityebb.study.stages import Log, Stage


class Together(StageMaker):
    """The stages of evidence brought together.

    Parameters
    ----------
    study, opened
        The study and its sources.
    store, log, force
        As in :class:`~cityebb.study.stages.StageMaker`.
    of
        Returns the stages to which a comparison belongs.
    """

    def __init__(
        self,
        study: Study,
        opened: Opened,
        store: Store,
        log: Log,
        *,
        force: bool,
        of: Callable[[str], Comparisons],
    ) -> None:
        super().__init__(store, log, force=force)
        self.study, self.opened, self.of = study, opened, of

    def stages(self) -> Iterator[Stage[Any]]:
        """Yield every stage in the order in which they are made."""
        for name in self.study.together:
            for comparison in self.told(name).evidence[1:]:
                if not self._same_cities(name, comparison):
                    yield self.links(name, comparison)
            yield self.evidence(name)
            yield self.combined(name)

    def told(self, name: str) -> EvidenceParameters:
        """Return what the study says of a table of evidence."""
        return self.study.together[name]

    def of_first(self, comparison: str) -> dict[str, Any]:
        """Return what is brought together for the cities of a comparison, by field of the results."""
        for name, told in self.study.together.items():
            if told.evidence[0] == comparison:
                return {"evidence": self.evidence(name).value, "combined": self.combined(name).value}
        return {}

    def links(self, name: str, comparison: str) -> Stage[pd.DataFrame]:
        """Return which of a comparison's cities or units stands for each city."""
        told = self.told(name)
        first = told.evidence[0]

        def make() -> pd.DataFrame:
            from cityebb.delineate import link_cities

            mine, theirs = self.of(first).frame(first), self.of(comparison).frame(comparison)
            pairs = self.opened.links.get((name, comparison))
            stated = None if pairs is None else _by_id(pairs, mine, theirs, told.links[comparison])
            return link_cities(mine, theirs, stated=stated, within_km=told.within_km)

        parts = [self._cities_key(first), self._cities_key(comparison), told.within_km]
        pairs = self.opened.links.get((name, comparison))
        parts.append(None if pairs is None else pairs.to_dict("list"))
        return self.table(f"links-{name}-{comparison}", parts, "delineate", make)

    def evidence(self, name: str) -> Stage[pd.DataFrame]:
        """Return what every comparison says of every city."""
        told = self.told(name)

        def make() -> pd.DataFrame:
            from cityebb.identify import combine, evidence_of

            each = [self._as_told(name, comparison) for comparison in told.evidence]
            return combine(evidence_of(each, counts=told.counts))[1]

        parts = [self.of(comparison).verdicts(comparison).key for comparison in told.evidence]
        parts += [
            self.links(name, comparison).key
            for comparison in told.evidence[1:]
            if not self._same_cities(name, comparison)
        ]
        return self.table(
            f"evidence-{name}", [parts, list(told.evidence), list(told.counts)], "identify", make
        )

    def combined(self, name: str) -> Stage[pd.DataFrame]:
        """Return the verdict of all evidence on every city."""

        def make() -> pd.DataFrame:
            from cityebb.identify import combine

            return combine(self.evidence(name).value)[0]

        return self.table(f"combined-{name}", [self.evidence(name).key], "identify", make)

    def _same_cities(self, name: str, comparison: str) -> bool:
        first = self.told(name).evidence[0]
        rules = self.study.identify
        units = self.study.units
        # Units of two comparisons may stand on other boundaries: only cities of grids are the same by name.
        return rules[first].cities == rules[comparison].cities and rules[first].cities not in units

    def _cities_key(self, comparison: str) -> str:
        return self.of(comparison).cities_key(comparison)

    def _as_told(self, name: str, comparison: str) -> Told:
        from cityebb.identify import Told

        of = self.of(comparison)
        first = self.told(name).evidence[0]
        linked = comparison != first and not self._same_cities(name, comparison)
        verdicts, panel = of.verdicts(comparison).value, of.measured(comparison).value
        mine = panel[
            (panel["indicator"] == f"{of.indicator(comparison)}_sum")
            & (panel["source"] == self.study.identify[comparison].source)
        ]
        grades = mine["grade"].mode()
        return Told(
            comparison,
            verdicts,
            of.frame(comparison),
            str(grades.iloc[0]) if len(grades) else "unknown",
            self.links(name, comparison).value if linked else None,
        )


def _by_id(pairs: pd.DataFrame, mine: pd.DataFrame, theirs: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return stated pairs by ids, where they may be told by names.

    Raises
    ------
    CityebbError
        If one is no id, and no name or that of several.
    """
    found = {}
    for column, target, frame in (("city", "city_id", mine), ("other", "other_id", theirs)):
        names: dict[str, str] = {}
        for label in ("name_zh", "name_en"):
            once = frame[label][frame[label].notna() & ~frame[label].duplicated(keep=False)]
            names |= {str(text): str(city) for city, text in once.items()}
        ids = pairs[column].where(pairs[column].isin(frame.index), pairs[column].map(names))
        strange = pairs.loc[ids.isna(), column]
        if len(strange):
            raise CityebbError(
                "study.links_unknown",
                path=file,
                column=column,
                count=len(strange),
                example=strange.iloc[0],
            )
        found[target] = ids.to_numpy()
    import pandas as pd

    return pd.DataFrame(found)
