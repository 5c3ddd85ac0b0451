// What is asked for stands in the address: a filter that is set, a report that is open and a figure that is chosen are links.
const VIEWS = ["reports", "figures", "statements", "contents", "checks", "shared"];
const CHOICES = ["unit", "year", "domain", "indicator", "category", "item", "verdict"];
const LISTED = { domain: "figures", indicator: "figures", category: "statements", item: "contents", verdict: "checks" };
const FILTERS = ["doc", ...CHOICES, "status", "name"];
const boxes = all("#status input");
let asked = {};

const viewOf = (wanted) => {
  if (VIEWS.includes(wanted.view)) return wanted.view;
  if (wanted.category) return "statements";
  if (wanted.item) return "contents";
  if (wanted.verdict) return "checks";
  return wanted.indicator || wanted.domain || wanted.status ? "figures" : "reports";
};
const visit = (hash) => {
  if (hash === location.hash || (hash === "#" && !location.hash)) route();
  else location.replace(hash);
};
const ask = (changes) => {
  const { id, ...kept } = asked;
  visit(query({ ...kept, view: asked.doc && !asked.view ? "" : viewOf(asked), ...changes }));
};

const passesReport = (report) => {
  const sought = (asked.name ?? "").trim().toLowerCase();
  return (!asked.doc || report.id === asked.doc)
    && (!asked.unit || report.unit === asked.unit)
    && (!asked.year || String(report.year) === asked.year)
    && (!sought || `${report.name.join(" ")} ${report.id} ${report.province.join(" ")}`.toLowerCase().includes(sought));
};
const passesFigure = (figure) => {
  const on = asked.status === undefined ? null : asked.status.split(",");
  return (!on || figure.status.some((status) => on.includes(status)))
    && (!asked.indicator || figure.named?.[0] === asked.indicator)
    && (!asked.domain || figure.named?.[3] === asked.domain);
};
const passesStatement = (row) => (!asked.category || (row.codes ?? []).some(([category]) => common.categories[category][0] === asked.category))
  && (!asked.role || common.roles[row.role ?? 0][0] === asked.role);
const passesContent = ([item, status]) => (!asked.item || common.items[item][0] === asked.item) && (!asked.content || common.statuses[status][0] === asked.content);
const passesCheck = (row) => (!asked.verdict || common.verdicts[row.verdict ?? 0][0] === asked.verdict)
  && (!asked.check || row.kind === asked.check)
  && (!asked.indicator || (row.indicator && common.indicators[row.indicator - 1][0] === asked.indicator));
const ofFigures = () => Boolean(asked.indicator || asked.domain || asked.status !== undefined);

// The choices of each list, in both languages; a unit stands below its province, an indicator below its domain.
const choices = {
  unit: () => [...new Map(reports.map((report) => [report.unit, [report.unit, ...report.place, report.province]])).values()],
  year: () => [...new Set(reports.map((report) => report.year).filter((year) => year !== null))].sort().map((year) => [String(year), String(year), String(year)]),
  domain: () => common.domains,
  indicator: () => common.indicators.map(([id, zh, en, domain]) => [id, zh, en, common.domains.find((row) => row[0] === domain).slice(1)]),
  category: () => common.categories,
  item: () => common.items.map(([id, zh, en, ...group]) => [id, `${id} ${zh}`, `${id} ${en}`, group]),
  verdict: () => common.verdicts,
};
const fillChoices = () => CHOICES.forEach((name) => {
  const groups = new Map();
  choices[name]().forEach((row) => {
    const key = (row[3] ?? ["", ""]).join("\n");
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  });
  const order = (one, other) => (one[1] < other[1] ? -1 : 1);
  const sorted = [...groups].sort(([one], [other]) => (name === "item" ? 0 : one < other ? -1 : 1));
  const options = sorted.map(([key, rows]) => {
    if (["unit", "indicator", "category"].includes(name)) rows.sort(order);
    const [zh, en] = key.split("\n");
    return zh ? make("optgroup", { label: heard([zh, en]), "data-zh": zh, "data-en": en }, rows.map(option)) : rows.map(option);
  });
  const select = byId(name);
  select.append(...[option(["", ...W.any]), ...options.flat()]);
  select.onchange = () => ask({ [name]: select.value, ...(asked.doc || !LISTED[name] || !select.value ? {} : { view: LISTED[name] }) });
  select.closest("label").hidden = select.options.length < 2;
});
const status = (on) => ask({ status: on.length === boxes.length ? "" : on.join(",") || "none", ...(asked.doc || asked.view === "reports" ? {} : { view: "figures" }) });
const listenToFilters = () => {
  fillChoices();
  boxes.forEach((box) => { box.onchange = () => status(boxes.filter((other) => other.checked).map((other) => other.value)); });
  byId("all").onclick = () => status(boxes.map((box) => box.value));
  byId("none").onclick = () => status([]);
  byId("clear").onclick = () => visit("#");
  byId("name").oninput = (event) => ask({ name: event.target.value, ...(asked.doc ? { doc: "", view: "reports" } : {}) });
  byId("form").onsubmit = (event) => event.preventDefault();
};

// The controls and the line of what is filtered show what the address says.
const named = { doc: () => reports[numbers.get(asked.doc)]?.name, unit: () => choices.unit().find((row) => row[0] === asked.unit)?.slice(1, 3) };
const worded = (name) => {
  const rows = { domain: common.domains, indicator: common.indicators, category: common.categories, item: common.items, verdict: common.verdicts }[name];
  const row = rows?.find(([id]) => id === asked[name]);
  if (name === "status") {
    const texts = asked.status.split(",").map((key) => [...common.states, ...common.signs].find(([id]) => id === key) ?? [key, ...W.none]);
    return [texts.map((text) => text[1]).join("、"), texts.map((text) => text[2]).join(", ")];
  }
  return row ? [row[1], row[2]] : named[name]?.() ?? asked[name];
};
const showFilters = () => {
  const on = asked.status?.split(",");
  boxes.forEach((box) => { box.checked = !on || on.includes(box.value); });
  CHOICES.forEach((name) => { byId(name).value = asked[name] ?? ""; });
  if (document.activeElement !== byId("name")) byId("name").value = asked.name ?? "";
  const set = FILTERS.filter((name) => asked[name]);
  const without = (name) => query({ ...asked, [name]: "", id: "", ...(name === "doc" ? { view: viewOf(asked) } : {}) });
  const chips = set.map((name) => make("a", { href: without(name) }, say(W[name === "unit" ? "county" : name === "status" ? "by_state" : name]), ": ", say(worded(name)), make("span", { "aria-hidden": "true" }, " ×"), make("span", { class: "off" }, " ", say(W.remove))));
  byId("active").replaceChildren(...(set.length ? [make("span", null, say(W.active), " "), ...chips] : []));
};
