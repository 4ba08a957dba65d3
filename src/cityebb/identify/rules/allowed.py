"""Which values the parameters of a rule may have."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cityebb.identify.rules.protocol import Rule

# How a study file, which has no word for nothing, says that a parameter is not asked for.
NONE = "none"


class Limits(NamedTuple):
    """Between which values a number may lie."""

    low: float
    high: float = math.inf
    low_in: bool = True
    high_in: bool = False

    def hold(self, value: float) -> bool:
        """Whether a value lies between them."""
        above = value >= self.low if self.low_in else value > self.low
        below = value <= self.high if self.high_in else value < self.high
        return above and below

    def text(self, name: str) -> str:
        """Write them.

        Examples
        --------
        >>> Limits(0, 1).text("floor"), Limits(1).text("run")
        ('0 ≤ floor < 1', '1 ≤ run')
        """
        head = f"{self.low:g} {'≤' if self.low_in else '<'} {name}"
        return head if math.isinf(self.high) else f"{head} {'≤' if self.high_in else '<'} {self.high:g}"


# More years, cities or turns than any table holds; whole numbers without an end fit into no array.
_MOST = 1_000_000
_SHARE = Limits(0, 1)
_FALL = Limits(-1, 0, low_in=False, high_in=True)
LIMITS: dict[str, Limits] = {
    "run": Limits(1, _MOST),
    "floor": _SHARE,
    "alpha": Limits(0, 0.5, low_in=False),
    "band": _SHARE,
    "confidence": Limits(0.5, 1, low_in=False),
    "least": Limits(3, _MOST),
    "most": Limits(1, 100, high_in=True),
    "penalty": Limits(0, _MOST, low_in=False),
    "total": _FALL,
    "per_year": _FALL,
    "threshold": _FALL,
    "period": Limits(1, _MOST),
    "least_people": Limits(0, 1e11),
    "least_cities": Limits(5, _MOST),
    "error": Limits(0, 1, low_in=False),
    "years": Limits(0, _MOST),
    "every": Limits(1, _MOST),
    "land_rise": _SHARE,
    "benchmarks": Limits(1000, 9999, high_in=True),
}
"""Of numbers, by the name of the parameter."""


def kinds_of(rule: Rule) -> dict[str, str]:
    """Return what each field of a rule takes, as its annotation says.

    Examples
    --------
    >>> from cityebb.identify.rules import RULES
    >>> kinds_of(RULES["falling_years_running"])
    {'run': 'int', 'floor': 'float', 'lasting': 'bool'}
    """
    return {each.name: str(each.type) for each in fields(rule)}  # type: ignore[arg-type]


def faults_in(rule: Rule, parameters: Mapping[str, object]) -> list[CityebbError]:
    """Return what is wrong with values of a rule's parameters, one fault a parameter.

    Parameters
    ----------
    rule
        Whose they are; names that it does not have are passed over.
    parameters
        As :func:`plain` returns them.
    """
    kinds = kinds_of(rule)
    told = [
        _fault(rule.name, name, value, kinds[name]) for name, value in parameters.items() if name in kinds
    ]
    return [fault for fault in told if fault is not None]


def plain(value: object) -> object:
    """Return a value as the rules take it: a list as a tuple, the word ``none`` as nothing.

    Examples
    --------
    >>> plain([2010, 2020]), plain("none"), plain(3)
    ((2010, 2020), None, 3)
    """
    if isinstance(value, str) and value.strip().lower() == NONE:
        return None
    return tuple(value) if isinstance(value, list) else value


def written(value: object) -> str:
    """Write a value as a study file does.

    Examples
    --------
    >>> written(True), written(None), written((2010, 2020)), written(0.0015)
    ('true', '"none"', '[2010, 2020]', '0.0015')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return f'"{NONE}"'
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(written, value))}]"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _fault(rule: str, name: str, value: object, kind: str) -> CityebbError | None:
    told = {"rule": rule, "name": name, "found": written(value)}
    if value is None and kind.endswith("| None"):
        return None
    if kind == "bool":
        return None if isinstance(value, bool) else CityebbError("identify.rules.not_flag", **told)
    if kind.startswith("tuple"):
        listed = value if isinstance(value, tuple) else (value,)
        if not isinstance(value, tuple) or not all(_is_number(each, whole=True) for each in listed):
            return CityebbError("identify.rules.not_years", **told)
    else:
        whole = kind.startswith("int")
        listed = (value,)
        if not _is_number(value, whole=whole):
            return CityebbError("identify.rules.not_whole" if whole else "identify.rules.not_number", **told)
    limits = LIMITS[name]
    if all(limits.hold(each) for each in listed):
        return None
    return CityebbError("identify.rules.out_of_range", **told, limits=limits.text(name))


def _is_number(value: object, *, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and (not whole or isinstance(value, int))
