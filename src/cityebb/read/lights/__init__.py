"""Night lights as their makers publish them: what a file's name says, and Black Marble tiles."""

from cityebb.read.lights.black_marble import BlackMarbleLayer, MosaicLayer, black_marble_layer, mosaic
from cityebb.read.lights.names import LightFile, parse_light_name, series_of, snow_free

__all__ = [
    "BlackMarbleLayer",
    "LightFile",
    "MosaicLayer",
    "black_marble_layer",
    "mosaic",
    "parse_light_name",
    "series_of",
    "snow_free",
]
