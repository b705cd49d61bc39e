// One bubble of a chat, by kind.
import { drawCard } from "./cards.js";
import { describedNodes, face, link, make, markdownNodes, textNodes } from "./dom.js";
import { enlarge } from "./viewer.js";

const WORDS = { image: "图片", voice: "语音", video: "视频", file: "文件" };

function address(content) {
  return `/sandbox/media/${encodeURIComponent(content.media_id)}`;
}

function attachment({ kind, content, filename }) {
  const label = content.title || filename || WORDS[kind];
  return make("div", { class: "bubble plain" }, make("a", { class: `attachment ${kind}`, href: address(content), download: filename || kind }, label));
}

function picture({ content, filename }) {
  const about = filename ? `图片 ${filename}` : "图片";
  const look = () => enlarge(address(content), about);
  return make("div", { class: "bubble plain" },
    make("button", { type: "button", class: "look", "aria-label": `放大${about}`, onclick: look }, make("img", { src: address(content), alt: about })));
}

function textcard({ content }) {
  return make("div", { class: "bubble plain" }, make("article", { class: "card" },
    make("h3", {}, content.title),
    make("div", { class: "sub-title" }, ...describedNodes(content.description)),
    make("div", { class: "links" }, link(content.url, content.btntxt || "详情"))));
}

function news({ content }) {
  const articles = content.articles.map((article) =>
    link(article.url, make("b", {}, article.title), article.description ? make("p", { class: "desc" }, article.description) : null));
  return make("div", { class: "bubble plain" }, make("article", { class: "card articles" }, ...articles));
}

const KINDS = {
  text: ({ content }) => make("div", { class: "bubble" }, ...textNodes(content.content)),
  markdown: ({ content }) => make("div", { class: "bubble rich" }, ...markdownNodes(content.content)),
  image: picture,
  voice: attachment,
  video: attachment,
  file: attachment,
  textcard,
  news,
  template_card: ({ card }, acts) => make("div", { class: "bubble plain" }, drawCard(card, acts)),
};

export function drawMessage(message, name, acts) {
  const attributes = { "data-message-id": message.id, "data-sender": message.sender, "data-kind": message.kind, tabindex: "-1" };
  if (message.recalled) return make("div", { ...attributes, class: "recalled" }, "此消息已被撤回");
  const draw = KINDS[message.kind] ?? (() => make("div", { class: "bubble" }, "（此处不能显示这种消息）"));
  const bot = message.sender === "bot";
  const speaker = make("span", { class: "hidden" }, bot ? "机器人：" : `${name}：`);
  return make("div", { ...attributes, class: `message ${message.sender}` }, face(name, bot ? "法" : name.slice(-1)), speaker, draw(message, acts));
}
