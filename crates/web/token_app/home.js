// The first page: the tokens of this device, or how to begin.

import { card } from "./card.js";
import { button, el, link, note, p } from "./dom.js";
import { installNote, notes, wayOf } from "./notes.js";
import { own, t } from "./texts.js";

/** The tokens, the open one first to be seen. */
export function home(app) {
  const { tokens } = app.holder;
  if (tokens.length === 0) return beginning(app, t("welcome"));
  if (!tokens.some(({ serial }) => serial === app.openSerial)) app.openSerial = tokens[0].serial;
  return [
    el("h1", { class: "sr" }, t("title")),
    ...notes(app),
    ...tokens.map((token) => card(app, token)),
    link(t("add"), "add", "btn quiet"),
    note("", t("keep-title"), p(t(`keep-${wayOf(app.institution())}`))),
    installNote(app, "install-still"),
  ];
}

/** One more token. */
export function adding(app) {
  return beginning(app, t(app.holder.tokens.length > 0 ? "add-title" : "welcome"));
}

function beginning(app, title) {
  const institution = app.institution();
  const name = own(institution.name);
  const first = app.holder.tokens.length === 0;
  const way = wayOf(institution);
  return [
    el("div", { class: "head" }, el("h1", {}, title), !first && link(t("back"), "")),
    p(t(first ? "welcome-lead" : "add-lead", { name })),
    ...(first ? notes(app) : []),
    installNote(app),
    way === "self" ? self(app) : issued(),
    note("", t("new-serial-title"), p(t(`new-serial-${way}`))),
    !first && el("p", { class: "small muted" }, t("add-other")),
  ];
}

function self(app) {
  const begin = () => app.setUp(app.holder.begin(), "self");
  return el(
    "section", { class: "sheet stack", "aria-labelledby": "begin" },
    el("h2", { id: "begin" }, t("begin-title")),
    p(t("begin-lead")),
    el("div", { class: "actions" }, button(t("begin"), "main", begin)),
  );
}

function issued() {
  return el(
    "section", { class: "sheet stack", "aria-labelledby": "begin" },
    el("h2", { id: "begin" }, t("issued-begin-title")),
    p(t("issued-lead")),
    el("div", { class: "actions" }, link(t("issued-go"), "issued", "btn main")),
    el("p", { class: "small muted" }, t("issued-none")),
  );
}
