// Brings what has changed onto a page that waits for long work or hangs on a wall, every data-again seconds, and
// leaves the keyboard where it is. Without this the page loads itself again.
const shown = document.querySelector("main[data-again]");
const reachable = "a[href], button, input:not([type=hidden]), summary";
async function again() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  // Done, or signed out: the answer stands at another address.
  if (answer.redirected) return location.replace(answer.url);
  if (answer.status >= 500) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (!answer.ok || !next?.dataset.again) return location.reload();
  if (next.innerHTML === shown.innerHTML) return;
  const at = [...shown.querySelectorAll(reachable)].indexOf(document.activeElement);
  shown.replaceChildren(...next.childNodes);
  if (at >= 0) shown.querySelectorAll(reachable)[at]?.focus({ preventScroll: true });
}
async function later() {
  try { await again(); } catch { /* No network: the page grows old, and the next answer brings a new one. */ }
  setTimeout(later, shown.dataset.again * 1000);
}
setTimeout(later, shown.dataset.again * 1000);
