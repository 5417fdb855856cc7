/* A session from its start to its entry; what is known before it stays here for half a day. */
import { newUuid } from "../core/js/queue/sender.js";
import { wallClock } from "../core/js/queue/forms.js";

const NAME = "begun";
const KEPT_MS = 12 * 3600 * 1000;
const me = document.documentElement.dataset.person || "";
const isKept = "kept" in document.documentElement.dataset;
const start = document.querySelector("form[data-start]");
const running = document.querySelector("[data-running]");
const log = document.querySelector("form[data-queue='workout'][data-fresh]");

function begun() {
  try {
    const found = JSON.parse(localStorage.getItem(NAME));
    return found && found.person === me && Date.now() - Date.parse(found.started_at) < KEPT_MS ? found : null;
  } catch { return null; }
}

function keep(found) {
  try {
    if (found) localStorage.setItem(NAME, JSON.stringify({ ...found, person: me }));
    else localStorage.removeItem(NAME);
  } catch { /* a browser that keeps nothing: the server does */ }
}

if (start) document.addEventListener("submit", begin, true);
if (running) time();
if (log) take();
for (const link of document.querySelectorAll("[data-fill='last']")) link.addEventListener("click", asLastTime);
document.addEventListener("entry:kept", (event) => {
  const found = begun();
  if (found && event.target.elements.uuid && event.target.elements.uuid.value === found.entry) keep(null);
});
for (const form of document.querySelectorAll("form[data-leave]")) form.addEventListener("submit", () => keep(null));

/* Before a session: each time it is said is a new one, with a number of its own. */
function begin(event) {
  if (event.target !== start || start.dataset.busy) return;
  const { elements } = start;
  const ticked = [...start.querySelectorAll("[name=answers]:checked")];
  if (isKept && !start.dataset.asked) {
    elements.entry.value = newUuid();
    elements.session.value = new URLSearchParams(location.search).get("session") || "";
  }
  start.dataset.asked = "1";
  elements.uuid.value = newUuid();
  elements.any.value = ticked.length ? "yes" : "no";
  const query = new URLSearchParams({ entry: elements.entry.value, session: elements.session.value });
  start.dataset.next = `/log/ready/{uuid}/?${query}`;
  const isRed = ticked.some((box) => "red" in box.dataset);
  start.dataset.otherwise = isRed ? start.dataset.help : start.dataset.timer;
  if (isRed) return;
  const mood = start.querySelector("[name=mood_before]:checked");
  keep({
    entry: elements.entry.value, session: elements.session.value, started_at: new Date().toISOString(),
    mood_before: mood ? mood.value : "", hr_before_bpm: elements.hr_before_bpm.value.trim(),
  });
}

/* The quiet timer: minutes only. The server's own words are there without this. */
function time() {
  const { entry, session, startedAt, moodBefore, hrBeforeBpm } = running.dataset;
  const here = begun();
  if (startedAt && (!here || here.entry !== entry) && !isKept) {
    keep({ entry, session, started_at: startedAt, mood_before: moodBefore, hr_before_bpm: hrBeforeBpm });
  }
  const found = begun();
  const none = document.querySelector("[data-no-running]");
  running.hidden = !found;
  if (none) none.hidden = Boolean(found);
  if (!found) return;
  const done = running.querySelector("[data-done]");
  done.href = `${done.dataset.log}?${new URLSearchParams({ entry: found.entry, ...(found.session && { session: found.session }) })}`;
  const shown = running.querySelector("[data-minutes]");
  const tick = () => {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(found.started_at)) / 60000));
    const text = (minutes === 1 ? shown.dataset.one : shown.dataset.many).replace("%s", minutes);
    if (shown.textContent !== text) shown.textContent = text;
  };
  tick();
  setInterval(tick, 5000);
  document.addEventListener("visibilitychange", tick);
}

/* After it: what was said before stands in the form, as said before. */
function take() {
  const found = begun();
  const note = document.querySelector("[data-begun-note]");
  const { elements } = log;
  if (!found) return;
  if (note) note.hidden = elements.uuid.value === found.entry || Boolean(document.querySelector("[data-running-here]"));
  if (elements.uuid.value !== found.entry || "typed" in log.dataset) return;
  const mood = log.querySelector(`[name=mood_before][value="${found.mood_before}"]`);
  if (mood && !log.querySelector("[name=mood_before]:checked")) {
    mood.defaultChecked = true;
    mood.checked = true;
    elements.asked_before.value = found.mood_before;
    elements.mood_before_recalled.value = "false";
  }
  if (found.hr_before_bpm && !elements.hr_before_bpm.value) elements.hr_before_bpm.value = found.hr_before_bpm;
  if (!isKept) return;
  elements.duration_min.value = Math.min(240, Math.max(1, Math.round((Date.now() - Date.parse(found.started_at)) / 60000)));
  elements.started_at.value = wallClock(Date.parse(found.started_at), log.dataset.zone);
}

/* The lines of last time, in place; without script the link asks the server for the same. */
function asLastTime(event) {
  event.preventDefault();
  for (const control of event.target.closest("details").querySelectorAll("[data-last]")) {
    if (control.type === "checkbox") control.checked = true;
    else control.value = control.dataset.last;
  }
  event.target.dispatchEvent(new Event("input", { bubbles: true }));
}
