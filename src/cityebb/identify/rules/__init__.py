"""Rules: what the literature calls shrinking, each by its name, each with what it cannot know."""

from cityebb.identify.rules.coin import chance_in_stretches, chance_of_run
from cityebb.identify.rules.falling import Falling, longest_run
from cityebb.identify.rules.grounds import FIGURES, Ground
from cityebb.identify.rules.kendall import Trend, hamed_rao_factor, mann_kendall
from cityebb.identify.rules.protocol import Given, Needs, Rule, Values, Yearly
from cityebb.identify.rules.segments import Segments, cut
from cityebb.identify.rules.straight import Straight, straight_stretches
from cityebb.identify.rules.trend import MannKendall
from cityebb.identify.rules.turns import Turns

RULES: dict[str, Rule] = {rule.name: rule for rule in (Falling(), MannKendall(), Turns())}
"""Every rule by the name a study calls it by; ``dataclasses.replace`` alters its parameters."""

__all__ = [
    "FIGURES",
    "RULES",
    "Falling",
    "Given",
    "Ground",
    "MannKendall",
    "Needs",
    "Rule",
    "Segments",
    "Straight",
    "Trend",
    "Turns",
    "Values",
    "Yearly",
    "chance_in_stretches",
    "chance_of_run",
    "cut",
    "hamed_rao_factor",
    "longest_run",
    "mann_kendall",
    "straight_stretches",
]
