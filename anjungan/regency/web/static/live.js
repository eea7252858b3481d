// Keeps a page fresh: regions marked data-live are fetched again and replaced when they differ.
// Nothing is replaced while somebody types or chooses in it, nor while the page is hidden.
"use strict";

(() => {
  const slowest = document.querySelector("[data-live-seconds]");
  const every = Number(slowest?.dataset.liveSeconds ?? 4) * 1000;
  const stale = document.getElementById("stale");
  const changed = document.getElementById("changed");
  // the answers of a request are on its page only once; it must not be fetched again
  const whole = changed === null && document.querySelector("[data-live]") !== null;

  async function ask(address) {
    const response = await fetch(address, {
      headers: { "X-Live": "1" },
      cache: "no-store",
      signal: AbortSignal.timeout(10000),
    });
    if (response.redirected) {
      location.reload();
      return null;
    }
    if (!response.ok) {
      throw new Error(String(response.status));
    }
    return response;
  }

  async function refresh() {
    const response = await ask(location.href);
    if (response === null) {
      return;
    }
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const region of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(region.id);
      if (next === null || next.innerHTML === region.innerHTML) {
        continue;
      }
      const focused = region.contains(document.activeElement) ? document.activeElement : null;
      if (focused !== null && !focused.id) {
        continue;
      }
      region.replaceChildren(...next.childNodes);
      if (focused !== null) {
        document.getElementById(focused.id)?.focus({ preventScroll: true });
      }
    }
  }

  async function askRevision() {
    const response = await ask(changed.dataset.revisionUrl);
    if (response !== null) {
      const { revision } = await response.json();
      changed.hidden = revision === Number(changed.dataset.revision);
    }
  }

  async function tick() {
    if (!document.hidden) {
      try {
        await (whole ? refresh() : askRevision());
        stale?.setAttribute("hidden", "");
      } catch {
        stale?.removeAttribute("hidden");
      }
    }
    setTimeout(tick, every * (0.9 + Math.random() * 0.2));
  }

  if (whole || changed !== null) {
    setTimeout(tick, every);
  }
})();
