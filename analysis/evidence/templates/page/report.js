// One report: its text with every figure marked, the facts beside it, then all else that is known of it.
const codes = (row) => [
  (row.codes ?? []).map(([category, primary, coders]) => make("span", { class: `code${primary ? " primary" : ""}` }, label(common.categories[category]), " ", make("i", null, coders))),
  row.uncoded ? make("span", { class: "why" }, say(W.no_code)) : "",
];
const figureLink = (data, id) => {
  const figure = data.byId.get(id);
  return figure ? [mark(figure), " "] : [id, " "];
};
const shownPlace = (report, [kind, what, start, end]) => {
  const data = report.data;
  const known = common.kinds[kind];
  if (known[0] === "figure") return figureLink(data, report.id + what);
  if (known[0] === "field") return make("span", null, label(known), ": ", what);
  const words = data.letters && known[0] === "passage" ? inWords(data, [start, end]) : [label(known), " ", offsets([start, end])];
  return data.letters ? make("a", { href: query({ doc: report.id, at: `${start}-${end}` }) }, words) : make("span", null, words);
};
const MOST = 12;
const contentColumns = [
  column("item", ({ content }) => [make("span", { class: "small" }, common.items[content[0]][0]), " ", label(common.items[content[0]]), " ", make("span", { class: "small" }, say(common.items[content[0]].slice(3)))], ({ content }) => content[0], "words"),
  column("status", ({ content }) => chip("c", common.statuses[content[1]]), ({ content }) => content[1]),
  column("evidence", ({ report: row, content }) => [content[3].slice(0, MOST).map((where) => [shownPlace(row, where), " "]), content[3].length > MOST ? `… ${content[3].length}` : "", make("span", { class: "small" }, content[2])], ({ content }) => content[3].length, "words"),
];
const checkColumns = [
  column("verdict", (row) => chip("v", common.verdicts[row.verdict ?? 0]), (row) => row.verdict ?? 0),
  column("check", (row) => [make("span", { id: row.id }, phrase(row.check)), " ", row.indicator ? make("b", null, label(common.indicators[row.indicator - 1])) : ""], (row) => row.check),
  column("printed", (row) => [figureLink(row.report.data, row.compared[0]), row.report.data.byId.has(row.compared[0]) ? "" : row.stated], (row) => Number(row.stated)),
  column("compared", (row) => [row.compared.slice(1).map((id) => figureLink(row.report.data, id)), row.base ? make("span", { class: "small" }, say(W.base), ": ", phrase(row.base)) : ""], (row) => row.compared.length),
  column("recomputed", (row) => row.expected ?? "", (row) => Number(row.expected)),
  column("note", (row) => phrase(row.note ?? 0), null, "words"),
];

const pairId = ([one, start, , other, begin]) => `${sharer(one).id}@${start}|${sharer(other).id}@${begin}`;
const words = (row) => [0, 3].filter((at) => load(row[at]).letters).map((at) => wording(load(row[at]), [row[at + 1], row[at + 2]]))[0];
const sharedColumns = () => [
  ...[0, 3].map((at) => column("report", (row) => report(sharer(row[at])), (row) => text(sharer(row[at]).name), "report")),
  column("role", (row) => label(common.roles[row[7]]), (row) => row[7]),
  column("length", (row) => String(row[6]), (row) => row[6], "number"),
  column("formula", (row) => phrase(row[8]), (row) => row[8]),
  column("words", (row) => make("a", { href: place(pairId(row)) }, words(row) ?? say(W.side_by_side)), (row) => row[1], "words"),
];
// The passages that two reports share, side by side: the words where the texts are at hand, else offsets and lengths.
const showPair = (id) => {
  const chosen = shared().find((row) => pairId(row) === id);
  if (!chosen) return null;
  const rows = shared().filter((row) => row[0] === chosen[0] && row[3] === chosen[3]);
  const side = (row, at) => {
    const data = load(row[at]);
    const href = toReport(sharer(row[at]), { at: `${row[at + 1]}-${row[at + 2]}` });
    const said = data.letters ? inWords(data, [row[at + 1], row[at + 2]]) : reports[row[at]] ? "" : say(W.other_page);
    return [make("span", { class: "small" }, offsets([row[at + 1], row[at + 2]])), " ", said ? make("a", { href }, said) : ""];
  };
  const chars = rows.reduce((sum, row) => sum + row[6], 0);
  const body = rows.map((row) => make("tr", { class: row === chosen ? "hit" : "", "aria-current": row === chosen ? "true" : "" }, make("td", null, label(common.roles[row[7]])), make("td", { class: "number" }, String(row[6])), make("td", null, phrase(row[8])), make("td", { class: "words" }, side(row, 0)), make("td", { class: "words" }, side(row, 3))));
  const heads = [say(W.role), say(W.length), say(W.formula), report(sharer(chosen[0])), report(sharer(chosen[3]))];
  return [make("h2", { tabindex: "-1" }, say(W.shared)), make("p", null, say(fill(W.of_both, { n: rows.length, chars }))),
    make("div", { class: "scroll" }, make("table", null, make("thead", null, make("tr", null, heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", null, body)))];
};

const change = (row) => make("span", { class: "flag" }, say(fill(W.changed, { field: row[1], old: row[2] || "–", new: row[3] || "–" })), " (", row.slice(4).filter(Boolean).join(", "), ")");
const aside = (figure) => [
  make("b", null, about(figure)), " ",
  figure.named ? make("span", { class: "domain" }, label(common.domains.find((row) => row[0] === figure.named[3]))) : "", " ",
  figure.why ? make("span", { class: "why" }, phrase(figure.why), " ") : "",
  (figure.flags ?? []).map((flag) => make("span", { class: "flag" }, phrase(flag), " ")),
  (figure.signs ?? []).map((sign) => common.signs[sign]).filter(([sign]) => sign !== "contradicted" || figure.status[0] !== "conflict").map((sign) => make("span", { class: "flag" }, label(sign), " ")),
  (figure.changes ?? []).map(change),
  figure.place ? make("span", { class: "why" }, phrase(figure.place)) : "",
  make("br"),
  make("span", { class: "small" }, [figure.counted, figure.value, figure.when ? phrase(figure.when) : "", ...(figure.more ?? []).map(phrase)].filter((part) => part?.length).map((part, at) => [at ? " · " : "", part])),
];
// What a mark is, on touch of the mouse: its domain, its indicator and what became of it, in both languages.
const told = (figure) => {
  const domain = figure.named ? common.domains.find((row) => row[0] === figure.named[3]) : null;
  const state = common.states[figure.state ?? 0];
  return [1, 2].map((at) => [domain?.[at], figure.named?.[at], state[at]].filter(Boolean).join(" · ")).join("\n");
};
const markClass = (figure) => `m ${figure.status.map((key) => `s-${key}`).join(" ")}`;

const over = (size, rows) => {
  const of = new Int32Array(size).fill(-1);
  rows.map((row, at) => [row.at, at]).sort(([one], [other]) => one[0] - other[0] || other[1] - one[1]).forEach(([[start, end], at]) => of.fill(at, start, end));
  return of;
};
const marked = (data, lit) => {
  const size = data.letters.length;
  const figures = data.figures.filter(placed);
  const statements = data.statements.filter(placed);
  const [inFigure, inStatement] = [over(size, figures), over(size, statements)];
  const rows = [...figures, ...statements].flatMap((row) => row.at);
  const edges = [...new Set([0, size, ...rows, ...data.sections.flatMap(([start, end]) => [start, end]), ...lit])].filter((edge) => edge >= 0 && edge <= size).sort((one, other) => one - other);
  const seen = new Set();
  const passages = [];
  let section = -1;
  edges.slice(0, -1).forEach((start, at) => {
    let next = section;
    while (next + 1 < data.sections.length && data.sections[next + 1][0] <= start) next += 1;
    if (next !== section || !passages.length) {
      const role = next < 0 ? null : common.roles[data.sections[next][2]];
      const before = section < 0 ? null : common.roles[data.sections[section][2]];
      passages.push(make("div", { class: `passage${role ? ` role-${role[0]}` : ""}` }, role && role !== before ? make("span", { class: "role" }, label(role)) : "", make("p", { class: "body" })));
      section = next;
    }
    let node = document.createTextNode(data.letters.slice(start, edges[at + 1]).join(""));
    const figure = figures[inFigure[start]];
    if (figure) {
      const opens = !seen.has(figure);
      seen.add(figure);
      node = make("a", { class: markClass(figure), href: place(figure.id), id: opens ? figure.id : "", "aria-describedby": `row:${figure.id}`, "data-figure": figure.id, title: told(figure) }, node);
    }
    if (start >= lit[0] && start < lit[1]) node = make("mark", null, node);
    const statement = statements[inStatement[start]];
    if (statement) node = make("span", { class: `st st-${common.roles[statement.role ?? 0][0]}` }, node);
    if (section >= 0 && start < data.sections[section][1]) node = make("b", null, node);
    passages.at(-1).lastChild.append(node);
  });
  return make("div", { class: "text", lang: "zh-CN" }, passages);
};
const sideRow = (figure, marks) => make("li", { id: `row:${figure.id}`, "data-figure": figure.id },
  make("a", { class: markClass(figure), href: place(figure.id), id: marks && placed(figure) ? "" : figure.id }, figure.surface), " ", aside(figure),
  figure.at && !(marks && placed(figure)) ? make("span", { class: "small" }, " · ", offsets(figure.at)) : "");

const part = (id, name, n, nodes) => (n ? [make("h3", { id: `part:${id}`, tabindex: "-1" }, say(W[name]), " ", make("span", { class: "n" }, String(n))), nodes] : []);
const showReport = (number) => {
  const row = reports[number];
  const data = load(number);
  const lit = (asked.at ?? "").split("-").map(Number);
  const bounds = lit.length === 2 ? lit : [0, 0];
  const alike = shared().filter(([one, , , other]) => one === number || other === number);
  const lost = [...data.figures, ...data.statements].filter((one) => (data.letters ? one.place : !one.at));
  const steps = [[-1, "previous"], [1, "next"]].map(([step, name]) => (reports[number + step] ? make("a", { href: query({ doc: reports[number + step].id }), id: name }, say(W[name])) : ""));
  const parts = [["figures", data.figures.length], ["checks", data.checks.length], ["contents", data.contents.length], ["statements", data.statements.length], ["shared", alike.length], ["unplaced", lost.length], ["corrections", data.changes.length]];
  const jump = ([name, n]) => (n ? make("a", { href: query({ doc: row.id, part: name }) }, say(W[name]), " ", String(n)) : "");
  const side = make("ol", { class: "side", id: "part:figures", tabindex: "-1" }, data.figures.map((figure) => sideRow(figure, data.letters)));
  const facts = data.figures.length ? side : make("p", { class: "note" }, say(W.no_figures));
  return [
    make("p", { class: "steps" }, make("a", { href: query({ view: "reports" }), id: "back" }, "← ", say(W.back)), steps),
    make("h2", { tabindex: "-1" }, say(row.name), " ", make("span", { class: "small" }, row.id, " · ", phrase(row.genre), " · ", phrase(row.coverage))),
    make("p", { class: "small" }, data.about.map(([name, value], at) => [at ? " · " : "", phrase(name), ": ", value])),
    data.hint ? make("p", { class: "note" }, phrase(data.hint)) : "",
    make("p", { class: "parts" }, parts.map(jump)),
    make("p", { class: "note", id: "silent", hidden: "hidden" }),
    data.letters ? make("div", { class: "pair" }, marked(data, bounds), facts) : facts,
    part("checks", "checks", data.checks.length, list(data.checks, checkColumns, false)),
    part("contents", "contents", data.contents.length, list(data.contents.map((content) => ({ report: row, content })), contentColumns, false)),
    part("statements", "statements", data.statements.length, make("ul", { class: "statements" }, data.statements.map((one) => make("li", { id: one.id, class: one.under ? "under" : "" }, make("span", { class: "domain" }, label(common.roles[one.role ?? 0])), " ", data.letters && placed(one) ? make("a", { href: query({ doc: row.id, at: one.at.join("-") }) }, wording(data, one.at)) : one.at ? offsets(one.at) : make("span", { class: "small" }, one.id), " ", codes(one))))),
    part("shared", "shared", alike.length, list(alike, sharedColumns(), false)),
    part("unplaced", "unplaced", lost.length, make("ul", null, lost.map((one) => make("li", null, one.surface ? mark(one) : label(common.roles[one.role ?? 0]), " ", one.counted ?? "", " ", make("span", { class: "why" }, one.place ? phrase(one.place) : say(W.no_position)), " ", make("span", { class: "small" }, one.id))))),
    part("corrections", "corrections", data.changes.length, make("ul", null, data.changes.map((one) => make("li", null, one[0], " ", change(one))))),
  ];
};
