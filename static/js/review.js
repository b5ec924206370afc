// The review page: one key decides, the next picture is there already, a held picture stays held.
// Every key presses a real button or link of the card; without this file those still work.

const SOON_KEPT = 8;
const HOLD_EVERY_MS = 20000;
const soon = new Map();
let touched = Date.now();

const card = () => document.querySelector("[data-card]");
const helpOpen = () => document.querySelector("dialog[open]");
const writing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

// -- keys ------------------------------------------------------------------------------------

function keyed(key) {
  const all = [...(card()?.querySelectorAll("[data-key]") ?? [])];
  return all.find((element) => element.dataset.key === key && shown(element));
}

// The reasons can be pressed only while they are open.
function shown(element) {
  const reasons = element.closest("[data-reject]");
  return !reasons || reasons.open || element.matches("summary");
}

document.addEventListener("keydown", (event) => {
  touched = Date.now();
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const reasons = card()?.querySelector("[data-reject][open]");
  if (event.key === "Escape" && reasons && !helpOpen()) {
    reasons.open = false;
    reasons.querySelector("summary").focus();
    return;
  }
  if (helpOpen() || writing(event.target)) return;
  // In the rail, and nowhere else, arrows up and down scroll; left and right walk everywhere.
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const button = keyed(key);
  if (!button) return;
  event.preventDefault();
  button.click();
  if (button.matches("summary")) card().querySelector("[data-reject] [name=reason]").focus();
});

// -- the card changes --------------------------------------------------------------------------

// A conflict or a missing reason comes as a card too: show it instead of throwing it away.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (![409, 422].includes(event.detail.xhr.status)) return;
  if (!event.detail.serverResponse.includes("data-card")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "card" && event.target.id !== "card") return;
  card()?.focus({ preventScroll: true });
  if (matchMedia("(max-width: 60rem)").matches) scrollTo({ top: 0 });
  fetchSoon();
});

// Fetch and decode the next pictures, so that they are there at once.
function fetchSoon() {
  const addresses = (card()?.dataset.soon ?? "").split(" ").filter(Boolean);
  for (const address of addresses) {
    if (soon.has(address)) continue;
    const image = new Image();
    image.src = address;
    image.decode?.().catch(() => soon.delete(address));
    soon.set(address, image);
  }
  while (soon.size > SOON_KEPT) soon.delete(soon.keys().next().value);
}

// -- holding -----------------------------------------------------------------------------------

for (const move of ["pointermove", "pointerdown", "scroll"]) {
  addEventListener(move, () => { touched = Date.now(); }, { passive: true });
}

// While somebody is at it, the picture stays theirs; a conflict brings the card of what happened.
setInterval(async () => {
  const shownCard = card();
  const address = shownCard?.dataset.hold;
  if (!address || document.hidden || Date.now() - touched > HOLD_EVERY_MS * 1.5) return;
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const answer = await fetch(address, { method: "POST", headers }).catch(() => null);
  if (answer?.status === 409 && card() === shownCard) show(location.pathname);
}, HOLD_EVERY_MS);

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

fetchSoon();
