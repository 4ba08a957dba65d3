"""Files to nouns: yearly grids on disk become stacks, not yet read."""

from cityebb.read.parameters import PRODUCTS, SourceParameters
from cityebb.read.rasters import RasterLayer
from cityebb.read.stack import open_stack

__all__ = ["PRODUCTS", "RasterLayer", "SourceParameters", "open_stack"]
