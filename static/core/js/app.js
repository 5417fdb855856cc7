/* Loaded on every page; every page works without it. */
const root = document.documentElement;
root.dataset.js = "1";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) button.closest("[data-dismissible]").remove();
});

/* What the page before had to say, as "Saved". */
const slot = document.querySelector("[data-said]");
try {
  if (!document.querySelector("[data-rater]")) delete sessionStorage.rater;
  const said = slot && sessionStorage.getItem("said");
  if (said) {
    sessionStorage.removeItem("said");
    slot.querySelector("p").textContent = said;
    slot.hidden = false;
  }
} catch { /* a browser that keeps nothing */ }

if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register("/sw.js", { scope: "/" }).catch(() => {});
}
