"""What an audit draws from: every numeral of a report, whether extraction took it or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import pandas as pd

from analysis.text.reading import make_text

#: Numerals as a reader sees them: Arabic with separators and multiplier, or a run of Chinese ones.
NUMERAL: Final = re.compile(r"\d+(?:[.,]\d+)*[十百千万亿]*|[〇零一二两三四五六七八九十百千万亿]+")
#: What became of a numeral: of an indicator, read as a figure and no more, not read (Arabic digits, Chinese numerals).
TAKEN, READ, DIGITS, WORDS = KINDS = ("taken", "read", "digits", "words")
COLUMNS: Final = ("doc_id", "start", "end", "kind", "indicator", "value")


class Candidate(NamedTuple):
    """One numeral that may be a figure: its span and what extraction and the codebook made of it."""

    doc_id: str
    start: int
    end: int
    kind: str
    indicator: str
    value: float


def find_candidates(tables: Mapping[str, pd.DataFrame], texts: Mapping[str, str]) -> pd.DataFrame:
    """Find every place of some reports where a figure stands or may stand.

    A figure that was extracted is one candidate; so is every numeral that lies in none, the number of a heading left
    out. A figure in words without a numeral that was not extracted is no candidate: recall is that of numerals.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Extracted and tidy tables: sections, mentions, matches.
    texts : mapping of str to str
        The texts by doc_id.

    Returns
    -------
    DataFrame
        doc_id, start, end, kind (taken, read, digits, words), indicator (empty: none), value.
    """
    mentions = tables["mentions"].merge(tables["matches"][["mention_id", "indicator"]], on="mention_id", how="left")
    mentions = mentions[mentions["start"].notna()]
    by_report = {name: dict(list(frame.groupby("doc_id"))) for name, frame in
                 (("mentions", mentions), ("sections", tables["sections"]))}  # fmt: skip
    found = [
        candidate
        for doc_id, text in texts.items()
        for candidate in _in_report(
            doc_id,
            text,
            by_report["mentions"].get(doc_id, mentions.head(0)),
            by_report["sections"].get(doc_id, tables["sections"].head(0)),
        )
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def _in_report(doc_id: str, text: str, mentions: pd.DataFrame, sections: pd.DataFrame) -> Iterator[Candidate]:
    taken: set[int] = set()
    for row in mentions.itertuples():
        taken.update(range(int(row.start), int(row.end)))
        kind = TAKEN if row.indicator else READ
        yield Candidate(doc_id, int(row.start), int(row.end), kind, row.indicator, float(row.value))
    for row in sections.itertuples():
        taken.update(range(int(row.start), int(row.start) + len(row.label)))
    for match in NUMERAL.finditer(make_text(text).folded):
        if taken.isdisjoint(range(*match.span())):
            kind = DIGITS if match[0][0].isascii() else WORDS
            yield Candidate(doc_id, *match.span(), kind, "", float("nan"))


def find_numeral(folded: str, start: int, end: int) -> tuple[int, int]:
    """Return the first numeral of a figure, or all of it where it has none.

    A figure that was extracted has its unit with it; shown as a bare numeral it looks like one that was not.

    Examples
    --------
    >>> find_numeral("办理近1.2万余件", 2, 9)
    (3, 7)
    """
    match = NUMERAL.search(folded, start, end)
    return match.span() if match else (start, end)
