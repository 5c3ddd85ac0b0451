"""How estimates show themselves in Jupyter: escaped HTML without script, both languages, no taller than a screen."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping

import pandas as pd

#: The most rows that are shown; those in the middle of a longer table are left out.
ROWS = 40
STYLE = """<style>
div.fz-table { max-height: 26rem; overflow: auto; }
div.fz-table table td, div.fz-table table th { white-space: nowrap; }
</style>"""
REFUSED = "border-left: 4px solid #e69f00; padding-left: .6rem"
SMALL = "font-size: .85em; color: #5b6470"


def table_html(table: pd.DataFrame, rows: int = ROWS) -> str:
    """Return a table as HTML that scrolls in its own room; numbers have three decimals at most, missing is empty."""
    shown = table.to_html(index=False, na_rep="", max_rows=rows, border=0, float_format=short)
    return f'{STYLE}<div class="fz-table" lang="zh">{shown}</div>'


def short(value: float) -> str:
    """Return a number with at most three decimals.

    Examples
    --------
    >>> short(1 / 3), short(6883800.0)
    ('0.333', '6,883,800')
    """
    return f"{round(float(value), 3):,.12g}"


def count_html(table: pd.DataFrame, parts: Mapping[str, pd.DataFrame]) -> str:
    """Return a line on how large a table is, and the parts beside it."""
    text = f"{len(table)} × {table.shape[1]}"
    beside = ", ".join(f"{name} ({len(part)})" for name, part in parts.items())
    return f'<p style="{SMALL}">{html.escape(text + (f"; parts: {beside}" if beside else ""))}</p>'


def paragraphs_html(pairs: Iterable[tuple[str, str]], style: str = SMALL) -> str:
    """Return texts given in Chinese and English, each pair in one paragraph."""
    return "".join(
        f'<p style="{style}"><span lang="zh">{html.escape(zh)}</span><br><span lang="en">{html.escape(en)}</span></p>'
        for zh, en in pairs
    )
