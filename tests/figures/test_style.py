"""The look: one font, the user's settings without effect, characters that cannot be drawn replaced and listed."""

from __future__ import annotations

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

from analysis.figures import plots
from analysis.figures.comparison import BOUNDS
from analysis.figures.grid import CELLS
from analysis.figures.heat import RAMP
from analysis.figures.lettering import SUBSTITUTE
from analysis.figures.style import BLUE, FAMILY, INK, ORANGE, RC, SERIES, Drawing, use_style
from tests.figures import tables


@pytest.fixture
def settings():
    with mpl.rc_context():
        yield mpl.rcParams


def test_use_style_forgets_what_was_set_before(settings):
    settings.update({"font.family": ["serif"], "axes.grid": True, "lines.linewidth": 9, "text.usetex": True})
    use_style()
    assert settings["font.family"][0] == FAMILY
    assert not settings["axes.grid"]
    assert settings["lines.linewidth"] == RC["lines.linewidth"]
    assert not settings["text.usetex"]


def test_a_drawing_is_the_same_under_every_setting(settings):
    table = tables.wording()
    plain = plots.plot_wording(table, "en").render("png", dpi=60)
    settings.update({"font.size": 22, "axes.facecolor": "red", "savefig.bbox": "tight", "axes.grid": True})
    drawing = plots.plot_wording(table, "en")
    settings["path.sketch"] = (2, 50, 20)
    assert drawing.render("png", dpi=60) == plain
    assert settings["font.size"] == 22, "the user's settings come back"


def test_no_figure_is_left_open():
    import matplotlib.pyplot as plt

    plots.plot_frequency(tables.frequency(20, "none", (2023, 2024)), "en")
    assert plt.get_fignums() == []


def test_what_cannot_be_drawn_is_replaced_and_listed():
    table = tables.values(tables.five_reports(), 1).assign(county="A\ue000", label_zh="B\ue001", label_en="b")
    drawing = plots.plot_values(table, "zh")
    assert drawing.missing_glyphs == "\ue000\ue001"
    drawing.canvas.draw()
    shown = [text.get_text() for text in drawing.axes[0].get_yticklabels()]
    assert all(text.startswith("A" + SUBSTITUTE) for text in shown)


def test_a_note_makes_room_for_itself():
    drawing = plots.plot_wording(tables.wording(), "en")
    before, box = drawing.size_mm, drawing.axes[0].get_position().height * drawing.size_mm[1]
    drawing.add_note("Invented data")
    assert drawing.size_mm[1] > before[1]
    assert drawing.axes[0].get_position().height * drawing.size_mm[1] == pytest.approx(box)
    assert drawing.texts[-1].get_text() == "Invented data"


def test_dollar_signs_are_letters():
    drawing = Drawing(60, 20)
    drawing.write(5, 5, "$x$")
    drawing.canvas.draw()
    assert not drawing.texts[0].get_parse_math()


def test_colours_differ_in_lightness_where_they_meet():
    def lightness(colour):
        return sum(weight * int(colour[i : i + 2], 16) for weight, i in ((0.3, 1), (0.59, 3), (0.11, 5)))

    assert abs(lightness(BLUE) - lightness(ORANGE)) > 50
    assert INK not in {colour for colour, _, _ in SERIES}, "the ink of the legend is no unit"


# Full deuteranopia on linear RGB: Machado, Oliveira and Fernandes (2009), IEEE TVCG 15(6), table for severity 1.0.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
GREYSCALE = np.tile([0.2126, 0.7152, 0.0722], (3, 1))  # relative luminance, ITU-R BT.709
SEEN = {"grey": GREYSCALE, "deuteranopia": DEUTERANOPIA, "every colour": np.eye(3)}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])  # sRGB, D65


def lab(colour, seen):
    """Return CIELAB coordinates of a colour as it is seen."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(TO_XYZ @ np.clip(SEEN[seen] @ linear, 0, 1) / TO_XYZ.sum(axis=1))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one, other, seen):
    return float(np.linalg.norm(lab(one, seen) - lab(other, seen)))


@pytest.mark.parametrize("seen", SEEN)
def test_statuses_are_told_apart_by_colour_hatch_or_mark(seen):
    reported = [status for status in CELLS if status not in ("present", "partial", "absent")]
    for statuses in (reported, ["present", "partial", "absent", "not_read", "not_applicable"]):
        for one, other in combinations(statuses, 2):
            (face, *signs), (face_other, *signs_other) = CELLS[one], CELLS[other]
            assert signs != signs_other or distance(face, face_other, seen) > 7, f"{one} looks like {other}"


@pytest.mark.parametrize("seen", SEEN)
def test_a_larger_share_is_darker_in_every_kind_of_sight(seen):
    lightness = [lab(to_hex(RAMP(share)), seen)[0] for share in np.linspace(0, 1, 11)]
    assert (np.diff(lightness) < -2).all()


def test_units_and_bounds_side_by_side_differ_in_more_than_colour():
    for signs in (SERIES, BOUNDS.values()):
        for column in zip(*[sign[1:] for sign in signs], strict=True):
            assert len(set(column)) == len(column)


def test_the_simulation_confuses_what_the_colour_blind_confuse():
    assert distance("#d55e00", "#7d8c00", "every colour") > 2 * distance("#d55e00", "#7d8c00", "deuteranopia")
    assert distance("#777777", "#0072b2", "grey") < distance("#777777", "#0072b2", "every colour")
