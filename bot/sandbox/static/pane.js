// One phone: a person's chat with one app. `refresh` reads it anew and changes only what changed.
import { drawMessage } from "./bubbles.js";
import { make } from "./dom.js";
import { act, read, sendPicture, toast } from "./wire.js";

const GAP_SECONDS = 300;
const HELD_MS = 5000;

function clock(at) {
  const time = new Date(at * 1000);
  const today = new Date().toDateString() === time.toDateString();
  const options = { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" };
  return time.toLocaleString("zh-CN", today ? options : { ...options, month: "numeric", day: "numeric" });
}

export class Pane {
  constructor(person, apps, { close, back }) {
    this.person = person;
    this.agent = apps[0].agent;
    this.drawn = new Map();
    this.menuDrawn = "";
    this.reading = null;
    this.again = false;
    this.atEnd = true;
    this.held = { element: null, until: 0 };
    this.build(apps, close, back);
    this.followEnd();
  }

  build(apps, close, back) {
    const { person } = this;
    this.title = make("h2", {}, apps[0].name);
    const who = [person.name, person.unit, person.position].filter(Boolean).join(" · ");
    this.messages = make("div", { class: "messages", role: "log", "aria-live": "polite", "aria-label": `${person.name}的聊天记录`, tabindex: "0" });
    this.menu = make("div", { class: "menu", role: "group", "aria-label": "应用菜单" });
    this.element = make("section", { class: "pane", "data-pane": person.person, "aria-label": `${person.name}的手机` },
      make("header", {}, make("button", { type: "button", class: "back", "aria-label": "返回人员列表", onclick: back }, "‹"), this.appChoice(apps), make("div", {}, this.title, make("small", { title: who }, who)),
        make("button", { type: "button", class: "close", "aria-label": `关闭${person.name}的手机`, onclick: close }, "×")),
      this.messages, this.menu, this.inputLine());
    this.element.addEventListener("click", (event) => this.closeDrawers(event.target.closest(".menu > div")));
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.closeDrawers(null));
  }

  // Pictures and fonts arrive late and the window changes: whoever reads the newest message goes on reading it.
  followEnd() {
    const list = this.messages;
    const follow = () => this.atEnd && this.toEnd();
    let before = 0;
    list.addEventListener("scroll", () => {
      if (list.scrollHeight - list.scrollTop - list.clientHeight < 80) this.atEnd = true;
      else if (list.scrollTop < before) this.atEnd = false;
      before = list.scrollTop;
    });
    list.addEventListener("load", follow, true);
    document.fonts.addEventListener("loadingdone", follow);
    new ResizeObserver(follow).observe(list);
  }

  appChoice(apps) {
    if (apps.length < 2) return null;
    const choose = (event) => {
      this.agent = Number(event.target.value);
      this.messages.replaceChildren();
      this.drawn.clear();
      this.atEnd = true;
      this.refresh();
    };
    return make("select", { "aria-label": "应用", onchange: choose }, ...apps.map((app) => make("option", { value: app.agent }, app.name)));
  }

  inputLine() {
    const id = `input-${this.person.person}`;
    this.input = make("textarea", { id, rows: "1", placeholder: "输入消息", "data-input": true, onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.type();
      }
    } });
    const send = (event) => {
      event.preventDefault();
      this.type();
    };
    return make("form", { class: "line", onsubmit: send }, make("label", { class: "hidden", for: id }, `以${this.person.name}的身份输入`),
      this.pictureButton(), this.input, make("button", { type: "submit", "data-send": true }, "发送"));
  }

  pictureButton() {
    const id = `picture-${this.person.person}`;
    const choose = async (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (!file) return;
      toast(await sendPicture(this.person.person, this.agent, file));
      await this.refresh();
    };
    const input = make("input", { id, type: "file", accept: "image/png,image/jpeg", class: "hidden", "data-picture": true, onchange: choose });
    return make("span", { class: "attach" }, input, make("label", { for: id }, "图片"));
  }

  async type() {
    const text = this.input.value;
    if (!text.trim()) return;
    this.input.value = "";
    this.atEnd = true;
    await this.do("type", { text });
  }

  async do(name, fields = {}) {
    this.held.until = 0;
    toast(await act(name, this.person.person, this.agent, fields));
    await this.refresh();
  }

  acts(message) {
    return {
      tap: (key, answers) => this.do("tap", { message, key, answers }),
      submit: (answers) => this.do("submit", { message, answers }),
      menu: (key) => this.do("card_menu", { message, key }),
    };
  }

  // One reading at a time; a change that comes meanwhile is read right after.
  async refresh() {
    this.again = true;
    this.reading ??= this.readAll().finally(() => { this.reading = null; });
    await this.reading;
  }

  async readAll() {
    while (this.again) {
      this.again = false;
      try {
        this.draw(await read(`/sandbox/chat/${encodeURIComponent(this.person.person)}?agent=${this.agent}`));
      } catch {
        toast("聊天记录没有读到，请刷新页面。");
      }
    }
  }

  draw(chat) {
    if (chat.agent !== this.agent) return;
    this.title.textContent = chat.app;
    this.drawMenu(chat.menu);
    const list = this.messages;
    let before = 0;
    let changed = null;
    for (const message of chat.messages) {
      changed = this.drawOne(message, message.at - before > GAP_SECONDS) ?? changed;
      before = message.at;
    }
    if (changed) this.held = { element: changed, until: Date.now() + HELD_MS };
    if (changed || this.atEnd) this.toEnd();
  }

  // The newest message, but never past the first line of a card that has just turned into its verdict.
  toEnd() {
    const list = this.messages;
    const { element, until } = this.held;
    const top = Date.now() < until ? list.scrollTop + element.getBoundingClientRect().top - list.getBoundingClientRect().top : Infinity;
    list.scrollTop = Math.min(list.scrollHeight, top - 8);
  }

  // Gives the element if it took the place of an older form of the same message.
  drawOne(message, withTime) {
    const form = JSON.stringify(message);
    const known = this.drawn.get(message.id);
    if (known?.form === form) return null;
    const element = drawMessage(message, this.person.name, this.acts(message.id));
    if (known) {
      const hadFocus = known.element.contains(document.activeElement);
      known.element.replaceWith(element);
      if (hadFocus) element.focus({ preventScroll: true });
    } else {
      if (withTime) this.messages.append(make("time", {}, clock(message.at)));
      this.messages.append(element);
    }
    this.drawn.set(message.id, { form, element });
    return known ? element : null;
  }

  drawMenu(buttons) {
    const form = JSON.stringify(buttons);
    if (form === this.menuDrawn) return;
    this.menuDrawn = form;
    this.menu.replaceChildren(...buttons.map((button) => make("div", {}, ...this.menuEntry(button))));
  }

  menuEntry(button) {
    const subs = button.sub_button ?? [];
    if (!subs.length) return [this.menuButton(button)];
    const drawer = make("div", { class: "drawer", hidden: true }, ...subs.map((sub) => this.menuButton(sub)));
    const toggle = (event) => {
      drawer.hidden = !drawer.hidden;
      event.currentTarget.setAttribute("aria-expanded", String(!drawer.hidden));
    };
    return [make("button", { type: "button", "aria-haspopup": "true", "aria-expanded": "false", "data-menu": button.name, onclick: toggle }, button.name), drawer];
  }

  menuButton(button) {
    const key = button.key || button.url;
    const click = () => {
      this.closeDrawers(null);
      if (button.type.startsWith("scancode")) {
        const text = window.prompt("扫到的二维码内容：", "");
        if (text !== null) this.do("scan", { key, text });
        return;
      }
      if (button.type === "view") window.open(button.url, "_blank", "noopener");
      this.do("menu", { key });
    };
    return make("button", { type: "button", "data-menu-key": key, onclick: click }, button.name);
  }

  closeDrawers(except) {
    for (const entry of this.menu.children) {
      const drawer = entry.querySelector(".drawer");
      if (!drawer || entry === except) continue;
      drawer.hidden = true;
      entry.firstElementChild.setAttribute("aria-expanded", "false");
    }
  }
}
