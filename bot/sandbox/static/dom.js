// Making elements, and turning WeCom's three text forms into them. Text never becomes HTML.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

export function link(url, ...children) {
  if (!/^https?:\/\//i.test(url ?? "")) return make("span", {}, ...children);
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

// A square with one character, in a colour that stays with the name. The name itself is said beside it.
export function face(name, character) {
  return make("span", { class: `face face${name.codePointAt(0) % 5}`, "aria-hidden": "true" }, character);
}

// Splits text at a pattern; what matches is drawn by `draw`, the rest stays text.
function pieces(text, pattern, draw) {
  const made = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    made.push(text.slice(from, match.index), draw(match));
    from = match.index + match[0].length;
  }
  return [...made, text.slice(from)];
}

// A text message: <a href="…">…</a> and bare addresses become links.
export function textNodes(text) {
  const pattern = /<a\s+href=["']([^"']+)["'][^>]*>([\s\S]*?)<\/a>|https?:\/\/[^\s<>，。；、）]+/gi;
  return pieces(text, pattern, ([whole, url, label]) => link(url ?? whole, label ?? whole));
}

// A textcard's description: <div class="gray|normal|highlight"> and <br>.
export function describedNodes(text) {
  const pattern = /<div class=["'](gray|normal|highlight)["']>([\s\S]*?)<\/div>|<br\s*\/?>/gi;
  return pieces(text, pattern, ([, look, inner]) =>
    look ? make("div", { class: look }, inner) : make("br"));
}

const SPANS = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|<font color="(info|comment|warning)">([\s\S]*?)<\/font>/g;

function spans(text) {
  return pieces(text, SPANS, ([, bold, code, label, url, color, colored]) => {
    if (bold) return make("strong", {}, ...spans(bold));
    if (code) return make("code", {}, code);
    if (label) return link(url, label);
    return make("span", { class: color }, ...spans(colored));
  });
}

// Markdown as WeCom knows it: headings, quotes, bold, links, inline code, colours; nothing else.
export function markdownNodes(text) {
  return text.split("\n").map((line) => {
    const heading = /^#{1,6}\s+(.*)$/.exec(line);
    if (heading) return make("h3", {}, ...spans(heading[1]));
    const quote = /^>\s?(.*)$/.exec(line);
    return quote ? make("blockquote", {}, ...spans(quote[1])) : make("p", {}, ...spans(line));
  });
}
