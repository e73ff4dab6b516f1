// What a device notes while there may be no network: every tap with a key of its own, sent as soon as there is a network;
// the server takes each key once. The page says how a mark looks, what is sent of it and what an answer means.
function put(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

// `empty` is what the notebook holds at first, beside what waits and what was refused.
function notebook({ place, empty, form, address, status, shelf, title, wire, taken, told, sent }) {
  const device = localStorage.getItem("device") || Math.random().toString(36).slice(2, 10);
  localStorage.setItem("device", device);
  const load = () => ({ waiting: [], conflicts: [], ...empty, ...JSON.parse(localStorage.getItem(place) || "{}") });
  const save = (state) => localStorage.setItem(place, JSON.stringify(state));
  const key = () => `${device}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
  const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });

  // A list of what a person has to look at; each line goes when it is ticked off.
  function list(where, heading, name, say) {
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
    where.append(put("h2", heading(all.length)), lines);
  }

  function tell(extra) {
    const { waiting } = load();
    const parts = extra ? [extra] : [];
    if (waiting.length) parts.push(`${waiting.length}条记录保存在本机，等待上传`);
    else if (!extra) parts.push("全部记录已上传");
    parts.push(...new Set(waiting.map((one) => one.waits).filter(Boolean)));
    status.textContent = parts.join("；");
    status.className = extra || waiting.length ? "warning" : "hint";
    list(shelf, (count) => `${count}条记录没有登记成功，请核对`, "conflicts",
      (one) => [`${clock(one.at)} ${title(one)} ${one.name || "未知企业"}：${one.message}`]);
    told?.();
  }

  // Nothing where the answer is none: the sign-in has ended, or the page is an old one.
  async function post(path, fields) {
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, device, ...fields });
    const answer = await fetch(`${address}/${path}`, { method: "POST", body });
    const readable = (answer.headers.get("content-type") || "").startsWith("application/json");
    return answer.ok && !answer.redirected && readable ? answer.json() : null;
  }

  // Whether the last word to the server did not get through.
  const net = { cut: false };
  let sending = false;
  async function send() {
    const { waiting } = load();
    if (sending || !waiting.length) return;
    sending = true;
    try {
      const now = Date.now();
      const marks = waiting.map((mark) => ({ ...wire(mark), seconds_ago: Math.max(0, Math.round((now - mark.at) / 1000)) }));
      const answers = await post("sync", { marks: JSON.stringify(marks) });
      net.cut = false;
      if (!answers) return tell("登录已过期或页面太旧，请刷新本页、重新登录，记录不会丢失");
      const verdicts = new Map(answers.map((one) => [one.key, one]));
      const state = load();
      // What rests on another device's mark stays here, and is sent again.
      const held = (one) => verdicts.get(one.key)?.verdict === "waits";
      for (const item of state.waiting.filter(held)) item.waits = verdicts.get(item.key).message;
      const done = (one) => verdicts.has(one.key) && !held(one);
      for (const item of state.waiting.filter(done)) taken(item, verdicts.get(item.key), state);
      state.waiting = state.waiting.filter((one) => !done(one));
      save(state);
      tell("");
      await sent?.();
    } catch {
      net.cut = true;
      tell("现在没有网络");
    } finally {
      sending = false;
    }
  }

  // Notes a mark; `show` is given it before it is on its way.
  function note(mark, show) {
    const state = load();
    state.waiting.push({ key: key(), at: Date.now(), ...mark });
    save(state);
    show(state.waiting.at(-1));
    tell(navigator.onLine ? "" : "现在没有网络");
    send();
  }
  return { net, load, save, list, tell, post, send, note };
}

// Only over HTTPS and on this machine itself can the page be kept (keep.js).
function warnUnlessKept(tools, work) {
  if ("serviceWorker" in navigator) return;
  tools.prepend(put("p", `本机现在不是通过HTTPS打开的：断网后可以继续${work}，但不要刷新或关闭本页。`, "warning"));
}
