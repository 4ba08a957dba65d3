"""Raster geometry and the strip engine: one pass over the files, the cells that matter kept."""

from cityebb.grids.cells import Cells, Criterion
from cityebb.grids.grid import Grid
from cityebb.grids.layers import ArrayLayer, Layer, RowReader, Stack

__all__ = ["ArrayLayer", "Cells", "Criterion", "Grid", "Layer", "RowReader", "Stack"]
