/* Sends what waits on this phone, one after the other, from one tab at a time. */
import * as machine from "./machine.js";
import * as store from "./store.js";

const PATIENCE_MS = 20000;
const LEASE_MS = 30000;
const SESSION = "/api/v1/session/";

const me = document.documentElement.dataset.person || "";
const tab = newUuid();
const listeners = new Set();
const channel = "BroadcastChannel" in self ? new BroadcastChannel("week-queue") : null;
let timer = 0;
let last = Promise.resolve();

/* Why nothing is sent at the moment: "" or what `machine.answered` says. */
export let stopped = "";

export function newUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export const keyOf = (url) => `${me} ${url}`;
export async function mine() {
  return (await store.rows()).filter((row) => row.owner === me).sort((a, b) => a.seq - b.seq);
}

export async function save(entry) {
  const key = keyOf(entry.url);
  await store.write(key, (row, seq) => ({ row: machine.saved(row, { ...entry, key, owner: me }, seq, Date.now()) }));
  changed();
  return key;
}

export async function takeBack(entry) {
  const key = keyOf(entry.url);
  await store.write(key, (row, seq) => ({ row: machine.takenBack(row, { ...entry, key, owner: me }, seq, Date.now()) }));
  changed();
  return key;
}

export async function remove(key) {
  await store.write(key, () => ({ row: null }));
  changed();
}

/* `force`: now, whatever was agreed on waiting. `ask`: the key of what the person just saved and
   waits for, so that the server may ask back. */
export function send({ force = false, ask = "" } = {}) {
  last = last.catch(() => {}).then(() => alone(() => run(force, ask)));
  return last;
}

export function onChange(listener) { listeners.add(listener); }

function changed() {
  tellHere();
  if (channel) channel.postMessage("changed");
  else try { localStorage.setItem("week-queue", String(Math.random())); } catch { /* full or forbidden */ }
}

function tellHere() { listeners.forEach((listener) => listener()); }

if (channel) channel.onmessage = tellHere;
addEventListener("storage", (event) => { if (event.key === "week-queue") tellHere(); });

async function alone(work) {
  if (navigator.locks) return navigator.locks.request("week-sender", work);
  for (let tries = 0; tries < 10; tries += 1) {
    if (await store.lease("sender", tab, Date.now(), LEASE_MS)) {
      try { return await work(); } finally { await store.lease("sender", tab, Date.now(), 0); }
    }
    await new Promise((done) => setTimeout(done, 300));
  }
  return wake(LEASE_MS);
}

async function run(force, ask) {
  const had = new Set();
  stopped = "";
  for (;;) {
    const row = machine.next(await store.rows(), me, Date.now(), had, force);
    if (!row) break;
    had.add(machine.turn(row));
    if (!navigator.locks) await store.lease("sender", tab, Date.now(), LEASE_MS);
    const sent = machine.request(row);
    const answer = await exchange(sent, row.key === ask);
    const done = await store.write(row.key, (now) => machine.answered(now, sent, answer, Date.now()));
    changed();
    if (done.known && navigator.serviceWorker && navigator.serviceWorker.controller) {
      navigator.serviceWorker.controller.postMessage({ type: "again", pages: [...(row.pages || [row.page]), "/today/", "/history/", "/sleep/"] });
    }
    if (done.stop) { stopped = done.stop; break; }
  }
  if (had.size) changed();
  await again();
}

/* Try again by itself, as early as the first row may. */
async function again() {
  const waiting = (await mine()).filter((row) => row.state === "waiting");
  if (!waiting.length || stopped === "signed_out") return;
  const soonest = Math.min(...waiting.map((row) => row.after)) - Date.now();
  wake(Math.min(Math.max(soonest, 1000), machine.LONGEST_WAIT_MS));
}

function wake(ms) {
  clearTimeout(timer);
  timer = setTimeout(() => send().catch(() => {}), ms);
}

export async function exchange(sent, ask) {
  let answer = await fetchOnce(sent, cookie(), ask);
  const doubtful = answer && (answer.status === 401 || (answer.status === 403 && answer.body.code === "forbidden"));
  if (doubtful) {
    const session = await fetchOnce({ method: "GET", url: SESSION }, "", false);
    if (!session) return null;
    if (session.status !== 200 || session.body.person !== me) return { status: 401, body: {} };
    answer = await fetchOnce(sent, session.body.csrf, ask);
  }
  const conflict = answer && answer.status === 409 && answer.body.code === "edit_conflict";
  const newer = answer && !sent.draft && answer.status < 300 && answer.body.version > sent.edit;
  if (conflict || newer) {
    const version = await versionThere(sent.url, answer);
    answer.body = { version, code: "edit_conflict", detail: answer.body.detail || "" };
  }
  return answer;
}

/* The server holds other words: which version that is, so that the person's can replace it. */
async function versionThere(url, answer) {
  const stored = await fetchOnce({ method: "GET", url }, "", false);
  return (stored && stored.body.version) || answer.body.version || 0;
}

/* What was refused went on as a plain form: forget it where the server took that. */
export async function settle(but) {
  for (const row of await mine()) {
    if (row.state !== "refused" || !row.handed || row.key === but) continue;
    const stored = await fetchOnce({ method: "GET", url: row.url }, "", false);
    const version = stored && stored.status === 200 ? stored.body.version : 0;
    if (version >= row.edit && version > row.version) await remove(row.key);
  }
}

export async function hand(key) {
  await store.write(key, (row) => ({ row: row && { ...row, handed: true } }));
}

/* {status, body, wait}, or null where no answer of this server came: also a hotel's sign-in page,
   which answers everything with 200. */
async function fetchOnce({ method, url, body, draft }, token, ask) {
  const cut = new AbortController();
  const timeout = setTimeout(() => cut.abort(), PATIENCE_MS);
  try {
    const headers = { Accept: "application/json", "X-Person": me };
    if (token) headers["X-CSRFToken"] = token;
    if (body) headers["Content-Type"] = "application/json";
    if (ask) headers["X-Ask"] = "1";
    const response = await fetch(url, {
      method, headers, signal: cut.signal, cache: "no-store", credentials: "same-origin",
      redirect: "error", keepalive: Boolean(draft), body: body ? JSON.stringify(body) : undefined,
    });
    const text = await response.text();
    if (!response.headers.has("X-Request-Id")) return null;
    const wait = Number(response.headers.get("Retry-After")) * 1000;
    if (response.status >= 500) return { status: response.status, body: {}, wait };
    return { status: response.status, body: text ? JSON.parse(text) : {}, wait };
  } catch {
    return null;
  } finally {
    clearTimeout(timeout);
  }
}

function cookie() {
  const found = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie);
  return found ? decodeURIComponent(found[1]) : "";
}
