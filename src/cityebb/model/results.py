"""Everything one study found, as the tables and notes that can be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cityebb.model.density_tables import DENSITY
from cityebb.model.evidence_tables import COMBINED, EVIDENCE
from cityebb.model.proxy_tables import PROXY, PROXY_CALLS, PROXY_POINTS, RELIABILITY
from cityebb.model.service_tables import JOBS
from cityebb.model.specification_tables import EFFECTS, ROBUSTNESS, SENSITIVITY
from cityebb.model.tables import BY_RULE, CALIBRATIONS
from cityebb.model.watch_tables import BALANCE, GAINERS, POLICY, RANKING, WATCH, WATCH_COUNTS, WINDOWS

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from cityebb.model.comparability import Comparability
    from cityebb.model.inside_found import InsideFound
    from cityebb.model.notes import Note


@dataclass(frozen=True)
class Results:
    """What a study found; tables only, so that whoever shows it needs no method.

    Parameters
    ----------
    title
        By language.
    cities
        ``model.CITIES``.
    panel, verdicts, summary, breaks, census, footprints
        The tables of the same names in ``model``.
    definition
        What the count means: ``name``, ``where`` (source → floor), ``units`` (source → unit of the floor),
        ``join``, ``epoch``, ``years``, ``connectivity``, ``min_area_km2``.
    comparison
        ``source``, ``indicator``, ``start`` and ``end`` (lists of years), ``threshold`` (share over the whole
        comparison), ``plain_threshold``, ``unit``, ``confidence``, ``years`` (usable), ``left_out``.
    sources
        By name: ``indicator``, ``unit``, ``zero``, ``years``, ``citation``, ``concept``, ``grade``.
    notes
        What the stages did and noticed.
    truth
        For a simulated country: ``city_id``, ``name``, true ``change``, ``state``; else ``None``.
    context
        Values of other units set beside the cities: ``city_id, unit_zh, unit_en, level, indicator, concept,
        start, end, before, after, change, citation_zh, citation_en``; else ``None``.
    sensitivity, robustness, effects
        What other specifications find: ``model.SENSITIVITY``, a row each; ``model.ROBUSTNESS``, what they say
        of each city; ``model.EFFECTS``, which choice moves the count. Empty where none was tried.
    by_rule
        ``model.BY_RULE``: what each rule of the literature says of each city.
    evidence, combined
        ``model.EVIDENCE`` and ``model.COMBINED``: what every source says of each city, and the verdict of
        all; empty where nothing is brought together.
    density
        ``model.DENSITY``: where light is compared on cells, its sum beside its density; else empty.
    jobs
        ``model.JOBS``: jobs beside residents, year by year, where a table tells both; else empty.
    inside
        What was found inside the cities; ``None`` where nobody looked.
    windows, watch, watch_counts, policy
        ``model`` tables of these names: the verdict from every year to every later one, each year's
        watch-list, its counts, and what changed with a policy's date.
    gainers, balance
        Who gained what others lost in each region.
    ranking
        Countries by number and by share of their shrinking cities.
    calibrations
        For DMSP lights: ``model.CALIBRATIONS``, what each calibration says of each city; else empty.
    proxy, proxy_calls, proxy_points, reliability
        The tables of the same names in ``model``: whether light stands for people in these cities, and what
        each verdict from light alone carries of that. Empty where there was nothing to check light against.
    comparability
        For administrative units: what was done to their figures so that they can be compared; else ``None``.
        Their ``definition`` is ``name``, ``kind`` (``"units"``), ``source``, ``outlines``, ``boundaries`` and
        ``vintage``; their cities have no footprints, no cells, and outlines and places only where a boundary
        layer gives them.
    manifest
        Inputs, parameters, versions and times.
    """

    title: dict[str, str]
    cities: gpd.GeoDataFrame
    panel: pd.DataFrame
    verdicts: pd.DataFrame
    summary: pd.DataFrame
    breaks: pd.DataFrame
    census: pd.DataFrame
    footprints: pd.DataFrame
    definition: dict[str, Any]
    comparison: dict[str, Any]
    sources: dict[str, dict[str, Any]]
    notes: tuple[Note, ...] = ()
    truth: pd.DataFrame | None = None
    context: pd.DataFrame | None = None
    sensitivity: pd.DataFrame = field(default_factory=SENSITIVITY.empty)
    robustness: pd.DataFrame = field(default_factory=ROBUSTNESS.empty)
    effects: pd.DataFrame = field(default_factory=EFFECTS.empty)
    by_rule: pd.DataFrame = field(default_factory=BY_RULE.empty)
    evidence: pd.DataFrame = field(default_factory=EVIDENCE.empty)
    combined: pd.DataFrame = field(default_factory=COMBINED.empty)
    density: pd.DataFrame = field(default_factory=DENSITY.empty)
    jobs: pd.DataFrame = field(default_factory=JOBS.empty)
    inside: InsideFound | None = None
    windows: pd.DataFrame = field(default_factory=WINDOWS.empty)
    watch: pd.DataFrame = field(default_factory=WATCH.empty)
    watch_counts: pd.DataFrame = field(default_factory=WATCH_COUNTS.empty)
    policy: pd.DataFrame = field(default_factory=POLICY.empty)
    gainers: pd.DataFrame = field(default_factory=GAINERS.empty)
    balance: pd.DataFrame = field(default_factory=BALANCE.empty)
    ranking: pd.DataFrame = field(default_factory=RANKING.empty)
    calibrations: pd.DataFrame = field(default_factory=CALIBRATIONS.empty)
    proxy: pd.DataFrame = field(default_factory=PROXY.empty)
    proxy_calls: pd.DataFrame = field(default_factory=PROXY_CALLS.empty)
    proxy_points: pd.DataFrame = field(default_factory=PROXY_POINTS.empty)
    reliability: pd.DataFrame = field(default_factory=RELIABILITY.empty)
    comparability: Comparability | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
