// Two taps: a place, then Done. The sheet names the place; the list can be searched.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const { split, supplyOf, nameOf, rows, words } = window.bodyMap;
  const sheet = document.getElementById("sheet"), form = document.getElementById("sheet-form");
  const nearBox = document.getElementById("sheet-near"), supplyBox = document.getElementById("sheet-supply");

  // Shows a part in the sheet, with what lies close to it.
  function show(name, near) {
    const { key, side } = split(name);
    form.elements.where.value = key;
    document.getElementById("sheet-title").textContent = nameOf(name);
    document.getElementById("sheet-sides").hidden = !rows.get(key).querySelector('[value$="-left"]');
    for (const choice of form.elements.side) choice.checked = choice.value === side;
    const supply = supplyOf(key);
    supplyBox.hidden = !supply;
    if (supply) { supplyBox.querySelector("[data-nerves]").textContent = supply.nerves; supplyBox.querySelector("[data-roots]").textContent = supply.roots; }
    nearBox.hidden = near.length === 0;
    nearBox.querySelector("ul").replaceChildren(...near.map((other) => {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.className = "chip";
      button.textContent = nameOf(other);
      button.addEventListener("click", () => { show(other, [name, ...near.filter((one) => one !== other)]); form.querySelector(".done").focus(); });
      item.append(button);
      return item;
    }));
  }

  function open(name, near) {
    form.reset();
    form.elements.view.value = document.querySelector('input[name="view"]:checked').value;
    show(name, near);
    sheet.showModal();
    form.querySelector(".done").focus();
  }

  document.addEventListener("part-chosen", (event) => open(event.detail.name, event.detail.near));
  for (const button of document.querySelectorAll('button[name="where"]')) {
    button.addEventListener("click", (event) => { event.preventDefault(); open(button.value, []); });
  }
  for (const choice of form.elements.side) {
    choice.addEventListener("change", () => {
      const key = form.elements.where.value;
      document.getElementById("sheet-title").textContent = nameOf(["left", "right"].includes(choice.value) ? `${key}-${choice.value}` : key);
    });
  }
  document.getElementById("sheet-close").addEventListener("click", () => sheet.close());
  // Closed is not wanted any more; what was begun and not closed comes back with its place.
  sheet.addEventListener("close", () => form.reset());
  form.addEventListener("draft", ({ detail }) => { if (rows.has(detail.where)) open(detail.where, []); });
  sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });

  // The list, searched as one types.
  const box = document.getElementById("find-box"), field = document.getElementById("find-part");
  box.hidden = false;
  field.addEventListener("input", () => {
    const asked = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const group of document.querySelectorAll(".group")) {
      let found = 0;
      for (const row of group.querySelectorAll("li")) {
        const text = `${row.dataset.name} ${row.dataset.latin} ${row.dataset.key.replaceAll("_", " ")} ${row.dataset.roots}`.toLowerCase();
        row.hidden = !asked.every((word) => text.includes(word));
        found += row.hidden ? 0 : 1;
      }
      group.hidden = found === 0;
      group.open = asked.length > 0 && found > 0;
      count += found;
    }
    document.getElementById("found").textContent = asked.length ? words.found.replace("%(num)s", count) : "";
  });
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
});
