"""How the invented reports print what happened: who keeps silent, what is rounded, bounded, masked, wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from analysis.invented.reports import Report
from analysis.invented.world import Row, World, chance, logit, parameters

NAN = math.nan
STYLES = ("masked", "vague", "about", "near", "over")
Figure = Mapping[str, Any]


def build_mentions(world: World, report: Report) -> list[Row]:
    """Draw every figure of one report in the order of ``parameters.toml``."""
    rng = world.stream("mentions", report.doc_id)
    rows = [*_observed(world, report, rng), *_others(world, report, rng)]
    for number, row in enumerate(rows, start=1):
        row |= {"mention_id": f"{report.doc_id}#{number}", "doc_id": report.doc_id, "extractor": parameters()["source"]}
    return rows


def _observed(world: World, report: Report, rng: np.random.Generator) -> Iterator[Row]:
    known = parameters()
    printed = [figure for figure in known["figures"] if "id" in figure]
    limit = known["kind_limits"].get(report.row["coverage"], len(printed))
    for figure in printed[:limit]:
        if rng.random() >= _disclosed(world, report, figure) * report.keep:
            continue
        basics = _basics(world, report, figure)
        if figure.get("form") == "rate":
            yield from _rate(world, report, figure, basics, rng)
            continue
        value = _value(world, report, figure["name"])
        value = 10 * value + 7 if rng.random() < figure.get("slip", 0.0) else value
        first = basics | print_count(rng, figure, value)
        yield first
        if first["value"] == first["low"] == first["high"]:
            yield from _planted(world, report, figure, first, rng)


def _disclosed(world: World, report: Report, figure: Figure) -> float:
    """Return the probability that a report prints a figure: the worse it is, the more silent the county."""
    habit, _, needed = figure.get("habit", "").partition(":")
    value, known = world.values[figure["name"]][report.unit, report.year], parameters()
    if (habit and world.habits[habit][report.unit] != needed) or math.isnan(value):
        return 0.0
    since = world.years[report.year] - known["base_year"]
    open_to = world.openness[report.unit] + known["documents"]["openness_trend"] * since
    probability = float(chance(logit(figure["disclosed"]) + open_to))
    silent = figure.get("silent", {"bad": "", "steps": []})
    for limit, factor in silent["steps"]:
        if (value < limit) if silent["bad"] == "low" else (value > limit):
            probability *= factor
    return probability


def _value(world: World, report: Report, name: str) -> int:
    """Return a count as it stood on the day of publication; a stock does not grow with the year."""
    stocks = {figure["name"] for figure in parameters()["figures"] if figure.get("form") == "stock"}
    return int(world.values[name][report.unit, report.year] * (1.0 if name in stocks else report.part))


def _basics(world: World, report: Report, figure: Figure) -> Row:
    year = world.years[report.year]
    form = figure.get("form", "flow")
    return {
        "unit": figure["unit"], "qualifier": "", "status": "reported", "form": form, "direction": "", "per": "",
        "measure": figure["measure"], "action": figure.get("action", ""),
        "period": f"{'asof' if form == 'stock' else 'year'}:{year}", "period_basis": "assumed",
        "organ": world.organ(figure, report.unit), "role": "achievement", "masked": False, "context_masked": False,
    }  # fmt: skip


def print_count(rng: np.random.Generator, figure: Figure, value: int) -> Row:
    """Print a count: exactly, in units of 10 000, bounded, about, vague, masked, or as a zero in words."""
    styles, words, unit = parameters()["styles"], parameters()["words"], figure["unit"]
    if value == 0 and "zero" in figure:
        return _exact(0, words["zero"].format(what=figure["zero"]))
    drawn, coarse = rng.random(), rng.random() < 0.5
    limits = np.cumsum([styles[name] for name in STYLES])
    style = (*STYLES, "exact")[int(np.searchsorted(limits, drawn, side="right"))]
    money = figure.get("form") == "amount"
    usual = 1.0 if money else styles["multiplied"]
    large = value >= styles["multiplied_from"] and rng.random() < usual
    if style == "masked":
        return {"surface": words["mask"] + unit, "value": NAN, "low": NAN, "high": NAN, "masked": True}
    if style == "vague" and 20 <= value < 10_000:
        return {"surface": words["vague"][len(str(value)) - 2] + unit, "value": NAN, "low": NAN, "high": NAN}
    step = (10_000 if coarse or money else 1_000) if large else 10 ** max(len(str(value)) - (1 if coarse else 2), 1)
    if style == "over" and value >= 20 and value % step:
        number, more = value - value % step, words["over"][0]
        shown = _number(number, large, more) if money else _number(number, large) + more
        return {"surface": shown + unit, "value": number, "low": number, "high": NAN, "qualifier": more}
    if style in {"near", "about"} and value >= 20 and value % step:
        number = value - value % step + (step if style == "near" or value % step >= step / 2 else 0)
        return {"surface": words[style] + _number(number, large) + unit, "value": number, "low": NAN,
                "high": number if style == "near" else NAN, "qualifier": words[style]}  # fmt: skip
    if large:
        unit_of_last = {5: 100, 6: 1_000}.get(len(str(value)), 10_000)
        value = (value + unit_of_last // 2) // unit_of_last * unit_of_last
    return _exact(value, _number(value, large) + unit)


def _exact(value: float, surface: str) -> Row:
    return {"surface": surface, "value": value, "low": value, "high": value}


def _number(value: int, large: bool, more: str = "") -> str:
    return f"{value / 10_000:.10g}{more}{parameters()['words']['multiplier']}" if large else f"{value}{more}"


def _planted(world: World, report: Report, figure: Figure, first: Row, rng: np.random.Generator) -> Iterator[Row]:
    """Draw what follows an exact count: the same again, another one, the year before and the change since."""
    planted, value = parameters()["planted"], int(first["value"])
    drawn = rng.random(3)
    if drawn[0] < planted["duplicate"]:
        yield dict(first)
    elif drawn[0] < planted["duplicate"] + planted["conflict"]:
        other = value + max(1, round(value * rng.uniform(0.05, 0.3)))
        yield first | _exact(other, _number(other, False) + figure["unit"])
    if figure.get("change") and report.year and report.part == 1.0 and drawn[1] < planted["change"]:
        before = int(world.values[figure["name"]][report.unit, report.year - 1])
        if before and value != before:
            yield from _change(world, report, figure, first, before, drawn[2] < planted["wrong_change"])


def _change(world: World, report: Report, figure: Figure, first: Row, before: int, wrong: bool) -> Iterator[Row]:
    year = {"period": f"year:{world.years[report.year] - 1}", "period_basis": "stated"}
    yield first | year | _exact(before, _number(before, False) + figure["unit"])
    percent = _percent(abs(int(first["value"]) - before), before, 1, cut=False) + (7.3 if wrong else 0.0)
    surface = f"{percent:.1f}%"
    yield first | _exact(round(percent, 1), surface) | {
        "unit": "%", "form": "change", "direction": "up" if first["value"] > before else "down",
        "measure": figure["measure"] + parameters()["words"]["same_period"],
    }  # fmt: skip


def _percent(k: int, base: int, decimals: int, cut: bool) -> float:
    """Return a percentage as printed: rounded half up, or cut off."""
    scaled = 100 * 10**decimals * k
    whole = scaled // base if cut else (2 * scaled + base) // (2 * base)
    return whole / 10**decimals


def _rate(world: World, report: Report, figure: Figure, basics: Row, rng: np.random.Generator) -> Iterator[Row]:
    planted, words = parameters()["planted"], parameters()["words"]
    k, base = (_value(world, report, figure[name]) for name in ("part", "over"))
    if base == 0 or k > base:
        return
    wrong, bounded = rng.random(2)
    if wrong < planted["misprint"]:
        base = max(k, base - max(1, base // 8), 1)
    decimals = int(world.habits["decimals"][report.unit])
    value = _percent(k, base, decimals, world.habits["rounding"][report.unit] == "cuts")
    if bounded < planted["bounded_rate"] and 80 <= value < 100:
        floor = int(value)
        yield basics | {"surface": f"{floor}%{words['at_least']}", "value": floor, "low": floor, "high": 100,
                        "qualifier": words["at_least"]}  # fmt: skip
        return
    shown = f"{value:.{decimals}f}" if value % 1 else f"{value:.0f}"
    yield basics | _exact(value, f"{shown}%")


def _others(world: World, report: Report, rng: np.random.Generator) -> Iterator[Row]:
    """Draw what is no observation of the year: targets, norms, figures for each body, numerals in names."""
    for other in parameters()["others"]:
        if rng.random() >= other["share"] or report.row["coverage"] != "full":
            continue
        surface, value = list(other["figures"].items())[int(rng.integers(len(other["figures"])))]
        named = other.get("status") == "named"
        period = other.get("period", "year:{year}").format(
            year=world.years[report.year], next=world.years[report.year] + 1
        )
        yield {
            **_exact(value, surface), "unit": other.get("unit", ""), "qualifier": "",
            "status": other.get("status", "reported"), "form": other.get("form", ""), "direction": "",
            "per": other.get("per", ""), "measure": other["measure"], "action": other.get("action", ""),
            "period": "" if named else period, "period_basis": "" if named else "assumed",
            "organ": other.get("organ", ""), "role": other["role"], "masked": False, "context_masked": False,
        }  # fmt: skip
