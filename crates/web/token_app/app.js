// The token app: which page is shown, what the clock moves, and what the header offers.

import { enlarged } from "./card.js";
import { hearOfInstalling, isAble } from "./device.js";
import { el, gate, link, note, p } from "./dom.js";
import { help } from "./help.js";
import { Holder } from "./holder.js";
import { adding, home } from "./home.js";
import { clockLine, wayOf } from "./notes.js";
import { Trouble } from "./provision.js";
import { removal } from "./removal.js";
import { issuedForm, ready, troubled, working } from "./setting_up.js";
import { language, otherLanguage, own, speak, t } from "./texts.js";

/** The code moves by itself; twice a second is enough for whole seconds. */
const TICK_MS = 500;
const YEAR_S = 365 * 24 * 3600;
const TEXT_COOKIE = "__Host-sekisho-text";
/** Until the server has told the name once. */
const NAMELESS = { ja: "ご利用の金融機関", en: "your bank" };
const OTHER_NAME = { ja: "日本語", en: "English" };

const at = (id) => document.getElementById(id);
const slug = location.pathname.split("/")[2];

const app = {
  holder: new Holder(slug),
  openSerial: null,
  afterSetup: false,
  live: [],
  say: (text) => {
    at("said").textContent = text;
  },
  institution: () => app.holder.institution ?? { slug, name: NAMELESS, phone: "" },
  go(where) {
    if (location.hash.slice(1) === where) turn();
    else location.hash = where;
  },
  draw,
  copy,
  setUp,
  enlarge: (token) => enlarged(app, at("large"), token),
};

const PAGES = {
  "": home,
  add: adding,
  issued: (app) => (wayOf(app.institution()) === "issued" ? issuedForm(app) : adding(app)),
  help,
  start: (app, token) => (token ? ready(app, token) : home(app)),
  remove: (app, token) => (token ? removal(app, token) : home(app)),
};

/** The page the address asks for. */
function asked() {
  const [name, serial] = location.hash.slice(1).split("/");
  const token = app.holder.tokens.find((one) => one.serial === serial);
  return [PAGES[name] ?? home, token];
}

/** What stands on the page now; `app.live` gets its codes. */
function built() {
  between = false;
  app.live = [];
  const [page, token] = asked();
  return page(app, token);
}

/** Draws the page anew where the reader stands: the focus and what is unfolded stay. */
function draw() {
  const focused = document.activeElement?.id;
  const unfolded = [...document.querySelectorAll("details[open]")].map(({ id }) => id);
  show(built());
  for (const id of unfolded) if (id) at(id)?.setAttribute("open", "");
  if (focused) at(focused)?.focus({ preventScroll: true });
}

/** Turns to another page: its heading is read first. */
function turn() {
  turnTo(built());
}

function turnTo(content) {
  show(content);
  const heading = at("main").querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function show(content) {
  if (at("large").open) at("large").close();
  at("main").replaceChildren(el("div", { class: "stack" }, ...content));
  around();
  tick();
}

/** Whether what is shown is at no address: drawing again would lose it. */
let between = false;

/** A page of a setup on its way: nothing in it moves. */
function interlude(content) {
  between = true;
  app.live = [];
  turnTo(content);
}

function around() {
  const { tokens, institution } = app.holder;
  document.documentElement.lang = language();
  const name = own(institution?.name);
  document.title = name ? `${t("title")} | ${name}` : t("title");
  at("skip").textContent = t("skip");
  const count = tokens.length > 0 ? t("count", { count: tokens.length }) : t("count-none");
  const words = el("span", {}, el("b", {}, t("title")), el("small", {}, count));
  const sandbox = institution?.sandbox && el("p", { class: "sandbox" }, t("sandbox"));
  at("header").replaceChildren(...[
    sandbox,
    el(
      "div", { class: "bar" },
      el("span", { class: "brand" }, gate(), words),
      el("div", { class: "tools" }, sizes(), languageSwitch(), link(t("help"), "help")),
    ),
  ].filter(Boolean));
  at("footer").replaceChildren(
    el(
      "div", { class: "bar" },
      el("span", {}, clockLine(app.holder)), el("span", {}, t("clock-offline")),
    ),
  );
}

function sizes() {
  const large = document.cookie.includes(`${TEXT_COOKIE}=large`);
  const size = (value, chosen) => el(
    "label", {},
    el("input", {
      type: "radio", name: "text-size", id: `text-${value}`, value, checked: chosen,
      onchange: () => {
        document.cookie =
          `${TEXT_COOKIE}=${value}; path=/; max-age=${YEAR_S}; secure; samesite=lax`;
      },
    }),
    el("span", {}, t(`text-${value}`)),
  );
  return el(
    "fieldset", { class: "sizes" },
    el("legend", {}, t("text-size")), size("standard", !large), size("large", large),
  );
}

function languageSwitch() {
  const other = otherLanguage();
  const change = () => {
    speak(other);
    draw();
  };
  const kind = { type: "button", class: "link", id: "language", lang: other };
  return el("button", { ...kind, onclick: change }, OTHER_NAME[other]);
}

async function copy(text) {
  const pressed = document.activeElement;
  const told = await navigator.clipboard.writeText(text).then(
    () => t("copied"),
    () => t("copy-failed"),
  );
  app.say(told);
  at("main").querySelector(".copied")?.remove();
  // Told aloud above; this is for the eye.
  pressed?.after(el("span", { class: "copied small", "aria-hidden": "true" }, told));
}

/** Runs a setup to its end, and shows how it goes. */
async function setUp(setup, mode) {
  interlude(working());
  try {
    const serial = await app.holder.settle(setup);
    app.typed = null;
    app.go(`start/${serial}`);
    app.holder.ask({ again: true }).then(refresh);
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    interlude(troubled(app, trouble, mode, () => setUp(setup, mode)));
  }
}

let drawn = "";

/** Draws again when something that is shown has changed, and nobody is in the middle of a form. */
function refresh() {
  const { tokens, drafts, notes, lost, clock, persisted, institution } = app.holder;
  const shown = tokens.map(({ serial, bound, askedMs }) => [serial, bound, askedMs]);
  const now = JSON.stringify([
    shown, drafts.length, notes.map(({ serial }) => serial), lost, clock, persisted, institution,
  ]);
  const busy = between || at("large").open || at("main").querySelector("form, #sure");
  if (now === drawn || busy) return;
  drawn = now;
  draw();
}

function tick() {
  if (document.hidden) return;
  const nowMs = app.holder.now();
  for (const live of app.live) live.tick(nowMs);
}

/** Trusted Types: the one address of a script that is ever given by a text. */
function workerAddress() {
  const name = "sw.js";
  const rules = globalThis.trustedTypes?.createPolicy("sekisho", { createScriptURL: () => name });
  return rules ? rules.createScriptURL(name) : name;
}

function cannot(kind) {
  show([
    el("h1", {}, t("title")),
    note("danger", t(`trouble-${kind}-title`), p(t(`trouble-${kind}`))),
  ]);
}

async function begin() {
  if (!isAble()) return cannot("old");
  hearOfInstalling(() => refresh());
  navigator.serviceWorker?.register(workerAddress(), { scope: "./" }).catch(() => {});
  try {
    await app.holder.open();
  } catch {
    return cannot("store");
  }
  if (!app.holder.institution) await app.holder.ask();
  // The first page takes no focus away from where the browser begins.
  show(built());
  addEventListener("hashchange", turn);
  addEventListener("click", follow);
  setInterval(tick, TICK_MS);
  const look = () => !document.hidden && app.holder.ask().then(refresh);
  document.addEventListener("visibilitychange", () => {
    tick();
    look();
  });
  addEventListener("online", look);
  look();
}

/** A link to where the reader is already turns the page all the same; the skip link does not. */
function follow(event) {
  const link = event.target.closest?.('a[href^="#"]');
  if (!link || event.defaultPrevented) return;
  const where = link.getAttribute("href").slice(1);
  if (where === "main") {
    event.preventDefault();
    at("main").focus();
  } else if (where === location.hash.slice(1)) {
    event.preventDefault();
    turn();
  }
}

begin();
