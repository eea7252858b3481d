// The line to the desk's server: events and frames come, wishes go. It is opened anew when it ends.

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 3000;

let socket = null;
let failures = 0;

export function wish(kind, fields) {
  if (socket?.readyState === WebSocket.OPEN)
    socket.send(JSON.stringify({ wish: kind, ...fields }));
}

export function connect(onEvent, onFrame, onGone) {
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => {
    failures = 0;
    if (typeof data === "string") for (const event of JSON.parse(data)) onEvent(event);
    else onFrame(data);
  });
  socket.addEventListener("close", () => {
    onGone();
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++);
    setTimeout(() => connect(onEvent, onFrame, onGone), pause * (0.5 + Math.random() / 2));
  });
}
