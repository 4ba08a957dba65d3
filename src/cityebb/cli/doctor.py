"""``cityebb doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.cli._output import current_output
from cityebb.words import say

if TYPE_CHECKING:
    from cityebb.cli._examination import Finding

__all__ = ["doctor"]


def doctor() -> int:
    """Look at this computer and say what is there, what is missing and how to get it."""
    from cityebb.cli._examination import examine

    findings = examine()
    output = current_output()
    output.give({"command": "doctor", "findings": [finding.record() for finding in findings]})
    for finding in findings:
        output.say(_line(finding))
    worst = max((finding.level for finding in findings), default=0)
    output.say()
    output.say(say(("cli.doctor.all_well", "cli.doctor.could_be_better", "cli.doctor.cannot_run")[worst]))
    return 0


def _line(finding: Finding) -> str:
    mark = say(("cli.doctor.ok", "cli.doctor.advice", "cli.doctor.missing")[finding.level])
    text = say("cli.doctor.line", mark=mark, subject=finding.subject, text=finding.text)
    return f"{text}\n    {finding.advice}" if finding.advice else text
