// The printers: paper that rolls out strip by strip, is torn off or taken, and lies on the desk.

import { draggable } from "./drag.js";
import { button, icon, keyed, make, toast } from "./elements.js";
import { wish } from "./line.js";
import { family } from "./state.js";
import { t } from "./words.js";

const printers = document.getElementById("printers");
const view = document.getElementById("paper-view");
const picture = document.getElementById("paper-picture");
const SHOWN_PIECES = 8;

// pieces on the desk, the newest first: { piece, codes }
export const pieces = [];
// by printer: what was cut and still sticks in its mouth
const loose = new Map();
const hanging = new Map();

let changed = () => {};
let viewed = null;

export function onPieces(listener) {
  changed = listener;
}

export function forgetPaper() {
  pieces.length = 0;
  loose.clear();
  hanging.clear();
  for (const each of printers.querySelectorAll(".paper")) each.replaceChildren();
  showPrinters();
  changed();
}

export function paperGrew({ device, fresh, png }) {
  if (fresh) {
    take(device);
    hanging.set(device, []);
  }
  hanging.get(device)?.push(png);
  const paper = paperOf(device);
  if (!paper) return;
  if (fresh) paper.replaceChildren();
  paper.append(strip(png));
  showPrinters();
}

export function paperCameOff(piece) {
  const inMouth = hanging.get(piece.device);
  hanging.delete(piece.device);
  if (inMouth === undefined) lay(piece);
  else loose.set(piece.device, piece);
  showPrinters();
}

export function showPrinters() {
  keyed(printers, family("printer"), (each) => each.name, makePrinter, (element, device) => {
    const trouble = Object.entries(device.faults).filter(([, on]) => on);
    element.classList.toggle("unplugged", !device.plugged);
    element.querySelector(".state").textContent = device.plugged
      ? trouble.map(([name]) => t("faultNames", name)).join(" · ") || t("printer")
      : t("unplugged");
    element.querySelector(".state").classList.toggle("bad", trouble.length > 0 || !device.plugged);
    const piece = loose.get(device.name);
    const hangs = hanging.has(device.name);
    element.querySelector(".paper").classList.toggle("loose", piece !== undefined);
    const act = element.querySelector(".tear");
    act.disabled = piece === undefined && !hangs;
    act.querySelector("span").textContent = piece === undefined && hangs ? t("tear") : t("take");
    element.querySelector(".none").textContent = t("noPaper");
    element.querySelector(".none").hidden = piece !== undefined || hangs;
  });
}

// A code is what makes paper a thing for the scanner.
export function scanPiece(piece, device) {
  const scanner = device ?? family("scanner")[0]?.name;
  if (!scanner) toast(t("noScanner"));
  else if (piece.codes.length === 0) toast(t("noCode"));
  else wish("scan", { device: scanner, text: piece.codes[0] });
}

export function showPiece(piece) {
  viewed = piece;
  picture.src = pieceUrl(piece);
  document.getElementById("paper-scan").disabled = piece.codes.length === 0;
  view.showModal();
}

export function pieceUrl(piece) {
  return `/paper/${piece.piece}.png`;
}

function makePrinter(device) {
  const paper = make("div", { className: "paper" });
  const none = make("p", { className: "none hint" });
  const act = button("tear", "scissors", t("tear"), () => {
    if (loose.has(device.name)) take(device.name);
    else wish("tear", { device: device.name });
  });
  const element = make(
    "div",
    { className: "printer", id: `printer-${device.name}` },
    make("div", { className: "chute" }, none, paper),
    make("div", { className: "mouth" }),
    make("div", { className: "printer-body" }, icon("printer"), make("span", { className: "state" }), act),
  );
  for (const png of hanging.get(device.name) ?? []) paper.append(strip(png));
  draggable(paper, {
    accepts: (target) => target.dataset.drop === "scanner" && loose.has(device.name),
    drop: (target) => scanPiece(loose.get(device.name), target.dataset.device),
    click: () => take(device.name),
  });
  return element;
}

function strip(png) {
  return make("img", { alt: "", draggable: false, src: `data:image/png;base64,${png}` });
}

function paperOf(device) {
  return document.getElementById(`printer-${device}`)?.querySelector(".paper");
}

// From the printer's mouth to the desk.
function take(device) {
  const piece = loose.get(device);
  if (piece === undefined) return;
  loose.delete(device);
  paperOf(device)?.replaceChildren();
  lay(piece);
  showPrinters();
}

function lay(piece) {
  if (pieces.some((each) => each.piece === piece.piece)) return;
  pieces.unshift(piece);
  pieces.length = Math.min(pieces.length, SHOWN_PIECES);
  changed();
}

document.getElementById("paper-close").addEventListener("click", () => view.close());
document.getElementById("paper-scan").addEventListener("click", () => {
  view.close();
  scanPiece(viewed);
});
document.getElementById("paper-away").addEventListener("click", () => {
  view.close();
  pieces.splice(pieces.indexOf(viewed), 1);
  changed();
});
view.addEventListener("click", (event) => {
  if (event.target === view) view.close();
});
