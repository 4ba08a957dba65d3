"""Does the proxy hold here? Light against people and output, and what a verdict from light alone is worth."""

from cityebb.identify.proxy.calls import CALLED_BY, DIRECTIONS
from cityebb.identify.proxy.check import GROUPS, Checked, check_proxy
from cityebb.identify.proxy.figures import Figures, figures_of, one_each
from cityebb.identify.proxy.fit import Fit, fit_line, same_sign, signal_share
from cityebb.identify.proxy.period import Period
from cityebb.identify.proxy.registered import Registered, looks_registered, with_concept
from cityebb.identify.proxy.reliability import reliability_of
from cityebb.identify.proxy.shares import Interval, likelihood_ratio, wilson
from cityebb.identify.proxy.words import HOLDS_FROM, JOINED, LEAST_CITIES, Caution, Holds

__all__ = [
    "CALLED_BY",
    "DIRECTIONS",
    "GROUPS",
    "HOLDS_FROM",
    "JOINED",
    "LEAST_CITIES",
    "Caution",
    "Checked",
    "Figures",
    "Fit",
    "Holds",
    "Interval",
    "Period",
    "Registered",
    "check_proxy",
    "figures_of",
    "fit_line",
    "likelihood_ratio",
    "looks_registered",
    "one_each",
    "reliability_of",
    "same_sign",
    "signal_share",
    "wilson",
    "with_concept",
]
