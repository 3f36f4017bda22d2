// The viewer: draws any stretch of a recording from tiles of smallest and largest values, and goes through its events.
"use strict";

const root = document.querySelector("[data-viewer]");
const address = root.dataset.viewer;
const words = JSON.parse(root.dataset.words);
const stage = root.querySelector(".stage");
const canvas = stage.querySelector("canvas");
const overview = root.querySelector("canvas.overview");
const spectrumCanvas = document.querySelector("canvas.spectrum");
const MISSING = -32768, MOST_BYTES = 160e6, SHORTEST_S = 0.005, MOST_AT_ONCE = 8, MOST_AHEAD = 3, TOP = 14, BOTTOM = 24;
const number = (value, digits) => value.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });

let wave = null, events = null, duration = 1, colours = {};
const view = { start: 0, span: 10, first: 0, shown: 0, perBand: 0, event: -1 };
const tiles = new Map();
let bytes = 0, wanted = [], loading = new Map(), frame = 0;

// ---- tiles: kept as long as there is room, asked for in the order in which they matter

const nameOf = (group, bin, tile) => `${group}:${bin}:${tile}`;

function cached(name) {
  const tile = tiles.get(name);
  if (tile) { tiles.delete(name); tiles.set(name, tile); }
  return tile;
}

function keep(name, group, content) {
  const channels = wave.groups[group].channels.length;
  const steps = new Int16Array(content);
  const bins = steps.length / channels / 2;
  const middle = new Float32Array(channels), spread = new Float32Array(channels);
  for (let row = 0; row < channels; row++) {
    let sum = 0, wide = 0, count = 0;
    for (let index = row * 2 * bins; index < row * 2 * bins + bins; index++) {
      if (steps[index] === MISSING) continue;
      sum += steps[index] + steps[index + bins]; wide += steps[index + bins] - steps[index]; count++;
    }
    middle[row] = count ? sum / 2 / count : NaN;
    spread[row] = count ? wide / count : NaN;
  }
  tiles.set(name, { steps, bins, middle, spread });
  bytes += content.byteLength;
  for (const [oldest, tile] of tiles) {
    if (bytes <= MOST_BYTES) break;
    tiles.delete(oldest); bytes -= tile.steps.byteLength;
  }
}

function load() {
  for (const { name, group, bin, tile, ahead } of wanted) {
    // What is only likely to be needed leaves room for what is in sight.
    if (loading.size >= (ahead ? MOST_AHEAD : MOST_AT_ONCE)) return;
    if (loading.has(name) || tiles.has(name)) continue;
    loading.set(name, true);
    fetch(`${address}/tile?group=${group}&bin=${bin}&tile=${tile}`)
      .then((response) => (response.ok ? response.arrayBuffer() : null))
      .then((content) => { if (content) keep(name, group, content); })
      .catch(() => {})
      .finally(() => { loading.delete(name); ask(); });
  }
}

// ---- drawing, at most once a frame

function ask() { if (!frame) frame = requestAnimationFrame(draw); }

function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

function readColours() {
  colours = { ink: colour("--ink"), soft: colour("--soft"), line: colour("--line"), brand: colour("--brand"), card: colour("--card"), watch: colour("--watch-soft"), wave: colour("--soft") };
  const probe = document.createElement("span");
  root.append(probe);
  colours.sources = Array.from({ length: 8 }, (_, index) => { probe.className = `source-${index}`; return getComputedStyle(probe).getPropertyValue("--source").trim(); });
  probe.remove();
  colours.pixels = [colours.wave, ...colours.sources].map((text) => {
    const value = parseInt(text.slice(1), 16);
    return (255 << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16);
  });
}

function sized(place) {
  const ratio = window.devicePixelRatio || 1, box = place.getBoundingClientRect();
  const width = Math.max(50, Math.round(box.width * ratio)), height = Math.max(30, Math.round(box.height * ratio));
  if (place.width !== width || place.height !== height) { place.width = width; place.height = height; }
  const context = place.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, box.width, box.height);
  return { context, width: box.width, height: box.height, ratio };
}

function layout(width, height) {
  const total = wave.channels;
  const shown = Math.min(view.shown || total, total);
  view.first = Math.max(0, Math.min(view.first, total - shown));
  const left = width < 500 ? 46 : 92;
  return { shown, left, plot: width - left, band: (height - TOP - BOTTOM) / shown };
}

function draw() {
  frame = 0;
  if (!wave) return;
  const began = performance.now();
  const { context, width, height, ratio } = sized(canvas);
  const place = layout(width, height);
  const isWhole = drawWave(context, place, height, ratio);
  drawEvents(context, place, height);
  drawNames(context, place, height);
  drawTime(context, place, width, height);
  drawOverview();
  stage.dataset.whole = String(isWhole);
  stage.dataset.tookMs = (performance.now() - began).toFixed(1);
  load();
}

const pixels = { image: null, canvas: document.createElement("canvas") };

function drawWave(context, place, height, ratio) {
  const wide = Math.round(place.plot * ratio), high = Math.round(height * ratio);
  if (!pixels.image || pixels.canvas.width !== wide || pixels.canvas.height !== high) {
    pixels.canvas.width = wide; pixels.canvas.height = high;
    pixels.image = new ImageData(wide, high);
  }
  const paint = new Uint32Array(pixels.image.data.buffer);
  paint.fill(0);
  shadeExcluded(context, place);
  let isWhole = true;
  wanted = [];
  const later = [];
  wave.groups.forEach((group, index) => {
    const perPixel = (view.span * group.rate_hz) / wide;
    const bin = 2 ** Math.max(0, Math.floor(Math.log2(perPixel)));
    const tileSamples = bin * wave.tile_bins;
    const first = Math.max(0, Math.floor((view.start * group.rate_hz) / tileSamples));
    const last = Math.min(Math.floor((group.count - 1) / tileSamples), Math.floor(((view.start + view.span) * group.rate_hz) / tileSamples));
    const parts = [];
    for (let tile = first; tile <= last; tile++) {
      const name = nameOf(index, bin, tile);
      let found = cached(name), at = { bin, tile };
      if (!found) {
        isWhole = false;
        wanted.push({ name, group: index, bin, tile });
        for (let step = 1; step < 14 && !found; step++) {
          at = { bin: bin * 2 ** step, tile: Math.floor(tile / 2 ** step) };
          found = cached(nameOf(index, at.bin, at.tile));
        }
      }
      if (found) parts.push({ found, begin: at.tile * wave.tile_bins * at.bin, bin: at.bin, from: tile * tileSamples, to: (tile + 1) * tileSamples });
    }
    paintGroup(paint, wide, high, ratio, place, group, parts);
    // What is likely needed next: the events before and after, the neighbours, the same stretch coarser and finer.
    for (const event of [view.event + 1, view.event - 1]) {
      if (!(event in events.onset_s)) continue;
      const from = Math.max(0, (events.onset_s[event] - view.span / 2) * group.rate_hz), to = Math.min(group.count - 1, (events.onset_s[event] + view.span / 2) * group.rate_hz);
      for (let tile = Math.floor(from / tileSamples); tile * tileSamples <= to; tile++) later.push({ name: nameOf(index, bin, tile), group: index, bin, tile });
    }
    for (const tile of [last + 1, first - 1]) if (tile >= 0 && tile * tileSamples < group.count) later.push({ name: nameOf(index, bin, tile), group: index, bin, tile });
    for (let tile = Math.floor(first / 2); tile <= Math.floor(last / 2); tile++) later.push({ name: nameOf(index, bin * 2, tile), group: index, bin: bin * 2, tile });
    if (bin > 1) for (let tile = first + last; tile <= first + last + 1; tile++) if (tile * tileSamples / 2 < group.count) later.push({ name: nameOf(index, bin / 2, tile), group: index, bin: bin / 2, tile });
  });
  wanted.push(...later.map((one) => ({ ...one, ahead: true })));
  pixels.canvas.getContext("2d").putImageData(pixels.image, 0, 0);
  context.drawImage(pixels.canvas, place.left, 0, place.plot, height);
  return isWhole;
}

function paintGroup(paint, wide, high, ratio, place, group, parts) {
  if (!parts.length) return;
  const perPixel = (view.span * group.rate_hz) / wide, start = view.start * group.rate_hz;
  const perBand = scaleOf(group, parts);
  const marks = marksFor(group, start, perPixel, wide);
  group.channels.forEach((channel, row) => {
    if (channel < view.first || channel >= view.first + place.shown) return;
    let sum = 0, count = 0;
    for (const { found } of parts) if (!Number.isNaN(found.middle[row])) { sum += found.middle[row]; count++; }
    const middle = count ? sum / count : 0;
    const centre = (TOP + (channel - view.first + 0.5) * place.band) * ratio;
    const perStep = (place.band * ratio * group.step[row]) / perBand(row);
    const most = place.band * ratio * 1.5;
    const marked = marks.get(channel);
    let before = null;
    for (const { found, begin, bin, from, to } of parts) {
      const { steps, bins } = found, at = row * 2 * bins;
      const firstBin = Math.max(0, Math.floor((Math.max(from, start - perPixel) - begin) / bin));
      const lastBin = Math.min(bins - 1, Math.ceil((Math.min(to, start + wide * perPixel) - begin) / bin) - (to < start + wide * perPixel ? 1 : 0));
      for (let index = firstBin; index <= lastBin; index++) {
        const low = steps[at + index];
        if (low === MISSING) { before = null; continue; }
        const x = Math.round((begin + index * bin - start) / perPixel);
        let top = centre - Math.max(-most, Math.min(most, (steps[at + bins + index] - middle) * perStep));
        let foot = centre - Math.max(-most, Math.min(most, (low - middle) * perStep));
        const own = { x, top, foot };
        if (before) {
          // Joined to the column before, so that no gap opens; over several columns where samples lie apart.
          if (x - before.x > 1) line(paint, wide, high, before.x, (before.top + before.foot) / 2, x, (top + foot) / 2, marked);
          if (before.top > foot) foot = before.top; else if (before.foot < top) top = before.foot;
        }
        if (x - (before ? before.x : x) <= 1) column(paint, wide, high, x, top, foot, marked);
        before = own;
      }
    }
  });
}

function column(paint, wide, high, x, top, foot, marked) {
  if (x < 0 || x >= wide) return;
  const pixel = colours.pixels[marked ? marked[x] : 0];
  const last = Math.min(high - BOTTOM, Math.round(foot));
  for (let y = Math.max(0, Math.round(top)); y <= last; y++) paint[y * wide + x] = pixel;
}

function line(paint, wide, high, fromX, fromY, toX, toY, marked) {
  let last = fromY;
  for (let x = Math.max(fromX, 0); x <= Math.min(toX, wide - 1); x++) {
    const y = fromY + ((toY - fromY) * (x - fromX)) / (toX - fromX);
    column(paint, wide, high, x, Math.min(last, y), Math.max(last, y), marked);
    last = y;
  }
}

// How much a band shows: the same for all channels in microvolts, each its own measure where the scale is unknown.
function scaleOf(group, parts) {
  const spreads = group.channels.map((_, row) => (group.step[row] * parts.reduce((sum, { found }) => sum + (found.spread[row] || 0), 0)) / parts.length);
  const scaled = group.channels.map((channel) => events.channels[channel].unit === "uV");
  if (!view.perBand) {
    const known = spreads.filter((value, row) => value > 0 && scaled[row]).sort((one, other) => one - other);
    if (known.length) view.perBand = nice(5 * known[Math.floor(known.length / 2)]);
    else if (!scaled.some(Boolean)) view.perBand = 1;
  }
  group.own ??= group.step.map((step) => step * 65534);
  return (row) => (scaled[row] ? view.perBand || 1 : group.own[row] * view.relative);
}
view.relative = 0.5;

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= value);
}

// For each channel with events in sight: the colour of every column.
function marksFor(group, start, perPixel, wide) {
  const marks = new Map(), own = new Set(group.channels);
  for (let event = firstEvent(view.start - 1); event < events.onset_s.length && events.onset_s[event] < view.start + view.span; event++) {
    const channel = events.channel[event];
    if (!own.has(channel) || events.source[event] === null) continue;
    if (!marks.has(channel)) marks.set(channel, new Uint8Array(wide));
    const from = Math.floor((events.onset_s[event] * group.rate_hz - start) / perPixel);
    const to = Math.ceil(((events.onset_s[event] + events.duration_s[event]) * group.rate_hz - start) / perPixel);
    marks.get(channel).fill(1 + (events.source[event] % 8), Math.max(0, from), Math.max(0, Math.min(wide, to + 1)));
  }
  return marks;
}

function firstEvent(time) {
  let low = 0, high = events.onset_s.length;
  while (low < high) { const middle = (low + high) >> 1; if (events.onset_s[middle] < time) low = middle + 1; else high = middle; }
  return low;
}

const xOf = (time, place) => place.left + ((time - view.start) / view.span) * place.plot;

function shadeExcluded(context, place) {
  context.fillStyle = colours.watch;
  context.font = "11px system-ui, sans-serif";
  for (const stretch of events.excluded) {
    if (stretch.stop_s < view.start || stretch.start_s > view.start + view.span) continue;
    const from = Math.max(place.left, xOf(stretch.start_s, place)), to = Math.min(place.left + place.plot, xOf(stretch.stop_s, place));
    const rows = stretch.channels.map((channel) => channel - view.first).filter((row) => row >= 0 && row < place.shown);
    context.fillStyle = colours.watch;
    for (const row of rows) context.fillRect(from, TOP + row * place.band, Math.max(1, to - from), place.band);
    if (rows.length && to - from > 60) {
      context.fillStyle = colours.soft;
      context.fillText(words[`reason_${stretch.reason}`] ?? stretch.reason, from + 3, TOP + rows[0] * place.band + 11);
    }
  }
}

function drawEvents(context, place, height) {
  for (let event = firstEvent(view.start - 0.5); event < events.onset_s.length && events.onset_s[event] <= view.start + view.span; event++) {
    const x = xOf(events.onset_s[event], place);
    if (x < place.left) continue;
    const source = events.source[event];
    context.fillStyle = source === null ? colours.soft : colours.sources[source % 8];
    context.globalAlpha = events.verdicts[event] === "rejected" ? 0.3 : 1;
    context.beginPath(); context.moveTo(x - 4, 1); context.lineTo(x + 4, 1); context.lineTo(x, 10); context.fill();
    const row = events.channel[event] - view.first;
    if (row >= 0 && row < place.shown) {
      context.globalAlpha = 0.2;
      context.fillRect(x, TOP + row * place.band, Math.max(2, (events.duration_s[event] / view.span) * place.plot), place.band);
    }
    context.globalAlpha = 1;
    if (event === view.event) {
      context.strokeStyle = colours.brand;
      context.setLineDash([4, 3]);
      context.beginPath(); context.moveTo(x, TOP); context.lineTo(x, height - BOTTOM); context.stroke();
      context.setLineDash([]);
    }
  }
}

function drawNames(context, place, height) {
  context.fillStyle = colours.card;
  context.fillRect(0, 0, place.left, height);
  context.fillStyle = colours.ink;
  context.font = `${Math.max(9, Math.min(12, place.band))}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  const every = Math.ceil(11 / place.band);
  for (let row = 0; row < place.shown; row += every) {
    context.fillText(events.channels[view.first + row].name, 4, TOP + (row + 0.5) * place.band, place.left - 10);
  }
  if (view.perBand && events.channels.some((channel) => channel.unit === "uV")) drawSizeBar(context, place, height);
}

function drawSizeBar(context, place, height) {
  let size = view.perBand, long = place.band;
  while (long < 24 && long < height / 4) { size *= 2; long *= 2; }
  while (long > 70) { size /= 2; long /= 2; }
  const x = place.left + place.plot - 12, foot = height - BOTTOM - 6;
  const text = size >= 1000 ? `${number(size / 1000, size % 1000 ? 1 : 0)} mV` : `${number(size, size < 10 ? 1 : 0)} µV`;
  context.font = "12px system-ui, sans-serif";
  const wide = context.measureText(text).width;
  context.fillStyle = colours.card; context.globalAlpha = 0.85;
  context.fillRect(x - wide - 10, foot - long - 4, wide + 18, long + 8);
  context.globalAlpha = 1;
  context.strokeStyle = colours.ink; context.lineWidth = 2;
  context.beginPath(); context.moveTo(x, foot); context.lineTo(x, foot - long); context.stroke();
  context.lineWidth = 1; context.fillStyle = colours.ink;
  context.fillText(text, x - wide - 6, foot - long / 2);
}

function drawTime(context, place, width, height) {
  context.fillStyle = colours.card;
  context.fillRect(0, height - BOTTOM + 1, width, BOTTOM);
  context.strokeStyle = colours.line;
  context.beginPath(); context.moveTo(place.left, height - BOTTOM + 0.5); context.lineTo(width, height - BOTTOM + 0.5); context.stroke();
  const step = nice(view.span / Math.max(2, place.plot / 110));
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  context.fillStyle = colours.soft; context.font = "11px system-ui, sans-serif"; context.textBaseline = "alphabetic";
  for (let time = Math.ceil(view.start / step) * step; time <= view.start + view.span; time += step) {
    const x = xOf(time, place);
    context.beginPath(); context.moveTo(x, height - BOTTOM); context.lineTo(x, height - BOTTOM + 5); context.stroke();
    const text = clock(time, digits), wide = context.measureText(text).width;
    if (x + wide / 2 < width && x - wide / 2 > place.left - 20) context.fillText(text, x - wide / 2, height - 6);
  }
}

function clock(time, digits) {
  if (time < 60 || digits > 0) return `${number(time, digits)} s`;
  const minutes = Math.floor(time / 60), seconds = Math.round(time - 60 * minutes);
  return `${minutes}:${String(seconds).padStart(2, "0")} min`;
}

// ---- the whole recording as a strip

function drawOverview() {
  const { context, width, height } = sized(overview);
  const counts = new Uint32Array(Math.ceil(width));
  for (const onset of events.onset_s) counts[Math.min(counts.length - 1, Math.floor((onset / duration) * width))]++;
  const most = counts.reduce((one, other) => Math.max(one, other), 1);
  context.fillStyle = colours.watch;
  for (const stretch of events.excluded) if (stretch.channels.length === events.channels.length) context.fillRect((stretch.start_s / duration) * width, 0, Math.max(1, ((stretch.stop_s - stretch.start_s) / duration) * width), height);
  context.fillStyle = colours.soft;
  counts.forEach((count, x) => { if (count) context.fillRect(x, height - (count / most) * (height - 4), 1, height); });
  context.strokeStyle = colours.brand; context.lineWidth = 2;
  context.strokeRect((view.start / duration) * width + 1, 1, Math.max(3, (view.span / duration) * width - 2), height - 2);
}

// ---- moving about

function look(start, span) {
  view.span = Math.max(SHORTEST_S, Math.min(span, duration));
  view.start = Math.max(0, Math.min(start, duration - view.span));
  ask();
  settled();
}

// Around the event that is looked at, where it is in sight; else around the middle.
function focus() {
  const onset = events.onset_s[view.event];
  return onset >= view.start && onset <= view.start + view.span ? onset : view.start + view.span / 2;
}

function zoom(factor, centre = focus()) {
  const span = Math.max(SHORTEST_S, Math.min(view.span * factor, duration));
  look(centre - ((centre - view.start) / view.span) * span, span);
}

let settling;
function settled() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    root.querySelector("[data-where]").textContent = `${clock(view.start, view.span < 60 ? 2 : 0)} – ${clock(view.start + view.span, view.span < 60 ? 2 : 0)}`;
    showSpectrum();
  }, 300);
}

function page(direction) { view.first += direction * (view.shown || wave.channels); ask(); }

function size(factor) { view.perBand = (view.perBand || 1) * factor; view.relative *= factor; ask(); }

// ---- events

const said = (event) => events.verdicts[event] ?? "open";

function describe(event) {
  const parts = [`${number(events.onset_s[event], 3)} s`, events.kinds[events.kind[event]].replaceAll("_", " ")];
  if (events.source[event] !== null) parts.push(`${words.source} ${events.source[event]}`);
  parts.push(events.channels[events.channel[event]].name);
  if (events.peak_to_peak_uv[event] !== null) parts.push(`${number(events.peak_to_peak_uv[event], 0)} µV`);
  parts.push(words[said(event)]);
  return `${words.event} ${event + 1} ${words.of} ${events.onset_s.length}: ${parts.join(", ")}`;
}

function go(event) {
  if (!events.onset_s.length) return;
  view.event = Math.max(0, Math.min(event, events.onset_s.length - 1));
  const span = view.span > 30 ? Math.min(5, duration) : view.span;
  const total = wave.channels, shown = Math.min(view.shown || total, total), channel = events.channel[view.event];
  if (channel < view.first || channel >= view.first + shown) view.first = channel - Math.floor(shown / 2);
  look(events.onset_s[view.event] - span / 2, span);
  tell();
}

function tell() {
  if (view.event < 0) return;
  root.querySelector("[data-current]").textContent = describe(view.event);
  for (const row of document.querySelectorAll("[data-event]")) {
    if (Number(row.dataset.event) === view.event) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
  }
  if (!document.querySelector(`[data-event="${view.event}"]`)) turn(Math.floor(view.event / 25) + 1);
}

let turning;
function turn(number) {
  clearTimeout(turning);
  turning = setTimeout(async () => {
    const response = await fetch(`${address}?page=${number}`).catch(() => null);
    if (!response?.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("events");
    const list = document.getElementById("events");
    for (const part of [".wide", "nav"]) list.querySelector(part)?.replaceWith(document.importNode(fresh.querySelector(part), true));
    document.querySelector(`[data-event="${view.event}"]`)?.setAttribute("aria-current", "true");
  }, 250);
}

async function judge(event, verdict) {
  if (event < 0) return;
  try {
    const response = await window.myotwitch.send(`${address}/verdict`, { event: String(event), verdict });
    const counted = await response.json();
    if (verdict === "open") delete events.verdicts[event]; else events.verdicts[event] = verdict;
    document.querySelector("[data-accepted]").textContent = counted.accepted;
    document.querySelector("[data-rejected]").textContent = counted.rejected;
    const buttons = document.querySelectorAll(`[data-event="${event}"] .verdict button`);
    ["accepted", "rejected"].forEach((name, index) => {
      buttons[index]?.setAttribute("aria-pressed", String(verdict === name));
      if (buttons[index]) buttons[index].value = verdict === name ? "open" : name;
    });
    if (event === view.event) root.querySelector("[data-current]").textContent = describe(event);
    ask();
  } catch (error) { window.myotwitch.tell(error.message); }
}

document.getElementById("events").addEventListener("submit", (event) => {
  event.preventDefault();
  judge(Number(event.target.elements.event.value), event.submitter.value);
});
document.getElementById("events").addEventListener("click", (event) => {
  const row = event.target.closest("[data-event]");
  if (row && !event.target.closest("button")) go(Number(row.dataset.event));
});

// ---- the spectrum of what is in sight

let spectrumFor = "";
async function showSpectrum() {
  const channel = document.querySelector("[data-spectrum-channel]").value;
  const query = `channel=${channel}&start_s=${view.start.toFixed(4)}&stop_s=${(view.start + view.span).toFixed(4)}`;
  if (query === spectrumFor) return;
  spectrumFor = query;
  const response = await fetch(`${address}/spectrum?${query}`).catch(() => null);
  if (!response?.ok || query !== spectrumFor) return;
  drawSpectrum(await response.json(), events.channels[channel]);
}

function drawSpectrum(told, channel) {
  const { context, width, height } = sized(spectrumCanvas);
  const values = told.density.slice(1), unit = channel.unit === "uV" ? "µV/√Hz" : words.unscaled;
  if (!values.length) return;
  const most = Math.log10(Math.max(...values, 1e-9)), least = Math.max(most - 4, Math.log10(Math.max(Math.min(...values), 1e-9)));
  const last = told.frequency_hz.at(-1), left = 52, foot = height - 22;
  context.font = "11px system-ui, sans-serif"; context.fillStyle = colours.soft; context.strokeStyle = colours.line;
  for (let power = Math.ceil(least); power <= most; power++) {
    const y = 8 + ((most - power) / (most - least || 1)) * (foot - 8);
    context.beginPath(); context.moveTo(left, y); context.lineTo(width, y); context.stroke();
    context.fillText(number(10 ** power, Math.max(0, -power)), 2, y + 4, left - 6);
  }
  const step = nice(last / Math.max(2, width / 90));
  for (let hertz = 0; hertz <= last; hertz += step) {
    const text = `${number(hertz, 0)} Hz`;
    context.fillText(text, Math.min(left + (hertz / last) * (width - left - 2), width - context.measureText(text).width), height - 5);
  }
  context.strokeStyle = colours.brand; context.lineWidth = 1.5; context.beginPath();
  values.forEach((value, index) => {
    const x = left + (told.frequency_hz[index + 1] / last) * (width - left - 2);
    const y = 8 + ((most - Math.max(least, Math.log10(Math.max(value, 1e-9)))) / (most - least || 1)) * (foot - 8);
    if (index) context.lineTo(x, y); else context.moveTo(x, y);
  });
  context.stroke();
  document.querySelector("[data-spectrum-words]").textContent = `${words.spectrum} ${channel.name}, ${number(told.looked_at_s, told.looked_at_s < 10 ? 2 : 0)} s, ${unit}`;
}

// ---- hands and keys

const actions = {
  earlier: () => look(view.start - view.span / 4, view.span), later: () => look(view.start + view.span / 4, view.span),
  nearer: () => zoom(0.5), farther: () => zoom(2), all: () => look(0, duration),
  taller: () => size(1 / 1.5), flatter: () => size(1.5),
  channelsUp: () => page(-1), channelsDown: () => page(1),
  next: () => go(view.event < 0 ? firstEvent(view.start) : view.event + 1), previous: () => go(view.event < 0 ? firstEvent(view.start) - 1 : view.event - 1),
  accept: () => judge(view.event, "accepted"), reject: () => judge(view.event, "rejected"), unjudge: () => judge(view.event, "open"),
  picture: () => canvas.toBlob((content) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content); link.download = "recording.png"; link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }),
};
const keys = {
  ArrowLeft: "earlier", ArrowRight: "later", ArrowUp: "taller", ArrowDown: "flatter", "+": "nearer", "=": "nearer", "-": "farther",
  PageUp: "channelsUp", PageDown: "channelsDown", n: "next", p: "previous", a: "accept", r: "reject", 0: "all",
};
for (const button of root.querySelectorAll("[data-do]")) button.addEventListener("click", () => actions[button.dataset.do]());
stage.addEventListener("keydown", (event) => {
  const name = keys[event.key];
  if (!name || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  actions[name]();
});
root.querySelector("[data-channels]").addEventListener("change", (event) => {
  view.shown = Number(event.target.value);
  if (view.event >= 0) view.first = events.channel[view.event] - Math.floor(view.shown / 2);
  ask();
});

const timeAt = (event) => {
  const box = canvas.getBoundingClientRect(), place = layout(box.width, box.height);
  return view.start + (Math.max(0, event.clientX - box.left - place.left) / place.plot) * view.span;
};
const held = new Map();
stage.addEventListener("pointerdown", (event) => {
  held.set(event.pointerId, event.clientX);
  stage.setPointerCapture(event.pointerId);
  stage.classList.add("held");
  stage.dataset.moved = "";
});
stage.addEventListener("pointermove", (event) => {
  if (!held.has(event.pointerId)) return;
  const box = canvas.getBoundingClientRect(), place = layout(box.width, box.height), before = held.get(event.pointerId);
  if (held.size === 2) {
    const other = [...held].find(([id]) => id !== event.pointerId)[1];
    const wide = Math.abs(before - other), now = Math.abs(event.clientX - other);
    if (wide > 10 && now > 10) zoom(wide / now, timeAt({ clientX: (event.clientX + other) / 2 }));
  } else look(view.start - ((event.clientX - before) / place.plot) * view.span, view.span);
  if (Math.abs(event.clientX - before) > 2) stage.dataset.moved = "yes";
  held.set(event.pointerId, event.clientX);
});
for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, (event) => {
  held.delete(event.pointerId);
  if (!held.size) stage.classList.remove("held");
  if (name === "pointerup" && !stage.dataset.moved) choose(timeAt(event));
});
function choose(time) {
  const near = firstEvent(time), best = [near - 1, near].filter((event) => event >= 0 && event < events.onset_s.length).sort((one, other) => Math.abs(events.onset_s[one] - time) - Math.abs(events.onset_s[other] - time))[0];
  if (best !== undefined && Math.abs(events.onset_s[best] - time) < view.span / 40) { view.event = best; tell(); ask(); }
}
stage.addEventListener("wheel", (event) => {
  const isOwn = event.ctrlKey || document.activeElement === stage;
  if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) { event.preventDefault(); look(view.start + (event.deltaX / 600) * view.span, view.span); }
  else if (isOwn) { event.preventDefault(); zoom(1.0015 ** event.deltaY, timeAt(event)); }
}, { passive: false });
overview.addEventListener("pointerdown", (event) => {
  const box = overview.getBoundingClientRect();
  const move = (at) => look(((at.clientX - box.left) / box.width) * duration - view.span / 2, view.span);
  const end = () => { overview.removeEventListener("pointermove", move); };
  overview.setPointerCapture(event.pointerId);
  overview.addEventListener("pointermove", move);
  overview.addEventListener("pointerup", end, { once: true });
  overview.addEventListener("pointercancel", end, { once: true });
  move(event);
});

// ---- begin

async function begin() {
  const [first, second] = await Promise.all([fetch(`${address}/wave`), fetch(`${address}/events.json`)]);
  if (!first.ok || !second.ok) return;
  wave = await first.json();
  events = await second.json();
  wave.channels = events.channels.length;
  duration = events.recorded_s;
  readColours();
  const select = document.querySelector("[data-spectrum-channel]");
  events.channels.forEach((channel, index) => select.add(new Option(channel.name, String(index))));
  if (events.onset_s.length) select.value = String(events.channel[0]);
  select.addEventListener("change", showSpectrum);
  const from = events.onset_s.length ? events.onset_s[0] - 1 : 0;
  look(from, Math.min(10, duration));
  new ResizeObserver(ask).observe(stage);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); spectrumFor = ""; ask(); settled(); });
}
begin();
