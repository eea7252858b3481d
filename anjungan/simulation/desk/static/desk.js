// The desk: what comes over the line is kept and shown.

import { bytesPassed, forgetBytes, showBytes, showFilters } from "./bytes.js";
import { showDevices } from "./devices.js";
import { loadIcons, toast } from "./elements.js";
import { showFaults } from "./faults.js";
import { connect } from "./line.js";
import { forgetPaper, paperCameOff, paperGrew, showPrinters } from "./paper.js";
import { forgetSaid, showSaid, spoken } from "./said.js";
import { drawFrame, showScreen } from "./screen.js";
import { changed, forget, onChange, state } from "./state.js";
import { showThings } from "./things.js";
import { onLanguage, startWords, t } from "./words.js";

const gone = document.getElementById("gone");

const TAKE = {
  hello(event) {
    gone.hidden = true;
    forget();
    forgetPaper();
    forgetBytes();
    forgetSaid();
    state.hello = event;
    document.getElementById("kiosk-name").textContent = event.kiosk;
    const regency = document.getElementById("regency");
    regency.hidden = !event.regency_url;
    regency.href = event.regency_url;
  },
  part({ part, answers }) {
    state.parts[part] = answers;
    if (part === "devices") {
      state.devices.clear();
      forgetPaper();
    }
    if (part === "buttons") {
      state.panel = null;
      forgetSaid();
    }
    if (part === "line") state.link = null;
  },
  device(event) {
    state.devices.set(event.name, event);
  },
  panel(event) {
    state.panel = event;
  },
  line(event) {
    state.link = event;
  },
  screen({ shown }) {
    showScreen(shown);
  },
  paper_grew: paperGrew,
  paper_off: paperCameOff,
  bytes: bytesPassed,
  spoken,
  refused({ text }) {
    toast(`${t("refused")}: ${text}`);
  },
};
const QUIET = new Set(["bytes", "paper_grew", "refused", "screen", "spoken"]);

let scheduled = false;

function take(event) {
  TAKE[event.event]?.(event);
  if (!QUIET.has(event.event)) changed();
}

function show() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    showDevices();
    showPrinters();
    showThings();
    showFaults();
    showFilters();
  });
}

function startTabs() {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  for (const tab of tabs) {
    tab.addEventListener("click", () => {
      for (const each of tabs) {
        each.setAttribute("aria-selected", String(each === tab));
        document.getElementById(each.getAttribute("aria-controls")).hidden = each !== tab;
      }
      showBytes();
    });
  }
}

onChange(show);
onLanguage(show);
onLanguage(showSaid);
startTabs();
await loadIcons();
startWords();
connect(take, drawFrame, () => {
  gone.hidden = false;
  showScreen(false);
});
