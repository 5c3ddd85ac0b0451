"""A printed table as LaTeX: booktabs, everything escaped; a broad one is folded or lies on its side."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from analysis.figures.across import NAMED, NAMED_OUTSIDE
from analysis.figures.texttable import BROAD, UPRIGHT, column_lengths, column_shares

#: Signs that the usual fonts of LaTeX lack.
IN_LATEX = {NAMED: r"$\bullet$", NAMED_OUTSIDE: r"$\circ$"}
ESCAPED = str.maketrans({sign: rf"\{sign}" for sign in "&%$#_{}"} | {"\\": "/", "~": " ", "^": " "})
#: Letters between two columns, and rows that fit below each other on a page.
BETWEEN, PAGE = 2, 40
#: From so many letters on, a column of a broad table is folded; of one that lies on its side all are.
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

    It needs ``booktabs``, for Chinese ``ctex``; where it is too broad for a page ``array``, and where it then has many
    columns it lies on its side, which needs ``pdflscape``. Such a one, and one that is too long for a page, is a
    longtable, which needs ``longtable`` and stands outside of a float.

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
    broad = sum(lengths) + BETWEEN * len(lengths) > UPRIGHT
    lying = broad and len(lengths) >= BROAD
    layout = [
        rf">{{\ragged{'left' if right else 'right'}\arraybackslash}}"
        rf"p{{\dimexpr {SHARED * share:.3f}\linewidth-2\tabcolsep\relax}}"
        if lying or (broad and not right and length >= FOLDED)
        else "r" if right else "l"
        for length, share, right in zip(lengths, column_shares(shown), numeric, strict=True)
    ]  # fmt: skip
    shown = shown.map(lambda text: "".join(sign if sign.isprintable() else " " for sign in text))
    styler = shown.style.format(escape="latex").format_index(escape="latex", axis="columns").hide(axis="index")
    environment = "longtable" if lying or len(shown) > PAGE else None
    text = str(styler.to_latex(hrules=True, column_format="".join(layout), environment=environment))
    text = CONTINUED.sub("", text)
    if note:
        line = f"\\multicolumn{{{len(layout)}}}{{l}}{{\\footnotesize {note.translate(ESCAPED)}}} \\\\\n"
        text = text.replace("\\bottomrule\n", f"\\bottomrule\n{line}")
    if broad:
        head, rule, rows = text.partition("\\toprule")
        text = head + rule + WORD.sub(lambda word: BREAK.sub(r"\1\\allowbreak{}", word[0]), rows)
    if lying:
        text = f"\\begin{{landscape}}\n\\footnotesize\n{text}\\end{{landscape}}\n"
    return "".join(IN_LATEX.get(letter, letter) for letter in text).encode()
