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
// From one page to another, in the language of this one; a page that stands by itself has no index.
const toPage = (file) => `${file}?lang=${language()}`;
const toIndex = () => (common.index ? toPage(common.index) : "");

const parse = (hash) => {
  const bare = hash.replace(/^#/, "");
  if (!bare.includes("=")) return bare ? { id: decodeURIComponent(bare) } : {};
  return Object.fromEntries(bare.split("&").map((part) => part.split(/=(.*)/s).slice(0, 2).map(decodeURIComponent)));
};
const option = ([value, zh, en]) => {
  const item = make("option", { "data-zh": zh, "data-en": en }, heard([zh, en]));
  item.value = value;
  return item;
};
const speak = (language) => {
  root.dataset.lang = language;
  root.lang = language === "zh" ? "zh-CN" : "en";
  all("option[data-zh]").forEach((item) => { item.textContent = item.dataset[language]; });
  all("optgroup[data-zh]").forEach((item) => { item.label = item.dataset[language]; });
  all("a.index").forEach((item) => { item.href = toIndex(); });
  all("[aria-label][data-zh]").forEach((item) => item.setAttribute("aria-label", item.dataset[language]));
};
const jumps = () => all("[data-jump]").forEach((link) => {
  link.onclick = (event) => {
    event.preventDefault();
    const item = byId(link.dataset.jump);
    if (item.id === "filters") item.open = true;
    (item.querySelector("summary") ?? item).focus();
  };
});
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
