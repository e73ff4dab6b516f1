// One question per screen, for a long form on a phone; without this they stand one below the other. The address says
// which screen is open (#f-q3), so that the phone's own back button leads to the question before, and a reload to
// the same one.
for (const form of document.querySelectorAll("form[data-paged]")) turn(form);

function turn(form) {
  const questions = [...form.querySelectorAll("fieldset")];
  const [back, next, check] = ["back", "next", "check"].map((name) => form.querySelector(`[data-turn=${name}]`));
  const turns = form.querySelector("[data-turns]");
  const last = form.querySelector("[data-last]");
  const numbers = last.querySelector("[data-numbers]");
  const answered = (question) => Boolean(question.querySelector(":checked"));
  const open = (id) => { location.hash = id; };
  const place = () => questions.findIndex((question) => `#${question.id}` === location.hash);

  function show(focus) {
    const at = place();
    const checking = at < 0;
    questions.forEach((question, index) => { question.hidden = index !== at; });
    last.hidden = !checking;
    turns.hidden = checking;
    back.hidden = at === 0;
    if (checking) list();
    if (!focus) return;
    const head = checking ? last.querySelector("h2") : questions[at].querySelector("legend");
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  function list() {
    numbers.replaceChildren(...questions.map((question, index) => {
      const link = document.createElement("a");
      link.href = `#${question.id}`;
      link.textContent = `${index + 1}${answered(question) ? "" : " 未答"}`;
      link.setAttribute("aria-label", `第${index + 1}题，${answered(question) ? "已答" : "未答"}`);
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
    const left = questions.filter((question) => !answered(question)).length;
    last.querySelector("[data-left-open]").textContent = left ? `还有${left}题没有答，点题号去答，答完才能交卷。` : "每题都答了。点题号可以回去改，没有要改的就交卷。";
  }

  const id = (at) => questions[at]?.id ?? "check";
  next.addEventListener("click", () => open(id(place() + 1)));
  back.addEventListener("click", () => open(id(place() - 1)));
  check.addEventListener("click", () => open("check"));
  addEventListener("hashchange", () => show(true));
  if (place() < 0 && location.hash !== "#check") {
    const first = questions.find((question) => question.matches(".wrong") || !answered(question));
    history.replaceState(null, "", `#${first?.id ?? "check"}`);
  }
  show(false);
}
