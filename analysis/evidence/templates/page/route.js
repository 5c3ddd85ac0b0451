// From the address to the view.
let open = null;
const view = byId("view");
const narrow = matchMedia("(max-width: 60rem)");

const tabs = () => byId("tabs").replaceChildren(...VIEWS.map((name) => make("a", { href: query({ ...asked, id: "", doc: "", at: "", part: "", view: name }), "aria-current": !asked.doc && (asked.id?.includes("|") ? "shared" : viewOf(asked)) === name ? "page" : "" }, say(W[name]))));

const hit = (items) => {
  all(".hit", view).forEach((item) => { item.classList.remove("hit"); item.removeAttribute("aria-current"); });
  items.filter(Boolean).forEach((item) => { item.classList.add("hit"); item.setAttribute("aria-current", "true"); });
};
const choose = (figures, focus = true) => {
  const [figure] = figures;
  const ids = new Set(figures.map(({ id }) => id));
  const items = all("[data-figure]", view).filter((item) => ids.has(item.dataset.figure));
  hit(items);
  const first = byId(figure.id);
  const row = byId(`row:${figure.id}`);
  const side = row?.closest(".side");
  byId("card").replaceChildren(...(row && first !== row.querySelector("a") ? [...row.childNodes].map((node) => node.cloneNode(true)) : []));
  if (side && side.scrollHeight > side.clientHeight) side.scrollTop = row.offsetTop - side.offsetTop - 80;
  if (first) { first.scrollIntoView({ block: "center" }); if (focus) first.focus({ preventScroll: true }); }
};
const reach = (item) => {
  if (!item) return;
  item.scrollIntoView({ block: "center" });
  (item.matches("a, [tabindex]") ? item : item.querySelector("a, [tabindex]"))?.focus({ preventScroll: true });
};
// Marks that do not pass the filters keep their words and lose their colour.
const filterReport = (number) => {
  const data = load(number);
  const passed = data.figures.filter(passesFigure);
  const ids = new Set(passed.map((figure) => figure.id));
  all("[data-figure]", view).forEach((item) => item.classList.toggle("out", !ids.has(item.dataset.figure)));
  const silent = byId("silent");
  silent.hidden = !ofFigures() || passed.length > 0;
  silent.replaceChildren(...[say(reports[number].full ? W.not_printed : W.not_read)].flat());
  all(".statements li", view).forEach((item, at) => item.classList.toggle("lit", Boolean(asked.category) && passesStatement(data.statements[at])));
  return passed;
};
const openReport = (number, key) => {
  if (open !== key) {
    view.replaceChildren(...showReport(number).flat(Infinity).filter(Boolean));
    open = key;
  }
  return filterReport(number);
};
const missing = (id) => {
  open = null;
  view.replaceChildren(make("p", { class: "note" }, say(fill(W.no_such, { id })), " ", common.index ? make("a", { href: toIndex() + location.hash }, say(W.seek)) : ""), ...lists.reports().flat(Infinity));
};

// A bare id: a report, a figure, a statement, an observation, a check, INDICATOR@DOC_ID, or a pair of passages.
const openId = (id) => {
  if (id.includes("|")) {
    const shown = showPair(id);
    if (!shown) return missing(id);
    open = id;
    view.replaceChildren(...shown.flat(Infinity));
    return reach(view.querySelector("tr.hit"));
  }
  const number = owner(id);
  if (number === undefined) return missing(id);
  const report = reports[number];
  const data = load(number);
  asked.doc = report.id;
  if (id.endsWith(`@${report.id}`)) {
    const asks = id.slice(0, -report.id.length - 1);
    return visit(query({ doc: report.id, [common.items.some(([item]) => item === asks) ? "item" : "indicator"]: asks }));
  }
  openReport(number, report.id);
  if (id === report.id) return reach(view.querySelector("h2"));
  const tail = id.slice(report.id.length);
  const of = (figure) => figure.id === id || figure.observations?.some((name) => name === tail || name.startsWith(`${tail}~`));
  const figures = data.figures.filter(of);
  if (figures.length) return choose(figures);
  const item = byId(id);
  if (!item && tail.split("~").length > 4) return visit(query({ doc: report.id, indicator: tail.split("~")[1] }));
  if (!item) return missing(id);
  hit([item.closest("tr, li")]);
  return reach(item.closest("tr, li"));
};
const route = () => {
  byId("card").replaceChildren();
  asked = parse(location.hash);
  const { id } = asked;
  const number = numbers.get(asked.doc);
  if (id) openId(id);
  else if (asked.doc && number === undefined) missing(asked.doc);
  else if (number !== undefined && !asked.view) {
    const passed = openReport(number, asked.at ? location.hash : asked.doc);
    if (asked.part) reach(byId(`part:${asked.part}`));
    else if (asked.at) reach(view.querySelector(".text mark") ?? view.querySelector("h2"));
    else if (asked.item) { const row = all("#part\\:contents + p + .scroll tbody tr", view)[load(number).contents.findIndex(passesContent)]; hit([row]); reach(row); }
    else if (asked.category) reach(view.querySelector(".statements .lit"));
    else if (asked.indicator && passed.length) choose(passed, false);
  } else {
    open = null;
    view.replaceChildren(...[lists[viewOf(asked)]()].flat(Infinity).filter(Boolean));
  }
  showFilters();
  tabs();
};

// Keys: from figure to figure and report to report, wherever no letters are typed.
const step = (by) => {
  const marks = all(view.querySelector(".text") ? ".text a.m[id]:not(.out)" : ".side li:not(.out) a.m, td a.m", view);
  const now = marks.indexOf(document.activeElement) >= 0 ? marks.indexOf(document.activeElement) : marks.findIndex((item) => item.classList.contains("hit"));
  const next = marks[now < 0 && by < 0 ? marks.length - 1 : Math.min(Math.max(now + by, 0), marks.length - 1)];
  if (!next) return;
  if (open && next.closest("[data-figure]")) choose([load(numbers.get(asked.doc)).byId.get(next.closest("[data-figure]").dataset.figure)]);
  else next.focus();
};
const KEYS = {
  n: () => step(1), p: () => step(-1), "]": () => byId("next")?.click(), "[": () => byId("previous")?.click(),
  "/": () => { byId("filters").open = true; byId("name").focus(); }, l: () => byId("language").click(), Escape: () => byId("back")?.click(),
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !KEYS[event.key]) return;
  if (event.target.matches("input:not([type=checkbox]), select") && event.key !== "Escape") return;
  event.preventDefault();
  KEYS[event.key]();
});
jumps();
byId("language").onclick = () => speak(language() === "zh" ? "en" : "zh");
if (narrow.matches) byId("filters").open = false;
listenToFilters();
speak(new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh");
addEventListener("hashchange", route);
route();
