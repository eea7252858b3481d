// What the page knows, and who wants to hear of a change.

import { wish } from "./line.js";

export const state = {
  hello: null,
  devices: new Map(),
  panel: null,
  link: null,
  parts: {},
};

const listeners = [];

export function onChange(listener) {
  listeners.push(listener);
}

export function changed() {
  for (const listener of listeners) listener();
}

export function forget() {
  state.devices.clear();
  state.panel = null;
  state.link = null;
}

export function family(name) {
  return [...state.devices.values()].filter((device) => device.family === name);
}

export function plug(device, plugged) {
  wish("plug", { device, plugged });
}

export function readersFor(card) {
  return family("card_reader").filter((reader) => card.kinds.includes(reader.kind));
}
