"""Reports of counties that do not exist, as long and as dense in figures as real ones, from a seed."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

_SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
_SLOT = re.compile(r"\{([a-z])\}")
_CHINESE = "一二三四五六七八九十"
#: Length in characters of the five real reports: from 2,658 to 4,839.
_SHORTEST, _LONGEST = 2600, 4900


def _fill(rng: random.Random, sentence: str, year: int, place: str) -> str:
    def value(match: re.Match[str]) -> str:
        kind = match[1]
        if kind in "yba":
            return str(year + {"y": 0, "b": -1, "a": 1}[kind])
        if kind == "k":
            return place
        if kind == "n":
            return str(rng.randint(1, 40))
        if kind == "m":
            return str(rng.randint(41, 4000))
        if kind == "p":
            return rng.choice([str(rng.randint(5, 100)), f"{rng.uniform(1, 100):.1f}", f"{rng.uniform(1, 100):.2f}"])
        if kind == "c":
            return rng.choice(_CHINESE)
        return rng.choice([f"{rng.uniform(0.5, 90):.2f}万", f"{rng.randint(1, 60)}万", str(rng.randint(4000, 90000))])

    return _SLOT.sub(value, sentence)


def generate_report(seed: int, n_chars: int | None = None) -> str:
    """Return one report; the same seed gives the same report.

    Parameters
    ----------
    seed : int
        Also gives the place and the year.
    n_chars : int, optional
        About how long it is; by default as long as a real one.
    """
    rng = random.Random(seed)
    year, place = 2016 + seed % 10, f"虚{_CHINESE[seed % 10]}{_CHINESE[seed // 10 % 10]}县"
    length = n_chars or rng.randint(_SHORTEST, _LONGEST)
    lines = [rng.choice(_SENTENCES["title"]), *_SENTENCES["opening"], _SENTENCES["parts"][0]]
    told = 0
    for number in range(length):
        if told > length * 0.8:
            break
        heading = f"（{_CHINESE[number % 10]}）{rng.choice(_SENTENCES['headings'])}"
        words = [rng.choice(_SENTENCES["formula"]) for _ in range(rng.randint(3, 5))]
        facts = [rng.choice(_SENTENCES["facts"]) for _ in range(rng.randint(1, 3))]
        told += len(heading) + sum(map(len, words)) + sum(map(len, facts))
        lines += [heading, "".join(words[:2] + facts), "".join(words[2:])]
    lines += [_SENTENCES["parts"][1], *_SENTENCES["problems"], rng.choice(_SENTENCES["causes"])]
    lines += [_SENTENCES["parts"][2], *_SENTENCES["plans"], f"{{k}}人民政府\n{{a}}年{rng.randint(1, 3)}月1日"]
    return "\n".join(_fill(rng, line, year, place) for line in lines) + "\n"


def write_reports(folder: Path, number: int, first: int = 0) -> Iterator[Path]:
    """Write reports to a folder, a thousand to a subfolder, and yield their paths."""
    for seed in range(first, first + number):
        path = folder / f"{seed // 1000:04d}" / f"r{seed:07d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(generate_report(seed), encoding="utf-8", newline="\n")
        yield path
