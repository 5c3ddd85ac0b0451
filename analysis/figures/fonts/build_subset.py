"""Build the static TrueType subset of Noto Sans SC (SIL OFL 1.1) that the figures are lettered in.

Usage: python build_subset.py SOURCE.ttf OUT.ttf [TEXT ...]

SOURCE is the variable font ``NotoSansSC[wght].ttf`` (as in the wheel justmytype-intl-cjk 0.1.0). The subset holds
GB2312, Latin and typographic signs, and every character of the given text files (place names, a corpus).
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FAMILY = "Noto Sans SC Subset"
SIGNS = (
    "\u2014\u2013\u2015\u2026\u201c\u201d\u2018\u2019\u00b7\u2212\u00d7\u00f7\u2264\u2265\u2260\u2248\u00b1\u00b0\u00b2\u00b3\u00b9"
    "\uff05\u2030\u25cb\u25cf\u25a0\u25a1\u25b3\u25b2\u2192\u2190\u2191\u2193\u2605\u2606\u221a\u33a1\u3007"
    "\u03b1\u03b2\u03b3\u03b4\u03b5\u03bc\u03c3\u03c7\u03c1\u03c4\u2211\u0394"
)


def characters(texts: list[str]) -> set[int]:
    """Return the code points the subset must hold."""
    chars = set(map(chr, range(0x20, 0x180))) | set(SIGNS) | set(map(chr, range(0x2460, 0x2474)))
    rows = (bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    chars |= set("".join(row.decode("gb2312", errors="ignore") for row in rows))
    for text in texts:
        chars |= set(Path(text).read_text(encoding="utf-8"))
    return {ord(char) for char in chars if ord(char) >= 0x20}


def build(source: str, out: str, texts: list[str]) -> int:
    """Write the subset and return the number of its characters."""
    font = instancer.instantiateVariableFont(TTFont(source), {"wght": 400})
    options = subset.Options(
        layout_features=["kern", "locl", "ccmp"], name_IDs=["*"], notdef_outline=True, hinting=False
    )
    options.drop_tables += ["vhea", "vmtx"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters(texts))
    subsetter.subset(font)
    names = {1: FAMILY, 16: FAMILY, 2: "Regular", 17: "Regular", 4: FAMILY, 6: "NotoSansSCSubset-Regular"}
    for name in list(font["name"].names):
        if name.nameID in names:
            font["name"].setName(names[name.nameID], name.nameID, name.platformID, name.platEncID, name.langID)
    font["OS/2"].usWeightClass = 400
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(out)
    return len(font.getBestCmap())


if __name__ == "__main__":
    print(build(sys.argv[1], sys.argv[2], sys.argv[3:]), "characters")
