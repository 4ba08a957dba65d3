"""The nouns: tables with declared columns, errors, notes, states, and what a city is called."""

from cityebb.model.city import city_ids
from cityebb.model.columns import Column, Table
from cityebb.model.comparability import COMPARABILITY_TABLES, Boundaries, Comparability
from cityebb.model.density_tables import DENSITY
from cityebb.model.errors import CityebbError, Faults, gather
from cityebb.model.evidence_tables import COMBINED, EVIDENCE, LINKS
from cityebb.model.grades import CONCEPTS, GRADES, may_show_shrinking
from cityebb.model.inside_found import INSIDE_TABLES, InsideFound
from cityebb.model.inside_tables import COUNTIES, INSIDE, PARTS, PARTS_FOUND, TOGETHER
from cityebb.model.lamp_tables import LAMPS
from cityebb.model.notes import Note
from cityebb.model.provenance import file_record, fingerprint, source_hash
from cityebb.model.proxy_tables import PROXY, PROXY_CALLS, PROXY_POINTS, RELIABILITY
from cityebb.model.results import Results
from cityebb.model.service_tables import JOBS
from cityebb.model.size import (
    PEOPLE_BOUNDS,
    PEOPLE_CLASSES,
    SIZE_BOUNDS_KM2,
    SIZE_CLASSES,
    UNKNOWN_SIZE,
    people_class,
    size_class,
)
from cityebb.model.specification_tables import DIMENSIONS, EFFECTS, ROBUSTNESS, SENSITIVITY
from cityebb.model.states import Persistence, PlainState, State
from cityebb.model.tables import (
    BREAKS,
    BY_RULE,
    CALIBRATIONS,
    CENSUS,
    CITIES,
    FOOTPRINTS,
    PANEL,
    SUMMARY,
    TABLES,
    VERDICTS,
)
from cityebb.model.unit_tables import (
    AUDIT,
    COMPARED_UNIT,
    CONFIDENCES,
    COUNTS,
    CROSSWALK,
    DECOMPOSITION,
    EVENT_KINDS,
    GUESSES,
    LEDGER,
    MEMBERS,
    TRIAL,
    UNUSED,
)
from cityebb.model.watch_tables import (
    BALANCE,
    GAINERS,
    LEAST_RANKED,
    POLICY,
    RANKING,
    WATCH,
    WATCH_COUNTS,
    WINDOWS,
)

__all__ = [
    "AUDIT",
    "BALANCE",
    "BREAKS",
    "BY_RULE",
    "CALIBRATIONS",
    "CENSUS",
    "CITIES",
    "COMBINED",
    "COMPARABILITY_TABLES",
    "COMPARED_UNIT",
    "CONCEPTS",
    "CONFIDENCES",
    "COUNTIES",
    "COUNTS",
    "CROSSWALK",
    "DECOMPOSITION",
    "DENSITY",
    "DIMENSIONS",
    "EFFECTS",
    "EVENT_KINDS",
    "EVIDENCE",
    "FOOTPRINTS",
    "GAINERS",
    "GRADES",
    "GUESSES",
    "INSIDE",
    "INSIDE_TABLES",
    "JOBS",
    "LAMPS",
    "LEAST_RANKED",
    "LEDGER",
    "LINKS",
    "MEMBERS",
    "PANEL",
    "PARTS",
    "PARTS_FOUND",
    "PEOPLE_BOUNDS",
    "PEOPLE_CLASSES",
    "POLICY",
    "PROXY",
    "PROXY_CALLS",
    "PROXY_POINTS",
    "RANKING",
    "RELIABILITY",
    "ROBUSTNESS",
    "SENSITIVITY",
    "SIZE_BOUNDS_KM2",
    "SIZE_CLASSES",
    "SUMMARY",
    "TABLES",
    "TOGETHER",
    "TRIAL",
    "UNKNOWN_SIZE",
    "UNUSED",
    "VERDICTS",
    "WATCH",
    "WATCH_COUNTS",
    "WINDOWS",
    "Boundaries",
    "CityebbError",
    "Column",
    "Comparability",
    "Faults",
    "InsideFound",
    "Note",
    "Persistence",
    "PlainState",
    "Results",
    "State",
    "Table",
    "city_ids",
    "file_record",
    "fingerprint",
    "gather",
    "may_show_shrinking",
    "people_class",
    "size_class",
    "source_hash",
]
