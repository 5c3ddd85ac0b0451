"""Years: observed points of each unit, year effects of a panel, and the dates at which a definition changed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from analysis.errors import ParameterError
from analysis.figures.canvas import Key, line_key, needs, widest
from analysis.figures.comparison import group_title
from analysis.figures.labels import caption, interval_sentences, labels_of, place_name, word
from analysis.figures.lettering import text_width
from analysis.figures.links import find_link
from analysis.figures.marks import Scale, break_key, draw_value, fit_scale, value_keys
from analysis.figures.panels import Frame, Panel, column_width, count_columns, draw_panels, format_values
from analysis.figures.spread import MOST_POINTS, draw_spread, find_spread, spread_keys
from analysis.figures.style import BLUE, GREY, INK, MM, RED, SERIES, SMALL, Drawing

SERIES_KEY = ("unit_id", "organ", "base", "component", "level", "genre")  # equal within one line of values
PANEL_KEY = ("indicator", "stage", "organ", "base", "component", "level", "genre")
NAMED_UNITS = len(SERIES)  # more units are drawn alike, in grey
HEIGHT, LEFT = 34.0, 10.0
LINE = 3.0  # mm of a row of labels above the data
FADED = "#c6c6c6"
EFFECTS = {"ratio": 1.0, "points": 0.0}  # how year effects are given, and what the first year is
EFFECT_WORDS = {("ratio",): "year_effect_ratio", ("points",): "year_effect_points",
                ("ratio", "points"): "year_effect_ratio_points"}  # fmt: skip
EFFECT_CAPTIONS = {("ratio",): "year_effects_ratio", ("points",): "year_effects_points",
                   ("ratio", "points"): "year_effects_ratio_points"}  # fmt: skip


@needs("indicator", "year")
def plot_trend(
    table: pd.DataFrame, lang: str = "zh", *, breaks: pd.DataFrame | None = None, least_years: int = 5,
    columns: int | None = None,
) -> Drawing:  # fmt: skip
    """Draw values by year: the observed points of each unit, or the year effects of a panel.

    Parameters
    ----------
    table : DataFrame or Result
        Observed points, as `estimate_trend` gives them: unit_id, indicator, year, value, low, high, exactness,
        hollow, county; or its part ``panel``: indicator, year, ratio or points (against the first year), low, high,
        n, interval_kind. Both: stage, organ, base, label_zh, label_en.
    lang : {"zh", "en"}
    breaks : DataFrame, optional
        Changes of definition, as the part ``breaks`` gives them: indicator, date, what_zh, what_en. Drawn as dashed
        lines; no line of values crosses one.
    least_years : int
        The least years of a unit's series that are joined by a line; a missing year stays a gap, and values that
        enter no series (in_summary false: openings, years that had not ended) are not joined.
    columns : {1, 2}, optional

    Returns
    -------
    Drawing
    """
    effects = "ratio" in table
    if not effects and not {"unit_id", "value"} <= set(table.columns):
        raise ParameterError("plot_trend needs unit_id and value (observed points), or ratio (year effects).")
    table = table[table["year"].notna()].assign(year=lambda frame: frame["year"].astype("int64"))
    alike = [name for name in (PANEL_KEY if effects else PANEL_KEY[:2]) if name in table]
    groups = [group for _, group in table.groupby(alike, sort=False)]
    titles, count = labels_of(table, "indicator", lang), count_columns(columns, len(groups))
    length = column_width(count) - LEFT - 1.0
    years = (int(table["year"].min()), int(table["year"].max()))
    cuts = [_breaks_of(group, breaks, years) for group in groups]
    rows = max(len(_rows(found, years, length, lang)) for found in cuts)
    many = not effects and table["unit_id"].nunique() > MOST_POINTS
    frame = Frame(LEFT, 1.0, 7.0 if effects or many else 4.5, rows * LINE + (0.5 if rows else 0))
    panels = [Panel(group_title(group.iloc[0].to_dict(), titles, table, lang, alike), HEIGHT) for group in groups]
    units = {} if effects else _units(table, lang)
    series = [name for name in ("indicator", *SERIES_KEY) if name in table]
    joined = not effects and bool(table.dropna(subset="value").groupby(series)["year"].nunique().ge(least_years).any())
    keys = _keys(table, units, lang, effects, joined) + ([break_key(lang)] if any(map(len, cuts)) else [])
    drawing, boxes = draw_panels(panels, frame, keys, count)
    for group, found, axes in zip(groups, cuts, boxes, strict=True):
        places = [_position(when) for when in found["date"].unique()]
        _draw_breaks(axes, _rows(found, years, length, lang), years, length, lang)
        if effects:
            _draw_effects(axes, group, places, lang)
        else:
            _draw_units(axes, group, places, units, least_years, lang)
        _format_years(axes, years, _counted(group, effects, many), length)
    sentence = EFFECT_CAPTIONS[_measures(table)] if effects else "trend"
    many_units = word("spread_by_year", lang, n=len(units)) if many else ""
    sentences = [many_units, *interval_sentences(table, lang), *_break_sentences(cuts, lang)]
    drawing.caption = caption(sentence, lang, *sentences)
    return drawing


def _units(table: pd.DataFrame, lang: str) -> dict[str, str]:
    rows = table.drop_duplicates("unit_id").to_dict("records")
    return {str(row["unit_id"]): place_name({str(key): value for key, value in row.items()}, lang) for row in rows}


def _breaks_of(group: pd.DataFrame, breaks: pd.DataFrame | None, years: tuple[int, int]) -> pd.DataFrame:
    if breaks is None or breaks.empty:
        return pd.DataFrame({"date": [], "what_zh": [], "what_en": []})
    found = breaks[breaks["indicator"].isin(group["indicator"])]
    if "province" in found:
        found = found[found["province"].isin(["", *group.get("province", ())])]
    inside = found["date"].map(_position).between(years[0] - 0.5, years[1] + 0.5, inclusive="neither")
    return found[inside].sort_values("date")


def _position(when: str) -> float:
    """Return the place of a date (YYYY, YYYY-MM, YYYY-MM-DD) where a year's value stands at the year's middle."""
    day = date.fromisoformat(when + "-01-01"[len(when) - 4 :])
    return day.year - 0.5 + (day.timetuple().tm_yday - 1) / 365.25


def _rows(found: pd.DataFrame, years: tuple[int, int], length: float, lang: str) -> list[list[float]]:
    """Return the breaks that are labelled in each row above the data, so that no two labels overlap."""
    width = _label_width(years, length, lang)
    rows: list[list[float]] = []
    for place in map(_position, found["date"].unique()):
        for row in rows:
            if _middle(place, years, width) - _middle(row[-1], years, width) >= width:
                row.append(place)
                break
        else:
            rows.append([place])
    return rows


def _label_width(years: tuple[int, int], length: float, lang: str) -> float:
    """Return how many years the label of a break is wide."""
    return (text_width(word("definition", lang), SMALL) + 1.0) * (years[1] - years[0] + 1) / length


def _middle(place: float, years: tuple[int, int], width: float) -> float:
    """Return where the label of a break has its middle: above it, but within the panel."""
    return min(max(place, years[0] - 0.5 + width / 2), years[1] + 0.5 - width / 2)


def _draw_breaks(
    axes: Axes, rows: Sequence[Sequence[float]], years: tuple[int, int], length: float, lang: str
) -> None:  # fmt: skip
    width = _label_width(years, length, lang)
    for number, row in enumerate(rows):
        for place in row:
            top = 1 + (number * LINE + 0.4) / HEIGHT
            edge = axes.get_xaxis_transform()
            axes.plot([place, place], [0, top], color=RED, linewidth=0.8, linestyle=(0, (3, 2)), clip_on=False,
                      zorder=1, transform=edge)  # fmt: skip
            axes.text(_middle(place, years, width), top + 0.2 / HEIGHT, word("definition", lang), fontsize=SMALL,
                      color=RED, ha="center", va="bottom", transform=edge, zorder=2,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})  # fmt: skip


def _segments(points: pd.DataFrame, places: Sequence[float], least: int) -> Iterator[pd.DataFrame]:
    """Return the runs of a unit's values without a missing year and without a break between them."""
    used = points["value"].notna() & (points["in_summary"].astype("bool") if "in_summary" in points else True)
    points = points[used].drop_duplicates("year").sort_values("year")
    if len(points) < least:
        return
    years = points["year"].tolist()
    run = [0]
    for before, after in zip(years, years[1:], strict=False):
        broken = after - before != 1 or any(before < place < after for place in places)
        run.append(run[-1] + broken)
    for _, segment in points.groupby(run):
        if len(segment) > 1:
            yield segment


def _draw_units(
    axes: Axes, group: pd.DataFrame, places: Sequence[float], units: dict[str, str], least: int, lang: str
) -> None:
    ends = group[["value", "low", "high"]].to_numpy("float64").ravel() if "low" in group else group["value"]
    percent = bool((group.get("unit", pd.Series("")) == "%").all())
    many = group[group["value"].notna()].groupby("year") if len(units) > MOST_POINTS else ()
    spreads = {float(str(year)): find_spread(rows["value"]) for year, rows in many}
    ends = [end for spread in spreads.values() for end in spread.values()] or ends
    scale = fit_scale([float(value) for value in ends], HEIGHT, percent)
    format_values(axes, scale, lang, "y")
    indicator = group["indicator"].iloc[0]
    for year, spread in spreads.items():
        draw_spread(axes, year, {**spread, "indicator": indicator, "year": year}, scale, vertical=True, room=0.6)
    if spreads:
        return
    named = len(units) <= NAMED_UNITS
    order = {unit: number for number, unit in enumerate(units)}
    for key, points in group.groupby([name for name in SERIES_KEY if name in group], sort=False):
        place = order[str(key[0])]
        colour, marker, line = SERIES[place] if named else ("", "o", "-")
        shift = (place - (len(units) - 1) / 2) * 0.06 if named else (place * 0.618034 % 1 - 0.5) * 0.3
        for segment in _segments(points, places, least):
            axes.plot(segment["year"] + shift, segment["value"], color=colour or FADED, linewidth=0.8, linestyle=line,
                      zorder=1.5)  # fmt: skip
        for row in points.to_dict("records"):
            strength = 1.0 if named else 0.4
            draw_value(axes, row["year"] + shift, row, scale, vertical=True, colour=colour, strength=strength,
                       marker=marker)  # fmt: skip


def _measures(table: pd.DataFrame) -> tuple[str, ...]:
    """Return in what year effects are given: ratios (of counts), points (of rates) or both."""
    return tuple(name for name in EFFECTS if name in table and table[name].notna().any()) or ("ratio",)


def _draw_effects(axes: Axes, group: pd.DataFrame, places: Sequence[float], lang: str) -> None:
    group = group.sort_values("year")
    (measure,) = _measures(group)
    ends = group[[measure, "low", "high"]].to_numpy("float64").ravel()
    known = [float(end) for end in ends if math.isfinite(end)] + [EFFECTS[measure]]
    room = (max(known) - min(known)) * 0.12 or 0.1
    format_values(axes, Scale(min(known) - room, max(known) + room, False, HEIGHT), lang, "y")
    axes.axhline(EFFECTS[measure], color=GREY, linewidth=0.6, zorder=1)
    for segment in _segments(group.assign(value=group[measure]), places, 2):
        axes.plot(segment["year"], segment["value"], color=BLUE, linewidth=0.6, linestyle=(0, (1, 1.5)), zorder=1.5)
    axes.vlines(group["year"], group["low"], group["high"], color=BLUE, linewidth=0.7, zorder=2)
    for row in group.to_dict("records"):
        axes.plot([row["year"]], [row[measure]], color=BLUE, marker="o", markersize=3.6, linestyle="", zorder=3,
                  url=find_link(row))  # fmt: skip


def _counted(group: pd.DataFrame, effects: bool, many: bool) -> pd.DataFrame | None:
    """Return n by year where it stands below the years: of year effects, and where units are not drawn one by one."""
    if many:
        return group[group["value"].notna()].groupby("year").size().rename("n").reset_index()
    return group if effects else None


def _format_years(axes: Axes, years: tuple[int, int], counted: pd.DataFrame | None, length: float) -> None:
    span = range(years[0], years[1] + 1)
    n = {} if counted is None or "n" not in counted else dict(zip(counted["year"], counted["n"], strict=True))
    every = max(1, math.ceil(max(7.0, widest(map(str, n.values())) + 1.0) * len(span) / length))
    shown = [year for year in span if (year - years[0]) % every == 0]
    counts = [year for year in shown if year in n]
    close = widest(f"n={n[year]}" for year in counts) + 1.0 > length * every / len(span)
    told = {year: str(n[year]) if close and year != counts[0] else f"n={n[year]}" for year in counts}
    texts = [f"{year}\n{told[year]}" if year in told else str(year) for year in shown]
    labels = axes.set_xticks(shown, labels=texts, fontsize=SMALL, linespacing=1.15)
    if close:  # what is more to say of the first number stands left of it
        first = labels[shown.index(counts[0])].label1
        left = (text_width(str(counts[0]), SMALL) - text_width(told[counts[0]], SMALL)) / 2 * MM
        moved = ScaledTranslation(left, 0, axes.figure.dpi_scale_trans)
        first.set(multialignment="right", transform=first.get_transform() + moved)
    axes.set_xlim(years[0] - 0.5, years[1] + 0.5)


def _keys(table: pd.DataFrame, units: dict[str, str], lang: str, effects: bool, joined: bool) -> list[Key]:
    if effects:
        return [
            line_key(word(EFFECT_WORDS[_measures(table)], lang), color=BLUE, marker="o", linestyle="", markersize=3.6),
            line_key(word("process", lang), color=BLUE, linewidth=0.7),
        ]  # fmt: skip
    if len(units) <= NAMED_UNITS:
        signs = zip(units.values(), SERIES, strict=False)
        keys = [line_key(name, color=colour, marker=marker, linestyle=line if joined else "")
                for name, (colour, marker, line) in signs]  # fmt: skip
    elif len(units) > MOST_POINTS:
        return spread_keys(lang)
    else:
        keys = [line_key(word("one_unit", lang, n=len(units)), color=FADED, linewidth=0.8)] if joined else []
    named = len(units) <= NAMED_UNITS
    kinds = set(table.get("exactness", ())) - ({"exact"} if named else set())
    hollow = bool(table.get("hollow", pd.Series(False)).any())
    return keys + value_keys(kinds, lang, hollow, vertical=True, colour=INK if named else "")


def _break_sentences(cuts: Sequence[pd.DataFrame], lang: str) -> list[str]:
    rows = pd.concat([cut[["date", f"what_{lang}"]] for cut in cuts]).drop_duplicates().sort_values(["date"])
    return [word("break_sentence", lang, date=when, what=what) for when, what in rows.itertuples(index=False)]
