// The desk of a hand-in-hand day. Every tap is noted on the device first, with a key of its own, and sent as soon as there
// is a network; the server takes each key once. Numbers come from a block of this device alone, so they can be told to an
// enterprise before the server knows of them. Without this the page is a plain form.
const root = document.querySelector("[data-desk]");
const day = root.dataset.desk;
const form = root.querySelector("form");
const status = root.querySelector("[data-desk-status]");
const shelf = root.querySelector("[data-desk-conflicts]");
const papers = root.querySelector("[data-desk-receipts]");
const panel = root.querySelector("[data-desk-review]");
const box = document.getElementById("desk-find");
const place = `desk-${day}`;
const BLOCK = 1000;
const WORDS = { take: "取号", call: "叫号", finish: "办结", miss: "过号", pass_on: "转下一队", accept: "初审通过", return: "退回补正" };
const AFTER = { take: "waiting", call: "serving", finish: "done", miss: "missed", pass_on: "waiting" };
const STATES = { none: "未取号", waiting: "等候", serving: "办理中", done: "已办", missed: "过号" };
const LANES = { agency: "服务机构", window: "服务窗口" };

const device = localStorage.getItem("device") || Math.random().toString(36).slice(2, 10);
localStorage.setItem("device", device);
const load = () => ({ waiting: [], conflicts: [], receipts: [], letter: 0, given: 0, ...JSON.parse(localStorage.getItem(place) || "{}") });
const save = (state) => localStorage.setItem(place, JSON.stringify(state));
const key = () => `${device}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
const row = (id) => root.querySelector(`li[data-enterprise="${CSS.escape(String(id))}"]`);
const named = (number) => number >= BLOCK ? `${String.fromCharCode(64 + Math.floor(number / BLOCK))}${String(number % BLOCK).padStart(3, "0")}` : String(number);

// The buttons that fit the state in which a line stands, in the lane in which this device serves.
function draw(line) {
  const { now, lane, application } = line.dataset;
  const mine = now === "none" || lane === form.elements.lane.value;
  const elsewhere = now === "serving" && line.dataset.counter !== form.elements.counter.value.trim();
  for (const button of line.querySelectorAll("button")) {
    const fits = button.dataset.when.split(" ").includes(now) && mine && !elsewhere;
    button.hidden = !fits || (button.name === "review" && (!application || "reviewed" in line.dataset));
    if (button.name === "pass_on") button.textContent = `转${LANES[lane === "agency" ? "window" : "agency"]}`;
  }
}

// What a mark makes of its line, before and after the server has taken it.
function show(item, text) {
  const line = row(item.enterprise);
  if (!line) return;
  const data = line.dataset;
  if (item.kind === "take") {
    data.number = item.number;
    data.lane = "submitted" in data ? "window" : "agency";
    line.querySelector("[data-number-name]").textContent = `${named(item.number)}号`;
  }
  if (item.kind === "pass_on") data.lane = item.lane === "agency" ? "window" : "agency";
  if (item.kind === "call") data.counter = item.counter;
  if (AFTER[item.kind]) data.now = AFTER[item.kind];
  else data.reviewed = item.kind;
  const parts = [STATES[data.now], LANES[data.lane]];
  if (data.now === "serving") parts.push(data.counter);
  if (data.reviewed) parts.push(WORDS[data.reviewed]);
  if (text) parts.push(text);
  line.querySelector("[data-state]").textContent = parts.filter(Boolean).join("，");
  draw(line);
}

function put(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

// A list of what a person has to look at; each line goes when it is ticked off.
function list(where, title, name, say) {
  where.replaceChildren();
  const all = load()[name];
  if (!all.length) return;
  const lines = put("ul", "", "missing");
  for (const one of all) {
    const line = document.createElement("li");
    line.append(...say(one), " ");
    const done = put("button", "已处理", "link");
    done.type = "button";
    done.addEventListener("click", () => {
      const state = load();
      state[name] = state[name].filter((other) => other.key !== one.key);
      save(state);
      tell("");
    });
    line.append(done);
    lines.append(line);
  }
  where.append(put("h2", title(all.length)), lines);
}

function tell(extra) {
  const { waiting } = load();
  const parts = extra ? [extra] : [];
  if (waiting.length) parts.push(`${waiting.length}条记录保存在本机，等待上传`);
  else if (!extra) parts.push("全部记录已上传");
  status.textContent = parts.join("；");
  status.className = extra || waiting.length ? "warning" : "hint";
  const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  list(shelf, (count) => `${count}条记录没有登记成功，请核对`, "conflicts",
    (one) => [`${clock(one.at)} ${WORDS[one.kind]} ${one.name || "未知企业"}：${one.message}`]);
  list(papers, (count) => `${count}份初审回执待打印`, "receipts", (one) => {
    const link = put("a", `${one.name}：打印回执`);
    link.href = `/reviews/${one.receipt}/receipt`;
    return [link];
  });
}

async function post(path, fields) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value, device, ...fields });
  const answer = await fetch(`/clinics/${day}/desk/${path}`, { method: "POST", body });
  const readable = (answer.headers.get("content-type") || "").startsWith("application/json");
  return answer.ok && !answer.redirected && readable ? answer.json() : null;
}

let sending = false;
async function send() {
  const { waiting } = load();
  if (sending || !waiting.length) return;
  sending = true;
  try {
    const now = Date.now();
    const marks = waiting.map(({ at, name, ...mark }) => ({ ...mark, seconds_ago: Math.max(0, Math.round((now - at) / 1000)) }));
    const answers = await post("sync", { marks: JSON.stringify(marks) });
    if (!answers) return tell("登录已过期或页面太旧，请刷新本页、重新登录，记录不会丢失");
    const verdicts = new Map(answers.map((one) => [one.key, one]));
    const state = load();
    for (const item of state.waiting.filter((one) => verdicts.has(one.key))) {
      const { verdict, name, message, receipt } = verdicts.get(item.key);
      if (verdict === "conflict") state.conflicts.push({ ...item, name: name || item.name, message });
      if (receipt) state.receipts.push({ key: item.key, name, receipt });
    }
    state.waiting = state.waiting.filter((one) => !verdicts.has(one.key));
    save(state);
    tell("");
    await refresh();
  } catch {
    tell("现在没有网络");
  } finally {
    sending = false;
  }
}

// What other desks did: the lines as the server has them, with what this device has not sent yet on top.
async function refresh() {
  if (panel && !panel.hidden) return;
  const answer = await fetch(location.pathname, { headers: { accept: "text/html" }, cache: "no-store" });
  if (!answer.ok || answer.redirected) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-desk] ul.roll");
  const old = root.querySelector("ul.roll");
  if (!next) return;
  const held = document.activeElement.closest?.("li[data-enterprise]")?.dataset.enterprise;
  old.replaceWith(next);
  again();
  if (held) row(held)?.querySelector("button:not([hidden])")?.focus({ preventScroll: true });
}

function again() {
  for (const line of root.querySelectorAll("li[data-enterprise]")) draw(line);
  for (const item of load().waiting) show(item, "等待上传");
  box.dispatchEvent(new Event("input"));
}

function note(item) {
  const state = load();
  if (item.kind === "take") {
    if (!state.letter) return tell("本设备还没有取得号段，请联网打开本页一次");
    state.given += 1;
    item.number = state.letter * BLOCK + state.given;
  }
  state.waiting.push({ key: key(), at: Date.now(), lane: form.elements.lane.value, counter: form.elements.counter.value.trim(), ...item });
  save(state);
  show(state.waiting.at(-1), "等待上传");
  tell(navigator.onLine ? "" : "现在没有网络");
  send();
}

// The review of one application, by the line that was chosen.
let chosen;
function open(line) {
  chosen = line;
  const gaps = line.dataset.gaps;
  panel.querySelector("[data-review-name]").textContent = line.dataset.name;
  panel.querySelector("[data-review-gaps]").textContent = gaps ? `按平台核对还差：${gaps}` : "按平台核对，材料齐全。";
  panel.querySelector("[data-review=accept]").disabled = Boolean(gaps);
  for (const field of panel.querySelectorAll("input")) field.checked = false;
  panel.querySelector("textarea").value = "";
  panel.hidden = false;
  panel.focus();
}
panel?.addEventListener("click", (event) => {
  const kind = event.target.dataset?.review;
  if (kind === undefined) return;
  const reasons = [...panel.querySelectorAll("input:checked")].map((field) => field.value);
  const words = panel.querySelector("textarea").value.trim();
  if (kind === "return" && (!reasons.length || (reasons.includes("other") && !words))) {
    panel.querySelector("[data-review-gaps]").textContent = reasons.length ? "选择「其他」时请写明具体问题。" : "退回须勾选至少一个原因。";
    return;
  }
  panel.hidden = true;
  if (!kind) return;
  const { enterprise, name, application, version } = chosen.dataset;
  note({ kind, enterprise: Number(enterprise), name, application: Number(application), version: Number(version), reasons: kind === "return" ? reasons : [], note: words });
  row(enterprise)?.querySelector("button:not([hidden])")?.focus();
});

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.dataset.when) return;
  event.preventDefault();
  // The script of every page keeps a form from being sent twice; this one is not sent at all.
  event.stopPropagation();
  const line = button.closest("li");
  if (button.name === "review") open(line);
  else note({ kind: button.name, enterprise: Number(button.value), name: line.dataset.name });
});
for (const field of ["lane", "counter"]) {
  const kept = localStorage.getItem(`${place}-${field}`);
  if (kept) form.elements[field].value = kept;
  form.elements[field].addEventListener("change", () => {
    localStorage.setItem(`${place}-${field}`, form.elements[field].value);
    again();
  });
}
box.addEventListener("input", () => {
  const wanted = box.value.trim();
  for (const line of root.querySelectorAll("li[data-enterprise]")) line.hidden = !line.dataset.name.includes(wanted);
});
box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });

async function begin() {
  if (!load().letter) {
    const letter = await post("device", {}).catch(() => 0);
    if (letter) save({ ...load(), letter });
  }
  tell("");
  send();
}
root.querySelector(".roll-tools").hidden = false;
again();
begin();
addEventListener("online", send);
setInterval(async () => {
  try {
    if (load().waiting.length) await send();
    else await refresh();
  } catch { /* No network: the list grows old, and the next answer brings a new one. */ }
}, 10000);

// Only over HTTPS and on this machine itself can the page be kept (keep.js).
if (!("serviceWorker" in navigator)) {
  root.querySelector(".roll-tools").prepend(put("p", "本机现在不是通过HTTPS打开的：断网后可以继续办理，但不要刷新或关闭本页。", "warning"));
}
