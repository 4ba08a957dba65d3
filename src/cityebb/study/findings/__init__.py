"""What is asked of a comparison once its cities are judged: one file a question, one line in the list.

A finding is a stage that rests on what was measured or judged in one comparison, and names in its key all
that it rests on, and nothing else. Its table stands under the same name in
:class:`cityebb.model.Results`, and a chapter of the report shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.study.findings import by_rule, density, inside, jobs, sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cityebb.study.comparisons import Comparisons
    from cityebb.study.stages import Stage

    Finding = Callable[[Comparisons, str], Stage[Any] | None]

FINDINGS: dict[str, Finding] = {
    "by_rule": by_rule.stage,
    "density": density.stage,
    "jobs": jobs.stage,
    "inside": inside.stage,
    "sensitivity": sensitivity.sensitivity,
    "robustness": sensitivity.robustness,
    "effects": sensitivity.effects,
}
"""By the name of its field in the results; a finding returns ``None`` where it has nothing to say."""


def findings_of(comparisons: Comparisons, name: str) -> Iterator[tuple[str, Stage[Any]]]:
    """Yield every finding of a comparison with its name, in the order in which they are made."""
    for field, finding in FINDINGS.items():
        stage = finding(comparisons, name)
        if stage is not None:
            yield field, stage
