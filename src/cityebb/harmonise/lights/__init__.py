"""Lights of several instruments made comparable: DMSP calibrated, VIIRS cleaned, and what was done said."""

from cityebb.harmonise.lights.agreement import Agreement, agreement
from cityebb.harmonise.lights.dmsp import (
    Curve,
    average_satellites,
    calibrate,
    curve,
    curves,
    satellites,
    tables_for,
)
from cityebb.harmonise.lights.layers import (
    CalibratedLayer,
    MeanLayer,
    calibrated_layer,
    calibrated_stack,
    mean_layer,
)

__all__ = [
    "Agreement",
    "CalibratedLayer",
    "Curve",
    "MeanLayer",
    "agreement",
    "average_satellites",
    "calibrate",
    "calibrated_layer",
    "calibrated_stack",
    "curve",
    "curves",
    "mean_layer",
    "satellites",
    "tables_for",
]
