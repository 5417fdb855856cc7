/* On each page of a participant: saves forms by way of this phone, and says what waits on it. */
import { Unready, compose, deviceTime, fieldsOf, fill, wallClock } from "./forms.js";
import * as queue from "./sender.js";
import * as store from "./store.js";

const PATIENCE_MS = 2500;
const UNSENT = "/unsent/";
const root = document.documentElement;
const keptAt = Number(root.dataset.kept || 0); // when this page was, where it comes from the phone
const words = document.querySelector("[data-unsent]");
let touched = false;

for (const form of document.querySelectorAll("form[data-queue]")) prepare(form).catch(() => {});
if (words) {
  queue.onChange(show);
  show();
  queue.settle(typedHere()).catch(() => {}).then(answersHere).catch(() => {});
  addEventListener("online", () => queue.send({ force: true }).catch(() => {}).then(() => keptAt && fetch(location.href, { method: "HEAD" })).then(anew, () => {}));
  addEventListener("pageshow", (event) => { if (event.persisted) queue.send({ force: true }).catch(() => {}); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) queue.send({ force: true }).catch(() => {}); });
}
document.addEventListener("input", () => { touched = true; });
document.addEventListener("submit", freshToken, true);
noteKept();
workerTalk();
signingOut();

/* A page from the phone that nobody has touched is drawn anew. */
function anew() {
  if (keptAt && !touched) location.reload();
}

/* Sends what waits; a page drawn without the answers that are here is drawn anew with them. */
async function answersHere() {
  const drawn = document.querySelector("[data-drafts]");
  const row = drawn && await store.row(queue.keyOf(drawn.dataset.drafts));
  if (row) document.querySelectorAll("[data-go-on]").forEach((link) => { link.href = row.page; });
  await queue.send({ force: true }).catch(() => {});
  if (row && !await store.row(row.key)) location.reload();
}

/* --- forms that are saved by way of this phone */

async function prepare(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    keep(form).catch(() => plain(form)).then(() => { delete form.dataset.busy; });
  });
  if (keptAt && "fresh" in form.dataset) begin(form);
  if (!form.dataset.put || "typed" in form.dataset) return;
  const key = queue.keyOf(address(form));
  const row = await store.row(key);
  const known = keptAt && !row ? await store.known(key) : null;
  if (touched) return;
  if (row && row.put) {
    fill(form, row.fields);
    tell(form, row.state === "refused" ? "look" : "waits", row);
  } else if (known && known.at > keptAt) {
    fill(form, known.fields);
    form.elements.edit.value = known.edit + 1;
  }
}

/* A kept page for a new entry is that of an earlier one: a number of its own, and now is now. */
function begin(form) {
  const asked = new URLSearchParams(location.search).get("entry");
  const uuid = asked || queue.newUuid();
  form.elements.uuid.value = uuid;
  const here = new URL(location.href);
  here.searchParams.set("entry", uuid);
  history.replaceState(history.state, "", here);
  form.action = here.pathname + here.search;
  for (const control of form.querySelectorAll("[data-now-less]")) {
    const minutes = Number(form.elements[control.dataset.nowLess].value) || 0;
    control.value = wallClock(Date.now() - minutes * 60000, form.dataset.zone);
  }
}

function address(form, name = "put") {
  return form.dataset[name].replace("{uuid}", form.elements.uuid ? form.elements.uuid.value : "");
}

function sleep(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

async function keep(form) {
  let key;
  try {
    key = await write(form);
  } catch (error) {
    if (navigator.onLine) return plain(form);
    if (!(error instanceof Unready)) return tell(form, "full");
    return error.message === "invalid" ? form.reportValidity() : tell(form, error.message);
  }
  touched = false;
  form.dispatchEvent(new CustomEvent("entry:kept", { bubbles: true }));
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  await Promise.race([queue.send({ force: true, ask: isSure(form) ? "" : key }).catch(() => {}), sleep(PATIENCE_MS)]);
  const row = await store.row(key);
  if (!row) return goOn(address(form, "next"), form.dataset.saved);
  if (row.state === "refused" && form.dataset.put && navigator.onLine) {
    await queue.hand(key);
    return plain(form);
  }
  if (queue.stopped === "signed_out") {
    return goOn(`/account/login/?next=${encodeURIComponent(UNSENT)}`, words.dataset.signedOut);
  }
  return goOn(form.dataset.otherwise || UNSENT);
}

function write(form) {
  const common = { page: location.pathname + location.search, title: form.dataset.title || "", kind: form.dataset.queue };
  if (form.dataset.delete) {
    return queue.takeBack({ ...common, url: address(form, "delete"), reason: form.dataset.reason, body: null, fields: [] });
  }
  const typed = compose(form);
  const body = { ...typed, device_time: form.dataset.deviceTime || deviceTime() };
  const edit = form.elements.edit ? Number(form.elements.edit.value) || 1 : 1;
  return queue.save({ ...common, url: address(form), body, edit, fields: fieldsOf(form) });
}

/* The entry whose form came back from the server with words: it is still being written. */
function typedHere() {
  const form = document.querySelector("form[data-put][data-typed]");
  return form ? queue.keyOf(address(form)) : "";
}

/* The person was asked back already, and said that it is meant so. */
function isSure(form) {
  return Boolean(form.elements.confirmed && form.elements.confirmed.checked);
}

/* As without script: the page that answers says why. */
export function plain(form) {
  freshToken({ target: form });
  form.submit();
}

function goOn(where, saying) {
  try { if (saying) sessionStorage.setItem("said", saying); } catch { /* not said, but done */ }
  location.assign(where);
}

/* A kept page holds the token of an earlier sign-in. */
function freshToken(event) {
  const field = event.target.elements && event.target.elements.csrfmiddlewaretoken;
  const token = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie);
  if (field && token) field.value = decodeURIComponent(token[1]);
}

/* A sentence above the form: `about` names a template of the page. */
function tell(form, about, row) {
  const template = document.querySelector(`template[data-tell="${about}"]`);
  if (!template) return;
  form.querySelectorAll("[data-told]").forEach((old) => old.remove());
  const box = template.content.firstElementChild.cloneNode(true);
  box.dataset.told = about;
  if (row) whyInto(box.querySelector("[data-why]"), row, form);
  form.prepend(box);
  box.tabIndex = -1;
  if (about !== "waits") box.focus();
}

/* The server's words about a row, by field where it said so. */
export function whyInto(list, row, form) {
  const found = row.words || {};
  const lines = found.detail ? [found.detail] : Object.entries(found)
    .filter(([name]) => name !== "code" && name !== "version")
    .map(([name, said]) => `${labelOf(form, name)}${flat(said).join(" ")}`);
  if (row.code === "edit_conflict") lines.splice(0, lines.length, words.dataset.conflict);
  list.replaceChildren(...lines.filter(Boolean).map((line) => Object.assign(document.createElement("li"), { textContent: line })));
}

function flat(said) {
  if (said && typeof said === "object") return Object.values(said).flatMap(flat);
  return [String(said)];
}

function labelOf(form, name) {
  const group = form && form.querySelector(`#id_${name}_group legend, label[for="id_${name}"]`);
  return group ? `${group.firstChild.textContent.trim()}: ` : "";
}

/* --- what waits on this phone */

async function show() {
  const rows = await queue.mine().catch(() => []);
  words.hidden = !rows.length || location.pathname === UNSENT;
  const count = rows.length;
  words.querySelector("[data-count]").textContent = (count === 1 ? words.dataset.one : words.dataset.many).replace("%s", count);
  words.querySelector("[data-look]").hidden = !rows.some((row) => row.state === "refused");
  words.querySelector("[data-sign-in]").hidden = queue.stopped !== "signed_out";
  document.querySelectorAll("[data-unsent-warning]").forEach((box) => { box.hidden = !count; });
}

/* --- a page from the phone */

function noteKept() {
  const note = document.querySelector("[data-kept-note]");
  if (!keptAt || !note || location.pathname === UNSENT) return;
  const at = new Date(keptAt);
  const today = at.toDateString() === new Date().toDateString();
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const shape = today ? clock : { weekday: "short", day: "numeric", month: "short", ...clock };
  note.querySelector("[data-at]").textContent = note.dataset.text.replace("%s", new Intl.DateTimeFormat(root.lang, shape).format(at));
  note.hidden = false;
  // Today's page was kept yesterday: what is there only from today on.
  document.querySelectorAll("[data-from]").forEach((row) => { row.hidden = row.dataset.from > deviceTime().slice(0, 10); });
}

function workerTalk() {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data.type === "busy?") event.ports[0].postMessage(touched);
    // The newer page came after all.
    if (event.data.type === "fresh" && event.data.url === location.href) anew();
  });
  navigator.serviceWorker.ready.then((registration) => {
    if (registration.waiting && !touched) registration.waiting.postMessage({ type: "take over" });
    const worker = registration.active;
    const idle = self.requestIdleCallback || ((work) => setTimeout(work, 1500));
    if (worker && !keptAt) idle(() => worker.postMessage({ type: "keep", person: root.dataset.person }));
  }).catch(() => {});
}

/* Signing out leaves no page behind, even where no worker is there to see it. */
function signingOut() {
  const form = document.querySelector("form[action$='/account/logout/']");
  if (!form || !self.caches) return;
  form.addEventListener("submit", async () => {
    for (const name of await caches.keys()) if (name.startsWith("person-")) caches.delete(name);
  });
}
