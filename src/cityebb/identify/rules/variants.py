"""Rules as a study asks for them: by name, some with altered parameters, each under a name of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cityebb.identify.rules.allowed import plain, written
from cityebb.identify.rules.choose import near_rule, parameters_of, rule_named
from cityebb.identify.rules.protocol import name_of
from cityebb.model import CityebbError, gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cityebb.identify.rules.protocol import Rule

# Keys of an entry that are no parameters.
RULE, NAME = "rule", "name"
_LONGEST = 60


@dataclass(frozen=True)
class Variant:
    """A rule with the parameters it is asked with.

    Parameters
    ----------
    rule
        With these parameters.
    parameters
        Those that differ from the rule's own.
    called
        By which its rows are told; by default made from the rule's name and these parameters.
    """

    rule: Rule
    parameters: Mapping[str, object] = field(default_factory=dict)
    called: str = ""

    @property
    def name(self) -> str:
        """By which its rows are told."""
        if self.called:
            return self.called
        return f"{self.rule.name} ({self.text})" if self.parameters else self.rule.name

    @property
    def text(self) -> str:
        """The altered parameters as a study file writes them.

        Examples
        --------
        >>> Variant(rule_named("trend", alpha=0.01), {"alpha": 0.01}).text
        'alpha = 0.01'
        """
        return ", ".join(f"{name} = {written(value)}" for name, value in self.parameters.items())


def variants_of(asked: Iterable[str | Mapping[str, object] | Variant]) -> tuple[Variant, ...]:
    """Return the rules that are asked for.

    Parameters
    ----------
    asked
        Each the name of a rule, or a table of its name (``rule``), altered parameters and, if it likes, a
        name by which its rows are to be told (``name``).

    Returns
    -------
    tuple of Variant
        In the same order.

    Raises
    ------
    CityebbError, Faults
        Every rule that there is not, every parameter that it has not or that cannot be, every name that two
        would share: all at once.

    Examples
    --------
    >>> asked = ["trend", {"rule": "falling_years_running", "run": 4, "floor": 0.01}]
    >>> [each.name for each in variants_of(asked)]
    ['trend', 'falling_years_running (run = 4, floor = 0.01)']
    """
    found: dict[str, Variant] = {}
    with gather() as fault:
        for entry in asked:
            try:
                variant = _variant(entry)
            except CityebbError as error:
                fault(error)
                continue
            if variant.name in found:
                fault(CityebbError("identify.rules.twice", name=variant.name))
            found[variant.name] = variant
    return tuple(found.values())


def called(name: str, rule: str, altered: str, language: str | None = None) -> str:
    """Say how the rows of a rule are told: its name in words, with altered parameters, or the name given.

    Parameters
    ----------
    name, rule, altered
        The columns ``rule``, ``base_rule`` and ``parameters`` of ``model.BY_RULE``.
    language
        Default the one in force.

    Examples
    --------
    >>> called("trend (alpha = 0.01)", "trend", "alpha = 0.01", "en"), called("strict", "trend", "", "en")
    ('Trend (alpha = 0.01)', 'strict (Trend)')
    """
    words = name_of(rule, language)
    if name == rule:
        return words
    return f"{words} ({altered})" if name == f"{rule} ({altered})" else f"{name} ({words})"


def _variant(entry: str | Mapping[str, object] | Variant) -> Variant:
    if isinstance(entry, Variant):
        return entry
    told = {RULE: entry} if isinstance(entry, str) else dict(entry)
    name, called = told.pop(RULE, None), told.pop(NAME, "")
    if not isinstance(name, str):
        raise CityebbError("identify.rules.unnamed", found=", ".join(told) or "–")
    with gather() as fault:
        try:
            rule = rule_named(name, **told)
        except CityebbError as error:
            fault(error)
        if not isinstance(called, str) or len(called) > _LONGEST or (NAME in entry and not called.strip()):
            fault(CityebbError("identify.rules.name_wrong", rule=name, found=str(called)[:_LONGEST]))
        elif near_rule(called) == called and called != name:
            fault(CityebbError("identify.rules.name_taken", rule=name, found=called))
    own = parameters_of(rule_named(name))
    altered = {key: value for key in told if (value := plain(told[key])) != own[key]}
    return Variant(rule, altered, called.strip() if isinstance(called, str) else "")
