// The review pages: one key decides, the next picture is there already, what is held stays held.
// Every key presses a real button or link; without this file those still work.

const SOON_KEPT = 12;
const RAIL_AFTER_MS = 200;
const SLIP_MS = 150;
const MOST_TYPED = 4;
const soon = new Map();
const decoded = new WeakSet();
const counted = new WeakMap();
let shownAt = performance.now();
let input = "pointer";
let lastKey = "";
let pressedAt = null;  // when a key was typed that is carried out only now
let sent = false;      // a decision or a walk is on its way
let ahead = null;      // the next picture while it is: {address, image, instead, since}
let typed = [];        // keys for the picture that is shown before its card

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
  input = "key";
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const open = card()?.querySelector("[data-reject][open]");
  if (event.key === "Escape") typed = [];
  if (event.key === "Escape" && open && !dialogOpen()) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  if (dialogOpen() || writing(event.target)) return;
  // In the rail, and nowhere else, arrows up and down scroll; left and right walk everywhere.
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (ahead?.instead ? intend(key, event.shiftKey) : perform(key, event.shiftKey)) event.preventDefault();
});

// Press what a key means now; tell whether it means anything.
function perform(key, shift = false) {
  const pressed = keyed(key);
  if (!pressed) return false;
  lastKey = key;
  // A mode that needs to know first what is meant, such as the picture one is at, hears of it.
  pressed.dispatchEvent(new CustomEvent("review:key", { bubbles: true, detail: { shift } }));
  pressed.click();
  if (pressed.matches("summary") && pressed.parentElement.open) {
    pressed.parentElement.querySelector("[data-key='1'], input:not([type=hidden])")?.focus();
  }
  return true;
}

// One list of reasons at a time.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("[data-reject]") || !event.target.open) return;
  for (const other of document.querySelectorAll("[data-reject][open]")) {
    if (other !== event.target) other.open = false;
  }
}, true);

// -- what is told with a decision --------------------------------------------------------------

addEventListener("pointerdown", () => { input = "pointer"; }, { passive: true });

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "post") return;
  event.detail.parameters.took_ms = String(Math.round((pressedAt ?? performance.now()) - shownAt));
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
  if (event.target.id !== "card") return;
  const seen = settleAhead();
  card()?.focus({ preventScroll: true });
  toTop();
  arrive(seen);
});

const toTop = () => { if (matchMedia("(max-width: 60rem)").matches) scrollTo({ top: 0 }); };

// A card is there: its time runs from when one can see the picture; then comes the rest.
function arrive(seen = false) {
  const now = card();
  wake(document);
  fetchSoon();
  setTimeout(() => { if (card() === now && !ahead) fetchRest(now); }, RAIL_AFTER_MS);
  if (seen) return;
  shownAt = performance.now();
  picture()?.decode?.().then(() => { if (card() === now && !ahead) shownAt = performance.now(); }, () => {});
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
    image.decode().then(() => decoded.add(image), () => soon.delete(address));
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

// -- the next picture, before its card ----------------------------------------------------------

// The server holds the next picture for one and names it. It is fetched and decoded while one looks
// at this one, and shown as soon as this one's decision is sent.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.matches("form, a") || !card()?.contains(event.target)) return;
  sent = true;
  const address = event.target.matches("[data-goes-on]") ? card().dataset.next : null;
  const image = soon.get(address);
  if (!image) return;
  const mine = ahead = { address, image, instead: null, since: shownAt };
  if (decoded.has(image)) showAhead();
  else image.decode().then(() => { if (ahead === mine) showAhead(); }, () => {});
});

// All that is said of the picture before is hidden: see `[aria-busy]` in the style sheet.
function showAhead() {
  const { address, image } = ahead;
  ahead.instead = picture();
  soon.delete(address);
  const size = { width: image.naturalWidth, height: image.naturalHeight };
  Object.assign(image, size, { className: "review-picture", alt: "The next picture", draggable: false, decoding: "sync" });
  ahead.instead.replaceWith(image);
  card().setAttribute("aria-busy", "true");
  for (const open of card().querySelectorAll("[data-reject][open]")) open.open = false;
  card().querySelector("[data-frame]").removeAttribute("data-zoomed");
  card().querySelector("[data-zoom]")?.setAttribute("aria-pressed", "false");
  card().focus({ preventScroll: true });
  toTop();
  shownAt = performance.now();
}

// Keep a key for the picture that is shown, until its card is there; tell whether it means anything.
function intend(key, shift = false) {
  if (![card(), review()].some((place) => [...place.querySelectorAll("[data-key]")].some((element) => means(element, key)))) return false;
  const slip = key === lastKey && performance.now() - shownAt < SLIP_MS;  // one press that came twice
  if (!slip && typed.length < MOST_TYPED) typed.push({ key, shift, at: performance.now() });
  return true;
}

// Buttons of the old card do nothing for the picture that is shown; a swipe, which clicks them, does.
document.addEventListener("click", (event) => {
  if (!ahead?.instead || !card()?.contains(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const key = event.target.closest("[data-key]")?.dataset.key;
  if (key && !event.isTrusted) intend(key);
}, true);

// The server's word counts. The picture that is shown stays where its card came; else it goes, and
// with it the keys that were typed for it. Tells whether the picture was seen already.
function settleAhead() {
  const was = ahead;
  [ahead, sent] = [null, false];
  if (!was?.instead) { typed = []; return false; }
  const fresh = picture();
  if (fresh?.getAttribute("src") === was.address) {
    for (const { name, value } of fresh.attributes) if (name !== "src") was.image.setAttribute(name, value);
    fresh.replaceWith(was.image);
    return true;
  }
  if (typed.length) say("Another picture came; your key was not used.");
  typed = [];
  return false;
}

// When the card is wired, and not before htmx has let go of the request that brought it.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "card" || !typed.length) return;
  const [keys, of] = [typed, card()];
  typed = [];
  queueMicrotask(() => carryOut(keys, of));
});

// No key goes further than the picture it was typed for, nor into a field one is writing in.
function carryOut(keys, of) {
  input = "key";
  for (const { key, shift, at } of keys) {
    if (card() !== of || sent || writing(document.activeElement)) return;
    pressedAt = at;
    perform(key, shift);
    pressedAt = null;
  }
}

// Nothing came: the picture one was at comes back, with its buttons.
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.matches?.("form, a, [data-review]")) return;
  const was = ahead;
  [ahead, sent] = [null, false];
  if (!was?.instead || event.detail.successful || !card()?.hasAttribute("aria-busy")) return;
  typed = [];
  was.image.replaceWith(was.instead);
  soon.set(was.address, was.image);
  card().removeAttribute("aria-busy");
  shownAt = was.since;
  say("The server did not answer, so this picture may not be decided. Try again.");
});

function say(sentence) {
  document.getElementById("review-said").textContent = sentence;
  const line = Object.assign(document.createElement("p"), { className: "notice notice--warn", textContent: sentence });
  card()?.querySelector(".review-rail")?.prepend(line);
}

arrive();
