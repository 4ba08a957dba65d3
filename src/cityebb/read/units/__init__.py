"""Layers of boundaries, from their makers' files to one form."""

from cityebb.read.units._files import is_layer
from cityebb.read.units._headings import as_in_table, missing_zeros
from cityebb.read.units._place import guess_crs
from cityebb.read.units.reading import ReadUnits, read_units

__all__ = ["ReadUnits", "as_in_table", "guess_crs", "is_layer", "missing_zeros", "read_units"]
