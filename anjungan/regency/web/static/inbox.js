// The inbox by keyboard. Everything it does is reachable with Tab as well.
"use strict";

(() => {
  const OFF = "anjungan-keys-off";
  const SCROLL = "anjungan-inbox-scroll";
  const keys = document.getElementById("keys");
  const opener = document.getElementById("keys-open");
  const enabled = document.getElementById("keys-on");
  const scroller = document.getElementById("pane-scroll");

  for (const element of [opener, document.querySelector(".keys-hint")]) {
    element?.removeAttribute("hidden");
  }

  // --- the list stays where it was when a request of it is opened ---------------------------

  const list = new URLSearchParams(location.search);
  list.delete("tersimpan");
  const place = list.toString();
  try {
    const kept = JSON.parse(sessionStorage.getItem(SCROLL) ?? "{}");
    if (kept.place === place) {
      scroller.scrollTop = kept.top;
    }
  } catch {
    sessionStorage.removeItem(SCROLL);
  }
  document.querySelector(".line[aria-current]")?.scrollIntoView({ block: "nearest" });
  addEventListener("pagehide", () => {
    sessionStorage.setItem(SCROLL, JSON.stringify({ place, top: scroller.scrollTop }));
  });

  // --- keys ---------------------------------------------------------------------------------

  const isOff = () => localStorage.getItem(OFF) === "1";
  enabled.checked = !isOff();
  enabled.addEventListener("change", () => {
    if (enabled.checked) {
      localStorage.removeItem(OFF);
    } else {
      localStorage.setItem(OFF, "1");
    }
  });
  opener.addEventListener("click", () => keys.showModal());

  const lines = () => [...document.querySelectorAll("#lines .line")];

  function move(step) {
    const all = lines();
    const focused = all.indexOf(document.activeElement);
    const current = all.findIndex((each) => each.hasAttribute("aria-current"));
    const from = focused >= 0 ? focused : current;
    const to = from < 0 ? 0 : from + step;
    if (to >= all.length) {
      document.querySelector(".pager [rel=next]")?.focus();
    } else {
      all[Math.max(0, to)]?.focus();
    }
  }

  function goTo(id) {
    const element = document.getElementById(id);
    element?.focus();
    element?.scrollIntoView({ block: "nearest" });
  }

  const isTyping = (element) =>
    element.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  const arrowsMove = () =>
    document.activeElement.closest("#lines") !== null ||
    (document.activeElement === document.body && lines().length > 0 && !document.body.classList.contains("has-opened"));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys.open) {
      return;
    }
    if (event.key === "Escape" && isTyping(document.activeElement)) {
      document.activeElement.blur();
      return;
    }
    if (isTyping(document.activeElement) || isOff()) {
      return;
    }
    switch (event.key) {
      case "j":
        move(1);
        break;
      case "k":
        move(-1);
        break;
      case "ArrowDown":
      case "ArrowUp":
        if (!arrowsMove()) {
          return;
        }
        move(event.key === "ArrowDown" ? 1 : -1);
        break;
      case "/":
        goTo("cari");
        break;
      case "o":
        document.getElementById("open-answers")?.click();
        break;
      case "s":
        goTo("note");
        break;
      case "?":
        keys.showModal();
        break;
      default:
        return;
    }
    event.preventDefault();
  });
})();
