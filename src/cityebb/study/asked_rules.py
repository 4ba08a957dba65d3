"""The rules that a study asks for: that there are such, and that its figures can answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError, Faults, Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cityebb.identify import IdentifyParameters
    from cityebb.identify.rules import Variant
    from cityebb.study.opening import Opened
    from cityebb.study.schema import Study


class InSection(CityebbError):
    """A fault with the section of the study file in which it stands."""

    def __init__(self, section: str, fault: CityebbError) -> None:
        super().__init__(fault.key, **fault.values)
        self._section, self._fault = section, fault

    def __str__(self) -> str:
        """Say it."""
        return f"[{self._section}] rules: {self._fault}"


def check_names(study: Study, fault: Callable[[CityebbError], None]) -> None:
    """Hand over every rule that there is not, and every parameter that cannot be."""
    if not any(rule.rules for rule in study.identify.values()):
        return
    for name, rule in study.identify.items():
        try:
            _asked(rule)
        except CityebbError as error:
            for each in error.faults if isinstance(error, Faults) else [error]:
                fault(InSection(f"identify.{name}", each))


def check_answers(study: Study, opened: Opened, fault: Callable[[CityebbError], None]) -> None:
    """Hand over every rule that the figures of its comparison cannot answer, for want of an indicator."""
    from cityebb.identify import why_no_answer

    for name, variants, indicators, _ in _comparisons(study, opened):
        for variant in variants:
            error = why_no_answer(variant.rule, indicators)
            if error is not None:
                fault(InSection(f"identify.{name}", error))


def tell_short(study: Study, opened: Opened) -> list[Note]:
    """Tell which rules will leave every city undetermined, since they need more years."""
    found = []
    for name, variants, _, years in _comparisons(study, opened):
        for variant in variants:
            least = variant.rule.needs.least_values
            if len(years) < least:
                told = {"section": f"identify.{name}", "rule": variant.name, "least": least}
                found.append(Note("study.note.rule_short", {**told, "years": len(years)}, "warning"))
    return found


def _asked(rule: IdentifyParameters) -> tuple[Variant, ...]:
    from cityebb.identify.rules import variants_of

    return variants_of(rule.rules or ())


def _comparisons(
    study: Study, opened: Opened
) -> Iterator[tuple[str, tuple[Variant, ...], list[str], list[int]]]:
    """Yield every comparison that asks for rules: its name, the rules, what is measured, in which years."""
    for name, rule in study.identify.items():
        if not rule.rules:
            continue
        try:
            variants = _asked(rule)
            indicators, years = _figures(study, opened, name)
        except CityebbError:  # told where the figures are chosen
            continue
        if indicators:
            first, last = rule.start or min(years), rule.end or max(years)
            yield name, variants, indicators, [year for year in years if first <= year <= last]


def _figures(study: Study, opened: Opened, name: str) -> tuple[list[str], list[int]]:
    rule = study.identify[name]
    if name in study.of_units:
        from cityebb.study.series import choose_series

        table: Any = opened.tables.get(rule.source)
        if table is None:
            return [], []
        concept = study.tables[rule.source].concept
        rows = choose_series(table.counts, rule, name, concept, drop=study.harmonise.drop_years)
        return rows["indicator"].unique().tolist(), sorted(rows["year"].unique().tolist())
    stack = opened.stacks.get(rule.source)
    if stack is None:
        return [], []
    measured = dict.fromkeys([stack.indicator, *(each.indicator for each in opened.stacks.values())])
    return list(measured), [year for year in stack.years if year not in study.harmonise.drop_years]
