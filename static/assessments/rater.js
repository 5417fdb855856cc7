/* Saves the interview as it is written; the tab's copy is emptied by every other page (app.js). */
const form = document.querySelector("[data-rater]");
const state = form.querySelector("[data-state]");
let changes = 0;
let timer;
let busy;

form.addEventListener("input", changed);
form.addEventListener("submit", () => { changes = 0; });
addEventListener("online", save);
addEventListener("beforeunload", (event) => { if (changes) event.preventDefault(); });

const [path, ...kept] = JSON.parse(sessionStorage.rater || "[]");
if (path === location.pathname) {
  for (const [name, value] of kept) if (name[0] !== "c") form.elements[name].value = value;
  changed();
}

function changed() {
  changes += 1;
  sessionStorage.rater = JSON.stringify([location.pathname, ...new FormData(form)]);
  say("waits", 700);
}

function say(what, again) {
  state.textContent = state.dataset[what];
  clearTimeout(timer);
  if (again) timer = setTimeout(save, again);
}

async function save() {
  if (busy || !changes) return;
  busy = changes;
  try {
    const answer = await fetch("", { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    form.elements.edit.value = (await answer.json()).edit;
    if (busy < changes) say("waits", 1);
    else {
      changes = 0;
      delete sessionStorage.rater;
      say("kept");
    }
  } catch (error) {
    if (error.name === "SyntaxError") say("refused");
    else say("offline", 2000);
  }
  busy = 0;
}
