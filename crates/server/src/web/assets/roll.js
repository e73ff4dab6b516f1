// The clerk's list. Every tap is noted on the device first, with a key of its own, and sent as soon as there is a
// network; the server takes each key once. Without this the list is a plain form.
const root = document.querySelector("[data-roll]");
const session = root.dataset.roll;
const form = root.querySelector("form");
const tools = root.querySelector(".roll-tools");
const status = root.querySelector("[data-roll-status]");
const box = document.getElementById("roll-find");
const shelf = root.querySelector("[data-roll-conflicts]");
const place = `roll-${session}`;
const WORDS = { check_in: "签到", check_out: "签退" };

const device = localStorage.getItem("device") || Math.random().toString(36).slice(2, 10);
localStorage.setItem("device", device);
const load = () => JSON.parse(localStorage.getItem(place) || '{"waiting":[],"conflicts":[]}');
const save = (state) => localStorage.setItem(place, JSON.stringify(state));
const key = () => `${device}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
const row = (id) => root.querySelector(`li[data-attendance="${CSS.escape(String(id))}"]`);

function show(item, text) {
  const line = item.attendance && row(item.attendance);
  if (!line) return;
  const inside = item.mark === "check_in";
  line.querySelector("[data-state]").textContent = text;
  const buttons = [...line.querySelectorAll("button")];
  for (const button of buttons) button.hidden = (button.name === "check_in") === inside;
  line.toggleAttribute("data-in", inside);
  const count = document.querySelector("[data-inside]");
  count.textContent = root.querySelectorAll("li[data-in]").length;
}

function tell(extra) {
  const { waiting, conflicts } = load();
  const parts = [];
  if (extra) parts.push(extra);
  if (waiting.length) parts.push(`${waiting.length}条记录保存在本机，等待上传`);
  else if (!extra) parts.push("全部记录已上传");
  status.textContent = parts.join("；");
  status.className = extra || waiting.length ? "warning" : "hint";
  shelf.replaceChildren();
  if (!conflicts.length) return;
  const head = document.createElement("h2");
  head.textContent = `${conflicts.length}条记录没有登记成功，请核对`;
  const list = document.createElement("ul");
  list.className = "missing";
  for (const one of conflicts) {
    const line = document.createElement("li");
    const time = new Date(one.at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
    line.append(`${time} ${WORDS[one.mark]} ${one.name || "未知企业"}：${one.message} `);
    const done = document.createElement("button");
    done.type = "button";
    done.className = "link";
    done.textContent = "已处理";
    done.addEventListener("click", () => {
      const state = load();
      state.conflicts = state.conflicts.filter((other) => other.key !== one.key);
      save(state);
      tell("");
    });
    line.append(done);
    list.append(line);
  }
  shelf.append(head, list);
}

let sending = false;
async function send() {
  const { waiting } = load();
  if (sending || !waiting.length) return;
  sending = true;
  try {
    const now = Date.now();
    const marks = waiting.map(({ key, attendance, link, mark, at }) =>
      ({ key, attendance, link: link || "", mark, seconds_ago: Math.max(0, Math.round((now - at) / 1000)) }));
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, device, marks: JSON.stringify(marks) });
    const answer = await fetch(`/sessions/${session}/roll/sync`, { method: "POST", body });
    const readable = (answer.headers.get("content-type") || "").startsWith("application/json");
    if (!answer.ok || answer.redirected || !readable) {
      return tell("登录已过期或页面太旧，请刷新本页、重新登录，记录不会丢失");
    }
    const verdicts = new Map((await answer.json()).map((one) => [one.key, one]));
    const state = load();
    for (const item of state.waiting.filter((one) => verdicts.has(one.key))) {
      const { verdict, name, message } = verdicts.get(item.key);
      if (verdict === "conflict") state.conflicts.push({ ...item, name, message });
      else show(item, `已${WORDS[item.mark]}`);
      if (verdict === "conflict") show({ ...item, mark: item.mark === "check_in" ? "check_out" : "check_in" }, "未登记");
    }
    state.waiting = state.waiting.filter((one) => !verdicts.has(one.key));
    save(state);
    tell("");
  } catch {
    tell("现在没有网络");
  } finally {
    sending = false;
  }
}

function note(item) {
  const state = load();
  state.waiting.push({ key: key(), at: Date.now(), ...item });
  save(state);
  show(item, `已${WORDS[item.mark]}，等待上传`);
  tell(navigator.onLine ? "" : "现在没有网络");
  send();
}

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || !WORDS[button.name]) return;
  event.preventDefault();
  // The script of every page keeps a form from being sent twice; this one is not sent at all.
  event.stopPropagation();
  note({ attendance: Number(button.value), name: button.closest("li").dataset.name, mark: button.name });
});
box.addEventListener("input", () => {
  const wanted = box.value.trim().toUpperCase();
  const link = wanted.includes("/L/");
  for (const line of root.querySelectorAll("li[data-attendance]")) {
    const text = `${line.dataset.name} ${line.dataset.uscc}`.toUpperCase();
    line.hidden = !link && !text.includes(wanted);
  }
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  const link = box.value.trim();
  if (!/\/l\/[^/]+\/?$/.test(link)) return;
  const id = Number(link.split("/l/")[1].split("-")[0]);
  const line = row(id);
  note({ attendance: line ? id : undefined, link, name: line ? line.dataset.name : "", mark: "check_in" });
  box.value = "";
  box.dispatchEvent(new Event("input"));
});
tools.hidden = false;
for (const item of load().waiting) show(item, `已${WORDS[item.mark]}，等待上传`);
tell("");
send();
addEventListener("online", send);
setInterval(send, 15000);

// Only over HTTPS and on this machine itself can the page be kept (keep.js).
if (!("serviceWorker" in navigator)) {
  const hint = document.createElement("p");
  hint.className = "warning";
  hint.textContent = "本机现在不是通过HTTPS打开的：断网后可以继续点名，但不要刷新或关闭本页。";
  tools.prepend(hint);
}
