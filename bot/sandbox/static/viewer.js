// A picture over the whole page; Escape, a tap or the button closes it, and the focus goes back.
import { make } from "./dom.js";

export function enlarge(address, about) {
  const viewer = make("dialog", { class: "viewer", "aria-label": about },
    make("button", { type: "button", "aria-label": "关闭图片" }, "×"),
    make("img", { src: address, alt: about }));
  viewer.addEventListener("click", () => viewer.close());
  viewer.addEventListener("close", () => viewer.remove());
  document.body.append(viewer);
  viewer.showModal();
}
