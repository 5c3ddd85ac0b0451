"""How much of a machine one input may take. Reports come from anywhere: every bound of the package stands here.

A report holds some ten thousand characters and a few hundred kilobytes; the bounds lie far above that and far below
what would harm. Reading a page, a PDF or a Word file happens in a process of its own (`analysis.formats.apart`), which
the bounds of memory, time and output hold even where a library has none.
"""

from __future__ import annotations

from typing import Final

#: Bytes of one input file.
FILE: Final = 50 * 1024 * 1024
#: Characters of one file, once decoded; and of one report, the longest of which known has 40,000.
CHARACTERS: Final = 2_000_000
REPORT: Final = 200_000
#: Bytes of a saved web page; libraries take time that grows with it.
PAGE: Final = 10 * 1024 * 1024
#: Bytes that a .docx may hold unpacked, all parts together, and how many times smaller a file may be packed.
UNPACKED: Final = 200 * 1024 * 1024
RATIO: Final = 200
#: Bytes of a table of reports, and of what an .xlsx or .parquet may hold unpacked; its rows, as many as Excel has, and
#: cells, empty ones and every value within one too; bytes in which a part of an .xlsx must come to its first element.
TABLE: Final = 2 * 1024**3
WORKBOOK: Final = 1024**3
ROWS: Final = 1_048_576
CELLS: Final = 20_000_000
PROLOG: Final = 65_536
#: Parts of a .docx or .xlsx, pages of a PDF, levels of a web page.
PARTS: Final = 5_000
PAGES: Final = 500
LEVELS: Final = 250
#: Seconds of processor time and bytes of memory of the process that reads one file, and what a table gets
#: besides for each of its bytes: one of 3,000 reports (16 MB) takes two seconds and 283 MB. On a busy machine the time
#: that passes may be so many times longer.
SECONDS: Final = 60
BUSY: Final = 10
MEMORY: Final = 1536 * 1024 * 1024
TABLE_SECONDS: Final = 2 / 1024**2
TABLE_MEMORY: Final = 8
#: Share of characters that may be damaged in a text that is still read.
DAMAGED: Final = 0.02
