{% load static %}/* Served at /sw.js. Context: sw_version (changes with any static file), precache (more addresses).
   Keeps the help page, the offline page and their look. It never keeps a person's pages or data. */
"use strict";

const VERSION = "{{ sw_version|escapejs }}";
const CACHE = `week-${VERSION}`;
const HELP = "/help-now/";
const OFFLINE = "/offline/";
const PRECACHE = [
  HELP,
  OFFLINE,
  "{% static 'core/css/tokens.css' %}",
  "{% static 'core/css/base.css' %}",
  "{% static 'core/css/components.css' %}",
  "{% static 'core/icons.svg' %}",
  "{% static 'core/icons/favicon.svg' %}",
  "{% static 'core/js/app.js' %}",{% for address in precache %}
  "{{ address|escapejs }}",{% endfor %}
];
const HASHED = /\/static\/.+\.[0-9a-f]{12}\.[a-z0-9]+$/;
const HELP_PATIENCE_MS = 2500;

self.addEventListener("install", (event) => {
  event.waitUntil(precache());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(url.pathname === HELP ? help(request) : page(request));
  } else if (HASHED.test(url.pathname) || PRECACHE.includes(url.pathname)) {
    event.respondWith(fixed(request));
  }
});

async function precache() {
  const cache = await caches.open(CACHE);
  await cache.addAll(PRECACHE.map((address) => new Request(address, { cache: "reload" })));
  await self.skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((n) => n.startsWith("week-") && n !== CACHE).map((n) => caches.delete(n)));
  await self.clients.claim();
}

async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(OFFLINE, { cacheName: CACHE })) ?? Response.error();
  }
}

/* Fresh numbers when the network is quick, the kept page when it is slow or gone. */
async function help(request) {
  const kept = await caches.match(HELP, { cacheName: CACHE });
  const fresh = fetch(request).then(async (response) => {
    if (response.ok && !response.redirected) {
      await (await caches.open(CACHE)).put(HELP, response.clone());
    }
    return response.ok ? response : (kept ?? response);
  });
  if (!kept) return fresh.catch(() => Response.error());
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), HELP_PATIENCE_MS));
  return Promise.race([fresh.catch(() => kept), late]);
}

/* A hashed file never changes; the few others are replaced with the next version of this worker. */
async function fixed(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
