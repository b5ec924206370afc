// What is held stays held while somebody is at it, and what others do shows at once.

const HOLD_EVERY_MS = 20000;
let touched = Date.now();

const card = () => document.querySelector("[data-card]");
const onItsWay = (shown) => shown.querySelector("form.htmx-request, a.htmx-request");

for (const move of ["keydown", "pointermove", "pointerdown", "scroll"]) {
  addEventListener(move, () => { touched = Date.now(); }, { passive: true });
}

// -- holding -----------------------------------------------------------------------------------

// While somebody is at it, the picture stays theirs; a conflict brings the card of what happened.
setInterval(async () => {
  const shown = card();
  const address = shown?.dataset.hold ?? shown?.dataset.holdMany;
  if (!address || onItsWay(shown) || document.hidden || Date.now() - touched > HOLD_EVERY_MS * 1.5) return;
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const body = new FormData();
  for (const box of shown.querySelectorAll("[name=candidate]:enabled")) body.append("candidate", box.value);
  const answer = await fetch(address, { method: "POST", headers, body }).catch(() => null);
  if (answer?.status !== 409 || card() !== shown || onItsWay(shown)) return;
  if (shown.dataset.hold) show(location.pathname + location.search);
  else lose(shown, (await answer.text()).split(" "));
}, HOLD_EVERY_MS);

// Pictures of a page that somebody else has now.
function lose(shown, ids) {
  for (const box of shown.querySelectorAll("[name=candidate]")) {
    if (!ids.includes(box.value)) continue;
    box.checked = false;
    box.disabled = true;
    box.closest("[data-tile]").dataset.lost = "";
  }
}

// Settled at once: for 20 ms a new card would else be a plain form to the next key.
function show(address) {
  htmx.ajax("GET", address, { source: "[data-review]", target: "#card", swap: "outerHTML settle:0ms" });
}

// -- what others do ------------------------------------------------------------------------------

// A push lists who holds what; the card says so where it is about its picture. An empty queue fills.
document.addEventListener("htmx:wsAfterMessage", () => {
  const holder = card()?.querySelector("[data-holder]");
  if (holder) {
    const line = document.querySelector(`[data-holder-of="${holder.dataset.holder}"]`);
    if (holder.textContent !== (line?.textContent ?? "")) holder.textContent = line?.textContent ?? "";
  }
  const waiting = Number(document.querySelector("#review-counter strong")?.textContent);
  const empty = document.querySelector(".review-card--empty [data-key=n]");
  if (waiting && empty) show(empty.getAttribute("href"));
});
