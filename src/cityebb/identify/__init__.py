"""Identify: from a panel to verdicts that carry their noise, and counts with the undetermined beside them."""

from cityebb.identify.borrowed import borrow_noise, borrowed_table
from cityebb.identify.by_rule import judge_by_rules, rules_for, why_no_answer
from cityebb.identify.change import relative_to_all, relative_to_region, window_of
from cityebb.identify.choices import SpecificationParameters
from cityebb.identify.discovery import benjamini_hochberg
from cityebb.identify.jobs import jobs_per_resident
from cityebb.identify.lamps import lamps_in_cells, lamps_in_outlines, locate_lamps, withhold_lamps
from cityebb.identify.many import Line, ManyVerdicts, judge_many
from cityebb.identify.noise import Noise, estimate_noise, robust_noise, second_differences
from cityebb.identify.of_counts import Judged, judge_counts
from cityebb.identify.parameters import IdentifyParameters, threshold_of
from cityebb.identify.persistence import below_by_year, below_line, persistence_of, years_below
from cityebb.identify.plain import plain_rule
from cityebb.identify.reasons import Reason
from cityebb.identify.robustness import NO_CITY, effects_of, robustness_of
from cityebb.identify.summary import summarise
from cityebb.identify.together import (
    EvidenceParameters,
    Told,
    carry_reliability,
    combine,
    evidence_of,
)
from cityebb.identify.verdict import RULE, identify
from cityebb.identify.watch import (
    Windows,
    agreed_windows,
    all_windows,
    balance_of,
    before_and_after,
    count_watch,
    gainers_of,
    rank_countries,
    rolling,
    watch_cities,
    watch_list,
)
from cityebb.identify.watching import WatchParameters
from cityebb.identify.withheld import withhold

__all__ = [
    "NO_CITY",
    "RULE",
    "EvidenceParameters",
    "IdentifyParameters",
    "Judged",
    "Line",
    "ManyVerdicts",
    "Noise",
    "Reason",
    "SpecificationParameters",
    "Told",
    "WatchParameters",
    "Windows",
    "agreed_windows",
    "all_windows",
    "balance_of",
    "before_and_after",
    "below_by_year",
    "below_line",
    "benjamini_hochberg",
    "borrow_noise",
    "borrowed_table",
    "carry_reliability",
    "combine",
    "count_watch",
    "effects_of",
    "estimate_noise",
    "evidence_of",
    "gainers_of",
    "identify",
    "jobs_per_resident",
    "judge_by_rules",
    "judge_counts",
    "judge_many",
    "lamps_in_cells",
    "lamps_in_outlines",
    "locate_lamps",
    "persistence_of",
    "plain_rule",
    "rank_countries",
    "relative_to_all",
    "relative_to_region",
    "robust_noise",
    "robustness_of",
    "rolling",
    "rules_for",
    "second_differences",
    "summarise",
    "threshold_of",
    "watch_cities",
    "watch_list",
    "why_no_answer",
    "window_of",
    "withhold",
    "withhold_lamps",
    "years_below",
]
