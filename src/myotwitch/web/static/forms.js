// Forms lose nothing: what is half filled is kept at the server, never in the browser, and a form is only sent to an app that answers.
"use strict";
{
  const words = document.getElementById("form-words").dataset;
  const own = document.querySelector('meta[name="csrf"]').content;
  const ANSWERS_WITHIN_MS = 8000, KEPT_AFTER_MS = 400;
  const NEVER_KEPT = ["csrf", "offset_min", "draft"];
  const pathOf = (form) => new URL(form.getAttribute("action"), location.href).pathname;
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !NEVER_KEPT.includes(field.name) && !["password", "file", "submit", "button"].includes(field.type));
  const valuesOf = (form) => Object.fromEntries(fieldsOf(form).filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked).map((field) => [field.name, field.value]));
  const unsaved = new Set();

  // Keeps what stands in a form; `keepalive` lets the last word through while the page goes.
  function draftOf(form) {
    const name = pathOf(form);
    let timer, isKept = false, last = JSON.stringify(valuesOf(form));
    const post = (address, values, keepalive = false) => fetch(address, { method: "POST", body: new URLSearchParams({ form: name, ...values }), headers: { "X-CSRF-Token": own, Accept: "application/json" }, keepalive });
    const save = (isLast) => {
      clearTimeout(timer);
      timer = undefined;
      const values = JSON.stringify(valuesOf(form));
      if (values === last) return;
      last = values;
      isKept = true;
      post("/drafts", { values }, isLast === true).then((answer) => answer.ok).catch(() => false).then((kept) => { unsaved[kept ? "delete" : "add"](form); });
    };
    const forget = () => {
      clearTimeout(timer);
      timer = undefined;
      unsaved.delete(form);
      if (isKept) post("/drafts/drop", {}).catch(() => {});
      isKept = false;
    };
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "draft", value: name }));
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, KEPT_AFTER_MS); });
    form.addEventListener("reset", () => { forget(); setTimeout(() => { last = JSON.stringify(valuesOf(form)); }); });
    window.addEventListener("beforeunload", () => { if (timer !== undefined) save(true); });
    document.addEventListener("visibilitychange", () => { if (document.hidden && timer !== undefined) save(true); });
    return { name, form, isTouched: () => timer !== undefined || isKept, stop: () => { clearTimeout(timer); timer = undefined; unsaved.delete(form); }, fill: (values) => { isKept = true; fill(form, values); last = JSON.stringify(valuesOf(form)); } };
  }

  // Puts in what was begun, and says so.
  function fill(form, values) {
    form.dispatchEvent(new CustomEvent("draft", { detail: values }));
    for (const field of fieldsOf(form)) {
      if (!(field.name in values)) continue;
      if (["radio", "checkbox"].includes(field.type)) field.checked = field.value === values[field.name];
      else field.value = values[field.name];
    }
    for (let box = form.parentElement?.closest("details"); box; box = box.parentElement?.closest("details")) box.open = true;
    const said = document.createElement("p"), empty = document.createElement("button");
    said.className = "hint begun";
    said.setAttribute("role", "status");
    said.textContent = `${words.begun} `;
    empty.type = "button";
    empty.className = "plain";
    empty.textContent = words.empty;
    empty.addEventListener("click", () => { form.reset(); said.remove(); form.querySelector("input:not([type=hidden]), select, textarea")?.focus(); });
    form.addEventListener("reset", () => said.remove(), { once: true });
    said.append(empty);
    form.prepend(said);
  }

  // Asks the app whether it is there and still knows this browser; brings a new secret where it was started anew.
  async function ask() {
    const answer = await fetch("/drafts", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }).catch(() => null);
    if (!answer) return { fault: words.lost };
    if (answer.status === 401) return { fault: words.closed };
    return answer.ok ? await answer.json().catch(() => ({ fault: words.lost })) : { fault: words.lost };
  }

  const drafts = [...document.querySelectorAll("form[data-draft]")].map(draftOf);
  if (drafts.length) {
    ask().then(({ drafts: begun = {} }) => {
      for (const draft of drafts) {
        const values = begun[draft.name];
        if (values && JSON.stringify(values) !== JSON.stringify(valuesOf(draft.form)) && !draft.isTouched()) draft.fill(values);
      }
    });
  }

  // A form leaves the page only when the app answers; else it stays as it is, and the page says what to do.
  let isAsking = false;
  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || form.method !== "post") return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    const told = await ask();
    isAsking = false;
    if (told.fault) { window.myotwitch.tell(told.fault, { stays: true }); return; }
    if (told.csrf.split(".")[0] !== own.split(".")[0]) form.elements.csrf.value = told.csrf;
    for (const draft of drafts) if (draft.form === form) draft.stop();
    unsaved.delete(form);
    const pressed = button?.name ? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value })) : null;
    form.submit();
    pressed?.remove();
  });

  // Only what could not be kept is a reason to hold somebody back.
  window.addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });

  // A page that comes back from the browser's memory is an old one: its forms were sent.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
