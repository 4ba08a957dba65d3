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
from cityebb.harmonise.lights.invariant import SelfCalibration, far_cells, fit_year, invariant_cells
from cityebb.harmonise.lights.layers import (
    CalibratedLayer,
    MeanLayer,
    SelfCalibratedLayer,
    calibrated_layer,
    calibrated_stack,
    mean_layer,
    self_calibrated_layer,
)
from cityebb.harmonise.lights.viirs import (
    Cleaned,
    CleanedLayer,
    Cleaning,
    brightest_core,
    clean,
    cleaned_layer,
    flare_mask,
)

__all__ = [
    "Agreement",
    "CalibratedLayer",
    "Cleaned",
    "CleanedLayer",
    "Cleaning",
    "Curve",
    "MeanLayer",
    "SelfCalibratedLayer",
    "SelfCalibration",
    "agreement",
    "average_satellites",
    "brightest_core",
    "calibrate",
    "calibrated_layer",
    "calibrated_stack",
    "clean",
    "cleaned_layer",
    "curve",
    "curves",
    "far_cells",
    "fit_year",
    "flare_mask",
    "invariant_cells",
    "mean_layer",
    "satellites",
    "self_calibrated_layer",
    "tables_for",
]
