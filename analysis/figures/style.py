"""The look of every figure: sizes for a printed page, colours that survive colour blindness, one bundled font.

A figure is a `Drawing`: it carries its caption, has a fixed size in millimetres and draws itself in this style
whatever a user's matplotlibrc or ``seaborn.set_theme`` say.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from analysis.figures.lettering import FONT, find_missing, printable, text_height, wrap

FAMILY = "Noto Sans SC Subset"
MM = 1 / 25.4
SINGLE, MEDIUM, WIDE = 84.0, 130.0, 174.0  # widths of one, one and a half and two columns of a journal, in mm
SMALL, NORMAL = 7.0, 8.0  # sizes of letters, in points: journals take none below 7
DPI, PREVIEW = 300, 130  # dots an inch, on paper and in a notebook

# Okabe and Ito's palette, and a ramp of its blue for what is disclosed with more and more certainty.
INK, GREY, PALE, FAINT = "#222222", "#767676", "#d5d5d5", "#f0f0f0"
BLUE, ORANGE, GREEN, RED, SKY, PURPLE, YELLOW = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#f0e442",
)  # fmt: skip
BROWN = "#8c564b"
#: A tag of a link in the SVG that matplotlib writes.
LINK = re.compile(rb"^ *</?a(?: [^>]*)?>\n", flags=re.MULTILINE)
#: Colour, marker and line of units side by side: any two differ in marker and line, so grey print keeps them apart.
SERIES: tuple[tuple[str, str, Any], ...] = (
    (BLUE, "o", "-"), (ORANGE, "s", (0, (4, 1))), (GREEN, "P", (0, (1, 1))), (PURPLE, "X", (0, (4, 1, 1, 1))),
    (BROWN, "h", (0, (7, 2))), (SKY, "*", (0, (2, 2))),
)  # fmt: skip

RC: dict[str, Any] = {
    "font.family": [FAMILY, "DejaVu Sans"],
    "font.size": SMALL,
    "font.weight": "normal",
    "text.parse_math": False,
    "text.color": INK,
    "figure.facecolor": "white",
    "figure.dpi": 150,
    "savefig.dpi": DPI,
    "savefig.bbox": None,
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": SMALL,
    "axes.labelpad": 2.0,
    "axes.titlesize": NORMAL,
    "axes.titleweight": "normal",
    "axes.titlelocation": "left",
    "axes.titlepad": 3.0,
    "axes.linewidth": 0.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": PALE,
    "grid.linewidth": 0.4,
    "hatch.linewidth": 0.4,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "lines.linewidth": 0.8,
    "lines.markersize": 3.6,
    "lines.solid_capstyle": "butt",
    "patch.linewidth": 0.4,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 2.0,
    "ytick.major.size": 2.0,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.major.pad": 2.0,
    "ytick.major.pad": 2.0,
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "fazhi",
}

#: Whether the style is set already: setting it takes as long as writing a hundred words.
_inside = ContextVar("inside", default=False)


def use_style() -> None:
    """Set matplotlib to the style of the figures, for plots of one's own; whatever was set before is forgotten.

    Call it after ``seaborn.set_theme``, which throws the font away.
    """
    if not any(entry.fname == str(FONT) for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(str(FONT))
    mpl.rcdefaults()
    mpl.rcParams.update(RC)  # type: ignore[arg-type]


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the style of the figures, then put the user's settings back; within itself it has nothing to do."""
    if _inside.get():
        yield
        return
    token = _inside.set(True)
    try:
        with mpl.rc_context():
            use_style()
            yield
    finally:
        _inside.reset(token)


def unlink(svg: bytes) -> bytes:
    """Return a picture that `Drawing.render_linked` gives without its links."""
    return LINK.sub(b"", svg)


class Drawing(Figure):
    """A figure of fixed size that carries its caption and looks the same under every user's settings.

    Parameters
    ----------
    width, height : float
        Size in millimetres.

    Attributes
    ----------
    caption : str
        What the figure shows, and of which kind its intervals are.
    missing_glyphs : str
        Characters no bundled font has; they are drawn as the geta mark.
    """

    def __init__(self, width: float, height: float) -> None:
        with styled():
            super().__init__(figsize=(width * MM, height * MM))
        FigureCanvasAgg(self)
        self.caption = ""
        self.missing_glyphs = ""

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height in millimetres."""
        width, height = self.get_size_inches()
        return float(width) / MM, float(height) / MM

    def add_box(self, left: float, top: float, width: float, height: float, **options: Any) -> Axes:
        """Add axes whose frame lies so many millimetres from the left and the top edge."""
        page_width, page_height = self.size_mm
        box = (left / page_width, 1 - (top + height) / page_height, width / page_width, height / page_height)
        return self.add_axes(box, **options)

    def write(self, left: float, top: float, text: str, size: float = SMALL, **options: Any) -> Text:
        """Write a text so many millimetres from the left and the top edge, its own upper left corner there."""
        width, height = self.size_mm
        options = {"ha": "left", "va": "top", "fontsize": size, **options}
        with styled():
            return self.text(left / width, 1 - top / height, text, **options)

    def add_note(self, text: str) -> None:
        """Add a line of small grey letters below everything; the figure grows by its height."""
        width, height = self.size_mm
        text = wrap(text, width - 4, SMALL)
        grown = height + text_height(text, SMALL) + 1.0
        self.set_size_inches(width * MM, grown * MM)
        for axes in self.axes:
            box = axes.get_position()
            bottom = 1 - (1 - box.y0) * height / grown
            axes.set_position((box.x0, bottom, box.width, box.height * height / grown))
        for written in self.texts:
            written.set_y(1 - (1 - written.get_position()[1]) * height / grown)
        self.write(2.0, height - 1.0, printable(text), SMALL, color=GREY)
        self.missing_glyphs = "".join(sorted({*self.missing_glyphs, *find_missing(text)}))

    def replace_missing(self) -> None:
        """Replace what cannot be drawn in every text by the geta mark and remember which characters these were."""
        missing = ""
        for text in self.findobj(Text):
            missing += find_missing(text.get_text())
            text.set_text(printable(text.get_text()))
        for axis in (axis for axes in self.axes for axis in (axes.xaxis, axes.yaxis)):
            labels = [tick.get_text() for tick in axis.get_ticklabels()]
            if found := find_missing("".join(labels)):
                missing += found
                axis.set_ticks(axis.get_ticklocs(), labels=[printable(text) for text in labels])
        self.missing_glyphs = "".join(sorted(set(missing)))

    def draw(self, renderer: Any) -> None:
        """Draw in the style of the figures."""
        with styled():
            super().draw(renderer)

    def savefig(self, *args: Any, **options: Any) -> None:
        """Save in the style of the figures; see `matplotlib.figure.Figure.savefig`."""
        with styled():
            super().savefig(*args, **options)

    def render(self, format: str, dpi: float = DPI) -> bytes:
        """Return the figure as the bytes of a file without date, path or version: the same figure, the same bytes.

        What its points lead to is left out; see `render_linked`.
        """
        content = self._render(format, dpi)
        return unlink(content) if format == "svg" else content

    def render_linked(self) -> bytes:
        """Return the figure as SVG in which points are links: of each only what stands behind the # of an address."""
        return self._render("svg", DPI)

    def _render(self, format: str, dpi: float) -> bytes:
        nothing: dict[str, dict[str, None]] = {
            "png": {"Software": None},
            "svg": {"Date": None, "Creator": None},
            "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        }
        buffer = io.BytesIO()
        self.savefig(buffer, format=format, dpi=dpi, metadata=nothing[format])
        return buffer.getvalue()

    def _repr_png_(self) -> bytes:
        """Return the figure for a notebook: few dots and colours, since notebooks are committed with their outputs."""
        picture = Image.open(io.BytesIO(self.render("png", dpi=PREVIEW))).convert("RGB")
        buffer = io.BytesIO()
        picture.quantize(256, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        return buffer.getvalue()
