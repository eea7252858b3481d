// The bytes on every line: hexadecimal and text, the newest first; bounded, filtered, paused.

import { button, icon, make, setIcon } from "./elements.js";
import { state } from "./state.js";
import { t } from "./words.js";

const KEPT_ROWS = 400;
const SHOWN_BYTES = 64;
const rows = document.getElementById("bytes-rows");
const filters = document.getElementById("bytes-filters");
const pause = document.getElementById("bytes-pause");
const page = document.getElementById("bytes");
const hidden = new Set();

let waiting = [];
let paused = false;
let scheduled = false;

export function bytesPassed(event) {
  waiting.push(event);
  if (waiting.length > KEPT_ROWS) waiting.splice(0, waiting.length - KEPT_ROWS);
  schedule();
}

export function showBytes() {
  schedule();
}

export function forgetBytes() {
  waiting = [];
  rows.replaceChildren();
}

export function showFilters() {
  for (const name of state.devices.keys()) {
    if (filters.querySelector(`[data-device="${CSS.escape(name)}"]`)) continue;
    const chip = button("toggle", "", name, () => {
      if (hidden.has(name)) hidden.delete(name);
      else hidden.add(name);
      chip.setAttribute("aria-pressed", String(!hidden.has(name)));
      for (const row of rows.children) row.hidden = hidden.has(row.dataset.device);
    });
    chip.prepend(make("i"));
    chip.dataset.device = name;
    chip.setAttribute("aria-pressed", "true");
    filters.append(chip);
  }
}

// One look a frame, and none while nobody looks.
function schedule() {
  if (scheduled || paused || page.hidden) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    const fresh = waiting.map(row).reverse();
    waiting = [];
    rows.prepend(...fresh);
    while (rows.children.length > KEPT_ROWS) rows.lastElementChild.remove();
  });
}

function row({ device, way, data, at_ms: at }) {
  const bytes = data.match(/../g) ?? [];
  const shown = bytes.slice(0, SHOWN_BYTES);
  const more = bytes.length > shown.length ? " …" : "";
  const toHost = way === "to_host";
  const time = new Date(at).toISOString().slice(14, 23).replace(".", ",");
  const element = make(
    "li",
    { className: way, dataset: { device } },
    make(
      "header",
      {},
      make("time", { textContent: time }),
      icon(toHost ? "arrow-right" : "arrow-left"),
      make("strong", { textContent: device }),
      make("small", { textContent: `${t(toHost ? "toHost" : "fromHost")} · ${bytes.length}` }),
    ),
    make("code", { textContent: shown.join(" ") + more }),
    make("code", { className: "ascii", textContent: shown.map(printable).join("") + more }),
  );
  element.hidden = hidden.has(device);
  return element;
}

function printable(hex) {
  const code = parseInt(hex, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "·";
}

pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  setIcon(pause.querySelector(".icon"), paused ? "player-play" : "clock");
  schedule();
});
document.getElementById("bytes-clear").addEventListener("click", forgetBytes);
