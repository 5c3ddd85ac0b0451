"""The table of what the simulations showed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

RESULTS = Path(__file__).parent / "results.csv"
COLUMNS = ["study", "method", "setting", "nominal", "replications", "value", "mc_error"]


def read_results() -> pd.DataFrame:
    """Return what was found so far."""
    return pd.read_csv(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=COLUMNS)


def write_results(rows: pd.DataFrame, order: list[str]) -> None:
    """Write the rows in the order of their studies."""
    place = rows["study"].map({name: number for number, name in enumerate(order)})
    ordered = rows.assign(_place=place).sort_values("_place", kind="stable")[COLUMNS]
    ordered.round(6).to_csv(RESULTS, index=False, lineterminator="\n")
