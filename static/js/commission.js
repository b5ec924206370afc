// The commission form: how many pictures what was ticked makes, and which layouts a style offers.
// The form works without it; the server checks everything.

const form = document.querySelector("[data-commission]");
const note = form?.querySelector("[data-combinations]");

function ticked(name) {
  return form.querySelectorAll(`input[name="${name}"]:checked:not(:disabled)`).length;
}

function show() {
  const style = form.querySelector('input[name="style"]:checked');
  const offered = new Set(style?.dataset.layouts.split(" ") ?? []);
  for (const label of form.querySelectorAll("[data-layout]")) {
    label.querySelector("input").disabled = offered.size > 0 && !offered.has(label.dataset.layout);
  }
  const palettes = ticked("palettes");
  const layouts = ticked("layouts");
  const count = Number(form.elements.count.value) || palettes * layouts;
  note.hidden = !palettes || !layouts;
  note.textContent = `${palettes} palette${palettes === 1 ? "" : "s"} and ${layouts} layout${layouts === 1 ? "" : "s"}: ${count} picture${count === 1 ? "" : "s"}.`;
}

if (form) {
  form.addEventListener("input", show);
  show();
}
