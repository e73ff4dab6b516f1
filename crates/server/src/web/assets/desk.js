// The desk of a hand-in-hand day, over the device's notebook. Numbers come from a block of this device alone, so they can
// be told to an enterprise before the server knows of them. Without this the page is a plain form.
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

const { load, save, list, tell, post, send, note: jot } = notebook({
  place, form, status, shelf,
  empty: { receipts: [], letter: 0, given: 0 },
  address: `/clinics/${day}/desk`,
  title: (one) => WORDS[one.kind],
  wire: ({ at, name, ...mark }) => mark,
  taken(item, { verdict, name, message, receipt }, state) {
    if (verdict === "conflict") state.conflicts.push({ ...item, name: name || item.name, message });
    if (receipt) state.receipts.push({ key: item.key, name, receipt });
  },
  told: () => list(papers, (count) => `${count}份初审回执待打印`, "receipts", (one) => {
    const link = put("a", `${one.name}：打印回执`);
    link.href = `/reviews/${one.receipt}/receipt`;
    return [link];
  }),
  sent: () => refresh(),
});

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
  if (item.kind === "take") {
    const state = load();
    if (!state.letter) return tell("本设备还没有取得号段，请联网打开本页一次");
    state.given += 1;
    save(state);
    item.number = state.letter * BLOCK + state.given;
  }
  jot({ lane: form.elements.lane.value, counter: form.elements.counter.value.trim(), ...item }, (kept) => show(kept, "等待上传"));
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
warnUnlessKept(root.querySelector(".roll-tools"), "办理");
