// Keeps at hand where there is no network what somebody works on: a session's roll, a hand-in-hand day's desk, an enterprise's exam, and what
// those pages are made of. From the network where that answers, from what was kept where it does not.
const KEPT = "pages";
const PATIENCE = 4000;
const WORK = /^\/sessions\/\d+\/roll$|^\/clinics\/\d+\/desk$|^\/l\/[^/]+\/exam$|^\/assets\//;
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || !WORK.test(url.pathname)) return;
  event.respondWith(answer(event.request, url));
});
async function answer(request, url) {
  const kept = await caches.open(KEPT);
  const known = await kept.match(url.pathname);
  const asked = fetch(request).then((fresh) => {
    if (fresh.ok && !fresh.redirected) kept.put(url.pathname, fresh.clone());
    return fresh;
  });
  if (!known) return asked;
  const late = new Promise((resolve) => setTimeout(() => resolve(known), PATIENCE));
  return Promise.race([asked.catch(() => known), late]);
}
