"""What the comparisons of a study have in common, whatever its cities are made from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from cityebb.study.stages import StageMaker

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from cityebb.delineate import Cities
    from cityebb.grids import Cells
    from cityebb.identify import IdentifyParameters
    from cityebb.study.cache import Store
    from cityebb.study.opening import Opened
    from cityebb.study.schema import Study
    from cityebb.study.stages import Log, Stage

    Progress = Callable[[str, int, int], None]

# Parameters that alter no verdict, only what is asked beside it.
_BESIDE = frozenset({"rules", "inside", "parts", "parts_by", "specifications", "watch"})


class Comparisons(StageMaker, ABC):
    """The stages of a study's comparisons; findings (:mod:`cityebb.study.findings`) rest on these.

    Parameters
    ----------
    study, opened
        The study and its sources.
    store, log
        Where results are kept, and what is told of it.
    inputs
        Waits for the hashes of the files and returns their records.
    progress, force
        As in :func:`cityebb.study.execute`.
    """

    def __init__(
        self,
        study: Study,
        opened: Opened,
        store: Store,
        log: Log,
        inputs: Callable[[], list[dict[str, Any]]],
        *,
        progress: Progress,
        force: bool,
    ) -> None:
        super().__init__(store, log, force=force)
        self.study, self.opened, self.inputs, self.progress = study, opened, inputs, progress

    def rule(self, name: str) -> IdentifyParameters:
        """Return a comparison's parameters."""
        return self.study.identify[name]

    def judged_by(self, name: str) -> dict[str, Any]:
        """Return the parameters on which the verdicts of a comparison rest, as plain JSON values."""
        return self.rule(name).model_dump(mode="json", exclude=set(_BESIDE))

    @abstractmethod
    def years(self, name: str) -> tuple[int, int]:
        """Return first and last year of a comparison."""

    @abstractmethod
    def frame(self, name: str) -> pd.DataFrame:
        """Return the cities of a comparison, ``model.CITIES``."""

    def sized(self, name: str) -> pd.DataFrame:
        """Return the cities of a comparison in the size classes by which they are told."""
        return self.frame(name)

    def series_named(self, name: str, years: tuple[int, ...]) -> list[tuple[str, tuple[int, ...]]]:
        """Return the series in which a comparison is judged, and which of the years each has."""
        return [(self.rule(name).source, years)]

    @abstractmethod
    def cities_key(self, name: str) -> str:
        """Return the key of the stage that made the cities of a comparison."""

    @abstractmethod
    def measured(self, name: str) -> Stage[pd.DataFrame]:
        """Return everything measured in the cities of a comparison, ``model.PANEL``."""

    def regional(self, name: str) -> pd.DataFrame:
        """Return the cities of a comparison with the regions that the study names, where it does."""
        layer, frame = self.rule(name).regions, self.frame(name)
        if layer is None:
            return frame
        from cityebb.study.regions import outlines_of, with_regions

        coded = self.rule(name).cities in self.study.units
        return with_regions(frame, outlines_of(self.opened, layer), coded=coded)

    def inside(self, name: str) -> tuple[Cells, Cities]:
        """Return the cells of the cities of a comparison, and these on them; only grids have cells."""
        raise NotImplementedError(name)

    def beside(self, name: str) -> Stage[pd.DataFrame] | None:  # noqa: ARG002 - units know more
        """Return the jobs in the same cities where people are compared, and people where jobs are."""
        return None

    @abstractmethod
    def verdicts(self, name: str) -> Stage[pd.DataFrame]:
        """Return the verdict on every city of a comparison, ``model.VERDICTS``."""

    @abstractmethod
    def indicator(self, name: str) -> str:
        """Return what a comparison compares: ``"light"``, ``"people"``, ``"built_up"``."""

    @abstractmethod
    def compared(self, name: str) -> tuple[int, ...]:
        """Return the comparable years of a comparison, from its start to its end."""

    @abstractmethod
    def era(self, name: str) -> tuple[int, ...]:
        """Return every year that can be compared with those of a comparison, also before and after it."""
