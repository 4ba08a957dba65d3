"""What is asked of a comparison once its cities are judged: one file a question, one line in the list.

A finding is a stage that rests on what was measured or judged in one comparison, and names in its key all
that it rests on, and nothing else. Its table stands under the same name in
:class:`cityebb.model.Results`, and a chapter of the report shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.study.findings import by_rule, density, inside, jobs, sensitivity, watch

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
    "watch": watch.stage,
    "ranking": watch.ranking,
}
"""By the name of its field in the results, where it has one table; a finding that has several returns them by
their fields. A finding returns ``None`` where it has nothing to say."""


def findings_of(comparisons: Comparisons, name: str) -> Iterator[tuple[str, Stage[Any]]]:
    """Yield every finding of a comparison with its name, in the order in which they are made."""
    for field, finding in FINDINGS.items():
        stage = finding(comparisons, name)
        if stage is not None:
            yield field, stage


def fields_of(comparisons: Comparisons, name: str) -> dict[str, Any]:
    """Return what the findings of a comparison found, by field of the results."""
    found: dict[str, Any] = {}
    for field, stage in findings_of(comparisons, name):
        value = stage.value
        found |= value if isinstance(value, dict) else {field: value}
    return found
