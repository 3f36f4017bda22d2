// What every page has: the token that forms carry, messages, places that load by themselves.
"use strict";

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

// Minutes by which the clocks here are ahead of UTC; every form tells them, so that an evening stays an evening.
const offsetMin = () => String(-new Date().getTimezoneOffset());
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  const field = event.target.elements.offset_min ?? event.target.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "offset_min" }));
  field.value = offsetMin();
});

// Sends a request of this page's own; resolves to the response, or shows what went wrong.
async function send(address, body) {
  const form = body instanceof FormData ? body : new URLSearchParams(body);
  if (!form.has("offset_min")) form.append("offset_min", offsetMin());
  const response = await fetch(address, { method: "POST", body: form, headers: { "X-CSRF-Token": csrf, Accept: "application/json" } });
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail ?? response.statusText);
  return response;
}

// Shows a message for a while, or until the next; a screen reader reads it.
let toldTimer;
function tell(text, { stays = false } = {}) {
  const place = document.getElementById("told");
  const box = document.createElement("div");
  box.textContent = text;
  place.replaceChildren(box);
  clearTimeout(toldTimer);
  if (!stays) toldTimer = setTimeout(() => place.replaceChildren(), 8000);
}

// Asks again before something is lost.
for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => { if (!confirm(form.dataset.confirm)) event.preventDefault(); });
}

// A part that is worked out in the background is asked for until it is there.
for (const part of document.querySelectorAll("[data-load]")) {
  const load = async () => {
    const response = await fetch(part.dataset.load, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response || response.status === 202) { setTimeout(load, response ? 700 : 3000); return; }
    const text = await response.text();
    // What went wrong is a whole page; its middle tells it here.
    part.innerHTML = response.ok ? text : new DOMParser().parseFromString(text, "text/html").querySelector("main")?.innerHTML ?? "";
    for (const mark of ["aria-busy", "data-load"]) part.removeAttribute(mark);
    part.classList.remove("waits");
    part.dispatchEvent(new CustomEvent("loaded", { bubbles: true }));
  };
  load();
}

// What the last page did is said once more after loading, because only what comes later is read aloud; it can be put away.
const toldNow = document.querySelector("#told > *");
if (toldNow) {
  const away = Object.assign(document.createElement("button"), { type: "button", className: "plain away", textContent: "×" });
  away.setAttribute("aria-label", document.getElementById("told").dataset.close);
  away.addEventListener("click", () => { document.getElementById("told").replaceChildren(); document.getElementById("main").focus(); });
  toldNow.append(away);
  setTimeout(() => { if (!toldNow.contains(document.activeElement) && toldNow.isConnected) document.getElementById("told").replaceChildren(toldNow); }, 200);
}

// With large text the bar at the foot of a phone has several rows: the page ends above them, or the bar stands at the top.
const bar = document.querySelector("nav.main");
if (bar) {
  new ResizeObserver(() => {
    bar.classList.toggle("still", bar.offsetHeight > innerHeight / 4);
    const root = document.documentElement.style, height = getComputedStyle(bar).position === "fixed" ? bar.offsetHeight : 0;
    if (height > 68) root.setProperty("--bar", `${height}px`); else root.removeProperty("--bar");
  }).observe(bar);
}

// The menu More closes with Escape, and when one goes elsewhere.
const more = document.querySelector("nav.main .more");
if (more) {
  more.addEventListener("keydown", (event) => { if (event.key === "Escape" && more.open) { more.open = false; more.querySelector("summary").focus(); } });
  more.addEventListener("focusout", (event) => { if (event.relatedTarget && !more.contains(event.relatedTarget)) more.open = false; });
  document.addEventListener("click", (event) => { if (!more.contains(event.target)) more.open = false; });
}

window.myotwitch = { send, tell };
