"""All rules by the names a study calls them by."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cityebb.identify.rules.allowed import faults_in, plain
from cityebb.identify.rules.bbsr import Bbsr
from cityebb.identify.rules.falling import Falling
from cityebb.identify.rules.land_light import LandAgainst
from cityebb.identify.rules.thresholds import (
    LONG_LIGHT,
    OSWALT_RIENIETS,
    SCHILLING_LOGAN,
    TWO_CENSUSES,
    WOLFF_WIECHMANN,
)
from cityebb.identify.rules.trajectories import TurokMykhnenko
from cityebb.identify.rules.trend import MannKendall
from cityebb.identify.rules.turns import Turns
from cityebb.identify.rules.wiechmann import Wiechmann
from cityebb.model import CityebbError, gather

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cityebb.identify.rules.protocol import Rule

# What makes a rule the one of its name.
_FIXED = {"name", "reference", "indicator", "companion", "other"}

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Falling(),
        MannKendall(),
        Turns(),
        TWO_CENSUSES,
        OSWALT_RIENIETS,
        Wiechmann(),
        SCHILLING_LOGAN,
        WOLFF_WIECHMANN,
        TurokMykhnenko(),
        LONG_LIGHT,
        Bbsr(),
        LandAgainst("light"),
        LandAgainst("people"),
    )
}
"""Every rule by the name a study calls it by; ``dataclasses.replace`` alters its parameters."""


def rule_named(name: str, /, **parameters: object) -> Rule:
    """Return a rule by its name, with some of its parameters altered.

    Parameters
    ----------
    name
        A key of ``RULES``.
    parameters
        As the rule's class describes them; a list becomes a tuple, ``"none"`` is ``None``.

    Raises
    ------
    CityebbError, Faults
        If there is no rule of this name, if it has no parameter of one of these names, or none that could
        have this value: all at once.

    Examples
    --------
    >>> rule_named("wolff_wiechmann", per_year=-0.01).per_year
    -0.01
    """
    if name not in RULES:
        raise _unknown("identify.rules.unknown", RULES, name=name)
    rule = RULES[name]
    known = parameters_of(rule)
    altered = {key: plain(value) for key, value in parameters.items()}
    with gather() as fault:
        for given in parameters:
            if given not in known:
                fault(_unknown("identify.rules.parameter_unknown", known, name=given, rule=name))
        for wrong in faults_in(rule, {key: value for key, value in altered.items() if key in known}):
            fault(wrong)
    made = replace(rule, **altered)  # type: ignore[type-var]
    if getattr(made, "total", 0) is None and getattr(made, "per_year", 0) is None:
        raise CityebbError("identify.rules.asks_nothing", rule=name)
    return made


def near_rule(name: str) -> str | None:
    """Return the rule that was probably meant.

    Examples
    --------
    >>> near_rule("wolf_wiechman")
    'wolff_wiechmann'
    """
    return _near(name, RULES)


def _near(name: str, known: Iterable[str]) -> str | None:
    near = get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return near[0] if near else None


def _unknown(key: str, known: Iterable[str], *, name: str, **told: str) -> CityebbError:
    near = _near(name, known)
    if near is not None:
        return CityebbError(f"{key}_near", name=name, near=near, **told)
    return CityebbError(key, name=name, known=", ".join(known), **told)


def parameters_of(rule: Rule) -> dict[str, object]:
    """Return the parameters of a rule that can be altered, with their values.

    Examples
    --------
    >>> parameters_of(RULES["falling_years_running"])
    {'run': 3, 'floor': 0.0015, 'lasting': False}
    """
    if not is_dataclass(rule):
        return {}
    return {each.name: getattr(rule, each.name) for each in fields(rule) if each.name not in _FIXED}
