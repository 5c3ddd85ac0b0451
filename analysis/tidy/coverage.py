"""What a report discloses and what it does not: every indicator and every mandated content of every report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from analysis import codebook
from analysis.errors import CodebookError
from analysis.tables import fit_table

UNREAD = {"opening", "partial"}
EXACTNESS_RANK = ("exact", "rounded", "approximate", "bounded", "vague")


def applies(applies_to: str, issuer_type: str) -> bool:
    """Return whether an item is within the mandate of an issuer; an issuer that is not known is never excused."""
    return applies_to in {"", "all"} or not issuer_type or issuer_type in applies_to.split("|")


def build_coverage(
    tables: Mapping[str, pd.DataFrame], matches: pd.DataFrame, observations: pd.DataFrame
) -> pd.DataFrame:
    """Say of every report and every item whether and how it is disclosed.

    An indicator that is not there is ``not_reported`` only in a report that was read whole, by an issuer to whose
    mandate it belongs; in an opening it is ``not_read``. A masked figure is ``masked``, neither missing nor a value.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Extracted documents, sections, mentions, contents.
    matches, observations : DataFrame
        Tables of these names.

    Returns
    -------
    DataFrame
        Table ``coverage``: doc_id, item, item_type, status, n_mentions, reason.
    """
    documents = tables["documents"]
    mandated = pd.DataFrame(list(_mandated(documents.to_dict("records"), tables, matches)))
    return fit_table(
        pd.concat([_indicators(documents, tables["mentions"], matches, observations), mandated]), "coverage"
    )


def _indicators(
    documents: pd.DataFrame, mentions: pd.DataFrame, matches: pd.DataFrame, observations: pd.DataFrame
) -> pd.DataFrame:
    """Lay out what silence means for every report and indicator, then put in what is printed or masked."""
    active = [row for row in codebook.read_rows("tidy/indicators") if row["status"] == "active"]
    issuers = list(zip(documents["issuer_type"], documents["coverage"], strict=True))
    silence = {kind: np.array([_silence(*kind, row) for row in active], dtype="object") for kind in set(issuers)}
    said = np.concatenate([np.empty((0, 2), dtype="object"), *(silence[kind] for kind in issuers)])
    n_mentions = np.zeros(len(said), dtype="int64")
    line = {doc_id: number * len(active) for number, doc_id in enumerate(documents["doc_id"])}
    place = {row["id"]: number for number, row in enumerate(active)}
    masked_ids = set(mentions.loc[mentions["masked"], "mention_id"])
    hidden = matches[matches["indicator"].isin(place) & matches["mention_id"].isin(masked_ids)]
    for doc_id, indicator in zip(hidden["doc_id"], hidden["indicator"], strict=True):
        said[line[doc_id] + place[indicator]] = "masked", ""
    columns = ["doc_id", "indicator", "component", "exactness", "flags", "n_mentions"]
    rows = sorted(observations[columns].astype("object").itertuples(index=False), key=itemgetter(0, 1))
    for (doc_id, indicator), group in groupby(rows, key=itemgetter(0, 1)):
        found = list(group)
        at = line[doc_id] + place[indicator]
        said[at], n_mentions[at] = (_printed(found), ""), sum(row.n_mentions for row in found)
    return pd.DataFrame(
        {"doc_id": np.repeat(documents["doc_id"].to_numpy("object"), len(active)),
         "item": np.tile(np.array(list(place), dtype="object"), len(documents)), "item_type": "indicator",
         "status": said[:, 0], "n_mentions": n_mentions, "reason": said[:, 1]}
    )  # fmt: skip


def _printed(found: list[Any]) -> str:
    if any("conflict" in row.flags for row in found):
        return "conflict"
    whole = [row.exactness for row in found if row.component == ""]
    return min(whole, key=EXACTNESS_RANK.index) if whole else "components_only"


def _silence(issuer_type: str, coverage: str, indicator: Mapping[str, str]) -> tuple[str, str]:
    if not applies(indicator["applies_to"], issuer_type):
        return "not_applicable", "outside the issuer's mandate"
    if coverage in UNREAD:
        return "not_read", f"coverage is {coverage}"
    return "not_reported", ""


def _mandated(
    documents: list[dict[str, Any]], tables: Mapping[str, pd.DataFrame], matches: pd.DataFrame
) -> Iterable[dict[str, Any]]:
    evidence = Evidence(tables, matches)
    for document in documents:
        for item in codebook.read_rows("tidy/mandated"):
            status, reason = "", ""
            if not applies(item["applies_to"], document["issuer_type"]):
                status, reason = "not_applicable", "not asked of this issuer"
            elif document["coverage"] in UNREAD:
                status, reason = "not_read", f"coverage is {document['coverage']}"
            yield {
                "doc_id": document["doc_id"], "item": item["item"], "item_type": "mandated",
                "status": status or evidence.find(item, document), "n_mentions": 0, "reason": reason,
            }  # fmt: skip


class Evidence:
    """How each mandated content is looked for without the text: it answers present, partial or absent.

    It exists because the column ``evidence`` of mandated.csv names one of five places where the answer may stand.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], matches: pd.DataFrame) -> None:
        domains = {row["id"]: row["domain"] for row in codebook.read_rows("tidy/indicators")}
        matched = matches[matches["indicator"] != ""]
        sections, contents = tables["sections"], tables["contents"]
        self._sections = set(zip(sections["doc_id"], sections["role"], strict=True))
        self._indicators = set(zip(matched["doc_id"], matched["indicator"], strict=True))
        self._domains = set(zip(matched["doc_id"], matched["indicator"].map(domains), strict=True))
        keys = zip(contents["doc_id"], contents["item"], strict=True)
        self._contents = dict(zip(keys, contents["status"], strict=True))
        self._finders: dict[str, Callable[[str, Mapping[str, Any]], bool]] = {
            "field": lambda name, document: bool(document[name]) and not pd.isna(document[name]),
            "section": lambda role, document: (document["doc_id"], role) in self._sections,
            "domain": lambda domain, document: (document["doc_id"], domain) in self._domains,
            "indicators": lambda ids, document: any(
                (document["doc_id"], name) in self._indicators for name in ids.split("|")
            ),
        }

    def find(self, item: Mapping[str, str], document: Mapping[str, Any]) -> str:
        """Return whether a report holds an item of mandated.csv: present, partial or absent."""
        if (document["doc_id"], item["item"]) in self._contents:
            return str(self._contents[document["doc_id"], item["item"]])
        for part in item["evidence"].split(";"):
            kind, _, what = part.strip().partition(":")
            if kind == "content":
                continue
            if kind not in self._finders:
                raise CodebookError(f"mandated.csv, item {item['item']}: evidence {kind!r} is not known.")
            if self._finders[kind](what, document):
                return "present"
        return "absent"
