{% load static %}{% comment %} Served at /sw.js. Context: sw_version (changes with any static file), precache (more addresses),
   kept (which pages a phone keeps), patience_ms (how long a page may take).
   Three kinds of caches: the shell of a version (help, offline page), files whose name is their
   hash, and one person's pages, which are shown to nobody else and gone after signing out. {% endcomment %}
"use strict";

importScripts("{% static 'core/js/push-worker.js' %}");

const VERSION = "{{ sw_version|escapejs }}";
const SHELL = `week-${VERSION}`;
const FILES = "files";
const NOTES = "notes";
const HELP = "/help-now/";
const NOT_SAFE = "/help-now/not-safe/";
const OFFLINE = "/offline/";
const PRECACHE = [
  HELP,
  OFFLINE,
  "{% static 'core/css/tokens.css' %}",
  "{% static 'core/css/base.css' %}",
  "{% static 'core/css/components.css' %}",
  "{% static 'core/icons.svg' %}",
  "{% static 'core/icons/favicon.svg' %}",
  "{% static 'core/js/app.js' %}",
  "{% static 'core/js/queue/page.js' %}",
  "{% static 'core/js/queue/list.js' %}",
  "{% static 'core/js/queue/forms.js' %}",
  "{% static 'core/js/queue/sender.js' %}",
  "{% static 'core/js/queue/store.js' %}",
  "{% static 'core/js/queue/machine.js' %}",
  "{% static 'logging_app/log.js' %}",
  "{% static 'logging_app/log.css' %}",
  "{% static 'assessments/autosave.js' %}",
  "{% static 'assessments/questions.css' %}",
  "{% static 'vendor/idb/idb.js' %}",{% for address in precache %}
  "{{ address|escapejs }}",{% endfor %}
];
const KEPT = [{% for start in kept %}"{{ start|escapejs }}", {% endfor %}];
{# What a page is drawn with; pictures for the home screen are fetched and kept by the system. #}
const HASHED = /\/static\/.+\.[0-9a-f]{12}\.(css|js|svg)$/;
const PATIENCE_MS = {{ patience_ms|default:1000 }};
const HELP_PATIENCE_MS = 2500;
const JUST_NOW_MS = 10000;
const KEEP_AGAIN_MS = 12 * 3600 * 1000;
const PAGES_AT_MOST = 150;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => event.waitUntil(told(event)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.waitUntil(Promise.resolve(event.preloadResponse).catch(() => {})); {# or it is cut off #}
    if (request.method === "GET") event.respondWith(url.pathname === HELP ? help(request) : page(event, url));
    else if (url.pathname === NOT_SAFE) event.respondWith(fetch(request).catch(() => Response.redirect(`${HELP}#not-received`, 303)));
    else if (/^\/(account|join|clinic)\//.test(url.pathname)) event.respondWith(whoChanges(request, url));
    else if (url.pathname.startsWith("/assessments/")) event.respondWith(fetch(request).catch(() => standIn(url)));
  } else if (request.method === "GET" && (HASHED.test(url.pathname) || PRECACHE.includes(url.pathname))) {
    event.respondWith(fixed(request));
  }
});

{# --- versions: a new one waits until nobody is in the middle of something #}

async function install() {
  const shell = await caches.open(SHELL);
  const files = await caches.open(FILES);
  await Promise.all(PRECACHE.map(async (address) => {
    const hashed = HASHED.test(address);
    if (hashed && await files.match(address)) return;
    await (hashed ? files : shell).add(new Request(address, { cache: "reload" }));
  }));
  if (!self.registration.active) await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((n) => n.startsWith("week-") && n !== SHELL).map((n) => caches.delete(n)));
  if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
  await self.clients.claim();
}

async function told(event) {
  const { type, person, pages } = event.data;
  if (type === "take over" && !(await anyoneBusy())) await self.skipWaiting();
  if (type === "keep" && person) await (keeping = keeping || keepAll(person).finally(() => { keeping = null; }));
  if (type === "again") await Promise.all(pages.map((address) => fetchPage(address).catch(() => {})));
}

{# A page that does not answer rests in the background, maybe with half a form. #}
async function anyoneBusy() {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const answers = await Promise.all(windows.map((client) => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (message) => done(message.data);
    setTimeout(() => done(true), 1000);
    client.postMessage({ type: "busy?" }, [port2]);
  })));
  return answers.includes(true);
}

{# --- one person's pages #}

const pagesOf = (person) => `person-${person}`;
const keptPage = (person, name) => caches.match(name, { cacheName: pagesOf(person) });

let keeping = null; {# all pages are being fetched #}
let changes = 0; {# how often somebody signed in or out: what was asked for before is nobody's now #}
let turn = Promise.resolve();
const alone = (work) => (turn = turn.then(work, work));

{# Small notes that outlive this worker: whose pages may be shown, and when all were fetched. #}
async function note(name) {
  const found = await (await caches.open(NOTES)).match(`/note/${name}`);
  return found ? found.text() : "";
}

async function write(name, text) {
  await (await caches.open(NOTES)).put(`/note/${name}`, new Response(text));
}

{# Somebody signs in or out: nobody's pages are shown until a page says whose it is. #}
async function whoChanges(request, url) {
  changes += 1;
  await alone(async () => {
    await write("person", "");
    if (/\/(logout|clinic)\//.test(url.pathname)) await forgetAllBut("");
  });
  return fetch(request).catch(() => offline());
}

async function forgetAllBut(person) {
  const names = await caches.keys();
  await Promise.all(names.filter((n) => n.startsWith("person-") && n !== pagesOf(person)).map((n) => caches.delete(n)));
  await write("fetched", "");
}

async function itIs(person) {
  if (person === await note("person")) return;
  await forgetAllBut(person);
  await write("person", person);
}

const isKept = (url) => KEPT.some((start) => url.pathname.startsWith(start));

{# The log's address carries a number that changes; pages of the history differ by theirs. #}
const nameOf = (url) => url.pathname + (url.pathname === "/history/" ? url.search : "");

async function page(event, url) {
  const person = await note("person");
  if (url.pathname === "/" && person) return Response.redirect("/today/"); {# as the server does #}
  const kept = person && isKept(url) ? await keptPage(person, nameOf(url)) : undefined;
  if (kept && justNow(kept) && event.request.cache !== "reload" && kept.headers.get("X-Late")) {
    return shown(kept, false);
  }
  const fresh = navigate(event, url);
  if (!kept) return fresh.catch(() => standIn(url));
  let late = false;
  event.waitUntil(fresh.then((response) => { if (late && response.ok) return tellFresh(event); }).catch(() => {}));
  const waited = new Promise((done) => setTimeout(done, PATIENCE_MS)).then(() => { late = true; return shown(kept, true); });
  const came = fresh.then((response) => (response.status >= 500 ? shown(kept, true) : response), () => shown(kept, true));
  return Promise.race([came, waited]);
}

async function navigate(event, url) {
  const before = changes;
  const response = (await event.preloadResponse) || (await fetch(event.request));
  await keepIfMine(response, url, before, true);
  return response;
}

{# X-Once: a page that is never kept. X-Done: the start of addresses that are over. #}
async function keepIfMine(response, url, before, seen) {
  const person = response.headers.get("X-Person");
  if (response.type === "opaqueredirect" || !person) return;
  if (response.redirected && new URL(response.url).pathname !== url.pathname) return;
  const html = (response.headers.get("Content-Type") || "").startsWith("text/html");
  const body = response.ok && html && isKept(url) && !response.headers.has("X-Once") ? await response.clone().text() : "";
  await alone(async () => {
    if (before !== changes) return;
    if (seen) await itIs(person);
    if (body && person === await note("person")) await put(person, url, body, new Headers(response.headers));
  });
  await filesOf(body);
}

async function put(person, url, body, headers) {
  headers.set("X-Kept-At", String(Date.now()));
  const cache = await caches.open(pagesOf(person));
  const over = headers.get("X-Done");
  const all = await cache.keys();
  await Promise.all(all.filter((old, at) => at < all.length - PAGES_AT_MOST || (over && new URL(old.url).pathname.startsWith(over))).map((old) => cache.delete(old)));
  await cache.put(nameOf(url), new Response(body, { headers }));
}

const keptAt = (response) => Number(response.headers.get("X-Kept-At"));
const justNow = (response) => Math.abs(Date.now() - keptAt(response)) < JUST_NOW_MS;

{# Where a page is not kept because it has to be online, another one may say so. #}
async function standIn(url) {
  return (await keptPage(await note("person"), `${url.pathname}waits/`)) || offline();
}

{# A kept page says since when it is kept, so that nobody takes it for today's. #}
async function shown(response, old) {
  const copy = response.clone();
  if (!old) return copy;
  const body = (await copy.text()).replace("<html ", `<html data-kept="${keptAt(response)}" `);
  return new Response(body, { headers: copy.headers });
}

{# The newer page came while the older one is being read: the next request for it gets this one. #}
async function tellFresh(event) {
  const url = new URL(event.request.url);
  const person = await note("person");
  const kept = await keptPage(person, nameOf(url));
  if (!kept || !justNow(kept)) return;
  const headers = new Headers(kept.headers);
  headers.set("X-Late", "1");
  const body = await kept.text();
  await alone(async () => { if (person === await note("person")) await put(person, url, body, headers); });
  const client = event.resultingClientId ? await self.clients.get(event.resultingClientId) : null;
  if (client) client.postMessage({ type: "fresh", url: url.href });
}

async function fetchPage(address) {
  const before = changes;
  const response = await fetch(address, { credentials: "same-origin", cache: "no-store" });
  await keepIfMine(response, new URL(address, self.location.origin), before, false);
}

{# All that should open without a network, also where it was never opened. #}
async function keepAll(person) {
  const before = changes;
  const since = Date.now() - Number(await note("fetched"));
  if (person === await note("person") && Math.abs(since) < KEEP_AGAIN_MS) return;
  const answer = await fetch("/offline/keep/", { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok || answer.redirected || answer.headers.get("X-Person") !== person) return;
  if (before !== changes) return;
  await alone(() => itIs(person));
  for (const address of (await answer.json()).pages) await fetchPage(address);
  await alone(async () => {
    if (before !== changes) return;
    await write("fetched", String(Date.now()));
    await dropOldFiles(person);
  });
}

{# A page is no use without its style and script. #}
async function filesOf(body) {
  const files = await caches.open(FILES);
  for (const address of named(body)) {
    if (HASHED.test(address) && !(await files.match(address))) await files.add(address).catch(() => {});
  }
}

const named = (body) => new Set([...body.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((found) => found[1]));

{# Files of earlier versions that no kept page names any more. #}
async function dropOldFiles(person) {
  const used = new Set(PRECACHE);
  for (const response of await (await caches.open(pagesOf(person))).matchAll()) {
    for (const address of named(await response.text())) used.add(address);
  }
  const files = await caches.open(FILES);
  for (const request of await files.keys()) {
    if (!used.has(new URL(request.url).pathname)) await files.delete(request);
  }
}

{# --- what is nobody's #}

async function offline() {
  return (await caches.match(OFFLINE, { cacheName: SHELL })) || Response.error();
}

{# Fresh numbers when the network is quick, the kept page when it is slow or gone. #}
async function help(request) {
  const kept = await caches.match(HELP, { cacheName: SHELL });
  const fresh = fetch(request).then(async (response) => {
    if (response.ok && !response.redirected) {
      await (await caches.open(SHELL)).put(HELP, response.clone());
    }
    return response.ok ? response : (kept || response);
  });
  if (!kept) return fresh.catch(() => Response.error());
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), HELP_PATIENCE_MS));
  return Promise.race([fresh.catch(() => kept), late]);
}

{# A hashed file never changes; the few others are replaced with the next version of this worker. #}
async function fixed(request) {
  const cache = await caches.open(HASHED.test(request.url) ? FILES : SHELL);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
