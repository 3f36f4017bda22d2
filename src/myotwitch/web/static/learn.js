// Shows only what holds the words that are typed.
"use strict";

const box = document.getElementById("name");
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const group of document.querySelectorAll("[data-filter]")) {
    let shown = 0;
    for (const item of group.querySelectorAll("li")) {
      item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
      shown += item.hidden ? 0 : 1;
    }
    group.hidden = shown === 0;
  }
});
