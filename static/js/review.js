// The review pages: one key decides, the next picture is there already, what is held stays held.
// Every key presses a real button or link; without this file those still work.

const SOON_KEPT = 12;
const HOLD_EVERY_MS = 20000;
const RAIL_AFTER_MS = 200;
const soon = new Map();
const counted = new WeakMap();
let touched = Date.now();
let shownAt = performance.now();
let input = "pointer";

const card = () => document.querySelector("[data-card]");
const review = () => document.querySelector("[data-review]");
const picture = () => card()?.querySelector(".review-picture");
const dialogOpen = () => document.querySelector("dialog[open]");
const writing = (target) =>
  target.closest?.("textarea, select, input:not([type=checkbox]), [contenteditable]");

// -- keys ------------------------------------------------------------------------------------

function keyed(key) {
  const places = [card(), review()].filter(Boolean);
  const all = places.flatMap((place) => [...place.querySelectorAll("[data-key]")]);
  return all.find((element) => means(element, key) && pressable(element));
}

const means = (element, key) => element.dataset.key === key || element.dataset.also === key;

// Reasons can be pressed only while they are open, and nothing that is hidden.
function pressable(element) {
  const reasons = element.closest("[data-reject]");
  return !element.hidden && (!reasons || reasons.open || element.matches("summary"));
}

document.addEventListener("keydown", (event) => {
  touched = Date.now();
  input = "key";
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const open = card()?.querySelector("[data-reject][open]");
  if (event.key === "Escape" && open && !dialogOpen()) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  if (dialogOpen() || writing(event.target)) return;
  // In the rail, and nowhere else, arrows up and down scroll; left and right walk everywhere.
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const pressed = keyed(key);
  if (!pressed) return;
  event.preventDefault();
  // A mode that needs to know first what is meant, such as the picture one is at, hears of it.
  pressed.dispatchEvent(new CustomEvent("review:key", { bubbles: true, detail: { shift: event.shiftKey } }));
  pressed.click();
  if (pressed.matches("summary") && pressed.parentElement.open) {
    pressed.parentElement.querySelector("[data-key='1'], input:not([type=hidden])")?.focus();
  }
});

// One list of reasons at a time.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("[data-reject]") || !event.target.open) return;
  for (const other of document.querySelectorAll("[data-reject][open]")) {
    if (other !== event.target) other.open = false;
  }
}, true);

// -- what is told with a decision --------------------------------------------------------------

for (const move of ["pointermove", "pointerdown", "scroll"]) {
  addEventListener(move, () => { touched = Date.now(); }, { passive: true });
}
addEventListener("pointerdown", () => { input = "pointer"; }, { passive: true });

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "post") return;
  event.detail.parameters.took_ms = String(Math.round(performance.now() - shownAt));
  event.detail.parameters.input = input;
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
  arrive();
});

// A card is there: its time runs from when one can see the picture; then comes the rest.
function arrive() {
  const now = card();
  shownAt = performance.now();
  wake(document);
  fetchSoon();
  picture()?.decode?.().then(() => { if (card() === now) shownAt = performance.now(); }, () => {});
  setTimeout(() => { if (card() === now) fetchRest(now); }, RAIL_AFTER_MS);
}

// The rest of the rail comes when the picture is there, and only if one stays with it.
function fetchRest(shown) {
  const rest = shown?.querySelector(".review-about[hx-get]:not([data-asked])");
  if (!rest) return;
  rest.dataset.asked = "";
  htmx.trigger(rest, "picture-shown");
}

// Buttons that do nothing without a script are hidden until there is one.
function wake(place) {
  for (const element of place.querySelectorAll("[data-needs-script]")) element.hidden = false;
}

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

// The seconds in which an approval can be taken back before it is on sale.
setInterval(() => {
  for (const line of document.querySelectorAll("[data-countdown]")) {
    if (!counted.has(line)) counted.set(line, performance.now());
    const left = Math.ceil(line.dataset.countdown - (performance.now() - counted.get(line)) / 1000);
    if (left > 0) line.querySelector("[data-left]").textContent = left;
    else { line.textContent = "On sale now"; line.removeAttribute("data-countdown"); }
  }
}, 250);

// -- holding -----------------------------------------------------------------------------------

// While somebody is at it, the picture stays theirs; a conflict brings the card of what happened.
setInterval(async () => {
  const shown = card();
  const address = shown?.dataset.hold ?? shown?.dataset.holdMany;
  if (!address || document.hidden || Date.now() - touched > HOLD_EVERY_MS * 1.5) return;
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const body = new FormData();
  for (const box of shown.querySelectorAll("[name=candidate]:enabled")) body.append("candidate", box.value);
  const answer = await fetch(address, { method: "POST", headers, body }).catch(() => null);
  if (answer?.status !== 409 || card() !== shown) return;
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

arrive();
