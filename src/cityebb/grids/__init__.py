"""Raster geometry and the strip engine: one pass over the files, the cells that matter kept."""

from cityebb.grids.cells import Cells, Criterion
from cityebb.grids.executors import DaskExecutor, Executor, ThreadExecutor
from cityebb.grids.grid import Grid
from cityebb.grids.layers import ArrayLayer, Layer, RowReader, Stack, decode
from cityebb.grids.local import local_km
from cityebb.grids.regions import label, peaks, runs, sums
from cityebb.grids.scan import scan
from cityebb.grids.trace import trace

__all__ = [
    "ArrayLayer",
    "Cells",
    "Criterion",
    "DaskExecutor",
    "Executor",
    "Grid",
    "Layer",
    "RowReader",
    "Stack",
    "ThreadExecutor",
    "decode",
    "label",
    "local_km",
    "peaks",
    "runs",
    "scan",
    "sums",
    "trace",
]
