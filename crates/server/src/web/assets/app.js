// Every page works without this. It copies codes at a click and keeps a form from being sent twice.
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
  if (form.method === "post") form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  const errors = document.querySelector(".errors");
  if (errors) errors.focus();
});
