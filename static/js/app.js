/* Small helps. Every page works without them. */

const SENDING = "data-sending";
const SECONDS = 10;

/** Where a form came back with mistakes, begin there. */
document.querySelector("[data-focus]")?.focus();

/** A mistake's link leads into its field, also when a fold hides it. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('.summary a[href^="#"]');
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  (field.matches("input, select, textarea, button") ? field : field.querySelector("input, select, textarea") ?? field).focus();
});

/** Pressed twice is sent once. The button stays as wide as it was, and keeps its name and value in the post. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute(SENDING)) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  form.setAttribute(SENDING, "");
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(release, SECONDS * 1000, form); // an answer that is a file leaves the page as it is
});

function release(form) {
  form.removeAttribute(SENDING);
  form.querySelectorAll('[aria-disabled="true"]').forEach((button) => button.removeAttribute("aria-disabled"));
}

/** Back in the browser: the form may be sent again. */
window.addEventListener("pageshow", () => document.querySelectorAll(`form[${SENDING}]`).forEach(release));

/** The top bar's menus close when one presses elsewhere, or Escape. */
const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
