/* The phone's own database: entries that wait, and what is known of those that were sent. */
import "../../../vendor/idb/idb.js";

const { openDB } = globalThis.idb;

const NAME = "week";
const KNOWN_AT_MOST = 60;
let opened = null;

function open() {
  opened = opened || openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("rows", { keyPath: "key" });
      db.createObjectStore("known", { keyPath: "key" });
      db.createObjectStore("leases", { keyPath: "name" });
    },
    blocking(_old, _new, event) { event.target.close(); forget(); },
    terminated: forget,
  }).catch((error) => { forget(); throw error; });
  return opened;
}

function forget() { opened = null; }

/* Safari closes a database under a page that rests: open it again, once. */
async function using(work) {
  try {
    return await work(await open());
  } catch {
    forget();
    return work(await open());
  }
}

/* "strict": told to be written when it is on the disk, not before; a battery may die. */
const writing = (db, names) => db.transaction(names, "readwrite", { durability: "strict" });

export const rows = () => using((db) => db.getAll("rows"));
export const row = (key) => using((db) => db.get("rows", key));
export const known = (key) => using((db) => db.get("known", key));

/* Change one row in one transaction: `change(row, seq)` gives {row, known}; row null removes it. */
export function write(key, change) {
  return using(async (db) => {
    const tx = writing(db, ["rows", "known"]);
    try {
      const all = await tx.objectStore("rows").getAll();
      const seq = all.reduce((most, one) => Math.max(most, one.seq), 0) + 1;
      const done = change(all.find((one) => one.key === key), seq);
      if (done.row) await tx.objectStore("rows").put(done.row);
      else if (done.row === null) await tx.objectStore("rows").delete(key);
      if (done.known) await remember(tx.objectStore("known"), done.known);
      await tx.done;
      return done;
    } catch (error) {
      tx.done.catch(() => {});
      try { tx.abort(); } catch { /* ended already */ }
      throw error;
    }
  });
}

async function remember(store, one) {
  await store.put(one);
  const all = (await store.getAll()).sort((a, b) => b.at - a.at);
  await Promise.all(all.slice(KNOWN_AT_MOST).map((old) => store.delete(old.key)));
}

/* Whether `holder` may go on: the lease is free, ended, or its own. For browsers without locks. */
export function lease(name, holder, now, ms) {
  return using(async (db) => {
    const tx = writing(db, ["leases"]);
    const held = await tx.store.get(name);
    const free = !held || held.holder === holder || held.until <= now || held.until > now + 10 * ms;
    if (free) await tx.store.put({ name, holder, until: now + ms });
    await tx.done;
    return free;
  });
}
