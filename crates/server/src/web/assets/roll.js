// The clerk's list, over the device's notebook. Without this the list is a plain form.
const root = document.querySelector("[data-roll]");
const session = root.dataset.roll;
const form = root.querySelector("form");
const tools = root.querySelector(".roll-tools");
const status = root.querySelector("[data-roll-status]");
const box = document.getElementById("roll-find");
const shelf = root.querySelector("[data-roll-conflicts]");
const WORDS = { check_in: "签到", check_out: "签退" };

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

const { load, tell, send, note: jot } = notebook({
  place: `roll-${session}`, form, status, shelf,
  address: `/sessions/${session}/roll`,
  title: (one) => WORDS[one.mark],
  wire: ({ key, attendance, link, mark }) => ({ key, attendance, link: link || "", mark }),
  taken(item, { verdict, name, message }, state) {
    if (verdict !== "conflict") return show(item, `已${WORDS[item.mark]}`);
    state.conflicts.push({ ...item, name, message });
    show({ ...item, mark: item.mark === "check_in" ? "check_out" : "check_in" }, "未登记");
  },
});
const note = (item) => jot(item, (kept) => show(kept, `已${WORDS[kept.mark]}，等待上传`));

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
warnUnlessKept(tools, "点名");
