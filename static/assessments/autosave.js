/* Keeps an answer as soon as it is chosen. Help is shown before anything is sent; without script
   the same happens when the person goes on. */
const form = document.querySelector("[data-autosave]");
const status = form?.querySelector("[data-saved]");
const help = form?.querySelector("[data-help]");
const risky = new Set((form?.dataset.helpFor ?? "").split(" ").filter(Boolean));
let latest = 0;

form?.addEventListener("change", (event) => {
  if (event.target.name !== "answer") return;
  showHelp(event.target.value);
  keep(event.target.value);
});

function showHelp(value) {
  if (!help || !risky.has(value)) return;
  help.hidden = false;
  help.focus({ preventScroll: true });
  help.scrollIntoView({ block: "nearest" });
  const seen = Object.assign(document.createElement("input"), { type: "hidden", name: "seen_help", value: "1" });
  if (!form.elements.seen_help) form.append(seen);
}

async function keep(value) {
  const turn = ++latest;
  const answers = { [form.dataset.item]: value === "none" ? null : Number(value) };
  let kept = false;
  try {
    const response = await fetch(form.dataset.autosave, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify({ answers, complete: false }),
    });
    kept = response.ok;
  } catch {
    kept = false;
  }
  if (turn === latest) status.textContent = kept ? status.dataset.savedText : status.dataset.waitingText;
}
