/* Keeps an answer as soon as it is chosen, one request at a time, the newest last. Help is shown
   before anything is sent. Without script the same happens when the person goes on. */
const PASSING_MS = 700; // an arrow key chooses each answer that it passes
const PATIENCE_MS = 5000;
const AGAIN_MS = 1000;
const AGAIN_OFFLINE_MS = 10000;

const form = document.querySelector("[data-autosave]");
const state = form.querySelector("[data-state]");
const help = form.querySelector("[data-help]");
const risky = new Set(form.dataset.helpFor.split(" ").filter(Boolean));

let unsent = null; // the answer that is chosen and not kept
let sending = null; // the request under way
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
  sending ??= sendAll().finally(() => { sending = null; });
  return sending;
}

async function sendAll() {
  while (unsent !== null) {
    const value = unsent;
    outcome = await put(value);
    if (unsent !== value) continue;
    if (outcome === "kept") unsent = null;
    else break;
    say();
  }
  if (unsent !== null) say();
  if (outcome === "offline") timer = setTimeout(send, navigator.onLine ? AGAIN_MS : AGAIN_OFFLINE_MS);
}

async function put(value) {
  const answers = { [form.dataset.item]: value === "none" ? null : Number(value) };
  try {
    const response = await fetch(form.dataset.autosave, {
      method: "PUT",
      keepalive: true, // outlives the page
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify({ answers, complete: false }),
    });
    await response.arrayBuffer(); // or leaving would cut it off
    return response.ok ? "kept" : "refused";
  } catch {
    return "offline";
  }
}

function say() {
  state.textContent = state.dataset[outcome];
  state.classList.toggle("is-waiting", outcome !== "kept");
}

/* A kept answer only leads on; one that was refused is posted, so that the page says why. Offline
   the page stays as it is, with what was chosen. */
async function goOn(event) {
  if (!form.elements.answer.value) return;
  event.preventDefault();
  if (leaving) return;
  leaving = true;
  if (unsent !== null) await Promise.race([send(), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
  if (unsent === null) return location.assign(form.dataset.next);
  if (outcome === "refused") return form.submit();
  leaving = false;
  outcome = "offline";
  say();
}
