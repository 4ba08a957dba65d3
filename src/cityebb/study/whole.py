"""All stages of a study: those of its physical cities, and those of its administrative units."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cityebb.study.assemble import assemble, versions
from cityebb.study.pipeline import Pipeline
from cityebb.study.together import Together
from cityebb.study.units import UnitPipeline, assemble_units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cityebb.grids import Executor
    from cityebb.model import Results
    from cityebb.study.cache import Store
    from cityebb.study.comparisons import Comparisons
    from cityebb.study.opening import Opened
    from cityebb.study.schema import Study
    from cityebb.study.stages import Log, Stage

    Progress = Callable[[str, int, int], None]


class Whole:
    """A study's stages.

    Parameters
    ----------
    study, opened
        The study and its sources.
    store, log
        Where results are kept, and what is told of it.
    inputs
        Waits for the hashes of the files and returns their records.
    executor, progress, force
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
        executor: Executor | None,
        progress: Progress,
        force: bool,
    ) -> None:
        self.study, self.store, self.log, self.inputs = study, store, log, inputs
        self.progress, self.force = progress, force
        self.grids = Pipeline(
            study, opened, store, log, inputs, executor=executor, progress=progress, force=force
        )
        self.units = UnitPipeline(study, opened, store, log, inputs, progress=progress, force=force)
        self.together = Together(study, opened, store, log, force=force, of=self.of)

    def of(self, comparison: str) -> Comparisons:
        """Return the stages to which a comparison belongs."""
        return self.units if comparison in self.study.of_units else self.grids

    def stages(self) -> Iterator[Stage[Any]]:
        """Yield every stage in the order in which they are made."""
        yield from self.grids.stages()
        yield from self.units.stages()
        yield from self.together.stages()

    def run(self) -> dict[str, Results]:
        """Make every stage, and return what each comparison found, in the order of the study."""
        for stage in self.stages():
            stage.ensure()
        manifest = self._manifest()
        found = {
            name: assemble_units(self.units, name, manifest)
            if name in self.study.of_units
            else assemble(self.grids, name, manifest)
            for name in self.study.identify
        }
        return {name: self._with_others(name, each) for name, each in found.items()}

    def _with_others(self, name: str, found: Results) -> Results:
        """Return the results of a comparison with what other sources say of its cities."""
        notes = (*found.notes, *self.together.notes_of_first(name))
        return replace(found, notes=notes, **self.together.of_first(name))

    def _manifest(self) -> dict[str, Any]:
        return {
            "cityebb_manifest": 1,
            "study": self.study.path.name,
            "inputs": self.inputs(),
            "parameters": self.study.parameters(),
            "versions": versions(),
            "stages": {stage.name: stage.key for stage in self.stages()},
            "seconds": dict(self.log.seconds),
        }
