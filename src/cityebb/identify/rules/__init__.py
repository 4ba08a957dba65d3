"""Rules: what the literature calls shrinking, each by its name, each with what it cannot know."""

from cityebb.identify.rules.bbsr import Bbsr
from cityebb.identify.rules.choose import RULES, near_rule, parameters_of, rule_named
from cityebb.identify.rules.coin import chance_in_stretches, chance_of_run
from cityebb.identify.rules.falling import Falling, longest_run
from cityebb.identify.rules.grounds import FIGURES, Ground
from cityebb.identify.rules.kendall import Trend, hamed_rao_factor, mann_kendall
from cityebb.identify.rules.land_light import LandAgainst
from cityebb.identify.rules.protocol import (
    Given,
    Needs,
    Rule,
    Values,
    Yearly,
    meaning_of,
    name_of,
    weakness_of,
)
from cityebb.identify.rules.segments import Segments, cut
from cityebb.identify.rules.straight import Straight, straight_stretches
from cityebb.identify.rules.thresholds import Companion, Threshold
from cityebb.identify.rules.trajectories import Trajectory, TurokMykhnenko
from cityebb.identify.rules.trend import MannKendall
from cityebb.identify.rules.turns import Turns
from cityebb.identify.rules.variants import Variant, called, variants_of
from cityebb.identify.rules.wiechmann import Wiechmann

__all__ = [
    "FIGURES",
    "RULES",
    "Bbsr",
    "Companion",
    "Falling",
    "Given",
    "Ground",
    "LandAgainst",
    "MannKendall",
    "Needs",
    "Rule",
    "Segments",
    "Straight",
    "Threshold",
    "Trajectory",
    "Trend",
    "Turns",
    "TurokMykhnenko",
    "Values",
    "Variant",
    "Wiechmann",
    "Yearly",
    "called",
    "chance_in_stretches",
    "chance_of_run",
    "cut",
    "hamed_rao_factor",
    "longest_run",
    "mann_kendall",
    "meaning_of",
    "name_of",
    "near_rule",
    "parameters_of",
    "rule_named",
    "straight_stretches",
    "variants_of",
    "weakness_of",
]
