"""Recognisers of Chinese numbers from the package index, over the same bytes, each in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from analysis.text.reading import make_text
from tests.benchmarks.generate import write_reports
from tests.benchmarks.stages import scan
from tests.benchmarks.timing import Measured, least

REPORTS: Final = 20

#: What to install, and what reads one text; none gives units of counting, approximators, masks or what is counted.
_PEERS: Final = {
    "ms-recognizers-text-suite==1.0.1": (
        "from ms_recognizers_number import recognize_number as find\nread = lambda text: find(text, 'zh-cn')"
    ),
    "chinese2digits==6.0.2": "from chinese2digits import takeNumberFromString as read",
}
_READ: Final = """
import sys
from pathlib import Path
from time import process_time
texts = [path.read_text(encoding="utf-8") for path in sorted(Path(sys.argv[1]).rglob("*.txt"))]
read(texts[0])
times = []
for _ in range(3):
    start = process_time()
    for text in texts:
        read(text)
    times.append(process_time() - start)
print(min(times))
"""


def by_peer() -> Iterator[Measured]:
    """Yield the time of each recogniser over that of the bare scan; None where it does not install or run here."""
    with tempfile.TemporaryDirectory() as name:
        raw = Path(name) / "raw"
        views = [make_text(path.read_text(encoding="utf-8")) for path in write_reports(raw, REPORTS)]
        (own,) = least([lambda: scan(views)], 3)
        for package, code in _PEERS.items():
            place = Path(name) / package
            install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(place), package]
            read = [sys.executable, "-c", f"{code}\n{_READ}", str(raw)]
            try:
                subprocess.run(install, capture_output=True, check=True)
                done = subprocess.run(
                    read, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": str(place)}
                )
            except subprocess.CalledProcessError:
                yield Measured("time over bare scan, peers", package, None)
            else:
                yield Measured("time over bare scan, peers", package, float(done.stdout) / own)
