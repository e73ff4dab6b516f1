// The exam. Each answer is noted on the phone first, with a number of its own, and sent as soon as there is a
// network; the server keeps the one with the greatest number, however often it comes. Without this the paper is
// a plain form.
const form = document.querySelector("form[data-exam]");
if (form) sit();
else {
  // The page of the result: what was noted of a paper that is handed in is not needed any more.
  const done = document.querySelector("[data-exam-done]");
  try { localStorage.removeItem(`exam-${done.dataset.examDone}`); } catch { /* Nothing was noted then. */ }
  self.caches?.open("pages").then((kept) => kept.delete(location.pathname.replace(/\/result$/, ""))).catch(() => {});
}

function sit() {
  const { exam, answers, result } = form.dataset;
  const place = `exam-${exam}`;
  const bar = document.querySelector(".exam-bar");
  const saved = bar.querySelector("[data-saved]");
  const left = bar.querySelector("[data-left]");
  const KEPT = "网络断开，答案已存在手机上，恢复后自动补交";
  const THEN_DONE = `${KEPT}，并交卷`;
  const BUSY = "系统忙，答案已存在手机上，稍后自动补交";
  const WORKS_NO_MORE = "答案已存在手机上，但这个链接现在不能用，请联系现场工作人员";

  // Where the browser keeps nothing, the open page does.
  let memory = { seq: Number(form.dataset.seq), waiting: {}, given: {} };
  const load = () => {
    try { return JSON.parse(localStorage.getItem(place)) || memory; } catch { return memory; }
  };
  const save = (state) => {
    memory = state;
    try { localStorage.setItem(place, JSON.stringify(state)); } catch { /* The page still has it. */ }
  };
  const forget = () => { try { localStorage.removeItem(place); } catch { /* As above. */ } };
  const fields = (number) => [...form.elements].filter((field) => field.name === `q${number}`);
  const chosen = (number) => fields(number).filter((field) => field.checked).map((field) => field.value);
  const tell = (text, tone) => {
    if (saved.textContent !== text) saved.textContent = text;
    saved.className = tone;
  };
  const count = () => {
    const all = [...form.querySelectorAll("fieldset")];
    bar.querySelector("[data-answered]").textContent = all.filter((one) => one.querySelector(":checked")).length;
  };

  async function post(waiting) {
    const body = new URLSearchParams({ paper: exam });
    for (const [number, one] of waiting) body.append("answer", `${number}:${one.seq}:${one.chosen.join(",")}`);
    // On a bad network a request may hang for minutes.
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), 15000);
    const answer = await fetch(answers, { method: "POST", body, signal: patience.signal });
    clearTimeout(timer);
    if (answer.status === 409) {
      // Handed in already, or its time is over: the server marked what it has.
      forget();
      location.assign(result);
      return false;
    }
    if (answer.status === 429 || answer.status >= 500) return tell(BUSY, "warning");
    const readable = (answer.headers.get("content-type") || "").startsWith("application/json");
    if (!answer.ok || !readable) return tell(WORKS_NO_MORE, "warning");
    const { seq, left: seconds } = await answer.json();
    const state = load();
    state.seq = Math.max(state.seq, seq);
    if (left && seconds !== null) {
      state.end = Date.now() + seconds * 1000;
      // The clock of a phone that was off may have been wrong.
      if (lapsed && seconds > 0) wanted = lapsed = false;
    }
    for (const [number, one] of waiting) {
      if (state.waiting[number]?.seq === one.seq) delete state.waiting[number];
    }
    save(state);
    return true;
  }

  // Sends until nothing waits. `ask` asks the server even where nothing does, to know that it is there.
  async function deliver(ask) {
    for (let first = ask; ; first = false) {
      const waiting = Object.entries(load().waiting);
      if (!waiting.length && !first) return true;
      try {
        if (!(await post(waiting))) return false;
      } catch {
        tell(wanted ? THEN_DONE : KEPT, "warning");
        return false;
      }
      if (!Object.keys(load().waiting).length) {
        tell("已保存", "good");
        return true;
      }
    }
  }
  let sending = null;
  const send = (ask = false) => {
    sending ??= deliver(ask).finally(() => { sending = null; });
    return sending;
  };

  // Handing in leaves the page, so it waits until the server is there and has everything.
  let wanted = false;
  let leaving = false;
  // Wanted by the clock alone.
  let lapsed = false;
  async function handIn() {
    if (leaving || !wanted) return;
    if (!(await send(true)) || !wanted || leaving) return;
    leaving = true;
    form.submit();
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // The script of every page keeps a form from being sent twice; this one sees to it itself.
    event.stopPropagation();
    wanted = true;
    lapsed = false;
    handIn();
  });
  form.addEventListener("change", (event) => {
    const number = event.target.name.slice(1);
    wanted = false;
    const state = load();
    state.seq += 1;
    state.given[number] = state.waiting[number] = { seq: state.seq, chosen: chosen(number) };
    save(state);
    count();
    if (!navigator.onLine) tell(KEPT, "warning");
    send();
  });

  const noted = load();
  noted.given ??= {};
  // What this phone has answered since the server wrote the page: that page may be an old one, kept for a time without
  // a network.
  for (const [number, one] of [...Object.entries(noted.given), ...Object.entries(noted.waiting)]) {
    if (one.seq <= Number(form.dataset.seq) && !noted.waiting[number]) continue;
    for (const field of fields(number)) field.checked = one.chosen.includes(field.value);
  }
  noted.seq = Math.max(noted.seq, Number(form.dataset.seq));
  // The server says how long there is, now and with each answer that it keeps; the phone's clock may be wrong, but it
  // runs. A page that was kept for a time says no more how long.
  if (left) noted.end ??= Date.now() + Number(left.dataset.left) * 1000;
  save(noted);
  const WARNINGS = [60, 300];
  let warned = Infinity;
  function tick() {
    const seconds = Math.ceil((load().end - Date.now()) / 1000);
    if (seconds <= 0) {
      left.textContent = "时间到，正在交卷";
      lapsed ||= !wanted;
      wanted = true;
      return;
    }
    left.textContent = `还剩${Math.floor(seconds / 60)}分${String(seconds % 60).padStart(2, "0")}秒`;
    const due = WARNINGS.find((limit) => seconds <= limit);
    if (due && due < warned) {
      warned = due;
      left.classList.add("due");
      bar.querySelector("[data-warning]").textContent = `离考试结束还有${due / 60}分钟`;
    }
  }

  count();
  if (left) {
    tick();
    setInterval(tick, 1000);
  }
  send(true);
  addEventListener("online", () => (wanted ? handIn() : send()));
  addEventListener("offline", () => tell(KEPT, "warning"));
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  setInterval(() => (wanted ? handIn() : send()), 4000);
}
