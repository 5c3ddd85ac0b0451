"""Drive the evidence page as a reader does: ``python -m tests.evidence.drive [-n 500] [-o FOLDER]``.

Generated reports are read, their page and one of a figure are written into FOLDER, and Debian's Chromium opens them
from there, offline: filters, the link of a figure, the keyboard alone, both languages, a narrow screen; of more
reports than one page holds (``-n 2000``) also the index and what leads from page to page. What was measured is
printed; pictures of every step stay in FOLDER. Needs Chromium and ``pip install playwright`` (no browser of its own is
fetched), which are no dependencies: the suite tries the page by Chromium alone (test_browser.py, test_pages.py).
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
HEIGHT = 900
Made = dict[str, Any]
Measured = tuple[str, float]


def make(folder: Path, number: int) -> Made:
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
        "texts": texts, "counts": {
            "reports": number, "figures": len(facts["mentions"]), "passages of shared wording": len(facts["reuse"]),
            "seconds of the processor to write": took,
        },
    }  # fmt: skip


@contextmanager
def browser() -> Iterator[Any]:
    """Give a browser context without a network; whatever a page asks of one, or complains of, is an error."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = chromium.new_context(offline=True, viewport={"width": 1280, "height": HEIGHT})
        wrong: list[str] = []
        context.on("request", lambda request: wrong.append(request.url) if request.url[:5] != "file:" else None)
        context.on("console", lambda message: wrong.append(message.text))
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        yield context
        chromium.close()
        assert not wrong, wrong


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def is_focused(page: Any, query: str) -> bool:
    return bool(page.evaluate(f"document.activeElement.matches({query!r})"))


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(100)


def first_view(page: Any, made: Made, folder: Path) -> Iterator[Measured]:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    for name in ("page", "facts"):
        started = time.perf_counter()
        page.goto(made[name].as_uri())
        page.wait_for_selector("#view table")
        yield f"{name}: seconds to first view", time.perf_counter() - started
        spent = {row["name"]: row["value"] for row in session.send("Performance.getMetrics")["metrics"]}
        yield f"{name}: of the processor", spent["TaskDuration"]
        yield f"{name}: bytes", made[name].stat().st_size
        page.screenshot(path=folder / f"1_{name}.png")


def filters(page: Any, made: Made, folder: Path) -> Iterator[Measured]:
    page.goto(made["page"].as_uri())
    started = time.perf_counter()
    page.select_option("#indicator", made["indicator"])
    page.wait_for_selector("#view td a.m")
    yield "seconds to filter all figures by indicator", time.perf_counter() - started
    page.select_option("#year", "2020")
    page.wait_for_function("document.querySelectorAll('#active a').length === 2")
    years = page.evaluate("[...document.querySelectorAll('#view td.report')].map((td) => td.textContent.slice(-4))")
    assert set(years) == {"2020"}
    page.screenshot(path=folder / "2_filtered.png")
    page.click("#none")
    page.wait_for_selector("#view .note")
    page.click("#clear")
    page.wait_for_function("!location.hash")
    page.check("#status input[value=exact]")
    page.uncheck("#status input[value=exact]")
    page.wait_for_selector("#view td a.s-unmatched")
    assert not page.locator("#view td a.s-exact:not(.s-contradicted)").count()


def from_figure(page: Any, made: Made, folder: Path) -> Iterator[Measured]:
    page.goto(made["figure"].as_uri())
    page.focus("svg a")
    page.screenshot(path=folder / "3_figure.png")
    started = time.perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_selector(".text a.hit")
    yield "seconds from a point of a figure to its words", time.perf_counter() - started
    assert is_focused(page, ".text a.hit")
    assert 0 < page.locator(".text a.hit").first.bounding_box()["y"] < HEIGHT
    page.screenshot(path=folder / "4_from_figure.png")
    first = focused(page)
    press(page, "n")
    assert is_focused(page, ".text a.hit")
    press(page, "p")
    assert focused(page) == first
    press(page, "]", "l")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    name = page.locator("h2 .small").first.text_content().split()[0]
    press(page, "Escape", "/")
    assert is_focused(page, "#name")
    page.keyboard.type(name)
    page.wait_for_timeout(200)
    assert page.locator("#view tbody tr").count() == 1


def seek(page: Any, made: Made, folder: Path) -> Iterator[Measured]:
    """Go through the index: by indicator to the pages that have it, by name to a report, from page to page."""
    files = sorted(made["page"].with_suffix("").glob("*.html"))
    yield "pages", len(files)
    yield "bytes of the largest page", max(file.stat().st_size for file in files)
    page.goto(f"{made['page'].as_uri()}?lang=en")
    started = time.perf_counter()
    page.select_option("#indicator", made["indicator"])
    page.wait_for_function("location.hash && document.querySelectorAll('#view td.number').length")
    yield "seconds to find the pages that have an indicator", time.perf_counter() - started
    page.select_option("#year", "2020")
    page.wait_for_function("document.querySelectorAll('#view tbody tr').length === 1")
    page.screenshot(path=folder / "10_index_filtered.png")
    started = time.perf_counter()
    page.click("#view td.report a")
    page.wait_for_selector("#view td a.m")
    yield "seconds to that indicator on its page", time.perf_counter() - started
    assert page.locator("#active a").count() == 2
    assert page.evaluate("document.documentElement.lang") == "en"
    page.screenshot(path=folder / "11_page_filtered.png")
    page.click("a.index")
    page.wait_for_selector("#province, #view table")
    press(page, "/")
    page.keyboard.type("r0000011")
    page.wait_for_function("document.querySelectorAll('#view tbody tr').length === 1")
    page.screenshot(path=folder / "12_index_named.png")
    page.click("#view td.report a")
    page.wait_for_selector(".text")
    page.goto(f"{page.url.partition('?')[0]}?lang=en#r0000003")
    page.click(".note a")
    page.wait_for_selector(".text")
    assert "r0000003" in page.locator("h2").first.text_content()
    page.goto(f"{page.url.partition('?')[0]}?lang=en#view=shared")
    page.reload()
    page.wait_for_selector("#view td.words a")
    page.screenshot(path=folder / "13_shared.png")
    page.click("#view td.words a")
    page.wait_for_selector("tr.hit")
    page.screenshot(path=folder / "14_pair.png")


def keyboard(page: Any, made: Made, folder: Path) -> Iterator[Measured]:
    page.goto(f"{made['page'].as_uri()}?lang=en")
    press(page, "Tab")
    assert focused(page).endswith("Skip to the filters")
    page.screenshot(path=folder / "5_skip.png")
    press(page, "Tab", "Enter")
    assert is_focused(page, "#main")
    press(page, "Tab", "Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    yield from ()


def lists(page: Any, made: Made, folder: Path) -> Iterator[Measured]:
    for name in ("statements", "contents", "checks", "shared"):
        page.goto(f"{made['page'].as_uri()}?lang=en#view={name}")
        page.reload()
        page.wait_for_selector("#view table, #view .note")
        page.screenshot(path=folder / f"6_{name}.png")
    page.click("#view td.words a")
    page.wait_for_selector("tr.hit")
    page.screenshot(path=folder / "7_pair.png")
    assert page.locator("tr.hit mark").count() == 2
    page.goto(f"{made['facts'].as_uri()}?lang=en#r0000003")
    page.wait_for_selector(".side")
    page.screenshot(path=folder / "8_facts_only.png")
    assert page.locator(".text").count() == 0
    yield from ()


def report(page: Any, made: Made, folder: Path) -> Iterator[Measured]:
    page.goto("about:blank")
    started = time.perf_counter()
    page.goto(f"{made['page'].as_uri()}?lang=en#r0000011")
    page.wait_for_selector(".text")
    yield "seconds to open a report by its address", time.perf_counter() - started
    shown = page.evaluate("[...document.querySelectorAll('.text .body')].map((body) => body.textContent).join('')")
    assert shown == made["texts"]["r0000011"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    page.click(".text a.m >> nth=2")
    page.wait_for_selector("#card a")
    page.screenshot(path=folder / "9_narrow.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


WHOLE = (first_view, filters, from_figure, keyboard, lists, report)
SPLIT = (first_view, seek, from_figure, keyboard, report)


def drive(made: Made, folder: Path) -> pd.DataFrame:
    """Take every step and return what was measured; a step that does not lead where it must raises."""
    measured: list[Measured] = list(made["counts"].items())
    with browser() as context:
        for step in SPLIT if made["page"].with_suffix("").is_dir() else WHOLE:
            page = context.new_page()
            measured += step(page, made, folder)
            page.close()
    return pd.DataFrame(measured, columns=["what", "value"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=500, help="how many reports (default 500)")
    parser.add_argument("-o", type=Path, help="folder for pages and pictures (default: a temporary one)")
    options = parser.parse_args()
    folder = options.o or Path(mkdtemp(prefix="fazhi-drive-"))
    print(drive(make(folder, options.n), folder).to_string(index=False, float_format="{:,.6g}".format))
    print(f"Pages and pictures: {folder}")


if __name__ == "__main__":
    main()
