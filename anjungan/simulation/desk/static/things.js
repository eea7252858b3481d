// What lies on the desk: cards for the readers, codes and printed paper for the scanner.

import { draggable } from "./drag.js";
import { keyed, make, toast } from "./elements.js";
import { wish } from "./line.js";
import { onPieces, pieces, pieceUrl, scanPiece, showPiece } from "./paper.js";
import { family, readersFor, state } from "./state.js";
import { onLanguage, pick, t } from "./words.js";

const things = document.getElementById("things");
const typed = document.getElementById("typed-text");

export function showThings() {
  if (state.hello === null) return;
  const cards = state.hello.cards.filter((card) => readersFor(card).length > 0);
  const all = [
    ...cards.map((card) => ({ key: `card-${card.id}`, card })),
    ...state.hello.codes.map((code) => ({ key: `code-${code.id}`, code })),
    ...pieces.map((piece) => ({ key: piece.piece, piece })),
  ];
  keyed(things, all, (each) => each.key, makeThing, showThing);
}

function makeThing({ key, card, code, piece }) {
  if (card) return makeCard(key, card);
  if (code) return makeCode(key, code);
  return makePiece(key, piece);
}

function showThing(element, { card, code, piece }) {
  if (piece) {
    element.querySelector("small").textContent = `${t("ticket")} ${Number(piece.piece.split("-")[1])}`;
    return;
  }
  const thing = card ?? code;
  element.querySelector("strong").textContent = pick(thing.title);
  element.querySelector("small").textContent = pick(thing.note);
  if (!card) return;
  const lies = family("card_reader").some((reader) => reader.cards.includes(card.card));
  element.classList.toggle("away", lies);
}

function makeCard(key, card) {
  const element = make(
    "button",
    { type: "button", className: `card ${card.look}`, id: key },
    make("strong"),
    make("small"),
  );
  const near = () => {
    const readers = readersFor(card);
    return readers.find((reader) => reader.plugged) ?? readers[0];
  };
  draggable(element, {
    accepts: (target) =>
      target.dataset.drop === "card_reader" && card.kinds.includes(target.dataset.kind),
    drop: (target) => wish("card", { device: target.dataset.device, card: card.card, act: "lay" }),
    click: () => {
      const reader = near();
      if (reader) wish("card", { device: reader.name, card: card.card, act: "tap" });
      else toast(t("noReader"));
    },
  });
  return element;
}

function makeCode(key, code) {
  const element = make(
    "button",
    { type: "button", className: "code", id: key },
    make("img", { alt: "", draggable: false, src: `/codes/${code.id}.svg` }),
    make("span", {}, make("strong"), make("small")),
  );
  draggable(element, {
    accepts: (target) => target.dataset.drop === "scanner",
    drop: (target) => scan(code.text, target.dataset.device),
    click: () => scan(code.text),
  });
  return element;
}

function makePiece(key, piece) {
  const element = make(
    "button",
    { type: "button", className: "piece", id: key },
    make("span", { className: "sheet" }, make("img", { alt: "", draggable: false, src: pieceUrl(piece) })),
    make("small"),
  );
  draggable(element, {
    accepts: (target) => target.dataset.drop === "scanner",
    drop: (target) => scanPiece(piece, target.dataset.device),
    click: () => showPiece(piece),
  });
  return element;
}

function scan(text, device) {
  const scanner = device ?? family("scanner")[0]?.name;
  if (scanner) wish("scan", { device: scanner, text });
  else toast(t("noScanner"));
}

document.getElementById("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  if (typed.value) scan(typed.value);
});
onPieces(showThings);
onLanguage(showThings);
