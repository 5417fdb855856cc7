/* The page of the entries that wait on this phone. */
import { whyInto } from "./page.js";
import * as queue from "./sender.js";

const list = document.querySelector("[data-list]");
const one = document.querySelector("template[data-row]");
const none = document.querySelector("[data-none]");
const some = document.querySelector("[data-some]");
const made = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

let drawn = "";

queue.onChange(draw);
draw();
document.querySelector("[data-send]").addEventListener("click", () => queue.send({ force: true }).catch(() => {}));

async function draw() {
  const rows = await queue.mine().catch(() => []);
  // Drawn anew only when something is new: a thumb may be on its way to a button.
  const now = JSON.stringify(rows.map(({ key, edit, state, words, put }) => [key, edit, state, words, put]));
  if (now === drawn) return;
  drawn = now;
  none.hidden = rows.length > 0;
  some.hidden = !rows.length;
  const open = new Set([...list.querySelectorAll("details[open]")].map((box) => box.closest("[data-key]").dataset.key));
  list.replaceChildren(...rows.map((row) => line(row, open)));
}

function line(row, open) {
  const box = one.content.firstElementChild.cloneNode(true);
  const part = (name) => box.querySelector(`[data-${name}]`);
  box.dataset.key = row.key;
  part("title").textContent = row.title;
  part("made").textContent = made.format(new Date(row.made_at));
  part("waiting").hidden = row.state !== "waiting";
  part("refused").hidden = row.state !== "refused";
  if (row.words) whyInto(part("why"), row);
  part("mend").href = row.page;
  part("mend").hidden = !row.put;
  part("file").addEventListener("click", () => save(row));
  part("delete").addEventListener("click", () => queue.remove(row.key));
  box.querySelector("details").open = open.has(row.key);
  return box;
}

/* Everything about an entry as a file, to be handed to the study team. */
function save(row) {
  const { owner, key, seq, ...told } = row;
  const text = JSON.stringify({ study_id: list.dataset.studyId, ...told, made_at: new Date(row.made_at).toISOString() }, null, 2);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `entry-${new Date(row.made_at).toISOString().slice(0, 16).replace(":", "")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
