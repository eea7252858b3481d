// Keeps a page fresh. Elements marked data-live are fetched again and put in when they differ.
//
// The server says when: an event stream names topics (data-topics) that changed, and one fetch a
// moment later brings all of them. Without a stream (nobody logged in, too many tabs, an old proxy)
// the page asks by itself from time to time, as it does for words such as "4 menit lalu".
//
// Nothing is put in where somebody types, has chosen or marked something, and focus and scroll stay.
"use strict";

(() => {
  const SETTLE_MS = 400;
  const LEAST_BETWEEN_MS = 2000;
  // some kiosk of a regency reports every second
  const LEAST_BETWEEN_REPORTS_MS = 6000;
  const STREAM_RETRY_MS = 60000;
  const ASKING_MS = 4000;
  const RELAXED_MS = 30000;
  const GIVE_UP_MS = 10000;

  const frame = document.querySelector("[data-kabar]");
  const stale = document.getElementById("stale");
  const changed = document.getElementById("changed");
  const slow = document.querySelector("[data-live-seconds]");
  if (document.querySelector("[data-live]") === null) {
    return;
  }

  let source = null;
  let streaming = false;
  let gap = false;
  let timer = 0;
  let fetching = false;
  let again = false;
  let over = false;
  let lastMs = 0;
  let plannedMs = Infinity;

  // --- fetching -----------------------------------------------------------------------------

  async function refresh() {
    plannedMs = Infinity;
    if (document.hidden) {
      return;
    }
    fetching = true;
    lastMs = performance.now();
    try {
      const response = await fetch(frame?.dataset.liveUrl || location.href, {
        headers: { "X-Live": "1" },
        cache: "no-store",
        signal: AbortSignal.timeout(GIVE_UP_MS),
      });
      if (response.redirected) {
        leave();
        return;
      }
      if (!response.ok) {
        throw new Error(String(response.status));
      }
      putIn(new DOMParser().parseFromString(await response.text(), "text/html"));
      stale?.setAttribute("hidden", "");
    } catch {
      stale?.removeAttribute("hidden");
    } finally {
      fetching = false;
      if (!over) {
        plan(again ? LEAST_BETWEEN_MS : pause());
      }
      again = false;
    }
  }

  function pause() {
    const wanted = slow ? Number(slow.dataset.liveSeconds) * 1000 : streaming ? RELAXED_MS : ASKING_MS;
    return wanted * (0.9 + Math.random() * 0.2);
  }

  function plan(afterMs) {
    clearTimeout(timer);
    plannedMs = performance.now() + afterMs;
    timer = setTimeout(refresh, afterMs);
  }

  // many changes in a row become one fetch
  function told(event) {
    if (fetching) {
      again = true;
      return;
    }
    const least = event?.data === "fleet" ? LEAST_BETWEEN_REPORTS_MS : LEAST_BETWEEN_MS;
    const dueMs = performance.now() + Math.max(SETTLE_MS, lastMs + least - performance.now());
    // news that may wait do not put off what is planned already
    if (dueMs < plannedMs) {
      plan(dueMs - performance.now());
    }
  }

  // the session has ended; what was typed stays to be copied
  function leave() {
    if (isDirty(document)) {
      stale.textContent = "Sesi Anda berakhir. Salin dulu yang sudah diketik, lalu muat ulang halaman.";
      stale.removeAttribute("hidden");
      source?.close();
      over = true;
    } else {
      location.reload();
    }
  }

  // --- putting in ---------------------------------------------------------------------------

  function putIn(fresh) {
    if (changed !== null) {
      const revision = fresh.getElementById("changed")?.dataset.revision;
      changed.hidden = revision === undefined || revision === changed.dataset.revision;
    }
    for (const region of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(region.id);
      if (next !== null && next.innerHTML !== region.innerHTML && !isBusy(region)) {
        keepingPlace(region, () => swap(region, next));
      }
    }
  }

  function isDirty(within) {
    return [...within.querySelectorAll("input, textarea, select")].some((field) =>
      field.type === "checkbox" || field.type === "radio"
        ? field.checked !== field.defaultChecked
        : field.tagName === "SELECT"
          ? [...field.options].some((option) => option.selected !== option.defaultSelected)
          : field.type !== "hidden" && field.value !== field.defaultValue,
    );
  }

  function isBusy(region) {
    const focused = document.activeElement;
    if (region.contains(focused) && (!focused.id || focused.matches("input, textarea, select"))) {
      return true;
    }
    const selection = document.getSelection();
    const marks = selection !== null && !selection.isCollapsed && selection.containsNode(region, true);
    return marks || region.querySelector("details[open]") !== null || isDirty(region);
  }

  // a line is known by its own id, or by that of its link
  const keyOf = (line) => line.id || line.firstElementChild?.id;

  function keepingPlace(region, change) {
    const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
    const scroller = region.closest("[data-scroller]");
    const edge = scroller?.getBoundingClientRect().top ?? 0;
    const anchor =
      scroller && scroller.scrollTop > 0
        ? [...region.children].find((each) => keyOf(each) && each.getBoundingClientRect().bottom > edge)
        : undefined;
    const before = anchor?.getBoundingClientRect().top;
    const key = anchor && keyOf(anchor);
    change();
    const same = key && [...region.children].find((each) => keyOf(each) === key);
    if (same) {
      scroller.scrollTop += same.getBoundingClientRect().top - before;
    }
    if (focused && document.activeElement?.id !== focused) {
      document.getElementById(focused)?.focus({ preventScroll: true });
    }
  }

  function swap(region, next) {
    if (!("keyed" in region.dataset)) {
      region.replaceChildren(...next.childNodes);
      return;
    }
    // lines that did not change stay the very elements they are
    const old = new Map([...region.children].map((each) => [keyOf(each), each]));
    const wanted = [...next.children].map((each) => {
      const known = old.get(keyOf(each));
      return known !== undefined && known.outerHTML === each.outerHTML ? known : each;
    });
    const kept = new Set(wanted);
    for (const each of [...region.childNodes]) {
      if (!kept.has(each)) {
        each.remove();
      }
    }
    let place = region.firstChild;
    for (const each of wanted) {
      if (each === place) {
        place = place.nextSibling;
      } else {
        region.insertBefore(each, place);
      }
    }
  }

  // --- the stream ---------------------------------------------------------------------------

  function listen() {
    const topics = new Set(
      [...document.querySelectorAll("[data-topics]")].flatMap((each) => each.dataset.topics.split(" ")),
    );
    source = new EventSource(`${frame.dataset.kabar}?topik=${[...topics].filter(Boolean).join(",")}`);
    source.addEventListener("open", () => {
      streaming = true;
      document.documentElement.dataset.stream = "open";
      // of what changed since the page was made the server tells; of a longer gap it cannot
      if (gap) {
        told();
      }
      gap = false;
    });
    source.addEventListener("kabar", told);
    source.addEventListener("selesai", () => {
      source.close();
      streaming = false;
      told();
    });
    source.addEventListener("error", () => {
      streaming = false;
      gap = true;
      delete document.documentElement.dataset.stream;
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(relisten, STREAM_RETRY_MS * (0.75 + Math.random() / 2));
      }
      if (!fetching) {
        plan(pause());
      }
    });
  }

  // hidden tabs hold no stream: browsers allow few to one server
  function relisten() {
    source?.close();
    source = null;
    streaming = false;
    delete document.documentElement.dataset.stream;
    if (!document.hidden && !over && "EventSource" in window) {
      listen();
    }
  }

  plan(pause());
  document.addEventListener("visibilitychange", () => {
    if (frame !== null) {
      relisten();
    }
    if (!document.hidden) {
      told();
    }
  });
  if (frame !== null) {
    relisten();
  }
})();
