// The front of the kiosk: pads of the readers, the buttons with their lights, the scanner's window.

import { button, icon, keyed, make } from "./elements.js";
import { wish } from "./line.js";
import { family, state } from "./state.js";
import { pick, t } from "./words.js";

const readers = document.getElementById("readers");
const scanners = document.getElementById("scanners");
const panel = document.getElementById("panel");
const ICONS = {
  up: "chevron-up",
  down: "chevron-down",
  ok: "check",
  back: "arrow-back-up",
  help: "help",
  home: "home",
  language: "language",
  sound: "volume",
};

export function showDevices() {
  keyed(readers, family("card_reader"), (each) => each.name, makePad, showReader);
  keyed(scanners, family("scanner"), (each) => each.name, makePad, showScanner);
  showPanel();
}

function makePad(device) {
  const reader = device.family === "card_reader";
  const pad = make("div", {
    className: `pad ${device.family}`,
    id: `pad-${device.name}`,
    dataset: { drop: device.family, device: device.name, kind: device.kind },
  });
  pad.append(
    make("div", { className: "pad-face" }, icon(reader ? "nfc" : "qrcode"), make("span")),
    make("div", { className: "lying" }),
  );
  return pad;
}

function showPad(pad, device, text) {
  pad.classList.toggle("unplugged", !device.plugged);
  pad.querySelector("span").textContent = device.plugged ? text : t("unplugged");
}

function showReader(pad, device) {
  showPad(pad, device, device.kind === "rdm6300" ? "125 kHz" : t("holdHere"));
  keyed(
    pad.querySelector(".lying"),
    device.cards.map((card, index) => ({ card, index })),
    (each) => `${each.index} ${each.card}`,
    ({ card }) => {
      const thing = state.hello.cards.find((each) => each.card === card);
      const small = button(`card small ${thing?.look ?? "member"}`, "", "", () =>
        wish("card", { device: device.name, card, act: "take" }),
      );
      small.append(make("strong"));
      return small;
    },
    (small, { card }) => {
      const thing = state.hello.cards.find((each) => each.card === card);
      small.querySelector("strong").textContent = thing ? pick(thing.title) : card;
      small.title = t("lying");
    },
  );
}

function showScanner(pad, device) {
  showPad(pad, device, t("scanHere"));
}

function showPanel() {
  panel.hidden = state.panel === null;
  if (state.panel === null) return;
  panel.classList.toggle("unplugged", !state.panel.plugged);
  keyed(panel, state.panel.buttons, (each) => each.name, makeButton, (element, each) => {
    const name = t("does", each.does);
    element.querySelector("span").textContent = name;
    element.classList.toggle("lit", each.lit === true);
    element.classList.toggle("pressed", each.pressed);
    element.dataset.lit = String(each.lit);
    element.setAttribute("aria-label", `${name}${each.lit ? " ●" : ""}`);
  });
}

function makeButton(each) {
  const cap = make("i", { className: "cap icon" });
  cap.append(icon(ICONS[each.does] ?? "point").textContent);
  const element = make(
    "button",
    { type: "button", className: `push ${each.does}`, id: `button-${each.name}` },
    cap,
    make("span"),
  );
  let down = false;
  const set = (now) => {
    if (now !== down) wish("button", { button: each.name, down: now });
    down = now;
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    set(true);
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture", "blur"])
    element.addEventListener(name, () => set(false));
  element.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    set(true);
  });
  element.addEventListener("keyup", () => set(false));
  element.addEventListener("contextmenu", (event) => event.preventDefault());
  return element;
}
