"""What is looked at of a large corpus: the rows of some indicators, also under another convention, or of one unit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import pandas as pd

from analysis.codebook import read_frame
from analysis.contract import spec
from analysis.parsing import sorted_by_key
from analysis.partitions import find_partitions, read_partition
from analysis.stats.profile import TABLES, find_unit
from analysis.stats.selection import describe_documents
from analysis.stats.stages import choose_families
from analysis.stats.values import choose_indicators, choose_tier, involve_indicators
from analysis.study.large import LargeTables, choose_rows
from analysis.study.plan import DataSet
from analysis.tables import empty_table
from analysis.tidy import build_observed, read_corrections
from analysis.tidy.corrections import apply_corrections, owner
from analysis.tidy.units import has_flag

FACTS = ("documents", "mentions")


def name_indicators(indicators: Sequence[str], tier: str, families: Sequence[str]) -> list[str]:
    """Return the ids of some indicators, of a tier and of families of cases, and of what estimates of them look at.

    Raises
    ------
    ParameterError
        An indicator or a family that the codebook does not have.
    """
    codebook = read_frame("tidy/indicators")
    ids = list(choose_indicators(indicators, codebook)["id"]) if indicators else []
    ids += list(choose_tier(tier, codebook)["id"]) if tier else []
    ids += list(choose_families(codebook, families)["id"]) if families else []
    return involve_indicators(ids, codebook)


def find_figures(tables: Mapping[str, pd.DataFrame], ids: Sequence[str]) -> pd.DataFrame:
    """Return the rows of `observations` of some indicators, and those that show that a department relays."""
    found = [choose_rows(tables, "observations", None, where) for where in ({"indicator": ids}, {"flags": "relayed"})]
    table = spec("observations")
    return sorted_by_key(pd.concat(found).drop_duplicates(list(table.key)), table)


def read_unit(tables: Mapping[str, pd.DataFrame], unit: str) -> dict[str, pd.DataFrame]:
    """Return the rows that a profile of one unit looks at, by table; see `analysis.stats.profile.build_profile`.

    Raises
    ------
    ParameterError
        No such unit, or a name that several units have.
    """
    relayed = choose_rows(tables, "observations", None, {"flags": "relayed"})
    about = describe_documents(choose_rows(tables, "documents", None, {}), relayed)
    unit_id = find_unit(about, unit)
    own = {"doc_id": list(about.loc[about["unit_id"].eq(unit_id), "doc_id"])}
    return {name: choose_rows(tables, name, None, {"unit_id": unit_id} if name == "due" else own) for name in TABLES}


def build_under(
    data: DataSet, tables: Mapping[str, pd.DataFrame], convention: str, ids: Collection[str], years: Collection[int]
) -> pd.DataFrame:
    """Build the observations of some indicators in reports of some years (empty: all) under another convention."""
    corrections = read_corrections(data.corrections)
    corrections = corrections[corrections["table"].isin(FACTS)]
    made = []
    for facts in _parts(data, tables, years):
        own = corrections[corrections["id"].map(owner).isin(facts["documents"]["doc_id"])]
        corrected, audit = apply_corrections(facts, own)
        rows = build_observed(corrected, audit, convention)["observations"]
        made.append(rows[rows["indicator"].isin(list(ids)) | has_flag(rows["flags"], "relayed")])
    return sorted_by_key(pd.concat(made), spec("observations")) if made else empty_table("observations")


def _parts(
    data: DataSet, tables: Mapping[str, pd.DataFrame], years: Collection[int]
) -> Iterator[dict[str, pd.DataFrame]]:
    """Yield documents and mentions of some years, of tables in partitions one partition after the other."""
    if isinstance(tables, LargeTables):
        for partition in find_partitions(data.extracted[0]):
            if not years or partition.year in map(str, years):
                yield read_partition(data.extracted[0], partition, FACTS)
        return
    documents = choose_rows(tables, "documents", None, {"report_year": list(years)} if years else {})
    mentions = choose_rows(tables, "mentions", None, {"doc_id": list(documents["doc_id"])} if years else {})
    yield {"documents": documents, "mentions": mentions}
