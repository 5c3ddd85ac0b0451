"""A printed table as LaTeX: booktabs, everything escaped; a broad table is folded, a long one goes over pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from analysis.figures.across import NAMED, NAMED_OUTSIDE
from analysis.figures.texttable import column_lengths, column_shares

#: Signs that the usual fonts of LaTeX lack.
IN_LATEX = {NAMED: r"$\bullet$", NAMED_OUTSIDE: r"$\circ$"}
ESCAPED = str.maketrans({sign: rf"\{sign}" for sign in "&%$#_{}"} | {"\\": "/", "~": " ", "^": " "})
#: Letters that fit beside each other on a page, between the columns too, and rows below each other.
LINE, BETWEEN, PAGE = 96, 2, 40
#: From so many letters on, a column of a broad table is folded.
FOLDED = 14
#: What part of the page the columns of a broad table share.
SHARED = 0.96
#: A long id or address, and where it may be broken: behind a sign, escaped or not.
WORD = re.compile(rf"[!-~]{{{FOLDED},}}")
BREAK = re.compile(r"(?<=\w)(\\[_&%#]|[/.?=@~,;:-])(?=\w{3})")
#: What pandas writes below the first pages of a long table.
CONTINUED = re.compile(r"\\midrule\n\\multicolumn\{\d+\}\{r\}\{Continued on next page\} \\\\\n")


def latex_bytes(shown: pd.DataFrame, numeric: Sequence[bool], note: str = "") -> bytes:
    """Return a table of texts as a LaTeX tabular.

    It needs ``booktabs``, for Chinese ``ctex``; where it is too broad for a page ``array``, and where it is too long a
    longtable that needs ``longtable`` and stands outside of a float.

    Parameters
    ----------
    shown : DataFrame
        Texts, heads as columns, as `display_table` returns them.
    numeric : sequence of bool
        Which columns stand on the right.
    note : str
        A line below the table, e.g. that the data are invented.
    """
    lengths = column_lengths(shown)
    broad = sum(lengths) + BETWEEN * len(lengths) > LINE
    layout = [
        rf">{{\raggedright\arraybackslash}}p{{\dimexpr {SHARED * share:.3f}\linewidth-2\tabcolsep\relax}}"
        if broad and not right and length >= FOLDED
        else "r" if right else "l"
        for length, share, right in zip(lengths, column_shares(shown), numeric, strict=True)
    ]  # fmt: skip
    shown = shown.map(lambda text: "".join(sign if sign.isprintable() else " " for sign in text))
    styler = shown.style.format(escape="latex").format_index(escape="latex", axis="columns").hide(axis="index")
    environment = "longtable" if len(shown) > PAGE else None
    text = str(styler.to_latex(hrules=True, column_format="".join(layout), environment=environment))
    text = CONTINUED.sub("", text)
    if note:
        line = f"\\multicolumn{{{len(layout)}}}{{l}}{{\\footnotesize {note.translate(ESCAPED)}}} \\\\\n"
        text = text.replace("\\bottomrule\n", f"\\bottomrule\n{line}")
    if broad:
        head, rule, rows = text.partition("\\toprule")
        text = head + rule + WORD.sub(lambda word: BREAK.sub(r"\1\\allowbreak{}", word[0]), rows)
    return "".join(IN_LATEX.get(letter, letter) for letter in text).encode()
