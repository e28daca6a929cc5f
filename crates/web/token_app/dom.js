// Pieces of a page. Texts become text, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `el("button", { class: "btn", onclick }, "閉じる")`; `null` children are left out. */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for drawings. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** A telephone number broken over two lines is dialled wrong. */
const PHONE = /(\d{2,4}-\d{2,4}-\d{3,4})/;

/** A sentence as nodes: **bold** parts, and telephone numbers in one piece. */
export function rich(sentence) {
  const whole = (text) =>
    text.split(PHONE).map((part, at) => (at % 2 === 0 ? part : el("span", { class: "nb" }, part)));
  return sentence
    .split("**")
    .flatMap((part, at) => (at % 2 === 0 ? whole(part) : el("b", {}, ...whole(part))));
}

/** A button. */
export function button(text, kind, onclick, attributes = {}) {
  return el("button", { type: "button", class: `btn ${kind}`, onclick, ...attributes }, text);
}

/** A link within the app. */
export const link = (text, to, kind = "") => el("a", { href: `#${to}`, class: kind || null }, text);

const STROKES = {
  done: ["m4 12.5 5.5 5.5L20 6.5"],
  help: ["M9 9.3a3 3 0 1 1 4.4 2.7c-1 .5-1.4 1-1.4 2M12 17v.5"],
  info: ["M12 11v6M12 7v.5"],
  warn: ["M12 3 22 20.5H2zM12 9.5v5M12 17v.5"],
  stop: ["M8 2.500h8L21.500 8v8L16 21.500H8L2.500 16V8zM12 7v6M12 16v.5"],
};
const ROUND = ["help", "info"];

export function icon(name) {
  const line = { fill: "none", stroke: "currentColor", "stroke-width": "2" };
  const ends = { "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  const ring = ROUND.includes(name) && svg("circle", { cx: 12, cy: 12, r: 9.5 });
  const paths = STROKES[name].map((d) => svg("path", { d }));
  return svg("svg", { class: "ic", viewBox: "0 0 24 24", ...line, ...ends }, ring, ...paths);
}

/** The gate, which stands where an institution has no mark of its own. */
export function gate() {
  const line = { fill: "none", "stroke-width": "2.8", "stroke-linecap": "round" };
  const posts = "M8.5 12.5h23M11 18h18M14.5 12.5V30M25.5 12.5V30";
  return svg(
    "svg", { class: "logo", viewBox: "0 0 40 40", "aria-hidden": "true" },
    svg("circle", { cx: 20, cy: 20, r: 19, fill: "currentColor" }),
    svg("path", { class: "cut", d: posts, ...line }),
  );
}

/** A notice: a rule, an icon, a heading, and what there is to say. */
export function note(kind, title, ...content) {
  const sign = { warn: "warn", danger: "stop", done: "done" }[kind] ?? "info";
  const heading = el("h2", {}, icon(sign), el("span", {}, title));
  return el("section", { class: `note ${kind}` }, heading, ...content);
}

/** A paragraph; its sentences are {@link rich}. */
export const p = (...content) =>
  el("p", {}, ...content.flatMap((part) => (typeof part === "string" ? rich(part) : [part])));
