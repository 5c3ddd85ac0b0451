"""Kill extraction at random moments: ``python -m tests.hostile.kill [TIMES] [SEED]``. What was there stays whole.

Twenty reports, some of them saved pages, change between two states. Whenever a run is killed (SIGKILL, alternately the
main process alone and all of its processes), the folder of tables must be that of one state or the other, byte for
byte; the next run goes on, and in the end the tables are those of a run that was never disturbed. A run that is done
before it is killed does not count: runs go on until so many were killed.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.formats.make import as_html
from tests.hostile.files import extraction, report

REPORTS, PLACES = 20, "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"


def fill(folder: Path, state: int) -> None:
    """Write the reports of one state; half of them differ from those of the other."""
    folder.mkdir(exist_ok=True)
    for number in range(REPORTS):
        text = report(PLACES[number] * 2)
        if number % 2 and state:
            text = text.replace("件", "宗")
        content = as_html(text) if number % 5 == 1 else text.encode()
        (folder / f"{number:02d}.txt").write_bytes(content)


def extract(root: Path, output: str) -> subprocess.Popen[bytes]:
    command = extraction(root, output)
    environment = os.environ | {"FAZHI_ROOT": str(root)}
    return subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)


def content(folder: Path) -> str:
    """Return a digest of all files of a folder, "" where there is none."""
    found = sorted(folder.glob("*")) if folder.exists() else []
    return (
        hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in found)).hexdigest() if found else ""
    )


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(times: int = 50, seed: int = 0) -> int:
    """Return 0 if nothing was ever half written and the last run ended where an undisturbed one does."""
    chance = random.Random(seed)
    wrong, killed, turn = 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="fazhi-kill-") as name:
        root = Path(name)
        whole = {""}
        longest = 0.0
        for state in (0, 1):
            fill(root / "in", state)
            started = time.monotonic()
            assert extract(root, f"whole{state}").wait() == 0
            longest = max(longest, time.monotonic() - started)
            whole.add(content(root / f"whole{state}"))
        while killed < times:
            turn += 1
            fill(root / "in", turn % 2)
            if turn % 10 == 9:  # from nothing, too
                shutil.rmtree(root / "out", ignore_errors=True)
                (root / ".out.cache").unlink(missing_ok=True)
            process = extract(root, "out")
            time.sleep(chance.uniform(0, longest))
            done = process.poll() is not None
            if turn % 2:
                os.killpg(process.pid, signal.SIGKILL) if not done else None
            else:
                process.kill()
            process.wait()
            killed += not done
            if content(root / "out") not in whole and not between_moves(root):
                wrong += 1
                print(f"turn {turn}: half written")
        broken = [path.name for path in (root / "out.text").glob("*.txt") if digest(path) != path.stem]
        wrong += len(broken)
        for state in (0, 1):
            fill(root / "in", state)
            again = extract(root, "out").wait()
            same = content(root / "out") == content(root / f"whole{state}")
            wrong += again != 0 or not same
            print(f"state {state} after all: exit code {again}, {'the same' if same else 'not the same'} bytes")
        left = sorted(path.name for path in root.iterdir())
    print(
        f"{turn} runs, {killed} killed before they were done; {wrong} wrong; left beside the tables: {', '.join(left)}"
    )
    return int(bool(wrong))


def between_moves(root: Path) -> bool:
    """Say whether the run was killed between its two moves: the former folder is whole under its other name."""
    return not (root / "out").exists() and (root / ".out.old").exists()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
