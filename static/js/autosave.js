/* A long form keeps what is being written in this browser, so that an accident costs nothing.

   <form data-autosave="key">: the key names the form, the version of what it edits, and the person who writes.
   Nothing leaves the browser; what is kept goes when the form was accepted, and after two weeks in any case.
   For forms without personal data of candidates alone. */

const PREFIX = "autosave:";
const SENT = "autosave-sent";
const KEPT_MS = 14 * 24 * 3600 * 1000;
const PAUSE_MS = 400;

const store = (() => {
  try {
    localStorage.setItem(PREFIX, "");
    localStorage.removeItem(PREFIX);
    return localStorage;
  } catch {
    return null; // private windows and full disks: the form works without
  }
})();

/** Everything that the person filled in, as [name, value] pairs; tokens and buttons stay out. */
function values(form) {
  const hidden = new Set([...form.querySelectorAll('input[type="hidden"]')].map((field) => field.name));
  return [...new FormData(form)].filter(([name, value]) => !hidden.has(name) && typeof value === "string");
}

/** Put pairs back into the form. */
function fill(form, pairs) {
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.tagName === "BUTTON") continue;
    const kept = pairs.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") field.checked = kept.includes(field.value);
    else if (kept.length) field.value = kept[0];
    const fold = field.closest("details");
    if (fold && (field.checked || (field.type !== "checkbox" && field.value && field.value !== field.defaultValue))) fold.open = true;
  }
}

function read(key) {
  try {
    const kept = JSON.parse(store.getItem(PREFIX + key));
    return kept && Date.now() - kept.at < KEPT_MS ? kept.pairs : null;
  } catch {
    return null;
  }
}

function forgetOld() {
  for (const name of Object.keys(store)) {
    if (name.startsWith(PREFIX) && read(name.slice(PREFIX.length)) === null) store.removeItem(name);
  }
}

/** A form that was sent and is not here any more was accepted. */
function forgetAccepted() {
  const sent = sessionStorage.getItem(SENT);
  if (sent === null) return;
  sessionStorage.removeItem(SENT);
  if (![...document.querySelectorAll("form[data-autosave]")].some((form) => form.dataset.autosave === sent)) {
    store.removeItem(PREFIX + sent);
  }
}

function watch(form) {
  const key = form.dataset.autosave;
  const note = document.querySelector("[data-autosave-note]");
  const fresh = JSON.stringify(values(form));
  const kept = read(key);
  const cameBack = document.querySelector(".summary") !== null; // with mistakes: the server has put back what was typed
  if (kept && !cameBack && JSON.stringify(kept) !== fresh) {
    fill(form, kept);
    if (note) note.hidden = false;
  }
  let timer;
  const keep = () => {
    clearTimeout(timer);
    const pairs = values(form);
    if (JSON.stringify(pairs) === fresh && !cameBack) return;
    try {
      store.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), pairs }));
    } catch {
      /* the disk is full: what is on the page is still there */
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    keep();
    sessionStorage.setItem(SENT, key);
  });
  window.addEventListener("pagehide", () => {
    if (sessionStorage.getItem(SENT) !== key) keep();
  });
  note?.querySelector("[data-autosave-discard]")?.addEventListener("click", () => {
    store.removeItem(PREFIX + key);
    form.reset();
    note.hidden = true;
  });
}

if (store) {
  forgetAccepted();
  forgetOld();
  document.querySelectorAll("form[data-autosave]").forEach(watch);
}
