// The page: people on the left, one or two phones. Who is open stands in the address, so a reload keeps it.
import { make } from "./dom.js";
import { Pane } from "./pane.js";
import { listen, read, toast } from "./wire.js";

const people = new Map();
const rows = new Map();
let apps = [];
let panes = [];

function listPerson(person) {
  const role = person.role ? make("span", { class: "role" }, person.role) : null;
  const about = [person.unit, person.position].filter(Boolean).join(" · ");
  const open = make("button", { type: "button", class: "open-person", "data-person": person.person, onclick: () => show(person.person, 0, true) },
    make("span", { class: "face", "aria-hidden": "true" }, person.name.slice(-1)),
    make("span", { class: "who" }, make("b", {}, person.name, role), make("small", {}, about)));
  const beside = make("button", { type: "button", class: "beside", "data-beside": person.person, "aria-label": `并排打开${person.name}`, onclick: () => show(person.person, 1, true) }, "并排");
  const row = make("li", {}, open, beside);
  rows.set(person.person, row);
  return row;
}

function appsOf(person) {
  return apps.filter((app) => person.apps.includes(app.agent));
}

// Opens a person in the first or the second phone. `entering`: the person opens the app, and the bot hears of it.
function show(key, place, entering) {
  const person = people.get(key);
  const index = panes.length === 0 ? 0 : place;
  const open = panes.find((pane) => pane.person.person === key);
  if (open) open.input.focus();
  if (!person || open) return;
  const pane = new Pane(person, appsOf(person), () => close(pane));
  panes[index] = pane;
  mark();
  if (entering) pane.do("enter");
  else pane.refresh();
}

function close(pane) {
  panes = panes.filter((other) => other !== pane);
  mark();
}

function mark() {
  const keys = panes.map((pane) => pane.person.person);
  for (const [key, row] of rows) {
    row.classList.toggle("open", keys.includes(key));
    if (keys.includes(key)) row.querySelector(".news")?.remove();
  }
  document.getElementById("empty").hidden = panes.length > 0;
  const place = document.getElementById("panes");
  for (const element of place.querySelectorAll(".pane")) {
    if (!panes.some((pane) => pane.element === element)) element.remove();
  }
  panes.forEach((pane, index) => {
    if (pane.element.isConnected) return;
    if (index === 0) place.prepend(pane.element);
    else place.append(pane.element);
  });
  history.replaceState(null, "", `#${keys.map(encodeURIComponent).join(",")}`);
}

function changed(key) {
  if (key === null) panes.forEach((pane) => pane.refresh());
  const pane = panes.find((open) => open.person.person === key);
  if (pane) pane.refresh();
  else announce(key);
  count();
}

function announce(key) {
  const row = rows.get(key);
  if (!row || row.querySelector(".news")) return;
  row.querySelector(".who").after(make("span", { class: "news", role: "img", "aria-label": "有新消息" }));
}

const FIGURES = [
  ["delivered", "送达消息"], ["replies", "即时回复"], ["card_updates", "卡片更新"], ["callbacks", "回调"],
  ["callback_failures", "回调失败", true], ["bad_replies", "不合规回复", true], ["cut_texts", "被截断的文字", true], ["dropped", "超频丢弃", true],
];
let counting = false;

async function count() {
  if (counting || !document.querySelector(".counters").open) return;
  counting = true;
  try {
    const figures = await read("/sandbox/counters");
    const wide = figures.width_violations.length;
    const all = [...FIGURES.map(([name, label, bad]) => [label, figures[name], bad]), ["超宽卡片文字", wide, true]];
    document.getElementById("counters").replaceChildren(...all.flatMap(([label, value, bad]) => [
      make("dt", {}, label), make("dd", { class: bad && value ? "bad" : null }, String(value))]));
  } finally {
    counting = false;
  }
}

function search(event) {
  const words = event.target.value.trim().toLowerCase();
  for (const [key, row] of rows) {
    const { name, unit, position, role } = people.get(key);
    row.hidden = ![name, unit, position, role, key].join(" ").toLowerCase().includes(words);
    row.style.display = row.hidden ? "none" : "";
  }
}

async function start() {
  const roll = await read("/sandbox/people");
  apps = roll.apps;
  for (const person of roll.people) people.set(person.person, person);
  document.getElementById("people").append(...roll.people.map(listPerson));
  document.getElementById("search").addEventListener("input", search);
  document.querySelector(".counters").addEventListener("toggle", count);
  const wanted = location.hash.slice(1).split(",").map(decodeURIComponent).filter(Boolean).slice(0, 2);
  wanted.forEach((key, place) => show(key, place, false));
  listen(changed);
}

start().catch(() => toast("页面没有准备好，请刷新。"));
