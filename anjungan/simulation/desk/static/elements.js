// Making elements, and the icons of the screens' own font.

let points = {};

export async function loadIcons() {
  const answer = await fetch("/static/icons.json");
  points = (await answer.json()).outline;
  for (const each of document.querySelectorAll("[data-icon]")) setIcon(each, each.dataset.icon);
}

export function setIcon(element, name) {
  element.textContent = String.fromCodePoint(points[name] ?? points.point);
  element.setAttribute("aria-hidden", "true");
}

export function icon(name) {
  const element = make("i", { className: "icon" });
  setIcon(element, name);
  return element;
}

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "dataset") Object.assign(element.dataset, value);
    else if (name.startsWith("aria-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

export function button(className, name, text, onClick) {
  const element = make("button", { type: "button", className });
  if (name) element.append(icon(name));
  if (text) element.append(make("span", { textContent: text }));
  if (onClick) element.addEventListener("click", onClick);
  return element;
}

// Brings the children of a container in line with a list, and keeps what stays: a control that is
// being pressed must not be replaced under the finger.
export function keyed(container, items, key, create, update) {
  const there = new Map([...container.children].map((each) => [each.dataset.key, each]));
  let place = container.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let element = there.get(name);
    if (element === undefined) {
      element = create(item);
      element.dataset.key = name;
    }
    there.delete(name);
    if (element === place) place = place.nextElementSibling;
    else container.insertBefore(element, place);
    update?.(element, item);
  }
  for (const each of there.values()) each.remove();
}

export function toast(text) {
  const element = make("p", { className: "toast", textContent: text });
  document.getElementById("toasts").replaceChildren(element);
  setTimeout(() => element.remove(), 5000);
}
