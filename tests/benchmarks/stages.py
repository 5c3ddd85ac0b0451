"""The stages of reading a report, each against one bare scan of the same bytes; the whole against length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    """Return the time of each stage of reading, each given what the stages before it found."""
    chrome = [find_chrome(view) for view in views]
    sections = [find_sections(view, spans) for view, spans in zip(views, chrome, strict=True)]
    known = list(zip(views, sections, chrome, strict=True))
    fields = [find_metadata(*given).fields for given in known]
    said = [find_statements(view, parts) for view, parts, _ in known]
    works: dict[str, Callable[[], object]] = {
        "bare scan": lambda: scan(views),
        "decode and fold": lambda: [make_text(view.text) for view in views],
        "chrome": lambda: [find_chrome(view) for view in views],
        "sections": lambda: [find_sections(view, spans) for view, _, spans in known],
        "metadata": lambda: [find_metadata(*given) for given in known],
        "quantities": lambda: [find_quantities(view) for view in views],
        "mentions": lambda: [
            find_mentions(view, parts, about) for (view, parts, _), about in zip(known, fields, strict=True)
        ],
        "statements": lambda: [find_statements(view, parts) for view, parts, _ in known],
        "codes": lambda: [find_codes(view, found) for view, found in zip(views, said, strict=True)],
        "contents": lambda: [find_contents(view, parts) for view, parts, _ in known],
        "whole extraction": lambda: [read_view(make_text(view.text), "x").rows for view in views],
        **floors(views),
    }
    [read_view(view, "x").rows for view in views]
    return dict(zip(works, least(list(works.values()), REPEATS), strict=True))


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
