"""Delineate: which cells are one city."""

from cityebb.delineate.parameters import DelineateParameters
from cityebb.delineate.physical import Cities, delineate
from cityebb.delineate.regions import Regions, find_regions, loosest_floors

__all__ = ["Cities", "DelineateParameters", "Regions", "delineate", "find_regions", "loosest_floors"]
