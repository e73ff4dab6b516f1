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
const slip = root.querySelector("[data-desk-slip]");
const WORDS = { take: "取号", call: "叫号", receive: "接号", submit: "提交申请", finish: "办结", miss: "过号", pass_on: "转下一队", accept: "初审通过", return: "退回补正" };
const AFTER = { take: "waiting", call: "serving", receive: "serving", finish: "done", miss: "missed", pass_on: "waiting" };
const STATES = { none: "未取号", waiting: "等候", serving: "办理中", done: "已办", missed: "过号" };
const LANES = { agency: "服务机构", window: "服务窗口" };

const row = (id) => root.querySelector(`li[data-enterprise="${CSS.escape(String(id))}"]`);
const named = (number) => number >= BLOCK ? `${String.fromCharCode(64 + Math.floor(number / BLOCK))}${String(number % BLOCK).padStart(3, "0")}` : String(number);

// The buttons that fit the state in which a line stands, in the lane in which this device serves. While the network is cut,
// a number that the agency passed on at another device can be received although this one has not heard of it.
function draw(line) {
  const { now, lane, stage } = line.dataset;
  const serves = form.elements.lane.value;
  const mine = now === "none" || lane === serves;
  const passed = net.cut && serves === "window" && lane !== "window" && stage;
  const elsewhere = now === "serving" && line.dataset.counter !== form.elements.counter.value.trim();
  for (const button of line.querySelectorAll("button")) {
    const receives = button.name === "receive";
    const fits = button.dataset.when.split(" ").includes(now) && (receives ? passed : mine && !elsewhere);
    const asked = { review: stage && serves === "window" && !("reviewed" in line.dataset), submit: stage === "ready" && serves === "agency" };
    button.hidden = !fits || !(asked[button.name] ?? true);
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
    data.lane = data.stage === "submitted" ? "window" : "agency";
    line.querySelector("[data-number-name]").textContent = `${named(item.number)}号`;
  }
  if (item.kind === "pass_on") data.lane = item.lane === "agency" ? "window" : "agency";
  if (["call", "receive"].includes(item.kind)) data.counter = item.counter;
  if (item.kind === "receive") data.lane = item.lane;
  if (item.kind === "submit") Object.assign(data, { stage: "submitted", version: item.version + 1 });
  if (AFTER[item.kind]) data.now = AFTER[item.kind];
  if (["accept", "return"].includes(item.kind)) data.reviewed = item.kind;
  const parts = [STATES[data.now], LANES[data.lane]];
  if (data.now === "serving") parts.push(data.counter);
  if (item.kind === "submit") parts.push("已提交申请");
  if (data.reviewed) parts.push(WORDS[data.reviewed]);
  if (text) parts.push(text);
  line.querySelector("[data-state]").textContent = parts.filter(Boolean).join("，");
  draw(line);
}

const { net, load, save, list, tell, post, send, note: jot } = notebook({
  place, form, status, shelf,
  empty: { receipts: [], letter: 0, given: 0 },
  address: `/clinics/${day}/desk`,
  title: (one) => WORDS[one.kind],
  wire: ({ at, name, said, waits, ...mark }) => mark,
  taken(item, { verdict, name, message, receipt }, state) {
    const paper = state.receipts.find((one) => one.key === item.key);
    if (verdict === "conflict") {
      const back = paper?.printed ? "；已交给企业的临时回执作废，请收回" : "";
      state.conflicts.push({ ...item, name: name || item.name, message: message + back });
      state.receipts = state.receipts.filter((one) => one.key !== item.key);
    } else if (paper) Object.assign(paper, { known: true, receipt });
  },
  told: () => list(papers, (count) => `${count}份回执待打印`, "receipts", (one) => {
    const what = `${one.name}：${WORDS[one.kind] ?? "初审"}`;
    if (one.receipt) {
      const link = put("a", `${what}，打印回执`);
      link.href = `/reviews/${one.receipt}/receipt`;
      return [link];
    }
    const button = put("button", `${what}，${one.known ? "打印提交回执" : "打印临时回执（平台尚未收到）"}`, "link");
    button.type = "button";
    button.addEventListener("click", () => write(one.key));
    return [button];
  }),
  sent: () => refresh(),
});

// A paper to take along. Until the server has the mark it says so in plain words, on screen and on paper.
function write(key) {
  const state = load();
  const paper = state.receipts.find((one) => one.key === key);
  if (!paper) return;
  paper.printed = true;
  save(state);
  const lines = [
    ["企业", paper.name], ["办理", WORDS[paper.kind]], ["号码", paper.number],
    ["时间", new Date(paper.at).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false })],
    ["经办", paper.counter], ["退回原因", paper.said], ["具体问题", paper.note],
  ];
  const note = paper.known ? "平台已收到这次办理。" : "平台尚未收到这次办理：现场断网，办理记录保存在服务台的设备上，联网后上传。是否受理以平台登记后的回执为准。";
  slip.querySelector("[data-slip-title]").textContent = paper.known ? "办理回执" : "临时回执（平台尚未收到）";
  slip.querySelector("[data-slip-note]").textContent = note;
  slip.querySelector("dl").replaceChildren(...lines.filter(([, value]) => value).map(([name, value]) => {
    const line = document.createElement("div");
    line.append(put("dt", name), put("dd", value));
    return line;
  }));
  slip.hidden = false;
  slip.focus();
}
slip.addEventListener("click", (event) => {
  const { slip: step } = event.target.dataset;
  if (step === "print") print();
  if (step === "close") slip.hidden = true;
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
  for (const item of load().waiting) show(item, item.waits || "等待上传");
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
  jot({ lane: form.elements.lane.value, counter: form.elements.counter.value.trim(), ...item }, (kept) => {
    show(kept, "等待上传");
    if (!["submit", "accept", "return"].includes(kept.kind)) return;
    const { key, at, name, kind, counter, said, note: words } = kept;
    const { number } = row(kept.enterprise)?.dataset ?? {};
    const state = load();
    state.receipts.push({ key, at, name, kind, counter, said, note: words, number: number && `${named(Number(number))}号` });
    save(state);
  });
}

const seen = (line) => ({ application: Number(line.dataset.application), version: Number(line.dataset.version) });

// The review of one application, by the line that was chosen.
let chosen;
function open(line) {
  chosen = line;
  const { gaps, stage } = line.dataset;
  panel.querySelector("[data-review-name]").textContent = line.dataset.name;
  const ahead = stage === "ready" ? "平台还没有收到提交，请确认服务机构已在其设备上提交；收到提交后才登记这次初审。" : "";
  panel.querySelector("[data-review-gaps]").textContent = (gaps ? `按平台核对还差：${gaps}` : "按平台核对，材料齐全。") + ahead;
  panel.querySelector("[data-review=accept]").disabled = Boolean(gaps);
  for (const field of panel.querySelectorAll("input")) field.checked = false;
  panel.querySelector("textarea").value = "";
  panel.hidden = false;
  panel.focus();
}
panel?.addEventListener("click", (event) => {
  const kind = event.target.dataset?.review;
  if (kind === undefined) return;
  const ticked = [...panel.querySelectorAll("input:checked")];
  const reasons = ticked.map((field) => field.value);
  const words = panel.querySelector("textarea").value.trim();
  if (kind === "return" && (!reasons.length || (reasons.includes("other") && !words))) {
    panel.querySelector("[data-review-gaps]").textContent = reasons.length ? "选择「其他」时请写明具体问题。" : "退回须勾选至少一个原因。";
    return;
  }
  panel.hidden = true;
  if (!kind) return;
  const { enterprise, name, stage } = chosen.dataset;
  const said = kind === "return" ? ticked.map((field) => field.labels[0].textContent.trim()).join("；") : "";
  note({ kind, enterprise: Number(enterprise), name, ...seen(chosen), ahead: stage === "ready", reasons: kind === "return" ? reasons : [], note: words, said });
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
  else note({ kind: button.name, enterprise: Number(button.value), name: line.dataset.name, ...(button.name === "submit" ? seen(line) : {}) });
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
addEventListener("online", look);
addEventListener("offline", look);
setInterval(look, 10000);
// Whether there is a network says the network: the page itself is kept, and comes without one.
async function look() {
  const before = net.cut;
  try {
    if (load().waiting.length) await send();
    else {
      net.cut = !(await fetch("/health", { cache: "no-store" })).ok;
      if (!net.cut) await refresh();
    }
  } catch {
    net.cut = true;
  }
  if (net.cut === before) return;
  tell(net.cut ? "现在没有网络" : "");
  for (const line of root.querySelectorAll("li[data-enterprise]")) draw(line);
}
warnUnlessKept(root.querySelector(".roll-tools"), "办理");
