// Lists over all reports: what passes the filters.
const chip = (kind, row) => make("span", { class: `verdict ${kind}-${row[0]}` }, label(row));
const report = (row) => make("a", { href: toReport(row) }, say(row.name));
const mark = (figure) => make("a", { class: `m ${figure.status.map((key) => `s-${key}`).join(" ")} nowrap`, href: place(figure.id) }, figure.surface);
const inWords = (data, at) => {
  if (!data.letters || !at || at[0] === null) return offsets(at);
  const [before, after] = around(data, at);
  return [before, make("mark", null, wording(data, at)), after];
};
const about = (figure) => (figure.named ? label(figure.named) : say(common.states[figure.state ?? 0].slice(1)));
const text = (pair) => heard(pair);

const passing = () => reports.filter(passesReport);
const COUNTS = ["figures", "unmatched", "corrected_figures", "contradicted_figures", "unplaced", "uncoded"];

const lists = {
  reports: () => {
    const n = ofFigures() ? new Map(reports.map(({ number }) => [number, load(number).figures.filter(passesFigure).length])) : null;
    const rows = passing().filter(({ number }) => !n || n.get(number));
    const count = (row, at) => (at || !n ? row.counts[at] : n.get(row.number));
    return list(rows, [
      column("report", (row) => [report(row), make("br"), make("span", { class: "small" }, row.id)], (row) => text(row.name)),
      column("province", (row) => say(row.province), (row) => text(row.province)),
      ...COUNTS.map((name, at) => column(name, (row) => String(count(row, at)), (row) => count(row, at), "number")),
      column("genre_coverage", (row) => [phrase(row.genre), " ", phrase(row.coverage)], (row) => `${row.genre} ${row.coverage}`),
      column("text", (row) => (row.text ? say(W.yes_text) : say(W.facts_only)), (row) => row.text),
    ]);
  },
  figures: () => list(passing().flatMap(({ number }) => load(number).figures.filter(passesFigure)), [
    column("report", (row) => report(row.report), (row) => text(row.report.name), "report"),
    column("figure", mark, (row) => row.value ?? ""),
    column("indicator_or_reason", (row) => [about(row), " ", row.why ? make("span", { class: "why" }, phrase(row.why)) : ""], (row) => text(row.named ? row.named.slice(1, 3) : common.phrases[row.why ?? 0])),
    column("value", (row) => row.value ?? "", (row) => parseFloat(row.value ?? "") || 0),
    column("measure", (row) => row.counted ?? ""),
    column("period", (row) => phrase(row.when ?? 0), (row) => text(common.phrases[row.when ?? 0])),
    column("context", (row) => (placed(row) ? inWords(row.report.data, row.at) : offsets(row.at)), (row) => row.at?.[0] ?? -1, "words"),
  ]),
  statements: () => list(passing().flatMap(({ number }) => load(number).statements.filter(passesStatement)), [
    column("report", (row) => report(row.report), (row) => text(row.report.name), "report"),
    column("role", (row) => label(common.roles[row.role ?? 0]), (row) => row.role ?? 0),
    column("words", (row) => make("a", { href: place(row.id) }, row.report.data.letters && placed(row) ? wording(row.report.data, row.at) : row.at ? offsets(row.at) : row.id), (row) => row.at?.[0] ?? -1, "words"),
    column("codes", codes, (row) => row.codes?.[0]?.[0] ?? -1),
  ]),
  contents: () => list(passing().flatMap((row) => load(row.number).contents.filter(passesContent).map((content) => ({ report: row, content }))), [
    column("report", (row) => report(row.report), (row) => text(row.report.name), "report"),
    ...contentColumns,
  ]),
  checks: () => list(passing().flatMap(({ number }) => load(number).checks.filter(passesCheck)), [
    column("report", (row) => report(row.report), (row) => text(row.report.name), "report"),
    ...checkColumns,
  ]),
  shared: () => [
    common.left_out ? make("p", { class: "note" }, say(fill(W.left_out, { n: common.left_out }))) : "",
    list(shared().filter(([one, , , other]) => [one, other].some((number) => reports[number] && passesReport(reports[number]))), sharedColumns()),
  ],
};
