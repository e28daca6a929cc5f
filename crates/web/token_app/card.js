// A token on the screen: whose it is, its code while it is asked for, and its serial.

import { button, el, gate, link, p, rich, svg } from "./dom.js";
import { dayAndTime, own, t } from "./texts.js";
import { halves, secondsLeft, stepAt, totp } from "./totp.js";

/** Seconds before the end at which a screen reader is told. */
const SOON_S = 10;
const COLOUR = /^#[0-9a-f]{6}$/i;

/** A code that stays right while the clock goes on. */
export class LiveCode {
  step = null;
  left = null;
  code = "";

  /** `say(text)` tells those who do not see it. */
  constructor(token, say = () => {}) {
    Object.assign(this, { token, say });
    this.seen = el("span", { "aria-hidden": "true" });
    this.heard = el("span", { class: "sr" });
    const what = el("span", { class: "sr" }, t("code"));
    this.digits = el("p", { class: "digits" }, what, this.seen, this.heard);
    this.arc = svg("circle", {
      class: "left", cx: 36, cy: 36, r: 32, pathLength: 100, "stroke-dasharray": 100,
    });
    this.number = svg("text", { x: 36, y: 43.5 });
    this.ring = svg(
      "svg", { class: "ring", viewBox: "0 0 72 72", "aria-hidden": "true" },
      svg("circle", { cx: 36, cy: 36, r: 32 }), this.arc, this.number,
    );
    this.sentence = el("span");
  }

  /** Brings everything to what holds at `nowMs`. */
  async tick(nowMs) {
    const { otp, seedKey } = this.token;
    const left = secondsLeft(nowMs, otp.period_s);
    const step = stepAt(nowMs, otp.period_s);
    if (step !== this.step) {
      const first = this.step === null;
      this.step = step;
      const code = await totp(seedKey, nowMs, otp).catch(() => "");
      // Another tick may have overtaken this one.
      if (step !== this.step) return;
      this.#show(code);
      if (!first) this.say(t("changed"));
    } else if (left === SOON_S && left !== this.left) {
      this.say(t("soon", { seconds: left }));
    }
    if (left === this.left) return;
    this.left = left;
    this.number.textContent = left;
    this.arc.setAttribute("stroke-dashoffset", 100 - (100 * left) / otp.period_s);
    this.sentence.textContent = t("changes-in", { seconds: left });
  }

  #show(code) {
    this.code = code;
    const parts = code ? halves(code).split(" ") : [t("unusable-code")];
    this.digits.classList.toggle("none", !code);
    this.seen.replaceChildren(...parts.map((part) => el("span", { class: "half" }, part)));
    this.heard.textContent = [...code].join(" ");
  }
}

/** The card of a token; `app.live` gets its code when it is the open one. */
export function card(app, token) {
  const open = app.openSerial === token.serial;
  const { serial } = token;
  const name = own(token.institution.name);
  const shut = !open && el("span", { class: "small muted" }, t("closed"));
  const heading = el("h2", { class: "row", id: `of-${serial}` }, gate(), name);
  const named = { "data-inst": "", "aria-labelledby": heading.id };
  const article = el(
    "article", { class: "sheet token stack tight", ...named },
    el("div", { class: "row apart" }, heading, shut),
    open ? opened(app, token) : closed(app, token, name),
    token.bound !== true && !app.afterSetup && notBound(serial),
    el("hr"),
    el(
      "div", { class: "row apart small" },
      el("span", { class: "muted" }, t("serial")), el("b", { class: "code" }, serial),
    ),
    !app.afterSetup && about(token),
  );
  wear(article, token.institution.brand);
  return article;
}

function opened(app, token) {
  const live = new LiveCode(token, app.say);
  app.live.push(live);
  return [
    el("div", { class: "row apart now" }, live.digits, live.ring),
    el("p", { class: "small" }, live.sentence, " ", ...rich(t("never-tell"))),
    el(
      "div", { class: "actions" },
      button(t("copy"), "slim", () => app.copy(live.code), { id: `copy-${token.serial}` }),
      button(t("large"), "quiet slim", () => app.enlarge(token), { id: `large-${token.serial}` }),
    ),
  ];
}

function closed(app, token, name) {
  const show = () => {
    app.openSerial = token.serial;
    app.draw();
    document.getElementById(`copy-${token.serial}`)?.focus();
    app.say(t("shown", { name }));
  };
  const whose = el("span", { class: "sr" }, t("show-of", { name }));
  const shown = button(t("show"), "slim", show, { id: `show-${token.serial}` });
  shown.append(whose);
  return el("div", {}, shown);
}

function notBound(serial) {
  return el(
    "p", { class: "small pending" },
    el("span", {}, t("not-bound")), link(t("how-to-start"), `start/${serial}`),
  );
}

function about(token) {
  const standing = { true: "standing-bound", false: "standing-not-bound" }[token.bound];
  const asked = token.askedMs ? t("standing-asked", { at: dayAndTime(token.askedMs) }) : "";
  const line = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
  return el(
    "details", { id: `about-${token.serial}` },
    el("summary", { class: "small" }, t("about-token")),
    el(
      "div", { class: "stack tight" },
      el(
        "dl", { class: "slip" },
        line(t("registered"), dayAndTime(token.addedMs)),
        line(t("standing"), t(standing ?? "standing-unknown") + asked),
      ),
      p(link(t("remove"), `remove/${token.serial}`, "btn quiet slim")),
    ),
  );
}

/** Dresses a part of the page in an institution's colours; what is no colour is left out. */
export function wear(element, brand) {
  const colours = {
    "--inst-accent": brand?.accent,
    "--inst-on-accent": brand?.on_accent,
    "--inst-accent-night": brand?.accent_night,
  };
  for (const [name, colour] of Object.entries(colours))
    if (COLOUR.test(colour ?? "")) element.style.setProperty(name, colour);
  const radius = Number(brand?.radius_rem);
  if (radius >= 0 && radius <= 0.75) element.style.setProperty("--inst-radius", `${radius}rem`);
}

/** The code as large as the screen allows, in the dialog of the page. */
export function enlarged(app, dialog, token) {
  const live = new LiveCode(token);
  const name = own(token.institution.name);
  dialog.replaceChildren(
    el("h2", { id: "large-name" }, name),
    live.digits,
    el("p", { class: "row" }, live.ring, live.sentence),
    el("p", { class: "small muted" }, `${t("serial")} `, el("b", { class: "code" }, token.serial)),
    el("div", {}, button(t("close"), "main", () => dialog.close())),
  );
  wear(dialog, token.institution.brand);
  dialog.setAttribute("data-inst", "");
  app.live.push(live);
  live.tick(app.holder.now());
  dialog.addEventListener("close", () => {
    app.live = app.live.filter((other) => other !== live);
    dialog.replaceChildren();
  }, { once: true });
  dialog.showModal();
}

