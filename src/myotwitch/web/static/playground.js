// The sliders drive the axon at the server; what it does is drawn here.
"use strict";

const sliders = [...document.querySelectorAll("#playground input[type=range]")];
const usual = sliders.map((slider) => slider.value);
const picture = document.getElementById("trace");
const LEFT = 44, RIGHT = 356, TOP = 8, BOTTOM = 178, LOW = -100, HIGH = 50;
const across = (ms) => LEFT + ((RIGHT - LEFT) * ms) / 60;
const up = (mv) => BOTTOM - ((BOTTOM - TOP) * (mv - LOW)) / (HIGH - LOW);

function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawAxes() {
  const axes = picture.querySelector(".axes");
  for (const mv of [-100, -50, 0, 50]) {
    axes.append(element("line", { x1: LEFT, x2: RIGHT, y1: up(mv), y2: up(mv) }), element("text", { x: LEFT - 4, y: up(mv) + 3, "text-anchor": "end" }, mv === 50 ? "50 mV" : mv));
  }
  for (const ms of [0, 20, 40, 60]) axes.append(element("text", { x: across(ms), y: BOTTOM + 14, "text-anchor": ms === 60 ? "end" : "middle" }, ms === 60 ? "60 ms" : ms));
}

function draw(trace, step) {
  const path = trace.map((mv, place) => `${place ? "L" : "M"}${across(place * step).toFixed(1)} ${up(Math.max(LOW, Math.min(HIGH, mv))).toFixed(1)}`);
  picture.querySelector(".line").setAttribute("d", path.join(""));
}

let running = false, waiting = false;
async function play() {
  if (running) { waiting = true; return; }
  running = true;
  try {
    const values = Object.fromEntries(sliders.map((slider) => [slider.name, Number(slider.value)]));
    const response = await fetch("/learn/playground/axon", { method: "POST", body: JSON.stringify(values), headers: { "Content-Type": "application/json", "X-CSRF-Token": document.querySelector('meta[name="csrf"]').content } });
    if (response.ok) {
      const played = await response.json();
      document.getElementById("sentence").textContent = played.sentence;
      draw(played.trace_mv, played.trace_step_ms);
    }
  } finally {
    running = false;
    if (waiting) { waiting = false; play(); }
  }
}

function tellValue(slider) {
  const digits = Number(slider.dataset.step) >= 1 ? 0 : Number(slider.dataset.step) >= 0.1 ? 1 : 2;
  document.getElementById(`${slider.id}-value`).textContent = `${Number(slider.value).toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits })} mmol/L`;
}

for (const slider of sliders) slider.addEventListener("input", () => { tellValue(slider); play(); });
document.getElementById("usual").addEventListener("click", () => { sliders.forEach((slider, place) => { slider.value = usual[place]; tellValue(slider); }); play(); });
drawAxes();
draw(JSON.parse(picture.dataset.trace), Number(picture.dataset.step));
