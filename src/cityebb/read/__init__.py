"""Files to nouns: yearly grids on disk become stacks, not yet read."""

from cityebb.read.inspect import Findings, Series, Unread, inspect
from cityebb.read.parameters import PRODUCTS, SourceParameters
from cityebb.read.rasters import RasterLayer
from cityebb.read.stack import open_stack
from cityebb.read.suggest import suggest_study

__all__ = [
    "PRODUCTS",
    "Findings",
    "RasterLayer",
    "Series",
    "SourceParameters",
    "Unread",
    "inspect",
    "open_stack",
    "suggest_study",
]
