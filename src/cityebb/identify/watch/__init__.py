"""Watching: every start and every end, the list of each year, who came back, and who gained meanwhile."""

from cityebb.identify.watch.gainers import balance_of, gainers_of
from cityebb.identify.watch.lists import Status, count_watch, watch_list
from cityebb.identify.watch.policy import Side, before_and_after
from cityebb.identify.watch.ranking import rank_countries
from cityebb.identify.watch.watched import watch_cities
from cityebb.identify.watch.windows import Windows, agreed_windows, all_windows, rolling

__all__ = [
    "Side",
    "Status",
    "Windows",
    "agreed_windows",
    "all_windows",
    "balance_of",
    "before_and_after",
    "count_watch",
    "gainers_of",
    "rank_countries",
    "rolling",
    "watch_cities",
    "watch_list",
]
