"""Night lights as their makers publish them: what a file's name says, and Black Marble tiles."""

from cityebb.read.lights.black_marble import BlackMarbleLayer, MosaicLayer, black_marble_layer, mosaic
from cityebb.read.lights.lamps import read_lamps
from cityebb.read.lights.names import LightFile, parse_light_name, series_of, snow_free
from cityebb.read.lights.opening import CITATIONS, Composite, ReadLights, open_lights
from cityebb.read.lights.points import read_points

__all__ = [
    "CITATIONS",
    "BlackMarbleLayer",
    "Composite",
    "LightFile",
    "MosaicLayer",
    "ReadLights",
    "black_marble_layer",
    "mosaic",
    "open_lights",
    "parse_light_name",
    "read_lamps",
    "read_points",
    "series_of",
    "snow_free",
]
