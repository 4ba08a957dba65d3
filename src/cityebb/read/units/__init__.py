"""Layers of boundaries, from their makers' files to one form."""

from cityebb.read.units._place import guess_crs
from cityebb.read.units.reading import ReadUnits, read_units

__all__ = ["ReadUnits", "guess_crs", "read_units"]
