// How the app is used, and how it stands on this device.

import { kindOfDevice, isInstalled } from "./device.js";
import { el, link, p } from "./dom.js";
import { clockLine, contact, storageLine, wayOf } from "./notes.js";
import { t } from "./texts.js";

export function help(app) {
  const words = contact(app.institution());
  const way = wayOf(app.institution());
  const part = (title, ...content) =>
    el("section", { class: "sheet stack tight" }, el("h2", {}, t(title)), ...content);
  const item = (key) => el("li", {}, t(key));
  const install = t(isInstalled() ? "installed" : `install-${kindOfDevice()}`);
  return [
    el("div", { class: "head" }, el("h1", {}, t("help-title")), link(t("back"), "")),
    part(
      "help-code-title",
      p(t("help-code")), p(t("help-once")), p(t("help-others")), p(t("help-offline")),
    ),
    part("help-secret-title", p(t("help-secret"))),
    part(
      "help-change-title",
      el("ol", {}, ...[1, 2, 3].map((step) => item(`help-change-${way}-${step}`))),
      p(t(`keep-${way}`)),
    ),
    part("help-lost-title", p(t("help-lost", { phone: words.loss_phone }))),
    part("help-clock-title", p(t("help-clock")), p(clockLine(app.holder))),
    part("new-serial-title", p(t(`new-serial-${way}`))),
    part("help-store-title", p(storageLine(app.holder)), p(install)),
    p(t("call", words)),
  ];
}
