// What the kiosk said aloud, the newest first. The same beep again and again is one row.

import { make } from "./elements.js";
import { t } from "./words.js";

const KEPT = 40;
const rows = document.getElementById("said-rows");

let heard = [];

export function spoken({ text, language, beep }) {
  document.getElementById("tab-said").hidden = false;
  const [last] = heard;
  if (beep && last?.beep === beep) last.times += 1;
  else heard.unshift({ text, language, beep, times: 1 });
  heard.length = Math.min(heard.length, KEPT);
  showSaid();
}

export function forgetSaid() {
  heard = [];
  showSaid();
}

export function showSaid() {
  rows.replaceChildren(
    ...heard.map(({ text, language, beep, times }) => {
      if (text) return make("li", {}, make("p", { textContent: text, lang: language }), make("small", { textContent: language }));
      const again = times > 1 ? ` × ${times}` : "";
      return make("li", { className: "beep" }, make("small", { textContent: t("beeps", beep) + again }));
    }),
  );
}
