/* Part of the service worker: shows a note, and opens what it leads to on this site only. */
"use strict";

self.addEventListener("push", (event) => {
  event.waitUntil(showNote(event.data ? event.data.json() : {}));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openNote(event.notification.data));
});

function showNote({ title, body, url }) {
  return self.registration.showNotification(title || "", {
    body: body || "", tag: "note", data: url || "/today/", icon: "/static/core/icons/icon-192.png",
  });
}

async function openNote(address) {
  const url = new URL(address, self.location.origin);
  const page = url.origin === self.location.origin ? url.href : "/today/";
  const windows = await self.clients.matchAll({ type: "window" });
  const open = windows.find((client) => client.focused) || windows[0];
  if (!open || !open.navigate) return self.clients.openWindow(page);
  await open.focus();
  return open.navigate(page).catch(() => self.clients.openWindow(page));
}
