"""Read the torture folder: ``python -m tests.hostile.torture``. No crash, no hang, bounded memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pandas as pd
import psutil

from analysis.extract.folders import shown
from tests.hostile.files import EITHER, extraction, write_folder

#: What the whole run may take on a machine of two cores: seconds, and bytes of memory of all its processes at once.
SECONDS, MEMORY = 900, 4 * 2**30


def main() -> int:
    """Return 0 if every file is what it must become."""
    with tempfile.TemporaryDirectory(prefix="fazhi-torture-") as name:
        root = Path(name)
        wanted = {shown(path): status for path, status in write_folder(root / "in").items()}
        started = time.monotonic()
        command = extraction(root, "out")
        process = subprocess.Popen(command, env=os.environ | {"FAZHI_ROOT": name}, stdout=subprocess.DEVNULL)
        peak = watch(process)
        code, took = process.wait(SECONDS), time.monotonic() - started
        inputs = pd.read_csv(root / "out/inputs.csv", keep_default_na=False).set_index("path")
        wrong = [
            f"{path!r} must be {status}, is {inputs['status'].get(path, 'not there')}: {inputs['reason'].get(path, '')}"
            for path, status in wanted.items()
            if inputs["status"].get(path, "?") not in (status.split(" or ") if status == EITHER else [status])
        ]
        wrong += [f"{path!r} was not asked for" for path in set(inputs.index) - set(wanted)]
        counts = ", ".join(f"{count} {status}" for status, count in inputs["status"].value_counts().items())
        print(f"{len(wanted)} files: {counts}; exit code {code}, {took:.0f} s, at most {peak / 2**20:.0f} MB")
        print("\n".join(wrong))
        return int(bool(wrong) or code != 1 or peak > MEMORY)


def watch(process: subprocess.Popen[bytes]) -> int:
    """Return the most memory that a process and all below it held at one time, in bytes."""
    most = [0]

    def look() -> None:
        while process.poll() is None:
            try:
                family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
                most[0] = max(most[0], sum(one.memory_info().rss for one in family))
            except psutil.Error:
                pass
            time.sleep(0.2)

    watcher = threading.Thread(target=look)
    watcher.start()
    watcher.join(SECONDS)
    return most[0]


if __name__ == "__main__":
    sys.exit(main())
