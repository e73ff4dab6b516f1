// Brings the code and who is in onto the hall's screen. Without this the page shows itself again.
const part = document.querySelector("[data-live]");
const every = 3000;
setInterval(async () => {
  try {
    const answer = await fetch(part.dataset.live);
    if (answer.redirected || answer.status === 409) location.reload();
    else if (answer.ok) part.innerHTML = await answer.text();
  } catch { /* No network: the code on the screen grows old, and the next answer brings a new one. */ }
}, every);
