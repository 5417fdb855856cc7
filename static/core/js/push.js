/* Lets this browser show notes: asks for leave, subscribes, and tells the server the address. */
const card = document.querySelector("[data-push]");
const button = card.querySelector("[data-push-on]");
const refused = card.querySelector("[data-push-refused]");

const can = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
if (can) {
  card.querySelector("[data-push-cannot]").hidden = true;
  refused.hidden = Notification.permission !== "denied";
  button.hidden = Notification.permission === "denied";
  button.addEventListener("click", () => turnOn().catch(() => { refused.hidden = false; button.disabled = false; }));
}

async function turnOn() {
  button.disabled = true;
  if (await Notification.requestPermission() !== "granted") throw new Error("no leave");
  const registration = await navigator.serviceWorker.ready;
  const made = await subscription(registration.pushManager);
  const { endpoint, keys } = made.toJSON();
  const csrf = card.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(card.dataset.pushTo, {
    method: "POST",
    headers: { "X-CSRFToken": csrf },
    body: new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth }),
  });
  if (!answer.ok || answer.redirected) throw new Error("not taken");
  window.location.reload();
}

/* One that was made for another key of the site is of no use any more. */
async function subscription(manager) {
  const key = { userVisibleOnly: true, applicationServerKey: bytes(card.dataset.push) };
  try {
    return await manager.subscribe(key);
  } catch {
    const old = await manager.getSubscription();
    if (!old) throw new Error("no push service");
    await old.unsubscribe();
    return manager.subscribe(key);
  }
}

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}
