"""Drive the evidence page as a reader does: ``python -m tests.evidence.drive [-n 500] [-o FOLDER]``.

Generated reports are read, their page and one of a figure are written into FOLDER, and Debian's Chromium opens them from
there, offline: filters, the link of a figure, the keyboard alone, both languages, a narrow screen. What was measured is
printed; pictures of every step stay in FOLDER. Needs Chromium and ``pip install playwright`` (no browser of its own is
fetched), which are no dependencies: what a browser makes of the page is tried by the suite too (test_browser.py).
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd

import analysis as fz
from analysis.evidence import write_evidence
from analysis.extract import Extraction
from analysis.figures.save import save_figure
from analysis.reuse import find_reuse
from analysis.tidy import build_tidy, read_sets
from tests.benchmarks.generate import generate_report, write_reports

#: Generated reports are drawn from few sentences, and nearly everything in them is shared: passages of these are kept.
SHARING = 12
INDICATOR = "reconsideration_cases_accepted"


def make(folder: Path, number: int) -> dict[str, Any]:
    """Write the page of so many reports and one of a figure; return what the steps need to know of them."""
    list(write_reports(folder / "raw", number))
    with Extraction(folder / "raw", folder / "cache") as extraction:
        extraction.read()
        extraction.write(folder / "set")
    facts = read_sets([folder / "set"])
    texts = {f"r{seed:07d}": generate_report(seed) for seed in range(number)}
    few = facts["documents"][facts["documents"]["doc_id"].isin(sorted(texts)[:SHARING])]
    facts["reuse"] = find_reuse({name: texts[name] for name in few["doc_id"]}, facts["sections"], few, least=20)
    tidy = build_tidy(facts)
    started = time.process_time()
    page = write_evidence(facts, tidy, texts, folder / "evidence_drive.html")
    took = time.process_time() - started
    indicator = tidy["observations"]["indicator"].value_counts().index[0]
    chosen = tidy["observations"][tidy["observations"]["doc_id"].isin(sorted(texts)[:20])]
    values = fz.estimate_comparison(chosen, tidy["coverage"], facts["documents"], [indicator])
    save_figure("values", fz.plots.plot_values, values, folder=folder / "run", evidence=f"../{page.name}")
    facts_only = write_evidence(facts, tidy, {}, folder / "evidence_facts.html")
    return {
        "page": page, "facts": facts_only, "figure": folder / "run" / "values.en.html", "indicator": indicator,
        "seconds": took, "reports": number, "mentions": facts["mentions"], "texts": texts, "shared": len(facts["reuse"]),
    }  # fmt: skip


@contextmanager
def browser() -> Iterator[Any]:
    """Give a browser context without a network; whatever a page asks of one, or complains of, is an error."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 900})
        wrong: list[str] = []
        context.on("request", lambda request: wrong.append(request.url) if request.url[:5] != "file:" else None)
        context.on("console", lambda message: wrong.append(message.text))
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        yield context
        chromium.close()
        assert not wrong, wrong


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def drive(made: dict[str, Any], folder: Path) -> pd.DataFrame:
    """Take every step and return what was measured; a step that does not lead where it must raises."""
    measured: list[tuple[str, str, float | int]] = []
    address = made["page"].as_uri()
    with browser() as context:
        for name in ("page", "facts"):
            page = context.new_page()
            started = time.perf_counter()
            page.goto(made[name].as_uri())
            page.wait_for_selector("#view table")
            measured += [(name, "bytes", made[name].stat().st_size),
                         (name, "seconds to first view", time.perf_counter() - started)]  # fmt: skip
            page.screenshot(path=folder / f"1_{name}.png")
            page.close()
        page = context.new_page()
        page.goto(address)

        started = time.perf_counter()
        page.select_option("#indicator", made["indicator"])
        page.wait_for_selector("#view td a.m")
        measured.append(("page", "seconds to filter all figures by indicator", time.perf_counter() - started))
        found = int(page.inner_text(".more .small").split()[-1].strip("共，"))
        assert 0 < found < len(made["mentions"])
        page.select_option("#year", "2020")
        page.wait_for_function("document.querySelectorAll('#active a').length === 2")
        assert set(page.evaluate("[...document.querySelectorAll('#view td:first-child')].map((cell) => cell.textContent.trim().slice(-4))")) == {"2020"}
        page.screenshot(path=folder / "2_filtered.png")
        page.click("#none")
        page.wait_for_selector("#view .note")
        page.check("#status input[value=masked]")
        page.wait_for_timeout(100)
        page.click("#clear")
        page.wait_for_function("!location.hash || location.hash === '#'")

        page.goto(made["figure"].as_uri())
        page.screenshot(path=folder / "3_figure.png")
        page.focus("svg a")
        said = page.get_attribute("svg a:focus", "aria-label")
        started = time.perf_counter()
        page.keyboard.press("Enter")
        page.wait_for_selector(".text a.hit")
        measured.append(("page", "seconds from a point of a figure to its words", time.perf_counter() - started))
        assert said.split(" ")[0].split("·")[0].strip()
        assert page.evaluate("document.activeElement.matches('.text a.hit')")
        box = page.locator(".text a.hit").first.bounding_box()
        assert 0 < box["y"] < 900, box
        page.screenshot(path=folder / "4_from_figure.png")

        first = focused(page)
        page.keyboard.press("n")
        page.wait_for_timeout(100)
        assert page.evaluate("document.activeElement.matches('.text a.hit')")
        page.keyboard.press("p")
        page.wait_for_timeout(100)
        assert focused(page) == first
        page.keyboard.press("]")
        page.wait_for_timeout(200)
        page.keyboard.press("l")
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        page.keyboard.press("Escape")
        page.wait_for_selector("#tabs a[aria-current=page]")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "name"
        page.keyboard.type("r0000007")
        page.wait_for_timeout(200)
        assert page.locator("#view tbody tr").count() == 1
        page.keyboard.press("Escape")

        page.goto(address + "?lang=en")
        page.keyboard.press("Tab")
        assert focused(page).endswith("Skip to the filters")
        page.screenshot(path=folder / "5_skip.png")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", outline

        for name in ("statements", "contents", "checks", "shared"):
            page.goto(f"{address}?lang=en#view={name}")
            page.reload()
            page.wait_for_selector("#view table, #view .note")
            page.screenshot(path=folder / f"6_{name}.png")
        page.click("#view td a:has-text('')  >> nth=2")
        page.wait_for_timeout(300)
        page.screenshot(path=folder / "7_pair.png")
        marks = page.locator("tr.hit mark")
        assert marks.nth(0).inner_text() and marks.count() == 2
        page.goto(f"{made['facts'].as_uri()}?lang=en#r0000003")
        page.screenshot(path=folder / "8_facts_only.png")
        assert page.locator(".text").count() == 0

        started = time.perf_counter()
        page.goto(f"{address}?lang=en#r0000011")
        page.reload()
        page.wait_for_selector(".text")
        measured.append(("page", "seconds to open a report by its address", time.perf_counter() - started))
        shown = page.evaluate("[...document.querySelectorAll('.text .body')].map((body) => body.textContent).join('')")
        assert shown == made["texts"]["r0000011"]
        wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.set_viewport_size({"width": 360, "height": 740})
        page.reload()
        page.wait_for_selector(".text a.m")
        page.click(".text a.m >> nth=2")
        page.screenshot(path=folder / "9_narrow.png")
        assert wide
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.close()
    measured += [("page", "reports", made["reports"]), ("page", "figures", len(made["mentions"])),
                 ("page", "passages of shared wording", made["shared"]),
                 ("page", "seconds of the processor to write", made["seconds"])]  # fmt: skip
    return pd.DataFrame(measured, columns=["page", "what", "value"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=500, help="how many reports (default 500)")
    parser.add_argument("-o", type=Path, help="folder for pages and pictures (default: a temporary one)")
    options = parser.parse_args()
    folder = options.o or Path(mkdtemp(prefix="fazhi-drive-"))
    print(drive(make(folder, options.n), folder).to_string(index=False))
    print(f"Pages and pictures: {folder}")


if __name__ == "__main__":
    main()
