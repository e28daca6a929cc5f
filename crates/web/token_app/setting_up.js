// Setting up: the form for ids from the mail, the wait, what went wrong, and what to do next.

import { card } from "./card.js";
import { button, el, icon, link, note, p, rich } from "./dom.js";
import { contact, installNote, storageLine } from "./notes.js";
import { own, t } from "./texts.js";

const FIELDS = [
  { id: "service-id", digits: /^[0-9]{8}$/, length: 8 },
  { id: "user-id", digits: /^[0-9]{10}$/, length: 10 },
  { id: "start-password", digits: /^[0-9]{4,8}$/, length: 8, secret: true },
];

/** Digits as typed: full width and blanks are forgiven. */
export const bare = (typed) => typed.normalize("NFKC").replace(/[\s-]/g, "");

/** The form of the mailed ids (Y-10). */
export function issuedForm(app, trouble = null) {
  const form = el("form", { class: "sheet stack", novalidate: true, onsubmit: send });
  const summary = el("div");
  form.append(
    p(t("issued-form-lead")),
    ...FIELDS.map(field),
    el("div", { class: "actions" }, button(t("send"), "main", null, { type: "submit" })),
  );

  function send(event) {
    event.preventDefault();
    const typed = FIELDS.map(({ id }) => bare(form.elements[id].value));
    const wrong = FIELDS.filter(({ digits }, at) => !digits.test(typed[at]));
    for (const { id } of FIELDS) mark(form, id, wrong.some((one) => one.id === id));
    if (wrong.length > 0) {
      summary.replaceChildren(errors(wrong));
      summary.firstChild.focus();
      return;
    }
    const [serviceId, userId, password] = typed;
    app.typed = { "service-id": serviceId, "user-id": userId };
    app.setUp(app.holder.begin({ serviceId, userId, password }), "issued");
  }

  return [
    el("div", { class: "head" }, el("h1", {}, t("issued-title")), link(t("back"), "add")),
    trouble,
    summary,
    form,
    installNote(app),
  ];

  function field({ id, length, secret }) {
    return el(
      "div", { class: "field" },
      el("label", { for: id }, t(id), el("span", { class: "req" }, t("required"))),
      el("p", { class: "hint", id: `${id}-h` }, t(`${id}-hint`)),
      el("input", {
        class: "digits", id, name: id, inputmode: "numeric", required: true,
        // Room for blanks and hyphens, as they stand in the mail.
        maxlength: length * 2, type: secret ? "password" : "text", autocomplete: "off",
        value: secret ? null : app.typed?.[id], "aria-describedby": `${id}-h`,
      }),
    );
  }
}

function mark(form, id, wrong) {
  const input = form.elements[id];
  form.querySelector(`#${id}-e`)?.remove();
  input.setAttribute("aria-describedby", wrong ? `${id}-e ${id}-h` : `${id}-h`);
  input.setAttribute("aria-invalid", wrong);
  if (wrong) input.before(error(`${id}-e`, t(`bad-${id}`)));
}

/** What is wrong with a field, to stand before it. */
export const error = (id, text) => el("p", { class: "err", id }, icon("stop"), text);

function errors(wrong) {
  const go = (id) => (event) => {
    event.preventDefault();
    document.getElementById(id).focus();
  };
  const items = wrong.map(({ id }) =>
    el("li", {}, el("a", { href: `#${id}`, onclick: go(id) }, t(`bad-${id}`))),
  );
  const box = note("danger", t("errors-title"), el("ul", { class: "links" }, ...items));
  box.tabIndex = -1;
  return box;
}

/** While the keys are made and sent. */
export function working() {
  return [
    el("h1", { tabindex: "-1" }, t("working")),
    el(
      "div", { class: "sheet stack tight", role: "status" },
      p(t("working-lead")), el("progress", { "aria-label": t("working") }),
    ),
  ];
}

/** What went wrong with a setup, and what can be done. */
export function troubled(app, trouble, mode, again) {
  const institution = app.institution();
  const { kind, triesLeft } = trouble;
  const name = own(institution.name);
  const over = kind === "password" && triesLeft === 0;
  const text = {
    gone: `trouble-gone-${mode}`,
    password: over ? "trouble-password-over" : "trouble-password",
  }[kind];
  const more = kind === "password" && triesLeft > 0;
  const left = more && t("trouble-password-left", { count: triesLeft });
  const calls = ["impostor", "attestation", "refused"].includes(kind);
  const told = note(
    trouble.passing ? "warn" : "danger", t(`trouble-${kind}-title`),
    p(t(text ?? `trouble-${kind}`, { name }), left && el("b", {}, ` ${left}`)),
    calls && p(t("call", contact(institution))),
  );
  // Where the numbers may only have been mistyped, the form comes again.
  if (mode === "issued" && !over && (kind === "password" || kind === "gone"))
    return issuedForm(app, told);
  return [
    el("h1", {}, t(mode === "issued" ? "issued-title" : "begin-title")),
    told,
    el(
      "div", { class: "actions" },
      trouble.passing && button(t("retry"), "main", again),
      link(t("back"), app.holder.tokens.length > 0 ? "" : "add", "btn quiet"),
    ),
  ];
}

/** The token is there: its serial, its code, and what the customer does next (T-06, A-07, Y-11). */
export function ready(app, token) {
  const mode = token.mode === "issued" ? "issued" : "self";
  app.openSerial = token.serial;
  app.afterSetup = true;
  const content = [
    el("h1", {}, t(`done-${mode}`)),
    next(app, token, mode),
    card(app, token),
    mode === "self" && el(
      "div", { class: "actions" },
      button(t("copy-serial"), "slim", () => app.copy(token.serial)),
      el("a", { class: "btn quiet slim", ...signIn(token) }, t("open-sign-in")),
    ),
    note(app.holder.persisted ? "done" : "warn", t("help-store-title"), p(storageLine(app.holder))),
    installNote(app, "install-still"),
    el("div", { class: "actions" }, link(t("home"), "", "btn")),
  ];
  app.afterSetup = false;
  return content;
}

/** The page before the sign-in, outside the app: the code stays where it is. */
const signIn = ({ slug }) => ({ href: `/i/${slug}/sign_in`, target: "_blank", rel: "noopener" });

function next(app, token, mode) {
  const { institution } = token;
  const name = own(institution.name);
  const before = institution.enrol_place !== "post_login";
  const steps = mode === "issued"
    ? ["next-sign-in", "next-issued", "next-issued-type"]
    : ["next-sign-in", before ? "next-choose-before" : "next-choose-after", "next-type"];
  const items = steps.map((step) => el("li", {}, ...rich(t(step, { name }))));
  return el(
    "section", { class: "sheet stack tight", "aria-labelledby": "next" },
    el("h2", { id: "next" }, t("next-title")),
    el("ol", {}, ...items),
    mode === "self" && el("p", { class: "small" }, t("next-exchange")),
    el("p", { class: "small" }, t("next-until")),
  );
}
