// The reports of a page.
const reports = common.reports;
const numbers = new Map(reports.map((report, number) => [report.id, number]));
const blocks = all("script.report");
reports.forEach((report, number) => { report.number = number; });
// Reports of other pages that share wording with those of this one; the index knows where they stand.
const others = (common.others ?? []).map((id) => ({ id, name: id, data: { letters: null } }));
const sharer = (number) => reports[number] ?? others[number - reports.length];
const toReport = (row, more) => (numbers.has(row.id) ? "" : toIndex()) + query({ doc: row.id, ...more });

// The block of a report is read when something in it is looked at.
const load = (number) => {
  const report = sharer(number);
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
