// The index of pages: finds the page of a report, and the pages that hold what is asked for.
const view = byId("view");
const CHOICES = ["province", "year", "domain", "indicator", "category", "item", "verdict", "status"];
const COUNTED = CHOICES.slice(2);
const COUNTS = ["figures", "unmatched", "corrected_figures", "contradicted_figures", "unplaced", "uncoded"];
const pages = common.pages;
const units = common.units;
const numbers = new Map(pages.flatMap((page, number) => page.reports.map(([id]) => [id, number])));
let asked = {};

// How many of each are on a page, by the id in its address.
const rowsOf = { indicator: common.indicators, category: common.categories, item: common.items, verdict: common.verdicts, status: [...common.states, ...common.signs] };
pages.forEach((page) => {
  page.found = Object.fromEntries(Object.entries(rowsOf).map(([name, rows]) => [name, new Map(page.found[name].map(([number, n]) => [rows[number][0], n]))]));
  page.found.domain = new Map();
  common.indicators.forEach(([id, , , domain]) => { if (page.found.indicator.has(id)) page.found.domain.set(domain, (page.found.domain.get(domain) ?? 0) + page.found.indicator.get(id)); });
});
const countOf = (page, name) => (asked[name] ?? "").split(",").reduce((sum, id) => sum + (page.found[name].get(id) ?? 0), 0);
const counted = () => COUNTED.filter((name) => asked[name]);
const holds = (pair) => pair.join(" ").toLowerCase().includes((asked.name ?? "").trim().toLowerCase());
const passesPage = (page) => (!asked.province || page.province[0] === asked.province)
  && (!asked.year || String(page.year) === asked.year)
  && counted().every((name) => countOf(page, name));
// What is asked of a page: all but what the index alone knows, and a name where it is that of the province.
const kept = () => query({ ...asked, province: "", name: "" });

const title = (page) => [say(page.province), " ", page.year ?? say(W.no_year), page.part ? ` (${page.part})` : ""];
const pageColumns = () => [
  column("page", (page) => make("a", { href: toPage(page.file) + kept() }, title(page)), (page) => `${heard(page.province)} ${page.year ?? ""} ${page.part}`, "report"),
  column("reports", (page) => String(page.reports.length), (page) => page.reports.length, "number"),
  ...counted().map((name) => column(name, (page) => String(countOf(page, name)), (page) => countOf(page, name), "number")),
  ...COUNTS.map((name, at) => column(name, (page) => String(page.counts[at]), (page) => page.counts[at], "number")),
];
const reportColumns = [
  column("report", ({ page, id, unit }) => [make("a", { href: toPage(page.file) + query({ doc: id }) }, say(unit.slice(1)), " ", page.year ?? say(W.no_year)), make("br"), make("span", { class: "small" }, id)], ({ unit }) => heard(unit.slice(1)), "report"),
  column("province", ({ page }) => say(page.province), ({ page }) => heard(page.province)),
  column("year", ({ page }) => page.year ?? say(W.no_year), ({ page }) => page.year ?? 0),
  column("page", ({ page }) => make("a", { href: toPage(page.file) }, title(page)), ({ page }) => page.file),
];
const named = (passed) => passed.flatMap((page) => page.reports.filter(([id, unit]) => (asked.unit ? units[unit][0] === asked.unit : holds([id, ...units[unit].slice(1)]))).map(([id, unit]) => ({ page, id, unit: units[unit] })));

const show = () => {
  const passed = pages.filter(passesPage);
  const sought = Boolean(asked.name?.trim() || asked.unit);
  const found = sought ? named(passed) : [];
  const around = asked.unit ? [] : sought ? passed.filter((page) => holds(page.province)) : passed;
  const nodes = [];
  if (found.length || (sought && !around.length)) nodes.push(make("h2", null, say(W.reports)), list(found, reportColumns));
  if (around.length || !sought) nodes.push(make("h2", null, say(W.pages)), list(around, pageColumns()));
  view.replaceChildren(...nodes.flat(Infinity));
};
const visit = (hash) => {
  if (hash === location.hash || (hash === "#" && !location.hash)) route();
  else location.replace(hash);
};
const route = () => {
  asked = parse(location.hash);
  const id = asked.id ?? asked.doc;
  const number = id === undefined ? undefined : owner(id);
  if (number !== undefined) { location.replace(toPage(pages[number].file) + location.hash); return; }
  CHOICES.forEach((name) => { byId(name).value = asked[name] ?? ""; });
  if (document.activeElement !== byId("name")) byId("name").value = asked.name ?? "";
  show();
  if (id) view.prepend(make("p", { class: "note" }, say(fill(W.no_such, { id }))));
};

const choices = {
  province: [...new Map(pages.map(({ province }) => [province[0], [province[0], ...province]])).values()],
  year: [...new Set(pages.map(({ year }) => year).filter((year) => year !== null))].sort().map((year) => [String(year), String(year), String(year)]),
  domain: common.domains,
  ...rowsOf,
};
CHOICES.forEach((name) => {
  const select = byId(name);
  select.append(...[["", ...W.any], ...choices[name].filter(([id]) => id)].map((row) => option(name === "item" ? [row[0], `${row[0]} ${row[1]}`, `${row[0]} ${row[2]}`] : row)));
  select.onchange = () => visit(query({ ...asked, id: "", doc: "", [name]: select.value }));
  select.closest("label").hidden = select.options.length < 2;
});
byId("name").oninput = (event) => visit(query({ ...asked, id: "", doc: "", unit: "", name: event.target.value }));
byId("clear").onclick = () => visit("#");
byId("form").onsubmit = (event) => event.preventDefault();
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, select")) return;
  if (event.key === "/") { event.preventDefault(); byId("filters").open = true; byId("name").focus(); }
  if (event.key === "l") byId("language").click();
});
jumps();
byId("language").onclick = () => { speak(language() === "zh" ? "en" : "zh"); show(); };
speak(new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh");
addEventListener("hashchange", route);
route();
