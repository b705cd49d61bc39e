// Template cards as the phone draws them. `acts` does what a tap asks for and comes back when it is done.
import { link, make } from "./dom.js";
import { toast } from "./wire.js";

let numbers = 0;

function source(card, acts) {
  const { source: from, action_menu: menu } = card;
  if (!from?.desc && !menu) return null;
  const color = from?.desc_color ? `color${from.desc_color}` : null;
  return make("div", { class: "source" }, make("span", { class: color }, from?.desc ?? ""), menu ? more(menu, acts) : null);
}

function more(menu, acts) {
  const entries = menu.action_list.map((entry) =>
    make("button", { type: "button", "data-card-menu": entry.key, onclick: (event) => {
      event.target.closest("details").open = false;
      acts.menu(entry.key);
    } }, entry.text));
  return make("details", { class: "more" }, make("summary", { "aria-label": menu.desc || "更多操作" }, "···"), make("div", {}, ...entries));
}

function titles(card) {
  const { title, desc } = card.main_title ?? {};
  return [
    title ? make("h3", { "data-title": true }, title) : null,
    desc ? make("p", { class: "desc" }, desc) : null,
  ];
}

function emphasis(content) {
  if (!content?.title && !content?.desc) return null;
  return make("div", { class: "emphasis" }, make("b", {}, content.title ?? ""), make("span", { class: "desc" }, content.desc ?? ""));
}

function quote(area) {
  if (!area?.title && !area?.quote_text) return null;
  const inside = [area.title ? make("b", {}, area.title) : null, area.quote_text ?? ""];
  return make("div", { class: "quote" }, area.type === 1 ? link(area.url, ...inside.filter(Boolean)) : make("span", {}, ...inside));
}

function picture(card) {
  const area = card.image_text_area;
  const url = card.card_image?.url ?? area?.image_url;
  if (!url) return null;
  return make("img", { class: "picture", src: url, alt: area?.title || "卡片图片" });
}

function rows(list, name, value, look) {
  if (!list?.length) return null;
  const cells = list.flatMap((row) => [
    make("dt", {}, row[name] ?? ""),
    make("dd", {}, row.type === 1 ? link(row.url, row[value] ?? "") : row[value] ?? ""),
  ]);
  return make("dl", { class: look }, ...cells);
}

function links(card) {
  const jumps = (card.jump_list ?? []).map((jump) => link(jump.url, jump.title));
  const { card_action: action } = card;
  if (action?.type === 1) jumps.push(link(action.url, "查看详情"));
  return jumps.length ? make("div", { class: "links" }, ...jumps) : null;
}

function select(question, dead) {
  const options = question.option_list.map((option) =>
    make("option", { value: option.id, selected: option.id === question.selected_id }, option.text));
  const id = `select${++numbers}`;
  const box = make("select", { id, "data-question": question.question_key, disabled: dead || question.disable === true }, ...options);
  return make("div", { class: "select" }, make("label", { for: id }, question.title || "请选择"), box);
}

function vote(question, dead) {
  const single = Number(question.mode ?? 0) === 0;
  const group = `vote${++numbers}`;
  const options = question.option_list.map((option) => make("label", {}, make("input", {
    type: single ? "radio" : "checkbox", name: group, value: option.id, checked: option.is_checked === true, "data-option": option.id,
  }), make("span", {}, option.text)));
  return make("fieldset", { "data-question": question.question_key, disabled: dead || question.disable === true },
    make("legend", { class: "hidden" }, single ? "单选" : "多选"), ...options);
}

// What is chosen on the card now, by question.
function chosen(card) {
  const answers = {};
  for (const box of card.querySelectorAll("select[data-question]")) answers[box.dataset.question] = [box.value];
  for (const set of card.querySelectorAll("fieldset[data-question]")) {
    answers[set.dataset.question] = [...set.querySelectorAll("input:checked")].map((input) => input.value);
  }
  return answers;
}

// A busy button keeps the focus (a disabled one would lose it), but does nothing.
async function whileBusy(button, work) {
  if (button.hasAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function press(event, key, acts) {
  const button = event.currentTarget;
  return whileBusy(button, () => acts.tap(key, chosen(button.closest(".card"))));
}

function submit(event, acts) {
  const button = event.currentTarget;
  const answers = chosen(button.closest(".card"));
  if (Object.values(answers).some((options) => options.length === 0)) return toast("请先选择。");
  return whileBusy(button, () => acts.submit(answers));
}

// Short buttons share a row, so that a thumb finds A to D side by side.
function columns(list) {
  const longest = Math.max(...list.map((button) => button.text.length));
  if (longest > 6) return 1;
  if (longest > 3) return Math.min(list.length, 2);
  return list.length === 5 || list.length === 6 ? 3 : Math.min(list.length, 4);
}

function buttons(card, replaced, acts) {
  if (replaced !== null) {
    return make("div", { class: "buttons" }, make("button", { type: "button", disabled: true, "data-replaced": true }, replaced));
  }
  if (card.submit_button) {
    const { text, key } = card.submit_button;
    return make("div", { class: "buttons" },
      make("button", { type: "button", class: "style2", "data-submit": key, onclick: (event) => submit(event, acts) }, text || "提交"));
  }
  if (!card.button_list?.length) return null;
  return make("div", { class: `buttons columns${columns(card.button_list)}` }, ...card.button_list.map((button) => {
    const look = `style${button.style ?? 1}`;
    if (button.type === 1) {
      const jump = link(button.url, button.text);
      jump.classList.add(look);
      return jump;
    }
    return make("button", { type: "button", class: look, "data-key": button.key, onclick: (event) => press(event, button.key, acts) }, button.text);
  }));
}

export function drawCard({ payload: card, replaced, version }, acts) {
  const dead = replaced !== null;
  return make("article", { class: "card", "data-card": card.card_type, "data-version": version, "data-dead": dead },
    source(card, acts),
    picture(card),
    ...titles(card),
    emphasis(card.emphasis_content),
    quote(card.quote_area),
    card.sub_title_text ? make("p", { class: "sub-title" }, card.sub_title_text) : null,
    rows(card.vertical_content_list, "title", "desc", "stacked"),
    rows(card.horizontal_content_list, "keyname", "value"),
    card.checkbox ? vote(card.checkbox, dead) : null,
    card.button_selection ? select(card.button_selection, dead) : null,
    ...(card.select_list ?? []).map((question) => select(question, dead)),
    buttons(card, replaced, acts),
    links(card),
  );
}
