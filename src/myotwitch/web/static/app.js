// What every page has: the token that forms carry, messages, drafts of half-filled forms, places that load by themselves.
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

// Shows a message for a while; a screen reader reads it.
let toldTimer;
function tell(text) {
  const place = document.getElementById("told");
  const box = document.createElement("div");
  box.textContent = text;
  place.replaceChildren(box);
  clearTimeout(toldTimer);
  toldTimer = setTimeout(() => place.replaceChildren(), 8000);
}

// A half-filled form outlives a closed lid and a lost connection: it is kept at the server, never in the browser.
for (const form of document.querySelectorAll("form[data-draft]")) {
  let timer;
  const keep = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const values = Object.fromEntries([...new FormData(form)].filter(([name, value]) => name !== "csrf" && typeof value === "string"));
      send("/drafts", { form: form.dataset.draft, values: JSON.stringify(values) }).catch(() => {});
    }, 400);
  };
  form.addEventListener("input", keep);
}

// Asks again before something is lost.
for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => { if (!confirm(form.dataset.confirm)) event.preventDefault(); });
}

// A part that is worked out in the background is asked for until it is there.
for (const part of document.querySelectorAll("[data-load]")) {
  const load = async () => {
    const response = await fetch(part.dataset.load, { headers: { Accept: "text/html" } });
    if (response.status === 202) { setTimeout(load, 700); return; }
    if (response.ok) { part.innerHTML = await response.text(); part.removeAttribute("aria-busy"); }
  };
  load();
}

window.myotwitch = { send, tell };
