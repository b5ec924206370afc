// The form for a series: which layouts a style offers, the density as a number, words of lists.
// Count, time, cost and prompts come from the server; the form works without any of it.

const form = document.querySelector("[data-commission]");

function showLayouts() {
  const style = form.querySelector('input[name="style"]:checked');
  const offered = new Set((style?.dataset.layouts ?? "").split("|").filter(Boolean));
  for (const label of form.querySelectorAll("[data-layout]")) {
    const isOffered = offered.size === 0 || offered.has(label.dataset.layout);
    label.querySelector("input").disabled = !isOffered;
  }
}

function showDensity() {
  const output = form.querySelector("[data-density]");
  if (output) output.textContent = Number(form.elements.density.value).toFixed(2);
}

function insertWord(event) {
  const chip = event.target.closest("[data-word]");
  if (!chip) return;
  const place = lastText ?? form.elements.subject;
  place.setRangeText(`{${chip.dataset.word}}`, place.selectionStart, place.selectionEnd, "end");
  place.focus();
  place.dispatchEvent(new Event("input", { bubbles: true }));
}

let lastText = null;

if (form?.elements.style) {
  form.addEventListener("input", () => {
    showLayouts();
    showDensity();
  });
  form.addEventListener("focusin", (event) => {
    if (["subject", "mood"].includes(event.target.name)) lastText = event.target;
  });
  form.addEventListener("click", insertWord);
  showLayouts();
  showDensity();
}
