// Shows only what holds the words that are typed, and how many there are.
"use strict";

const box = document.getElementById("name"), found = document.getElementById("found");
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let all = 0;
  for (const group of document.querySelectorAll("[data-filter]")) {
    let shown = 0;
    for (const item of group.querySelectorAll("li")) {
      item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
      shown += item.hidden ? 0 : 1;
    }
    group.hidden = shown === 0;
    group.open = words.length > 0 && shown > 0;
    all += shown;
  }
  found.textContent = words.length ? found.dataset.words.replace("%(num)s", all) : "";
});
