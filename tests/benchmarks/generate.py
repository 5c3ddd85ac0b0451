"""Reports of counties that do not exist, as long and as dense in figures as real ones, from a seed.

Measured on the five real reports the project was built on and on the reports of the first hundred seeds, as means
with the least and the most:

==============================================  =====================  =====================
property of a report                            real                   generated
==============================================  =====================  =====================
characters                                      3,491 (2,208-4,849)    3,552 (2,262-4,756)
figures that count, a thousand characters       11.5 (5.2-16.9)        10.6 (3.1-16.4)
numerals in names, a thousand characters        2.5 (1.1-4.1)          2.8 (1.1-4.8)
headings, with and without a line of their own  32 (22-39)             31 (18-47)
lines                                           17 (13-22)             18 (14-23)
share of sentences without a figure             0.65 (0.51-0.69)       0.70 (0.57-0.83)
commas, a thousand characters                   36 (30-42)             40 (38-43)
titles and quotations, a thousand characters    9.9 (5.8-13.6)         9.2 (4.8-13.4)
statements of problems                          12 (2-30)              13 (9-18)
==============================================  =====================  =====================
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

_SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
#: Who reports in a county: its government, then departments and townships.
OFFICES: tuple[str, ...] = tuple(_SENTENCES["offices"])
_SLOT = re.compile(r"\{([a-z])\}")
_CHINESE = "一二三四五六七八九十"
#: Lengths in characters between which reports lie.
_SHORTEST, _LONGEST = 2100, 4600
#: Share of the sentences on what was done that state a figure: another one in every report.
_STATED = 0.22, 0.52
#: Share of the paragraphs that are lists.
_LISTED = 0.4


def _fill(rng: random.Random, sentence: str, year: int, place: str, office: str) -> str:
    def value(match: re.Match[str]) -> str:
        kind = match[1]
        if kind in "yba":
            return str(year + {"y": 0, "b": -1, "a": 1}[kind])
        if kind in "ko":
            return place if kind == "k" else office
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


def generate_report(seed: int, n_chars: int | None = None, issued: tuple[str, str, int] | None = None) -> str:
    """Return one report; the same seed gives the same report.

    Parameters
    ----------
    seed : int
        Also gives the place and the year, unless they are given.
    n_chars : int, optional
        About how long it is; by default as long as a real one.
    issued : (str, str, int), optional
        The place, the office that reports, and the year.
    """
    rng = random.Random(seed)
    own = f"虚{_CHINESE[seed % 10]}{_CHINESE[seed // 10 % 10]}县"
    place, office, year = issued or (own, f"{own}人民政府", 2016 + seed % 10)
    length = n_chars or rng.randint(_SHORTEST, _LONGEST)
    problems, plans = (rng.sample(_SENTENCES[kind], rng.randint(3, 6)) for kind in ("problems", "plans"))
    end = [_SENTENCES["parts"][1], _numbered(problems) + rng.choice(_SENTENCES["causes"])]
    end += [_SENTENCES["parts"][2], _numbered(plans), f"{{o}}\n{{a}}年{rng.randint(1, 3)}月1日"]
    lines = [rng.choice(_SENTENCES["title"]), *_SENTENCES["opening"], _SENTENCES["parts"][0]]
    left = length - sum(map(len, lines)) - sum(map(len, end))
    stated, number = rng.uniform(*_STATED), 0
    while left > 0:
        heading = f"（{_CHINESE[number % 10]}）{rng.choice(_SENTENCES['headings'])}。"
        lines.append(heading + _paragraph(rng, stated))
        left -= len(lines[-1])
        number += 1
    return "\n".join(_fill(rng, line, year, place, office) for line in [*lines, *end]) + "\n"


def _paragraph(rng: random.Random, stated: float) -> str:
    """Return what is told under one heading: sentences with and without figures, in a list or not."""
    told = ["facts" if rng.random() < stated else "formula" for _ in range(rng.randint(4, 8))]
    sentences = [rng.choice(_SENTENCES[kind]) for kind in told]
    if rng.random() < _LISTED:
        items = rng.sample(_SENTENCES["items"], len(sentences) // 2)
        return _numbered(f"{item}。{''.join(sentences[at :: len(items)])}" for at, item in enumerate(items))
    return "".join(sentences)


def _numbered(items: Iterable[str]) -> str:
    return "".join(f"{numeral}是{item}" for numeral, item in zip(_CHINESE, items, strict=False))


def write_reports(folder: Path, number: int, first: int = 0) -> Iterator[Path]:
    """Write reports to a folder, a thousand to a subfolder, and yield their paths."""
    for seed in range(first, first + number):
        path = folder / f"{seed // 1000:04d}" / f"r{seed:07d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(generate_report(seed), encoding="utf-8", newline="\n")
        yield path
