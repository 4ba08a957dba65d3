"""Layers of boundaries, from their makers' files to one form."""

from cityebb.read.units.reading import ReadUnits, read_units

__all__ = ["ReadUnits", "read_units"]
