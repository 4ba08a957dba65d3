"""Inside the city: which parts shrink, where they lie, and whether a centre or an edge falls."""

from cityebb.identify.inside.bloom import DMSP_BLOOM_KM, bloom_km
from cityebb.identify.inside.clusters import Cluster, relative_difference
from cityebb.identify.inside.counties import CountyPattern, county_patterns
from cityebb.identify.inside.inside import Inside, look_inside
from cityebb.identify.inside.noise import cell_noise
from cityebb.identify.inside.parameters import Belonging, InsideParameters
from cityebb.identify.inside.patterns import Pattern
from cityebb.identify.inside.rules import LEAST_COUNTIES, LEAST_PARTS, InsideRules
from cityebb.identify.inside.together import DIFFERS, city_and_parts

__all__ = [
    "DIFFERS",
    "DMSP_BLOOM_KM",
    "LEAST_COUNTIES",
    "LEAST_PARTS",
    "Belonging",
    "Cluster",
    "CountyPattern",
    "Inside",
    "InsideParameters",
    "InsideRules",
    "Pattern",
    "bloom_km",
    "cell_noise",
    "city_and_parts",
    "county_patterns",
    "look_inside",
    "relative_difference",
]
