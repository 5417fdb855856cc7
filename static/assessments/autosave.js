/* Keeps an answer as soon as it is chosen: one request at a time, the newest last, help before any. */
import { plain } from "../core/js/queue/page.js";
import * as queue from "../core/js/queue/sender.js";
import * as store from "../core/js/queue/store.js";

const PASSING_MS = 700; // an arrow key chooses each answer that it passes
const PATIENCE_MS = 5000;
const AGAIN_MS = 1000;
const AGAIN_OFFLINE_MS = 10000;

const form = document.querySelector("[data-autosave]");
const { autosave: url, item, title, next } = form.dataset;
const mayWait = !("online" in form.dataset);
const state = form.querySelector("[data-state]");
const help = form.querySelector("[data-help]");
const later = form.querySelector("[data-later]");
const risky = new Set(form.dataset.helpFor.split(" ").filter(Boolean));
const key = queue.keyOf(url);

let unsent = null; // the answer that is chosen and not kept
let sending = null; // the request under way
let waits = false; // answers of this questionnaire are on this phone: another one joins them
let outcome = "kept";
let byArrow = false;
let leaving = false;
let timer = 0;

form.addEventListener("keydown", (event) => { byArrow = event.key.startsWith("Arrow"); });
form.addEventListener("pointerdown", () => { byArrow = false; });
form.addEventListener("change", (event) => {
  if (event.target.name !== "answer") return;
  unsent = event.target.value;
  showHelp(unsent);
  clearTimeout(timer);
  if (byArrow) timer = setTimeout(send, PASSING_MS);
  else send();
});
form.addEventListener("focusout", (event) => {
  if (event.target.name === "answer" && event.relatedTarget?.name !== "answer") send();
});
form.addEventListener("submit", goOn);
later?.addEventListener("click", () => { leaving = true; });
window.addEventListener("online", send);
window.addEventListener("pagehide", send);
window.addEventListener("beforeunload", (event) => {
  if (unsent !== null && outcome === "offline" && !leaving) event.preventDefault();
});

// Chosen before this script had loaded, or before a sign-in that had ended.
const chosen = form.querySelector("[name=answer]:checked");
if (chosen && (!chosen.defaultChecked || "unsaved" in form.dataset)) {
  unsent = chosen.value;
  showHelp(unsent);
  send();
}
if (help && !help.hidden) seenHelp();
queue.onChange(look);
look();

/* What waits on this phone: whether this answer is among it, and whether it was sent by now. */
async function look() {
  const row = await store.row(key).catch(() => null);
  waits = Boolean(row);
  if (unsent !== null || !mayWait) return;
  if (!row) {
    if (outcome === "here") say("kept");
    return;
  }
  const value = row.body.answers[item];
  if (value === undefined) return;
  form.querySelector(`[name=answer][value="${value === null ? "none" : value}"]`).checked = true;
  say("here");
}

function showHelp(value) {
  if (!help?.hidden || !risky.has(value)) return;
  help.hidden = false;
  seenHelp();
  // Arrow keys go on choosing: there the alert is read out, and Tab leads into it.
  if (!byArrow) help.focus({ preventScroll: true });
  help.scrollIntoView({ block: "nearest" });
}

function seenHelp() {
  if (form.elements.seen_help) return;
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "seen_help", value: "1" }));
}

function send() {
  clearTimeout(timer);
  sending = sending || sendAll().finally(() => { sending = null; });
  return sending;
}

async function sendAll() {
  while (unsent !== null) {
    const value = unsent;
    const result = await put(value);
    if (unsent !== value) continue;
    if (result === "kept" || result === "here") unsent = null;
    say(result);
    if (unsent !== null) break;
  }
  if (outcome === "offline") timer = setTimeout(send, navigator.onLine ? AGAIN_MS : AGAIN_OFFLINE_MS);
}

function bodyOf(value) {
  return { answers: { [item]: value === "none" ? null : Number(value) }, complete: false };
}

async function put(value) {
  const body = bodyOf(value);
  if (!waits || !mayWait) {
    const answer = await queue.exchange({ method: "PUT", url, body, draft: true });
    const status = answer ? answer.status : 0;
    if (status >= 300 && status < 500 && status !== 429) return "refused";
    if (status && status < 300) {
      if (mayWait) navigator.serviceWorker?.controller?.postMessage({ type: "again", pages: [location.pathname] });
      return "kept";
    }
  }
  return mayWait ? keepHere(body) : "offline";
}

async function keepHere(body) {
  try {
    await queue.save({ url, body, title, draft: true, kind: "assessment", edit: 1, fields: [], page: location.pathname });
  } catch {
    return "offline"; // a phone that keeps nothing
  }
  waits = true;
  queue.send({ force: true }).catch(() => {});
  return "here";
}

function say(what) {
  outcome = what;
  state.textContent = state.dataset[what];
  state.classList.toggle("is-waiting", what !== "kept");
  if (later) later.hidden = what !== "offline";
}

/* What was refused is posted, so that the page says why; what has to reach somebody stays. */
async function goOn(event) {
  if (!form.elements.answer.value) return;
  event.preventDefault();
  if (leaving) return;
  leaving = true;
  if (unsent !== null) await Promise.race([send(), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
  if (unsent !== null && mayWait && outcome !== "refused" && await keepHere(bodyOf(unsent)) === "here") unsent = null;
  if (unsent === null) return location.assign(next);
  if (outcome === "refused") return plain(form);
  leaving = false;
  say("offline");
}
