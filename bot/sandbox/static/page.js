// The page: people on the left, one or two phones. Who is open stands in the address, so a reload keeps it;
// an address that names nobody opens the first two people of the roll. A narrow screen shows the front phone only.
import { face, make } from "./dom.js";
import { Pane } from "./pane.js";
import { listen, read, toast } from "./wire.js";

const people = new Map();
const rows = new Map();
let apps = [];
let panes = [];
let front = null;

function listPerson(person) {
  const role = person.role ? make("span", { class: "role" }, person.role) : null;
  const about = [person.unit, person.position].filter(Boolean).join(" · ");
  const open = make("button", { type: "button", class: "open-person", "data-person": person.person, onclick: () => show(person.person, 0, true) },
    face(person.name, person.name.slice(-1)),
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
  if (!person) return;
  document.body.classList.remove("choosing");
  const open = panes.find((pane) => pane.person.person === key);
  if (open) return bring(open);
  const pane = new Pane(person, appsOf(person), { close: () => close(pane), back: choose });
  panes[Math.min(place, panes.length)] = pane;
  front = pane;
  mark();
  if (entering) pane.do("enter");
  else pane.refresh();
}

// A phone that is open already comes to the front.
function bring(pane) {
  front = pane;
  mark();
  pane.input.focus();
}

// On a narrow screen the list of people takes the place of the phone.
function choose() {
  document.body.classList.add("choosing");
  rows.get(front.person.person).querySelector(".open-person").focus();
}

function close(pane) {
  panes = panes.filter((other) => other !== pane);
  front = panes[0] ?? null;
  mark();
}

function mark() {
  const keys = panes.map((pane) => pane.person.person);
  for (const [key, row] of rows) {
    row.classList.toggle("open", keys.includes(key));
    row.querySelector(".open-person").setAttribute("aria-pressed", String(keys.includes(key)));
    if (keys.includes(key)) row.querySelector(".news")?.remove();
  }
  document.getElementById("empty").hidden = panes.length > 0;
  const place = document.getElementById("panes");
  for (const element of place.querySelectorAll(".pane")) {
    if (!panes.some((pane) => pane.element === element)) element.remove();
  }
  panes.forEach((pane, index) => {
    pane.element.classList.toggle("front", pane === front);
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
  }
  const found = [...rows.values()].some((row) => !row.hidden);
  document.getElementById("nobody").textContent = found ? "" : "没有找到，请换个词。";
}

function openFound(event) {
  const found = [...rows].find(([, row]) => !row.hidden);
  if (event.key === "Enter" && found) show(found[0], 0, true);
}

async function start() {
  const roll = await read("/sandbox/people");
  apps = roll.apps;
  for (const person of roll.people) people.set(person.person, person);
  document.getElementById("people").append(...roll.people.map(listPerson));
  document.getElementById("search").addEventListener("input", search);
  document.getElementById("search").addEventListener("keydown", openFound);
  document.getElementById("skip").addEventListener("click", () => front?.input.focus());
  document.getElementById("hint-close").addEventListener("click", () => { document.getElementById("hint").hidden = true; });
  document.querySelector(".counters").addEventListener("toggle", count);
  const named = location.hash.slice(1).split(",").map(decodeURIComponent).filter((key) => people.has(key));
  const wanted = named.length ? named : [...people.keys()];
  wanted.slice(0, 2).forEach((key, place) => show(key, place, false));
  if (panes.length) front = panes[0];
  mark();
  listen(changed);
}

start().catch(() => toast("页面没有准备好，请刷新。"));
