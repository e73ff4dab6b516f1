// A field to sign in with the finger. What is sent are the strokes as numbers; the picture is drawn by the server.
for (const box of document.querySelectorAll("[data-sign]")) {
  const kept = box.closest("form").elements[box.dataset.sign];
  const field = document.createElement("canvas");
  field.width = Number(box.dataset.width);
  field.height = Number(box.dataset.height);
  field.setAttribute("role", "img");
  field.setAttribute("aria-label", "签名框");
  Object.assign(field.style, { width: "100%", border: "2px solid currentColor", background: "#fff", touchAction: "none" });
  const pen = field.getContext("2d");
  Object.assign(pen, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: "#000" });
  let strokes = kept.value.split(";").filter(Boolean).map((stroke) => stroke.trim().split(/\s+/).map((point) => point.split(",").map(Number)));
  const show = () => {
    pen.clearRect(0, 0, field.width, field.height);
    for (const stroke of strokes) {
      pen.beginPath();
      stroke.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.stroke();
    }
    kept.value = strokes.map((stroke) => stroke.map((point) => point.join(",")).join(" ")).join(";");
  };
  const at = (event) => {
    const { left, top, width, height } = field.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), 1) * most);
    return [within((event.clientX - left) / width, field.width), within((event.clientY - top) / height, field.height)];
  };
  let now = null;
  field.addEventListener("pointerdown", (event) => {
    field.setPointerCapture(event.pointerId);
    now = [at(event)];
    strokes.push(now);
    event.preventDefault();
  });
  field.addEventListener("pointermove", (event) => {
    if (!now) return;
    now.push(at(event));
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) field.addEventListener(end, () => (now = null));
  const clear = document.createElement("button");
  clear.type = "button";
  clear.textContent = "清除重签";
  clear.addEventListener("click", () => {
    strokes = [];
    show();
  });
  box.append(field, clear);
  show();
}
