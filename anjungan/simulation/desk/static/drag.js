// Dragging with a mouse or a finger. A drag that does not move is a click.

const STARTS_AFTER_PX = 6;

// `thing` is dragged; `accepts(target)` tells where it may be dropped, `drop(target)` drops it,
// `click()` is what a press without a move does.
export function draggable(thing, { accepts, drop, click }) {
  let pointer = null;
  let start = null;
  let ghost = null;
  let over = null;

  const finish = () => {
    pointer = null;
    ghost?.remove();
    ghost = null;
    over?.classList.remove("over");
    over = null;
    for (const each of document.querySelectorAll(".ready")) each.classList.remove("ready");
  };

  thing.classList.add("draggable");
  thing.addEventListener("dragstart", (event) => event.preventDefault());
  thing.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    start = [event.clientX, event.clientY];
    thing.setPointerCapture(pointer);
  });
  thing.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const [dx, dy] = [event.clientX - start[0], event.clientY - start[1]];
    if (ghost === null) {
      if (Math.hypot(dx, dy) < STARTS_AFTER_PX) return;
      ghost = makeGhost(thing);
      for (const each of document.querySelectorAll("[data-drop]"))
        each.classList.toggle("ready", accepts(each));
    }
    ghost.style.transform = `translate(${dx}px, ${dy}px)`;
    const below = targetAt(event, accepts);
    if (below !== over) {
      over?.classList.remove("over");
      below?.classList.add("over");
      over = below;
    }
  });
  thing.addEventListener("pointerup", (event) => {
    if (event.pointerId !== pointer) return;
    const dragged = ghost !== null;
    const target = dragged ? targetAt(event, accepts) : null;
    finish();
    if (target) drop(target);
    thing.dataset.dragged = dragged ? "yes" : "";
  });
  thing.addEventListener("pointercancel", finish);
  thing.addEventListener("lostpointercapture", finish);
  // also for the keyboard: Enter and Space click
  thing.addEventListener("click", () => {
    if (thing.dataset.dragged !== "yes") click();
    thing.dataset.dragged = "";
  });
}

function targetAt(event, accepts) {
  for (const each of document.elementsFromPoint(event.clientX, event.clientY)) {
    const target = each.closest("[data-drop]");
    if (target !== null && accepts(target)) return target;
  }
  return null;
}

function makeGhost(thing) {
  const box = thing.getBoundingClientRect();
  const ghost = thing.cloneNode(true);
  ghost.removeAttribute("id");
  ghost.classList.add("ghost");
  ghost.style.left = `${box.left}px`;
  ghost.style.top = `${box.top}px`;
  ghost.style.width = `${box.width}px`;
  ghost.style.height = `${box.height}px`;
  document.body.append(ghost);
  return ghost;
}
