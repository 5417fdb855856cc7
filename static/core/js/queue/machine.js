/* What becomes of one entry that waits on this phone. Pure: no page, no database, no clock. What a
   row holds: docs/phone.md. */
export const LONGEST_WAIT_MS = 10 * 60 * 1000;
const FIRST_WAIT_MS = 2000;
const FRESH = { put: true, reason: null, state: "waiting", code: "", words: null, version: 0, attempts: 0, after: 0 };

/* The person saved a form. A later save replaces what waits, under a higher edit, because the one
   before may have arrived without an answer; only what the server refused was surely not kept. */
export function saved(row, entry, seq, now) {
  const pages = [...new Set([...((row && row.pages) || []), entry.page])];
  if (!row) return { ...FRESH, ...entry, pages, seq, made_at: now };
  const next = row.put && row.state === "refused" && !row.version ? row.edit : row.edit + 1;
  const edit = Math.max(entry.edit, next, row.version + 1);
  const device_time = row.body && row.body.device_time;
  const body = device_time ? { ...entry.body, device_time } : { ...entry.body };
  if (entry.draft) body.answers = { ...row.body.answers, ...body.answers };
  return { ...row, ...FRESH, ...entry, body, pages, edit, seq: row.seq, made_at: row.made_at };
}

/* The person took an entry back: after what is still to be sent of it. */
export function takenBack(row, entry, seq, now) {
  const { reason } = entry;
  if (row) return { ...row, reason, state: "waiting", code: "", words: null, attempts: 0, after: 0, put: row.put && row.state !== "refused" };
  return { ...FRESH, ...entry, put: false, edit: entry.edit || 0, seq, made_at: now };
}

/* Which row is next, in order of arrival; or undefined. `skip` holds keys that had their turn. */
export function next(rows, owner, now, skip, force) {
  return rows
    .filter((row) => row.owner === owner && row.state === "waiting" && !skip.has(turn(row)))
    .sort((a, b) => a.seq - b.seq)
    .find((row) => force || row.after <= now || row.after > now + LONGEST_WAIT_MS);
}

/* A row has one turn in a run, and another one when it has changed meanwhile. */
export function turn(row) {
  return `${row.key} ${row.edit} ${row.put} ${row.reason}`;
}

export function request(row) {
  if (row.draft) return { method: "PUT", url: row.url, edit: row.edit, body: row.body, draft: true };
  if (row.put) return { method: "PUT", url: row.url, edit: row.edit, body: { ...row.body, edit: row.edit } };
  return { method: "DELETE", url: `${row.url}?reason=${encodeURIComponent(row.reason)}`, edit: row.edit };
}

/* What an answer means. `sent` is the request; `answer` {status, body, wait} or null where none came.
   Gives {row} (null: done, forget it), {known} when something was kept, and {stop} where the others
   need not try now: "network", "signed_out", "consent", "busy". */
export function answered(row, sent, answer, now) {
  const status = answer ? answer.status : 0;
  const body = (answer && answer.body) || {};
  if (!row) return { row: null };
  if (status === 401) return { row, stop: "signed_out" };
  if (status === 0) return { row: later(row, now), stop: "network" };
  if (status === 429 || status === 408) return { row: later(row, now, answer.wait), stop: "busy" };
  if (status >= 500) return { row: later(row, now, answer.wait) };
  const aside = { row: { ...later(row, now, LONGEST_WAIT_MS), words: body } };
  if (body.code === "not_open" && answer.wait) return aside;
  if (body.code === "consent_pending") return { ...aside, stop: "consent" };
  return sent.method === "PUT" ? put(row, sent, status, body, now) : deleted(row, status, body);
}

function put(row, sent, status, body, now) {
  const same = row.put && row.edit === sent.edit;
  if (status < 300) {
    if (!same) return { row };
    if (!sent.draft && body.version > sent.edit) return { row: refused(row, "edit_conflict", body, body.version) };
    const known = { key: row.key, owner: row.owner, edit: sent.edit, fields: row.fields, at: now };
    const rest = { ...row, put: false, attempts: 0, after: 0, words: null };
    return { row: row.reason === null ? null : rest, known };
  }
  if (row.reason !== null) return { row: { ...row, put: false } };
  if (!same) return { row };
  return { row: refused(row, body.code || "invalid", body, body.version || 0) };
}

function deleted(row, status, body) {
  if (row.put) return { row: { ...row, reason: null } }; // written anew meanwhile
  if (status < 300 || status === 404) return { row: null };
  return { row: refused(row, body.code || "invalid", body, 0) };
}

function refused(row, code, words, version) {
  return { ...row, state: "refused", code, words, version: version || 0 };
}

function later(row, now, wait) {
  const attempts = row.attempts + 1;
  const grown = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 12), LONGEST_WAIT_MS);
  return { ...row, attempts, after: now + Math.min(wait || grown, LONGEST_WAIT_MS) };
}
