"""What happened in the invented counties, reported or not: places, habits, and every figure of every year."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from analysis.errors import ParameterError

Row = dict[str, Any]
Array = np.ndarray[Any, np.dtype[Any]]


@cache
def parameters() -> dict[str, Any]:
    """Return parameters.toml: the truth behind the panel."""
    return tomllib.loads(Path(__file__).with_name("parameters.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class World:
    """Units x years: where, how large, with which habits of reporting, and what happened there."""

    seed: int
    places: list[Row]
    years: list[int]
    population: Array
    habits: dict[str, list[str]]
    openness: Array
    values: dict[str, Array]

    def stream(self, *names: object) -> np.random.Generator:
        """Return the random stream of one part; streams of other names do not move when it is used."""
        return np.random.default_rng([self.seed, *(crc32(str(name).encode()) for name in names)])

    def organ(self, figure: Mapping[str, Any], unit: int) -> str:
        """Return whose figure a unit prints; empty where its reports do not say."""
        organ = self.habits[figure["organ_habit"]][unit] if "organ_habit" in figure else figure.get("organ", "")
        return "" if organ == "unstated" else organ


def pick(rng: np.random.Generator, weights: Mapping[str, float]) -> str:
    """Draw one name by its weight."""
    shares = np.cumsum(list(weights.values()))
    return list(weights)[int(np.searchsorted(shares, rng.random() * shares[-1], side="right"))]


def chance(logit: Any) -> Any:
    """Return the probability of a logit."""
    return 1 / (1 + np.exp(-logit))


def logit(share: float) -> float:
    """Return the logit of a probability."""
    return float(np.log(share / (1 - share)))


def build_world(seed: int, units: int, years: tuple[int, int]) -> World:
    """Draw places, habits and what happened.

    Raises
    ------
    ParameterError
        More units than there are names, or years in the wrong order.
    """
    known = parameters()
    if not 0 < units <= len(known["places"]["stems"]):
        raise ParameterError(f"units is {units}; it must lie between 1 and {len(known['places']['stems'])}.")
    if years[0] > years[1]:
        raise ParameterError(f"years is {years}; it must be (first, last), the first not after the last.")
    span = list(range(years[0], years[1] + 1))
    places = [_place(number) for number in range(units)]
    world = World(seed, places, span, np.empty((units, len(span))), {}, np.empty(units), {})
    world.population[:] = _population(world)
    for name, weights in known["habits"].items():
        world.habits[name] = [pick(world.stream("habit", name, place["adcode"]), weights) for place in places]
    world.openness[:] = world.stream("openness").normal(0, known["documents"]["openness_sd"], units)
    for figure in known["figures"]:
        world.values[figure["name"]] = _draw(world, figure)
    return world


def _place(number: int) -> Row:
    known = parameters()["places"]
    unit_type = known["types"][number % len(known["types"])]
    kind = parameters()["types"][unit_type]
    prefecture, rank = divmod(number, known["per_prefecture"])
    return {
        "county": known["stems"][number] + kind["suffix"],
        "unit_type": unit_type,
        "prefecture": known["prefectures"][prefecture],
        "province": known["provinces"][prefecture // known["per_province"]],
        "adcode": f"99{prefecture + 1:02}{kind['code'] + rank:02}",
    }


def _since(world: World) -> Array:
    return np.array(world.years) - parameters()["base_year"]


def _population(world: World) -> Array:
    known, rng, units = parameters(), world.stream("population"), len(world.places)
    size = rng.normal(0, known["places"]["population_sd"], units)
    drift = rng.normal(0, known["places"]["population_drift_sd"], units)
    start = np.array([known["types"][place["unit_type"]]["population"] for place in world.places])
    return np.rint(start[:, None] * np.exp(size[:, None] + drift[:, None] * _since(world)))


def _draw(world: World, figure: Mapping[str, Any]) -> Array:
    """Draw one figure for all units and years: a rate of two others, a binomial part of another, or a count."""
    values, shape = world.values, world.population.shape
    if "over" in figure:
        base = values[figure["over"]].astype(float)
        return 100 * values[figure["part"]] / np.where(base > 0, base, np.nan)
    rng, since = world.stream("figure", figure["name"]), _since(world)
    own = rng.normal(0, figure.get("unit_sd", 0.0), (shape[0], 1))
    if "of" in figure:
        whole = values[figure["of"]]
        done = rng.binomial(whole, chance(logit(figure["share"]) + own + figure.get("trend", 0.0) * since))
        if figure.get("carry"):
            left = whole - done
            done[:, 1:] += left[:, :-1]
        return done
    log = np.log(figure["level"]) + own + figure.get("growth", 0.0) * since
    if figure.get("moved"):
        log = log + np.array([parameters()["shock"].get(str(year), 0.0) for year in world.years])
    if "step" in figure:
        log = log + np.log(figure["step"]["factor"]) * (np.array(world.years) >= figure["step"]["year"])
    mean = np.exp(log) * (world.population / 10_000 if figure.get("per_capita") else np.ones(shape))
    if "scale" in figure:
        mean *= np.array([[figure["scale"].get(habit, 1.0)] for habit in world.habits[figure["organ_habit"]]])
    spread = figure.get("dispersion", 0.0)
    return rng.poisson(mean * (rng.gamma(1 / spread, spread, shape) if spread else 1.0))
