// Says each half minute that the page of an online session is open. Without this there is a button.
const form = document.querySelector("[data-beat]");
const status = document.querySelector("[data-beat-status]");
const minutes = document.querySelector("[data-minutes]");
const beat = async () => {
  if (document.visibilityState === "hidden") return;
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams({ quiet: "1" }) });
    const text = await answer.text();
    if (answer.ok && /^\d+$/.test(text)) {
      minutes.textContent = text;
      status.textContent = "";
    } else status.textContent = "没有记录：培训可能已经结束，请返回首页查看。";
  } catch {
    status.textContent = "网络断了，恢复后继续记录。";
  }
};
form.querySelector("button").hidden = true;
setInterval(beat, 30000);
document.addEventListener("visibilitychange", beat);
beat();
