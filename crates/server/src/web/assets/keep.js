// Keeps the page that it stands on, so that it can be opened again without a network. Only over HTTPS and on this
// machine itself do browsers do that.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/page-worker.js", { scope: document.currentScript.dataset.scope }).catch(() => {});
  const made = [...document.querySelectorAll("link[href^='/assets/'], script[src^='/assets/']")];
  const needed = [location.pathname, ...made.map((one) => one.getAttribute("href") || one.getAttribute("src"))];
  caches.open("pages").then((kept) => kept.addAll([...new Set(needed)])).catch(() => {});
}
