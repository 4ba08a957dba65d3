"""The look of every figure: colours, letters, and how a figure becomes SVG or PNG."""

from __future__ import annotations

import io
import math
import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cityebb.model import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

# Ochre and teal part for every common kind of colour blindness, and neither is an alarm.
COLOURS = {
    State.SHRINKING: "#B9832B",
    State.GROWING: "#1D7C78",
    State.STABLE: "#9DB4C0",
    State.UNDETERMINED: "#E3E3DF",
}
PERSISTENCE_COLOURS = {
    "persistent": "#8A5E14",
    "late": "#C99A4A",
    "relapsed": "#E2C48D",
    "came_back": "#B7D3CF",
}
INK, SOFT, FAINT, GRID = "#17313B", "#5B6F77", "#9AA7AB", "#E2E6E5"
# The rim of what is undetermined.
RIM = "#A9B3B5"
HATCH, HATCH_COLOUR = "/////", "#B9BCB9"

# One inch of a figure is 96 px of the page, so that 9 pt letters look like the text around them.
FAMILIES = (
    "'Source Sans 3','Segoe UI','Helvetica Neue',Arial,'Noto Sans CJK SC','Source Han Sans SC',"
    "'Microsoft YaHei','PingFang SC','Hiragino Sans GB',sans-serif"
)
_CHINESE_FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei")
_CHINESE_FILES = ("notosanscjk-regular", "notosanscjksc-regular", "sourcehansanssc-regular", "wqy-microhei")
_LETTERS = {
    "font.size": 9,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": SOFT,
    "axes.labelsize": 9,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.unicode_minus": True,
    "hatch.linewidth": 0.7,
    "hatch.color": HATCH_COLOUR,
    "text.color": INK,
    "text.parse_math": False,  # a city's name may hold a dollar sign
    "xtick.color": SOFT,
    "xtick.labelsize": 8.5,
    "xtick.major.size": 3,
    "xtick.major.width": 0.6,
    "ytick.color": SOFT,
    "ytick.labelsize": 8.5,
    "ytick.major.size": 0,
    "svg.fonttype": "none",
    "svg.hashsalt": "cityebb",
    "path.simplify": True,
}


@contextmanager
def drawing(*, picture: bool = False) -> Iterator[None]:
    """Draw inside this block: house style, nothing read from a user's matplotlib settings.

    Parameters
    ----------
    picture
        For a PNG, whose letters must come from fonts on this machine. An SVG is laid out with the letters
        that matplotlib carries, so that it is the same everywhere, and leaves the fonts to the reader.
    """
    import matplotlib as mpl

    # The back end is not ours to choose: figures here are drawn without one.
    defaults = {name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"}
    fonts = ["DejaVu Sans", *(_chinese_font() if picture else ())]
    with (
        mpl.rc_context({**defaults, **_LETTERS, "font.family": fonts}),
        warnings.catch_warnings(),
    ):
        # Chinese letters are missing from the fonts that lay out an SVG; the reader's browser has them.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of that many inches that no window manager knows of."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor="none")


def svg(figure: Figure, name: str, title: str) -> str:
    """Return a figure as SVG to stand inside a page.

    Parameters
    ----------
    figure
        Drawn inside :func:`drawing`.
    name
        Goes before every id, so that two figures on one page do not share any.
    title
        What it shows, for those who cannot see it.

    Notes
    -----
    Text stays text. Coordinates have two decimals, a fiftieth of a pixel. Equal figures give equal bytes.
    """
    from xml.sax.saxutils import escape

    memory = io.BytesIO()
    blank = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(memory, format="svg", metadata=blank, transparent=True, dpi=_RASTER_DOTS_PER_INCH)
    text = memory.getvalue().decode()
    text = text[text.index("<svg") :]
    head, body = text.split(">", 1)
    box = re.search(r'viewBox="[^"]*"', head)
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="', f'id="{name}-', body)
    body = re.sub(r'xlink:href="#', f'xlink:href="#{name}-', body)
    body = body.replace("url(#", f"url(#{name}-")
    body = re.sub(r' (?:d|points)="[^"]*"', _shorter, body)
    body = re.sub(r"'DejaVu Sans'(?:, [^;\"]*)?(?=[;\"])", FAMILIES, body)
    body = re.sub(r"\s*\n\s*", "\n", body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{box.group(0) if box else ""} role="img" aria-label="{escape(title, {chr(34): "&quot;"})}">{body}'
    )


def save_png(figure: Figure, path: Path, *, dots_per_inch: int = 150) -> Path:
    """Write a figure as PNG on white, without the time of writing."""
    from matplotlib.patheffects import withStroke
    from matplotlib.text import Text

    from cityebb.publish._files import whole

    # What the page's style does for an SVG: letters over dots get a white rim.
    for text in figure.findobj(Text):
        if str(text.get_gid()).startswith("halo"):
            text.set_path_effects([withStroke(linewidth=2.2, foreground="white")])

    memory = io.BytesIO()
    figure.savefig(memory, format="png", dpi=dots_per_inch, facecolor="white", metadata={"Software": None})
    with whole(path) as stream:
        stream.write(memory.getbuffer())
    return path


def dots(
    axes: Axes, x: ArrayLike, y: ArrayLike, diameter: float, colour: str, *, order: float, edge: str = "white"
) -> None:
    """Draw round dots of one size as two paths, a rim and a filling, however many they are.

    A dot is a line of no length with round ends: thirty bytes of SVG where a circle takes three hundred.

    Parameters
    ----------
    axes
        Where.
    x, y
        Centres, in data units.
    diameter
        In points.
    colour, edge
        Of the filling and of the rim.
    order
        What is drawn above what.
    """
    import numpy as np
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Line

    centres = np.column_stack([np.asarray(x, float), np.asarray(y, float)])
    centres = centres[np.isfinite(centres).all(axis=1)]
    if not len(centres):
        return
    # The end lies a hair to the right: some renderers draw nothing for a line of no length at all.
    hair = (axes.get_xlim()[1] - axes.get_xlim()[0]) * 1e-5
    points = np.repeat(centres, 2, axis=0)
    points[1::2, 0] += hair
    codes = np.tile([Line.MOVETO, Line.LINETO], len(centres))
    for width, paint, above in ((diameter + 0.9, edge, 0.0), (diameter, colour, 0.1)):
        line = Line(points, codes)
        line.should_simplify = False
        patch = PathPatch(
            line,
            fill=False,
            edgecolor=paint,
            linewidth=width,
            capstyle="round",
            zorder=order + above,
            snap=False,
        )
        axes.add_artist(patch)


def spaced(reach: float) -> list[float]:
    """Return round changes to label on a scale of ratios, no two so near that their words touch.

    Parameters
    ----------
    reach
        The largest size of ``log(1 + change)`` on the scale.

    Examples
    --------
    >>> spaced(0.8)
    [-0.5, -0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.25, 0.5, 1.0]
    """
    found = [0.0]
    for side in (_RISES, _FALLS):
        last = 0.0
        for share in side:
            place = abs(math.log1p(share))
            if place <= reach * 1.05 and place - last >= reach * _LEAST_GAP:
                found.append(share)
                last = place
    return sorted(found)


_RISES = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 9.0, 19.0, 49.0, 99.0)
_FALLS = (-0.1, -0.2, -0.3, -0.4, -0.5, -0.65, -0.8, -0.9, -0.95, -0.98, -0.99)
# Between two labels, as a share of half the scale.
_LEAST_GAP = 0.1

# Above this many points a picture is smaller than paths.
MANY_POINTS = 20_000
_BELOW = -100.0
_RASTER_DOTS_PER_INCH = 200


def sunk(axes: Axes, points: int) -> float:
    """Return what to add to the order of dots: nothing, or so much that they become one picture below all.

    Parameters
    ----------
    axes
        Where the dots are drawn.
    points
        How many there are in all.
    """
    if points <= MANY_POINTS:
        return 0.0
    axes.set_rasterization_zorder(_BELOW / 4)
    return _BELOW


def _shorter(match: re.Match[str]) -> str:
    return re.sub(
        r"-?\d+\.\d{3,}", lambda number: f"{float(number.group()):.2f}".rstrip("0").rstrip("."), match.group()
    )


def _chinese_font() -> tuple[str, ...]:
    from matplotlib import font_manager

    known = set(font_manager.get_font_names())
    for name in _CHINESE_FONTS:
        if name in known:
            return (name,)
    # Fonts installed since matplotlib last looked.
    for path in sorted(font_manager.findSystemFonts()):
        if any(file in path.lower() for file in _CHINESE_FILES):
            font_manager.fontManager.addfont(path)
            return (font_manager.FontProperties(fname=path).get_name(),)
    return ()
