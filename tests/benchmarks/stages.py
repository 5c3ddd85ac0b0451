"""The stages of reading a report, each against one bare scan of the same bytes; the whole against length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import Final

from analysis import paths
from analysis.extract import read_view
from analysis.text.chrome import find_chrome
from analysis.text.codes import find_codes, find_contents
from analysis.text.mentions import find_mentions
from analysis.text.metadata import find_metadata
from analysis.text.quantities import find_quantities
from analysis.text.reading import Text, make_text, read_text
from analysis.text.sections import find_sections
from analysis.text.statements import find_statements
from tests.benchmarks.floor import floors, scan
from tests.benchmarks.generate import generate_report
from tests.benchmarks.timing import Measured, exponent, least

REPORTS: Final = 40
LENGTHS: Final = (3_000, 10_000, 30_000, 100_000)
REPEATS: Final = 7


def stages(views: Sequence[Text]) -> dict[str, float]:
    """Return the time of each stage of reading, each given what the stages before it found.

    Of each report the least time counts: a report is so short that the machine is left in peace over one now and then.
    """
    chrome = [find_chrome(view) for view in views]
    sections = [find_sections(view, spans) for view, spans in zip(views, chrome, strict=True)]
    known = list(zip(views, sections, chrome, strict=True))
    fields = [find_metadata(*given).fields for given in known]
    said = [find_statements(view, parts) for view, parts, _ in known]
    works: dict[str, Callable[[int], object]] = {
        "bare scan": lambda at: scan(views[at : at + 1]),
        "decode and fold": lambda at: make_text(views[at].text),
        "chrome": lambda at: find_chrome(views[at]),
        "sections": lambda at: find_sections(views[at], chrome[at]),
        "metadata": lambda at: find_metadata(*known[at]),
        "quantities": lambda at: find_quantities(views[at]),
        "mentions": lambda at: find_mentions(views[at], sections[at], fields[at]),
        "statements": lambda at: find_statements(views[at], sections[at]),
        "codes": lambda at: find_codes(views[at], said[at]),
        "contents": lambda at: find_contents(views[at], sections[at]),
        "whole extraction": lambda at: read_view(make_text(views[at].text), "x").rows,
        **floors(views),
    }
    each = least([partial(work, at) for work in works.values() for at in range(len(views))], REPEATS)
    return {name: sum(each[at : at + len(views)]) for name, at in zip(works, count(0, len(views)), strict=False)}


def by_stage() -> Iterator[Measured]:
    """Yield the time of each stage over that of the bare scan, for generated reports and for the samples shipped."""
    samples = sorted((paths.PACKAGE.parent / "data" / "samples").glob("*/reports/*.txt"))
    corpora = {
        "generated": [make_text(generate_report(seed)) for seed in range(REPORTS)],
        "samples": [read_text(path) for path in samples],
    }
    for name, views in corpora.items():
        times = stages(views)
        for stage, time in times.items():
            yield Measured(f"time over bare scan, {name} reports", stage, time / times["bare scan"])


def by_length() -> Iterator[Measured]:
    """Yield the time per character over that of the shortest text, and the exponent of time against length."""
    views = [make_text(generate_report(1, length)) for length in LENGTHS]
    times = least([lambda view=view: read_view(view, "x").rows for view in views], 3)
    sizes = [len(view) for view in views]
    for length, size, time in zip(LENGTHS, sizes, times, strict=True):
        yield Measured("time per character over shortest", f"{length} characters", time / size / (times[0] / sizes[0]))
    yield Measured("exponent of time", "length", exponent(sizes, times))
