(() => {
  "use strict";
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;

  const speak = (language) => {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    all("option[data-zh]").forEach((option) => { option.textContent = option.dataset[language]; });
  };
  byId("language").onclick = () => speak(root.dataset.lang === "zh" ? "en" : "zh");
  speak(new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh");

  // What passes the filters is shown; a mark that does not keeps its words and loses its colour.
  const boxes = all("#states input");
  const filter = () => {
    const on = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const domain = byId("domain").value;
    const name = byId("name").value.trim().toLowerCase();
    const whole = on.size === boxes.length && !domain;
    const entries = all(".reports li");
    const named = new Set(
      entries.filter((entry) => entry.textContent.toLowerCase().includes(name)).map((entry) => entry.dataset.doc),
    );
    all("[data-s]").forEach((item) => {
      const passes = on.has(item.dataset.s) && (!domain || item.dataset.d === domain);
      item.classList.toggle("out", !(passes && named.has(item.closest("[data-doc]").dataset.doc)));
    });
    const passing = (within) => all(".side li[data-s]:not(.out), tbody tr[data-s]:not(.out)", within).length;
    const reports = new Map(all("details.report").map((report) => [report.dataset.doc, report]));
    entries.forEach((entry) => {
      const report = reports.get(entry.dataset.doc);
      const count = passing(report);
      entry.querySelector(".passing").textContent = count;
      entry.hidden = report.hidden = !named.has(entry.dataset.doc) || (!whole && count === 0);
    });
    const table = byId("all-unmatched");
    table.hidden = table.querySelector("tbody") !== null && passing(table) === 0;
  };
  const choose = (state) => {
    boxes.forEach((box) => { box.checked = !state || box.value === state; });
    byId("domain").value = "";
    filter();
  };
  [...boxes, byId("domain")].forEach((control) => { control.onchange = filter; });
  byId("name").oninput = filter;
  byId("only-unmatched").onclick = () => choose("unmatched");
  byId("show-all").onclick = () => { byId("name").value = ""; choose(""); };

  // A link leads to its figure, its row or its report, whatever is folded away.
  const target = (hash) => byId(decodeURIComponent(hash.slice(1)));
  const open = (item) => {
    for (let above = item; above; above = above.parentElement) if (above.tagName === "DETAILS") above.open = true;
  };
  const go = () => {
    const item = location.hash && target(location.hash);
    if (!item) return;
    open(item);
    item.scrollIntoView({ block: item.tagName === "DETAILS" ? "start" : "center" });
  };
  window.onhashchange = go;
  window.onload = () => { filter(); go(); };

  const card = byId("card");
  const hide = () => { card.hidden = true; };
  addEventListener("scroll", hide, { passive: true });
  const show = (mark) => {
    const row = target(mark.getAttribute("href"));
    if (!row) return;
    card.replaceChildren(...[...row.childNodes].map((node) => node.cloneNode(true)));
    card.hidden = false;
    const box = mark.getBoundingClientRect();
    const below = box.bottom + card.offsetHeight + 8 < innerHeight;
    card.style.top = `${below ? box.bottom + 6 : Math.max(0, box.top - card.offsetHeight - 6)}px`;
    card.style.left = `${Math.max(0, Math.min(box.left, innerWidth - card.offsetWidth - 8))}px`;
  };
  all(".text a.m").forEach((mark) => {
    mark.onmouseenter = mark.onfocus = () => show(mark);
    mark.onmouseleave = mark.onblur = hide;
    mark.onclick = (event) => {
      event.preventDefault();
      const row = target(mark.getAttribute("href"));
      all(".hit").forEach((other) => other.classList.remove("hit"));
      row.classList.add("hit");
      row.parentElement.scrollTop = row.offsetTop - row.parentElement.offsetTop - 80;
    };
  });

  const text = (row, column) => row.cells[column].innerText.trim();
  all("table.sortable th").forEach((heading) => {
    heading.onclick = () => {
      const body = heading.closest("table").tBodies[0];
      const column = heading.cellIndex;
      const up = heading.dataset.sorted !== "up";
      const rows = [...body.rows].sort((a, b) => text(a, column).localeCompare(text(b, column), root.lang, { numeric: true }));
      heading.dataset.sorted = up ? "up" : "down";
      body.append(...(up ? rows : rows.reverse()));
    };
  });
})();
