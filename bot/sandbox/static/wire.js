// The calls of the page. Every act resolves; what went wrong becomes a sentence.

export async function read(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

const REFUSALS = {
  "errcode 45001": "只能发送不超过 10 MB 的 JPG 或 PNG 图片。",
  "errcode 40004": "只能发送不超过 10 MB 的 JPG 或 PNG 图片。",
  "the card is grey": "这张卡片已不能操作。",
  "nothing is selected": "请先选择。",
  "one option only": "只能选择一项。",
  "exactly one option": "请选择一项。",
  "no such option": "没有这个选项。",
  "the question is disabled": "这一题已不能选择。",
  "the member does not see the app": "此人看不到这个应用。",
};

function complaint(outcome) {
  if (!outcome.accepted) {
    const reasons = outcome.statuses.map((status) => status ?? "无回应").join("、");
    return `机器人没有收下这次操作（${reasons}）。`;
  }
  return outcome.problems.length ? `机器人的回复不合规范：${outcome.problems.join("；")}` : "";
}

// Does something as a person. Gives a sentence about what went wrong, or "".
export function act(name, person, agent, fields = {}) {
  return post("/sandbox/act", "application/json", JSON.stringify({ act: name, person, agent, ...fields }));
}

// Sends a picture as a person.
export function sendPicture(person, agent, file) {
  return post(`/sandbox/picture/${encodeURIComponent(person)}?agent=${agent}`, file.type, file);
}

async function post(path, form, body) {
  try {
    const response = await fetch(path, { method: "POST", headers: { "Content-Type": form }, body });
    if (response.status === 409) {
      const { error } = await response.json();
      return REFUSALS[error] ?? "现在不能这样操作。";
    }
    if (response.status === 415 || response.status === 413) return "只能发送不超过 10 MB 的 JPG 或 PNG 图片。";
    return response.ok ? complaint(await response.json()) : "操作没有成功，请重试。";
  } catch {
    return "本地企业微信没有回应。";
  }
}

// Calls back with the person whose chat changed, and with null after every (re)connection.
export function listen(changed) {
  const source = new EventSource("/sandbox/events");
  source.addEventListener("open", () => changed(null));
  source.addEventListener("message", (event) => changed(JSON.parse(event.data).person));
}

let hiding = 0;

// Says what went wrong; "" takes back what was said before.
export function toast(text) {
  const place = document.getElementById("toast");
  place.classList.remove("shown");
  if (!text) return;
  place.textContent = text;
  place.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => place.classList.remove("shown"), 6000);
}
