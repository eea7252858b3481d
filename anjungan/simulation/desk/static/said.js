// What the kiosk said aloud.

import { make } from "./elements.js";
import { t } from "./words.js";

const KEPT = 40;
const rows = document.getElementById("said-rows");

export function spoken({ text, language, beep }) {
  document.getElementById("tab-said").hidden = false;
  const words = make("p", { textContent: text || `${t("beep")}: ${beep}` });
  if (language) words.lang = language;
  rows.prepend(make("li", {}, make("small", { textContent: language }), words));
  while (rows.children.length > KEPT) rows.lastElementChild.remove();
}

export function forgetSaid() {
  rows.replaceChildren();
}
