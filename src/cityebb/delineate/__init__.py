"""Delineate: which cells are one city, or which units are taken for cities."""

from cityebb.delineate.administrative import AdministrativeParameters, administrative_cities
from cityebb.delineate.links import link_cities
from cityebb.delineate.map_doubt import tell_map
from cityebb.delineate.parameters import DelineateParameters
from cityebb.delineate.physical import Cities, delineate
from cityebb.delineate.regions import Regions, built_up, find_regions, loosest_floors

__all__ = [
    "AdministrativeParameters",
    "Cities",
    "DelineateParameters",
    "Regions",
    "administrative_cities",
    "built_up",
    "delineate",
    "find_regions",
    "link_cities",
    "loosest_floors",
    "tell_map",
]
