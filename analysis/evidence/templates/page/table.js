// A table that is sorted by its heads and shows two hundred rows at a time.
const STEP = 200;
const column = (name, cell, key, kind) => ({ name, cell, key: key ?? ((row) => cell(row)), kind });
const table = (rows, columns, counted) => {
  const body = make("tbody");
  const more = make("p", { class: "more" });
  let shown = 0;
  let order = rows;
  const line = (row) => make("tr", null, columns.map(({ cell, kind }) => make("td", { class: kind }, cell(row))));
  const grow = (fresh) => {
    if (fresh) { shown = 0; body.replaceChildren(); }
    body.append(...order.slice(shown, shown + STEP).map(line));
    shown = Math.min(shown + STEP, order.length);
    const left = Math.min(STEP, order.length - shown);
    const button = make("button", { type: "button" }, say(fill(W.show_more, { n: left })));
    button.onclick = () => { grow(); (body.rows[shown - left]?.querySelector("a") ?? body).focus?.(); };
    if (counted || left) more.replaceChildren(make("span", { class: "small" }, say(fill(W.shown_of, { n: shown, total: order.length }))), " ", ...(left ? [button] : []));
  };
  const heads = columns.map(({ name, key }) => {
    const button = make("button", { type: "button" }, say(W[name]));
    const head = make("th", { scope: "col" }, button);
    button.onclick = () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keyed = rows.map((row) => [key(row) ?? "", row]);
      keyed.sort(([one], [other]) => (typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), root.lang, { numeric: true })));
      order = (down ? keyed.reverse() : keyed).map(([, row]) => row);
      grow(true);
    };
    return head;
  });
  grow(true);
  return [more, make("div", { class: "scroll" }, make("table", null, make("thead", null, make("tr", null, heads)), body))];
};
const list = (rows, columns, counted = true) => (rows.length ? table(rows, columns, counted) : make("p", { class: "note" }, say(W.nothing)));
