// The kiosk's screen: draws what changed, and is a glass for one finger or the mouse.

import { wish } from "./line.js";

const canvas = document.getElementById("screen");
const dark = document.getElementById("dark");
const context = canvas.getContext("2d", { alpha: false });
const HEAD_BYTES = 8;
const MOVE_EVERY_MS = 30;

let drawing = Promise.resolve();
let finger = null;
let movedAt = 0;

export function showScreen(shown) {
  dark.hidden = shown;
  canvas.classList.toggle("off", !shown);
}

// Frames are drawn in the order they came; each holds only the rectangle that changed.
export function drawFrame(buffer) {
  const head = new DataView(buffer, 0, HEAD_BYTES);
  const [left, top, width, height] = [0, 2, 4, 6].map((at) => head.getUint16(at));
  const picture = createImageBitmap(new Blob([new Uint8Array(buffer, HEAD_BYTES)], { type: "image/png" }));
  drawing = drawing.then(async () => {
    const bitmap = await picture;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.aspectRatio = `${width} / ${height}`;
    }
    context.drawImage(bitmap, left, top);
    bitmap.close();
    canvas.dataset.frames = String(Number(canvas.dataset.frames ?? 0) + 1);
  });
}

function touch(phase, event) {
  const box = canvas.getBoundingClientRect();
  const x = ((event.clientX - box.left) * canvas.width) / box.width;
  const y = ((event.clientY - box.top) * canvas.height) / box.height;
  wish("touch", {
    phase,
    x: Math.max(0, Math.min(canvas.width - 1, x)),
    y: Math.max(0, Math.min(canvas.height - 1, y)),
  });
}

canvas.addEventListener("pointerdown", (event) => {
  if (finger !== null || event.button !== 0) return;
  finger = event.pointerId;
  canvas.setPointerCapture(finger);
  touch("down", event);
  event.preventDefault();
});
canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== finger || event.timeStamp - movedAt < MOVE_EVERY_MS) return;
  movedAt = event.timeStamp;
  touch("move", event);
});
for (const name of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(name, (event) => {
    if (event.pointerId !== finger) return;
    finger = null;
    touch("up", event);
  });
}
canvas.addEventListener("contextmenu", (event) => event.preventDefault());
