// Every page works without this. It copies codes at a click, keeps a form from being sent twice, keeps what
// was typed into a form that did not get through, and gives the keyboard "/" for the search field and Esc to
// fold away what is open.
document.addEventListener("click", (event) => {
  const code = event.target.closest("code[data-copy]");
  if (code && navigator.clipboard) {
    navigator.clipboard.writeText(code.dataset.copy || code.textContent.replace(/\s/g, ""));
    code.classList.add("copied");
  }
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post") return;
  form.dataset.sent = "1";
  if (form.action.endsWith("/sign-out")) {
    sessionStorage.clear();
    // The clerk's list was kept for a time without a network; what it has not sent yet stays.
    self.caches?.delete("pages");
  }
  else keep(form);
});

// While something is typed, so that a reload, a full memory or a dead battery costs nothing; the exam sees to itself.
let typing;
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form || form.method !== "post" || form.dataset.exam) return;
  clearTimeout(typing);
  typing = setTimeout(() => { if (!form.dataset.sent) keep(form); }, 250);
});

// What was typed last, until a page says that it was done. Numbers of persons and passwords are not kept, and
// of a form that asks for a password nothing is.
const KEPT_FOR = 30 * 60 * 1000;
function keepable(field) {
  return field.name && !["hidden", "file", "password", "submit"].includes(field.type) && !/(_id|phone)$/.test(field.name);
}
function keep(form) {
  if (form.querySelector("[type=password]")) {
    sessionStorage.removeItem("draft");
    return;
  }
  const values = [...form.elements].filter(keepable).map((field) => [field.name, field.value, field.checked]);
  if (!values.some(([, value]) => value)) return;
  const draft = { path: location.pathname, action: form.getAttribute("action"), at: Date.now(), values };
  try { sessionStorage.setItem("draft", JSON.stringify(draft)); } catch { /* A full or forbidden store loses nothing else. */ }
}
function restore() {
  const draft = JSON.parse(sessionStorage.getItem("draft") || "null");
  if (!draft) return;
  const done = document.querySelector(".flash") || Date.now() - draft.at > KEPT_FOR;
  if (done) sessionStorage.removeItem("draft");
  if (done || draft.path !== location.pathname || document.querySelector(".errors")) return;
  const form = [...document.forms].find((one) => one.getAttribute("action") === draft.action);
  if (!form) return;
  for (const [name, value, checked] of draft.values) {
    const fields = [...form.elements].filter((field) => field.name === name && keepable(field));
    const box = fields.find((field) => ["checkbox", "radio"].includes(field.type) && field.value === value);
    if (box) box.checked = checked;
    else if (fields.length === 1) fields[0].value = value;
  }
  const note = document.createElement("p");
  note.className = "hint";
  note.setAttribute("role", "status");
  note.textContent = "已恢复您刚才填写、还没有提交成功的内容。";
  form.prepend(note);
}
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  const search = document.querySelector("[role=search] input:not([type=hidden])");
  if (event.key === "/" && !typing && search) {
    event.preventDefault();
    search.focus();
  }
  // A key that stands on a button presses it: alone, or with Alt while something is typed.
  const key = event.code.replace(/^(Digit|Key)/, "").toLowerCase();
  const pressed = !event.ctrlKey && !event.metaKey && (event.altKey || !typing) && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (pressed) {
    event.preventDefault();
    const empty = pressed.form && [...pressed.form.elements].find((field) => field.name === "reason" && !field.value.trim());
    if (empty) empty.focus();
    else pressed.click();
  }
  if (event.key === "Escape") {
    const menu = document.querySelector(".side-open");
    if (menu) menu.checked = false;
    const open = event.target.closest("details[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  restore();
  const errors = document.querySelector(".errors");
  if (errors && !document.querySelector(".swatches")) errors.focus();
});
for (const label of document.querySelectorAll("[data-tick-all]")) {
  label.hidden = false;
  label.addEventListener("change", (event) => {
    const boxes = label.closest("form").querySelectorAll(`input[name="${label.dataset.tickAll}"]`);
    for (const box of boxes) box.checked = event.target.checked;
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
