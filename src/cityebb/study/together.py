"""Several comparisons brought together: cities linked, evidence laid side by side, one verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError
from cityebb.study.proxies import Source, check_proxies, load_proxies, save_proxies
from cityebb.study.stages import StageMaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from cityebb.identify import EvidenceParameters, Told
    from cityebb.model import Note
    from cityebb.study.cache import Store
    from cityebb.study.comparisons import Comparisons
    from cityebb.study.opening import Opened
    from cityebb.study.proxies import Proxies
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
            yield self.proxies(name)
            yield self.evidence(name)
            yield self.combined(name)

    def told(self, name: str) -> EvidenceParameters:
        """Return what the study says of a table of evidence."""
        return self.study.together[name]

    def of_first(self, comparison: str) -> dict[str, Any]:
        """Return what is brought together for the cities of a comparison, by field of the results."""
        for name, told in self.study.together.items():
            if told.evidence[0] == comparison:
                return {
                    "evidence": self.evidence(name).value,
                    "combined": self.combined(name).value,
                    **self.proxies(name).value.tables,
                }
        return {}

    def notes_of_first(self, comparison: str) -> tuple[Note, ...]:
        """Return what was noticed where other sources were set beside a comparison."""
        tables = [name for name, told in self.study.together.items() if told.evidence[0] == comparison]
        from cityebb.model import Note

        notes = [note for name in tables for note in self.proxies(name).value.notes]
        for name in tables:
            linked = set(self.evidence(name).value["comparison"])
            notes += [
                Note("study.note.nothing_linked", {"comparison": each, "table": name}, "warning", each)
                for each in self.told(name).evidence[1:]
                if each not in linked
            ]
        return tuple(notes)

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

    def proxies(self, name: str) -> Stage[Proxies]:
        """Return whether light stands for people or output here, and whose people look registered."""
        told = self.told(name)
        first = told.evidence[0]

        def make() -> Proxies:
            sources = [self._as_source(name, comparison) for comparison in told.evidence]
            return check_proxies(sources, self.of(first).frame(first))

        return self.stage(
            f"proxies-{name}",
            self._rests_on(name),
            "identify",
            make=make,
            save=save_proxies,
            load=load_proxies,
        )

    def evidence(self, name: str) -> Stage[pd.DataFrame]:
        """Return what every comparison says of every city."""
        told = self.told(name)

        def make() -> pd.DataFrame:
            from cityebb.identify import combine, evidence_of

            registered = self.proxies(name).value.registered
            each = [self._as_told(name, comparison, registered) for comparison in told.evidence]
            return combine(evidence_of(each, counts=told.counts), registered=registered)[1]

        rests = [self.proxies(name).key, list(told.counts)]
        return self.table(f"evidence-{name}", rests, "identify", make)

    def _rests_on(self, name: str) -> list[Any]:
        """Return the keys of everything that is brought together."""
        told = self.told(name)
        parts = [self.of(comparison).verdicts(comparison).key for comparison in told.evidence]
        linked = [each for each in told.evidence[1:] if not self._same_cities(name, each)]
        return [*parts, *(self.links(name, each).key for each in linked), list(told.evidence)]

    def combined(self, name: str) -> Stage[pd.DataFrame]:
        """Return the verdict of all evidence on every city."""

        def make() -> pd.DataFrame:
            from cityebb.identify import carry_reliability, combine

            found = self.proxies(name).value
            combined = combine(self.evidence(name).value, registered=found.registered)[0]
            return carry_reliability(combined, self.evidence(name).value, found.tables["reliability"])

        return self.table(f"combined-{name}", [self.evidence(name).key], "identify", make)

    def _same_cities(self, name: str, comparison: str) -> bool:
        first = self.told(name).evidence[0]
        rules = self.study.identify
        units = self.study.units
        # Units of two comparisons may stand on other boundaries: only cities of grids are the same by name.
        return rules[first].cities == rules[comparison].cities and rules[first].cities not in units

    def _cities_key(self, comparison: str) -> str:
        return self.of(comparison).cities_key(comparison)

    def _linked(self, name: str, comparison: str) -> pd.DataFrame | None:
        """Return the links to a comparison's own cities; nothing where they are the first's."""
        if comparison == self.told(name).evidence[0] or self._same_cities(name, comparison):
            return None
        return self.links(name, comparison).value

    def _as_source(self, name: str, comparison: str) -> Source:
        """Return the figures of a comparison in the cities of the first, and its verdicts on them."""
        from cityebb.identify.proxy import figures_of, one_each

        of, first = self.of(comparison), self.told(name).evidence[0]
        links = self._linked(name, comparison)
        each = None if links is None else one_each(links)
        verdicts = of.verdicts(comparison).value
        if each is not None:
            mine = verdicts["city_id"].map(each)
            verdicts = verdicts.assign(city_id=mine)[mine.notna()].drop_duplicates("city_id")
        figures = figures_of(
            of.measured(comparison).value,
            self.of(first).frame(first).index,
            indicator=f"{of.indicator(comparison)}_sum",
            source=self.study.identify[comparison].source,
            links=each,
        )
        return Source(comparison, figures, verdicts.reset_index(drop=True))

    def _as_told(self, name: str, comparison: str, registered: frozenset[str]) -> Told:
        from cityebb.identify import Told

        of = self.of(comparison)
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
            self._linked(name, comparison),
            comparison in registered,
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
