"""The look: one font, the user's settings without effect, characters that cannot be drawn replaced and listed."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from analysis.figures import plots
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
    assert len(set(SERIES)) == len(SERIES)
    assert INK not in SERIES, "the ink of the legend is no unit"
