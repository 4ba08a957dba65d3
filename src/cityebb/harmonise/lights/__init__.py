"""Lights of several instruments made comparable: DMSP calibrated, VIIRS cleaned, and what was done said."""

from cityebb.harmonise.lights._series import ComparableLights
from cityebb.harmonise.lights.agreement import SELF, Agreement, agreement
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
from cityebb.harmonise.lights.months import YearLayer, year_layer
from cityebb.harmonise.lights.parameters import LightsParameters
from cityebb.harmonise.lights.prepare import make_lights_comparable
from cityebb.harmonise.lights.sample import fit_series
from cityebb.harmonise.lights.viirs import (
    Cleaned,
    CleanedLayer,
    Cleaning,
    account,
    brightest_core,
    clean,
    cleaned_layer,
    flare_mask,
)

__all__ = [
    "SELF",
    "Agreement",
    "CalibratedLayer",
    "Cleaned",
    "CleanedLayer",
    "Cleaning",
    "ComparableLights",
    "Curve",
    "LightsParameters",
    "MeanLayer",
    "SelfCalibratedLayer",
    "SelfCalibration",
    "YearLayer",
    "account",
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
    "fit_series",
    "fit_year",
    "flare_mask",
    "invariant_cells",
    "make_lights_comparable",
    "mean_layer",
    "satellites",
    "self_calibrated_layer",
    "tables_for",
    "year_layer",
]
