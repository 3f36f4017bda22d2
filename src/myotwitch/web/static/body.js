// The map: pointing says what a part is, arrow keys go from part to part, a touch opens the sheet.
"use strict";
{
  const pointed = document.getElementById("pointed");
  const rows = new Map([...document.querySelectorAll(".rows li")].map((row) => [row.dataset.key, row]));
  const words = document.getElementById("supply-words").dataset;
  const REACH_PX = 16;

  const split = (name) => { const [key, side = ""] = name.split("-"); return { key, side }; };
  const supplyOf = (key) => {
    const { nerves, roots } = rows.get(key).dataset;
    return nerves ? { nerves: words.nerve.replace("%(nerves)s", nerves), roots: words.roots.replace("%(roots)s", roots) } : null;
  };
  const nameOf = (name) => {
    const { key, side } = split(name);
    const what = rows.get(key).dataset.name;
    return side ? words[side].replace("%(what)s", what) : what;
  };

  // Says what is under the pointer or has the focus.
  function point(part) {
    document.querySelectorAll(".is-pointed").forEach((other) => other.classList.remove("is-pointed"));
    if (!part) { pointed.textContent = pointed.dataset.start; return; }
    const supply = supplyOf(split(part.dataset.part).key);
    pointed.replaceChildren();
    const strong = document.createElement("strong");
    strong.textContent = part.querySelector("title").textContent;
    pointed.append(strong, supply ? ` ${supply.nerves} ${supply.roots}` : "");
    document.querySelectorAll(`[data-part="${part.dataset.part}"]`).forEach((same) => same.classList.add("is-pointed"));
  }

  // The parts within a thumb's reach of a touch, the one that was hit first.
  function near(part, x, y) {
    const found = new Set([part.dataset.part]);
    for (const share of [0.5, 1]) {
      for (let turn = 0; turn < 8; turn += 1) {
        const angle = (turn * Math.PI) / 4;
        const other = document.elementFromPoint(x + share * REACH_PX * Math.cos(angle), y + share * REACH_PX * Math.sin(angle))?.closest?.(".part");
        if (other) found.add(other.dataset.part);
      }
    }
    return [...found].slice(1, 5);
  }

  const middle = (part) => { const box = part.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

  // The nearest part in the direction of an arrow key.
  function next(map, part, [dx, dy]) {
    const [x, y] = middle(part);
    let best = null, least = Infinity;
    for (const other of map.querySelectorAll(".part")) {
      const [ox, oy] = middle(other);
      const along = (ox - x) * dx + (oy - y) * dy, aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      if (other === part || along <= 1) continue;
      if (along + 2 * aside < least) { best = other; least = along + 2 * aside; }
    }
    return best;
  }

  function enter(part, event) {
    const close = event.type === "click" && event.detail > 0 ? near(part, event.clientX, event.clientY) : [];
    const { key, side } = split(part.dataset.part);
    const place = [...rows.get(key).parentElement.children].slice(0, [...rows.get(key).parentElement.children].indexOf(rows.get(key)) + 1).reverse().find((row) => row.classList.contains("of-place"));
    const whole = place && place.dataset.key !== key ? `${place.dataset.key}${side ? `-${side}` : ""}` : null;
    document.dispatchEvent(new CustomEvent("part-chosen", { detail: { name: part.dataset.part, near: [...new Set([...close, ...(whole ? [whole] : [])])] } }));
  }

  for (const map of document.querySelectorAll(".body-map")) {
    map.setAttribute("role", "group");
    const parts = [...map.querySelectorAll(".part")];
    for (const part of parts) {
      part.setAttribute("role", "button");
      part.setAttribute("tabindex", "-1");
      part.setAttribute("aria-label", part.querySelector("title").textContent);
    }
    let current = parts.find((part) => part.id.startsWith("front-pectoralis_major") || part.id.startsWith("back-latissimus")) ?? parts[0];
    current?.setAttribute("tabindex", "0");
    map.addEventListener("pointerover", (event) => { const part = event.target.closest(".part"); if (part) point(part); });
    map.addEventListener("pointerleave", () => point(document.activeElement?.closest?.(".part")));
    map.addEventListener("focusin", (event) => { const part = event.target.closest(".part"); if (part) { current?.setAttribute("tabindex", "-1"); current = part; part.setAttribute("tabindex", "0"); point(part); } });
    map.addEventListener("click", (event) => { const part = event.target.closest(".part"); if (part) enter(part, event); });
    map.addEventListener("keydown", (event) => {
      const part = event.target.closest(".part");
      if (!part) return;
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); enter(part, event); }
      if (event.key in DIRECTIONS) { event.preventDefault(); next(map, part, DIRECTIONS[event.key])?.focus(); }
    });
  }
  point(null);

  // After a bout was noted the same view is shown again.
  const view = document.getElementById(`view-${location.hash.slice(1)}`);
  if (view) { view.checked = true; history.replaceState(null, "", "/"); }

  // Where front and back stand side by side, the button of the back is not there to be reached by keys.
  const isWide = matchMedia("(min-width: 40rem)"), front = document.getElementById("view-front"), back = document.getElementById("view-back");
  const join = () => { if (isWide.matches && back.checked) front.checked = true; };
  isWide.addEventListener("change", join);
  join();

  window.bodyMap = { split, supplyOf, nameOf, rows, words };
}
