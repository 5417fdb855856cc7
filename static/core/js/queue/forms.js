/* Between a form and the API's JSON: `data-body`, see docs/phone.md. */
const SPEC = /^(?:(\w+)\[\]\.)?(\w+)(?::(\w+))?(?:[@&](\w+))?$/;
const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "owner"]);
const YES = new Set(["yes", "true", "on", "1"]);

export class Unready extends Error {}

export function compose(form) {
  if (!form.checkValidity()) throw new Unready("invalid");
  const body = {};
  const first = {};
  for (const part of form.dataset.body.trim().split(/\s+/)) {
    const [, group, name, type, other] = SPEC.exec(part);
    if (!group) body[name] = read(form, name, type, other);
    else body[group] = lines(form, group, name, type, body[group] || []);
    if (group) first[group] = first[group] || name;
  }
  for (const [group, name] of Object.entries(first)) body[group] = body[group].filter((line) => line && line[name] !== null);
  return body;
}

const named = (form, name) => [...form.elements].filter((control) => control.name === name && !control.disabled);

function lines(form, group, name, type, found) {
  const at = new RegExp(`^${group}\\[(\\d+)\\]\\.${name}$`);
  for (const control of form.elements) {
    const match = at.exec(control.name || "");
    if (!match) continue;
    found[match[1]] = found[match[1]] || {};
    found[match[1]][name] = read(form, control.name, type);
  }
  return found;
}

function read(form, name, type = "text", other = "") {
  const controls = named(form, name);
  const ticked = controls.filter((control) => control.checked);
  const choice = controls.length && /^(radio|checkbox)$/.test(controls[0].type);
  const value = choice ? (ticked.length ? ticked[0].value : "") : (controls.length ? controls[0].value.trim() : "");
  switch (type) {
    case "int": return number(value, /^[-+\u2212]?\d+$/);
    case "float": return number(value.replace(",", "."), /^[-+\u2212]?\d+(\.\d+)?$/);
    case "bool": return value === "" || value === "null" ? null : YES.has(value);
    case "check": return ticked.length ? true : (controls.length && controls[0].dataset.unchecked === "false" ? false : null);
    case "list": return list(ticked.map((control) => control.value), other && text(form, other));
    case "time": return value ? value.slice(0, 5) : null;
    case "datetime": return moment(controls[0], form.dataset.zone);
    case "json": return value ? JSON.parse(value) : null;
    case "changed": return text(form, other) === null ? null : (hasChanged(form, other) || read(form, name, "bool"));
    default: return value || null;
  }
}

const text = (form, name) => read(form, name);

function number(value, shape) {
  if (value === "") return null;
  if (!shape.test(value)) throw new Unready("number");
  return Number(value.replace("\u2212", "-"));
}

function list(ticked, gate) {
  if ((gate === "yes" && !ticked.length) || (gate === "no" && ticked.length)) throw new Unready("gate");
  if (ticked.length) return ticked;
  return gate === "no" ? [] : null;
}

function hasChanged(form, name) {
  return named(form, name).some((control) => (
    /^(radio|checkbox)$/.test(control.type) ? control.checked !== control.defaultChecked : control.value !== control.defaultValue
  ));
}

function moment(control, zone) {
  if (!control || !control.value) return null;
  if (control.dataset.exact && control.value === control.defaultValue) return control.dataset.exact;
  const parts = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)/.exec(control.value);
  if (!parts) throw new Unready("datetime");
  const wall = Date.UTC(+parts[1], parts[2] - 1, +parts[3], +parts[4], +parts[5]);
  return withOffset(wall, offsetOf(wall, zone));
}

/* Minutes east of UTC where a wall clock of the zone shows `wall` (ms, as if it were UTC). Of an
   hour shown twice it is the first; of one left out, the clock before. */
export function offsetOf(wall, zone) {
  const day = 86400000;
  const before = eastOf(wall - day, zone);
  const after = eastOf(wall + day, zone);
  const fits = (minutes) => eastOf(wall - minutes * 60000, zone) === minutes;
  return fits(before) || !fits(after) ? before : after;
}

/* Minutes east of UTC at an instant. */
export function eastOf(instant, zone) {
  const shown = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
  }).formatToParts(new Date(instant));
  const at = {};
  for (const { type, value } of shown) at[type] = Number(value);
  const wall = Date.UTC(at.year, at.month - 1, at.day, at.hour % 24, at.minute);
  return Math.round((wall - Math.floor(instant / 60000) * 60000) / 60000);
}

const two = (number) => String(number).padStart(2, "0");

export function withOffset(wall, east) {
  const minutes = Math.abs(east);
  return `${new Date(wall).toISOString().slice(0, 19)}${east < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/* What a wall clock of the zone shows at an instant, for an input of type datetime-local. */
export function wallClock(instant, zone) {
  return new Date(instant + eastOf(instant, zone) * 60000).toISOString().slice(0, 16);
}

/* The phone's own clock with its own offset. */
export function deviceTime(now = new Date()) {
  const east = -now.getTimezoneOffset();
  return withOffset(now.getTime() + east * 60000, east);
}

export function fieldsOf(form) {
  return [...new FormData(form)].filter(([name, value]) => !NEVER_KEPT.has(name) && typeof value === "string");
}

/* Put back what stood in a form. Pages that make controls of their own listen to `entry:fill`. */
export function fill(form, fields) {
  form.dispatchEvent(new CustomEvent("entry:fill", { bubbles: true, detail: fields }));
  const given = new Set(fields.map(([name, value]) => `${name}=${value}`));
  const values = new Map(fields);
  for (const control of form.elements) {
    if (!control.name || NEVER_KEPT.has(control.name) || control.name === "edit") continue;
    if (/^(radio|checkbox)$/.test(control.type)) control.checked = given.has(`${control.name}=${control.value}`);
    else if (control.type !== "file") control.value = values.has(control.name) ? values.get(control.name) : "";
    const folded = control.closest("details");
    if (folded && values.get(control.name)) folded.open = true;
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}
