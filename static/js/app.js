// Behaviours of every page, on data- hooks. Nothing here is needed to use the shop.

const root = document.documentElement;

// Theme: the form posts to the server, which sets a cookie; with JavaScript it happens in place.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form) return;
  event.preventDefault();
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax${secure}`;
});

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-toast-close]");
  if (close) dismiss(close.closest(".toast"));

  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) { event.preventDefault(); closer.closest("dialog")?.close(); }

  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard?.writeText(copy.dataset.copy).then(() => {
      const said = copy.querySelector("[data-copy-said]") ?? copy;
      const before = said.textContent;
      said.textContent = "Copied";
      setTimeout(() => { said.textContent = before; }, 1600);
    });
  }

  // A menu closes when one clicks elsewhere.
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

// Toasts leave by themselves, but not while somebody points at them, and errors stay.
function dismiss(toast) {
  if (!toast) return;
  toast.classList.add("is-leaving");
  setTimeout(() => toast.remove(), 450);
}

function watch(toast) {
  if (toast.dataset.watched || toast.dataset.stays !== undefined) return;
  toast.dataset.watched = "1";
  let timer = setTimeout(() => dismiss(toast), 6000);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => { timer = setTimeout(() => dismiss(toast), 2500); });
}

const toasts = document.getElementById("toasts");
if (toasts) {
  toasts.querySelectorAll(".toast").forEach(watch);
  new MutationObserver(() => toasts.querySelectorAll(".toast").forEach(watch))
    .observe(toasts, { childList: true });
}

// Selects that apply themselves, for example the sort order; their button is for the rest.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit]")) event.target.form?.requestSubmit();
});
for (const button of document.querySelectorAll("[data-js-hidden]")) button.hidden = true;
for (const button of document.querySelectorAll("[data-needs-js]")) button.hidden = false;

// htmx: show an error answer as a toast instead of losing it.
document.addEventListener("htmx:responseError", (event) => {
  const text = event.detail.xhr.getResponseHeader("X-Message");
  if (!toasts) return;
  const toast = document.createElement("div");
  toast.className = "toast toast--error";
  toast.setAttribute("role", "alert");
  toast.textContent = text ? decodeURIComponent(text) : toasts.dataset.failed;
  toasts.append(toast);
});
document.addEventListener("htmx:sendError", () => {
  if (!toasts) return;
  const toast = document.createElement("div");
  toast.className = "toast toast--error";
  toast.setAttribute("role", "alert");
  toast.textContent = toasts.dataset.away;
  toasts.append(toast);
});
