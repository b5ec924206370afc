// Looking at one picture: 100 %, where something was found, and swiping on a touch screen.

const SWIPE_SHARE = 0.28;
const SWIPE_LEAST_PX = 80;
let boxesShown = true;
let swipe = null;

const frame = () => document.querySelector("[data-frame]");

// -- 100 % and boxes -----------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const zoom = event.target.closest("[data-zoom]");
  if (zoom) zoomed(frame(), zoom.getAttribute("aria-pressed") !== "true");
  const boxes = event.target.closest("[data-toggle-boxes]");
  if (boxes) { boxesShown = !boxesShown; showBoxes(); }
});

// At 100 % one pixel of the picture is one of the screen; the middle stays the middle.
function zoomed(place, on) {
  if (!place) return;
  place.toggleAttribute("data-zoomed", on);
  document.querySelector("[data-zoom]")?.setAttribute("aria-pressed", String(on));
  place.tabIndex = on ? 0 : -1;
  if (!on) return;
  place.scrollLeft = (place.scrollWidth - place.clientWidth) / 2;
  place.scrollTop = (place.scrollHeight - place.clientHeight) / 2;
  place.focus({ preventScroll: true });
}

function showBoxes() {
  document.querySelector("[data-boxes]")?.toggleAttribute("data-off", !boxesShown);
  document.querySelector("[data-toggle-boxes]")?.setAttribute("aria-pressed", String(boxesShown));
}

document.addEventListener("htmx:afterSwap", showBoxes);

// -- swiping -------------------------------------------------------------------------------------

const needed = (place) => Math.max(SWIPE_LEAST_PX, place.clientWidth * SWIPE_SHARE);

document.addEventListener("pointerdown", (event) => {
  const place = event.target.closest?.("[data-frame]");
  if (event.pointerType !== "touch" || !place || !event.isPrimary) return;
  if (place.hasAttribute("data-zoomed") || !document.querySelector("[data-swipe-right]")) return;
  swipe = { id: event.pointerId, x: event.clientX, y: event.clientY, place, moved: 0 };
});

document.addEventListener("pointermove", (event) => {
  if (swipe?.id !== event.pointerId) return;
  swipe.moved = event.clientX - swipe.x;
  const far = Math.abs(swipe.moved);
  if (far < 10 || far < Math.abs(event.clientY - swipe.y)) return;
  const share = Math.min(1, far / needed(swipe.place));
  swipe.place.dataset.swipe = swipe.moved > 0 ? "yes" : "no";
  swipe.place.toggleAttribute("data-enough", share >= 1);
  swipe.place.style.setProperty("--swipe", `${swipe.moved}px`);
  swipe.place.style.setProperty("--swipe-share", share.toFixed(2));
});

function endSwipe(event) {
  if (swipe?.id !== event.pointerId) return;
  const { place, moved } = swipe;
  const enough = event.type === "pointerup" && place.hasAttribute("data-enough");
  swipe = null;
  place.removeAttribute("data-enough");
  delete place.dataset.swipe;
  place.style.removeProperty("--swipe");
  place.style.removeProperty("--swipe-share");
  if (!enough) return;
  if (moved > 0) document.querySelector("[data-swipe-right]")?.click();
  else {
    document.querySelector("[data-reject]:not(.review-escalate):not([open]) > summary")?.click();
  }
}

document.addEventListener("pointerup", endSwipe);
document.addEventListener("pointercancel", endSwipe);
