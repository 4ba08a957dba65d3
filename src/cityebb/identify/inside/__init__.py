"""Inside the city: which parts shrink, where they lie, and whether a centre or an edge falls."""

from cityebb.identify.inside.rules import LEAST_COUNTIES, LEAST_PARTS, InsideRules

__all__ = ["LEAST_COUNTIES", "LEAST_PARTS", "InsideRules"]
