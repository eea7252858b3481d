// The switches: the line, every device's plug and faults, doors, and when the paper ends.

import { button, icon, keyed, make } from "./elements.js";
import { wish } from "./line.js";
import { plug, state } from "./state.js";
import { t } from "./words.js";

const link = document.getElementById("link");
const devices = document.getElementById("devices");
const MODES = { ok: "wifi", slow: "hourglass", cut: "wifi-off", blackhole: "cloud-off" };
const ICONS = { card_reader: "nfc", scanner: "qrcode", printer: "printer", buttons: "grid-dots" };
const LINES = 12;

export function showFaults() {
  showLink();
  const all = [...state.devices.values()];
  if (state.panel !== null) all.push({ name: "buttons", family: "buttons", kind: "gpio-panel", plugged: state.panel.plugged, faults: {} });
  keyed(devices, all, (each) => each.name, makeBlock, showBlock);
}

function showLink() {
  if (!link.firstElementChild) {
    const choice = make("div", { className: "segments", role: "group" });
    for (const [mode, name] of Object.entries(MODES)) {
      const each = button("", name, t("linkModes", mode), () => wish("link", { mode }));
      each.id = `link-${mode}`;
      choice.append(each);
    }
    link.append(make("header", {}, icon("world"), make("h3"), make("span", { className: "chip" })), choice);
  }
  link.querySelector("h3").textContent = t("link");
  const chip = link.querySelector(".chip");
  chip.hidden = state.link === null;
  chip.textContent = state.link?.connected ? t("connected") : t("notConnected");
  chip.classList.toggle("ok", Boolean(state.link?.connected));
  chip.classList.toggle("warn", !state.link?.connected);
  for (const mode of Object.keys(MODES)) {
    const each = document.getElementById(`link-${mode}`);
    each.querySelector("span").textContent = t("linkModes", mode);
    each.setAttribute("aria-pressed", String(state.link?.mode === mode));
  }
}

function makeBlock(device) {
  const block = make("section", { className: "block", id: `faults-${device.name}` });
  const title = make("h3", {}, make("span"), make("small", { textContent: device.kind }));
  const power = make("button", { type: "button", className: "switch", role: "switch" }, make("i"), make("span"));
  power.addEventListener("click", () => {
    const plugged = power.getAttribute("aria-checked") !== "true";
    if (device.family === "buttons") wish("panel_plug", { plugged });
    else plug(device.name, plugged);
  });
  block.append(make("header", {}, icon(ICONS[device.family] ?? "plug"), title, power));
  block.append(make("div", { className: "chips" }));
  if (device.family === "printer") block.append(paperEnd(device.name));
  return block;
}

function showBlock(block, device) {
  block.querySelector("h3 span").textContent = t("families", device.family);
  const power = block.querySelector(".switch");
  power.setAttribute("aria-checked", String(device.plugged));
  power.querySelector("span").textContent = device.plugged ? t("plugged") : t("unplugged");
  const chips =
    device.family === "buttons"
      ? doors()
      : Object.entries(device.faults).map(([name, on]) => ({
          key: name,
          text: t("faultNames", name),
          on,
          act: (next) => wish("fault", { device: device.name, fault: name, on: next }),
        }));
  keyed(block.querySelector(".chips"), chips, (each) => each.key, makeChip, (chip, each) => {
    chip.querySelector("span").textContent = each.text;
    chip.setAttribute("aria-pressed", String(each.on));
  });
  block.querySelector(".chips").hidden = chips.length === 0;
  const end = block.querySelector(".paper-end");
  if (end) {
    end.querySelector("span").textContent = t("endsAfter");
    end.querySelector("label small").textContent = t("lines");
    end.querySelector("button").textContent = t("set");
    end.classList.toggle("is-set", device.lines_left !== null);
  }
}

function doors() {
  const all = Object.entries(state.panel.doors).map(([name, open]) => ({
    key: `door-${name}`,
    text: `${t("doors", name)} ${open ? t("doorOpen") : t("doorShut")}`,
    on: open,
    act: (next) => wish("door", { door: name, open: next }),
  }));
  if (state.panel.buzzing) all.push({ key: "buzzer", text: t("buzzer"), on: true, act: () => {} });
  return all;
}

function makeChip(each) {
  const chip = button("toggle", "", "", () => each.act(chip.getAttribute("aria-pressed") !== "true"));
  chip.append(make("i"), make("span"));
  chip.dataset.fault = each.key;
  return chip;
}

function paperEnd(device) {
  const input = make("input", { type: "number", min: 0, max: 1000, value: LINES });
  const form = make(
    "form",
    { className: "paper-end" },
    make("label", {}, make("span"), input, make("small")),
    make("button", { type: "submit" }),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wish("paper_ends", { device, lines: input.valueAsNumber });
  });
  return form;
}
