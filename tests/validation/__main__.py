"""Every proof on simulated data: `python -m tests.validation [STUDY ...]`.

Takes some ten minutes of processor time and is no part of the suite. It writes results.csv and figure.png beside
itself, which the suite checks; with the names of studies only their rows are made anew.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pandas as pd

from tests.validation import coverage, models, people
from tests.validation.coverage import Row
from tests.validation.figure import draw
from tests.validation.results import COLUMNS, read_results, write_results

STUDIES: dict[str, Callable[[], Iterator[Row]]] = {
    study.__name__: study
    for study in (
        coverage.process_intervals, coverage.sampling_intervals, coverage.selective_disclosure, models.panel_models,
        models.few_units, models.rates_over_time, models.disclosure_models, coverage.cooccurrence_test,
        coverage.agreement_intervals, people.audits, people.corrections,
    )
}  # fmt: skip


def main(names: list[str]) -> None:
    """Run studies, all by default, print what they show as they go, and write it."""
    if unknown := sorted(set(names) - set(STUDIES)):
        raise SystemExit(f"There is no study {', '.join(unknown)}. The studies are: {', '.join(STUDIES)}.")
    former = read_results()
    for name in names or STUDIES:
        rows = []
        for row in STUDIES[name]():
            rows.append({"study": name, **row})
            print("{method:24} {setting:52} {value:.4f}  (error {mc_error:.4f})".format(**row), flush=True)
        former = pd.concat([former[former["study"] != name], pd.DataFrame(rows, columns=COLUMNS)])
        write_results(former, list(STUDIES))
    draw(read_results())


if __name__ == "__main__":
    main(sys.argv[1:])
