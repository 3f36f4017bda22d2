// Uploads with their progress, and recordings that are being searched.
"use strict";

// An upload by XMLHttpRequest, which alone tells how much has been sent.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector('input[type="file"]');
  const drop = form.querySelector("[data-drop]");
  const box = form.querySelector("[data-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-words]");
  const fault = form.querySelector("[data-fault]");
  const chosen = form.querySelector("[data-chosen]");
  const button = form.querySelector("button.primary");
  const say = (text) => { fault.hidden = !text; fault.textContent = text; };
  const show = () => { chosen.textContent = [...input.files].map((file) => file.name).join(", "); };
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); input.files = event.dataTransfer.files; show(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say("");
    const request = new XMLHttpRequest();
    const values = new FormData(form);
    values.append("offset_min", String(-new Date().getTimezoneOffset()));
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRF-Token", form.elements.csrf.value);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (sent) => {
      bar.value = sent.loaded / sent.total;
      words.textContent = sent.loaded < sent.total ? `${form.dataset.sending}: ${Math.floor(100 * sent.loaded / sent.total)} %` : form.dataset.reading;
      if (sent.loaded === sent.total) bar.removeAttribute("value");
    });
    const end = (text) => { box.hidden = true; button.disabled = false; say(text); };
    request.addEventListener("load", () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* a page of the app tells it */ }
      if (request.status === 200 && answer.address) location.assign(answer.address);
      else end(answer.detail || new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main")?.innerText || form.dataset.failed);
    });
    for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => end(form.dataset.failed));
    box.hidden = false;
    button.disabled = true;
    request.send(values);
  });
}

// A recording that is being searched: its progress, and its page once it is done.
for (const place of document.querySelectorAll("[data-state]")) {
  const bar = place.querySelector("progress");
  const words = place.querySelector("[data-step]");
  const ask = async () => {
    const response = await fetch(place.dataset.state, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok) { setTimeout(ask, 3000); return; }
    const state = await response.json();
    if (state.step === "done" || state.step === "failed") { location.reload(); return; }
    if (state.step === "waiting") bar.removeAttribute("value"); else bar.value = state.fraction;
    const told = place.dataset[state.step];
    if (told && words.textContent !== told) words.textContent = told;
    setTimeout(ask, 700);
  };
  ask();
}
