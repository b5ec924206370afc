// Says whether a page hears of changes. The page itself is swapped by htmx's ws extension, which
// also reconnects; on reconnecting the server sends the whole present state.

const WORDS = { waiting: "Connecting", live: "Live", lost: "Reconnecting" };

function say(element, state) {
  element.dataset.live = state;
  for (const word of element.querySelectorAll("[data-live-word]")) word.textContent = WORDS[state];
}

document.addEventListener("htmx:wsOpen", (event) => say(event.target, "live"));
document.addEventListener("htmx:wsClose", (event) => say(event.target, "lost"));
document.addEventListener("htmx:wsError", (event) => say(event.target, "lost"));
