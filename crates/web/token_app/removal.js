// Removing a token: what it means stands before the button.

import { button, el, link, note, p } from "./dom.js";
import { error } from "./setting_up.js";
import { own, t } from "./texts.js";

export function removal(app, token) {
  const name = own(token.institution.name);
  const box = el("input", { type: "checkbox", id: "sure" });
  const sure = el("div", { class: "field" });
  sure.append(el("label", { class: "choice" }, box, el("span", {}, t("remove-check"))));
  const remove = async () => {
    if (!box.checked) {
      document.getElementById("sure-e")?.remove();
      sure.prepend(error("sure-e", t("remove-check-first")));
      box.setAttribute("aria-describedby", "sure-e");
      box.setAttribute("aria-invalid", "true");
      box.focus();
      return;
    }
    await app.holder.remove(token.serial);
    app.go("");
    app.say(t("removed"));
  };
  return [
    el("div", { class: "head" }, el("h1", {}, t("remove-title"))),
    el(
      "dl", { class: "sheet slip" },
      el("div", {}, el("dt", {}, name), el("dd", {}, el("b", { class: "code" }, token.serial))),
    ),
    note(
      "warn", t("remove-warn-title"),
      token.bound === true && p(el("b", {}, t("remove-bound", { name }))),
      p(t("remove-exchange")),
      p(t("remove-after")),
    ),
    sure,
    el(
      "div", { class: "actions" },
      button(t("remove-do"), "danger", remove),
      link(t("back"), "", "btn quiet"),
    ),
  ];
}
