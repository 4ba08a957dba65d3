"""Evidence brought together: what every source says of a city, and one verdict by a stated rule."""

from cityebb.identify.together.combine import Basis, Strength, carry_reliability, combine
from cityebb.identify.together.evidence import Role, Says, Told, evidence_of
from cityebb.identify.together.parameters import EvidenceParameters
from cityebb.identify.together.why import Why

__all__ = [
    "Basis",
    "EvidenceParameters",
    "Role",
    "Says",
    "Strength",
    "Told",
    "Why",
    "carry_reliability",
    "combine",
    "evidence_of",
]
