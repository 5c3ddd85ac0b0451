// Data and nodes. Words of a report reach the page as text only: nothing here reads markup.
const byId = (id) => document.getElementById(id);
const all = (query, within = document) => [...within.querySelectorAll(query)];
const root = document.documentElement;
const common = JSON.parse(byId("common").textContent);
const W = common.words;

const make = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) if (value || value === 0) node.setAttribute(name, value);
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
};
// Both languages stand in the page and its language hides one, so that a switch draws nothing anew.
const say = (pair) => {
  if (typeof pair === "string") return pair;
  const [zh, en] = pair;
  return zh === en ? zh : [make("span", { class: "zh", lang: "zh-CN" }, zh), make("span", { class: "en", lang: "en" }, en)];
};
const fill = (pair, values) => pair.map((text) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole));
const phrase = (number) => say(common.phrases[number]);
const label = (row) => say([row[1], row[2]]);
const language = () => root.dataset.lang;
const heard = (pair) => (typeof pair === "string" ? pair : pair[language() === "zh" ? 0 : 1]);
const place = (id) => `#${encodeURIComponent(id)}`;
const query = (values) => `#${Object.entries(values).filter(([, value]) => value).map((pair) => pair.map(encodeURIComponent).join("=")).join("&")}`;

const reports = common.reports;
const numbers = new Map(reports.map((report, number) => [report.id, number]));
const blocks = all("script.report");
reports.forEach((report, number) => { report.number = number; });

// The block of a report is read when something in it is looked at.
const load = (number) => {
  const report = reports[number];
  if (report.data) return report.data;
  const data = JSON.parse(blocks[number].textContent);
  data.letters = data.text === null ? null : [...data.text];
  const whole = (row) => Object.assign(row, { report, id: report.id + row.id });
  data.figures.forEach((figure) => {
    whole(figure);
    figure.surface ??= data.letters.slice(...figure.at).join("");
    figure.status = [common.states[figure.state ?? 0][0], ...(figure.signs ?? []).map((sign) => common.signs[sign][0])];
    figure.named = figure.indicator ? common.indicators[figure.indicator - 1] : null;
  });
  data.statements.forEach(whole);
  data.checks.forEach((check) => {
    whole(check);
    check.compared = [check.figure, ...(check.others ?? [])].map((tail) => report.id + tail);
  });
  data.byId = new Map(data.figures.map((figure) => [figure.id, figure]));
  report.data = data;
  return data;
};
let passages = null;
const shared = () => (passages ??= JSON.parse(byId("shared").textContent));
const placed = (row) => row.at && !row.place;
const wording = (data, at) => data.letters.slice(...at).join("");
const around = (data, [start, end], before = 40, after = 24) => {
  const left = data.letters.slice(Math.max(0, start - before), start).join("");
  const right = data.letters.slice(end, end + after).join("");
  return [left.slice(Math.max(left.lastIndexOf("\n"), left.lastIndexOf("。")) + 1), right.split("\n")[0].replace(/(?<=。).*/, "")];
};
const offsets = (at) => (at && at[0] !== null ? `${at[0]}–${at[1]}` : say(W.no_position));

// The report an id belongs to: the longest doc_id it begins with, or ends with after an @.
const owner = (id) => {
  for (let end = id.length; end; end -= 1) {
    if ((end === id.length || "@#~".includes(id[end])) && numbers.has(id.slice(0, end))) return numbers.get(id.slice(0, end));
  }
  for (let start = id.indexOf("@"); start >= 0; start = id.indexOf("@", start + 1)) {
    if (numbers.has(id.slice(start + 1))) return numbers.get(id.slice(start + 1));
  }
  return undefined;
};
