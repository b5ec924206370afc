// Many pictures: moving among them, selecting them, and one of them at 100 %.

const tiles = () => [...document.querySelectorAll("[data-tile]")];
const boxOf = (tile) => tile?.querySelector("[name=candidate]");
const selected = () => tiles().filter((tile) => boxOf(tile).checked);
let at = 0;
let anchor = 0;

const tileOf = (element) => element?.closest?.("[data-tile]");
const current = () => tiles()[Math.min(at, tiles().length - 1)];

// -- moving ----------------------------------------------------------------------------------

function go(index) {
  const all = tiles();
  if (!all.length) return;
  at = Math.max(0, Math.min(index, all.length - 1));
  for (const tile of all) tile.toggleAttribute("data-at", tile === all[at]);
  boxOf(all[at]).focus({ preventScroll: true });
  all[at].scrollIntoView({ block: "nearest" });
}

const columns = () => {
  const all = tiles();
  const next = all.findIndex((tile) => tile.offsetTop > all[0].offsetTop);
  return next < 1 ? all.length : next;
};

const MOVES = {
  ArrowLeft: () => -1, k: () => -1, ArrowRight: () => 1, j: () => 1,
  ArrowUp: () => -columns(), ArrowDown: () => columns(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("textarea, select, input:not([type=checkbox])")) return;
  if (event.target.closest("[data-reject]") && event.key === "Enter") return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (MOVES[key]) { event.preventDefault(); go(at + MOVES[key]()); }
  if (key === "Enter" && tileOf(event.target)) {
    event.preventDefault();
    current().querySelector("[data-open]").click();
  }
});

document.addEventListener("focusin", (event) => {
  const tile = tileOf(event.target);
  if (tile && tile !== current()) go(tiles().indexOf(tile));
});

// -- selecting ---------------------------------------------------------------------------------

function tell() {
  const count = selected().length;
  const line = document.querySelector("[data-picked]");
  if (line) line.textContent = count ? `${count} selected` : "";
}

function pick(index, upTo) {
  const all = tiles();
  const tile = all[index];
  if (!tile || boxOf(tile).disabled) return;
  const on = upTo ? true : !boxOf(tile).checked;
  const [from, to] = upTo ? [Math.min(anchor, index), Math.max(anchor, index)] : [index, index];
  for (const each of all.slice(from, to + 1)) if (!boxOf(each).disabled) boxOf(each).checked = on;
  anchor = index;
  tell();
}

function pickAll() {
  const free = tiles().filter((tile) => !boxOf(tile).disabled);
  const on = free.some((tile) => !boxOf(tile).checked);
  for (const tile of free) boxOf(tile).checked = on;
  tell();
}

let shift = false;
document.addEventListener("review:key", (event) => {
  shift = event.detail.shift;
  const deed = event.target.dataset.deed;
  // A key that decides means the picture one is at where none is selected.
  if (deed !== undefined && deed !== "any" && !selected().length) pick(at, false);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-pick]")) { pick(at, shift); shift = false; go(at); }
  if (event.target.closest("[data-pick-all]")) pickAll();
  if (event.target.closest("[data-zoom-tile]")) zoom();
  const tile = tileOf(event.target);
  if (tile && event.shiftKey && event.target.closest(".tile-pick__label")) {
    event.preventDefault();
    pick(tiles().indexOf(tile), true);
  }
});

document.addEventListener("change", (event) => {
  const tile = tileOf(event.target);
  if (!tile) return;
  anchor = tiles().indexOf(tile);
  tell();
});

// -- looking -----------------------------------------------------------------------------------

function zoom() {
  const dialog = document.getElementById("zoom");
  const image = current()?.querySelector(".tile-pick__picture");
  if (!dialog || !image) return;
  const large = dialog.querySelector("[data-zoom-picture]");
  large.src = image.src.replace(/\/thumb\/$/, "/image/");
  large.alt = image.alt;
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  const dialog = document.getElementById("zoom");
  if (event.key.toLowerCase() === "z" && dialog?.open) { event.preventDefault(); dialog.close(); }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "card" && event.target.id !== "card") return;
  anchor = 0;
  go(0);
  tell();
});

go(0);
