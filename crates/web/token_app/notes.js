// What must be told before the codes: what was lost, what was ended, what is half made, and how
// the clock stands.

import { inWords, isOff } from "./clock.js";
import { canOfferInstalling, install, isInstalled, kindOfDevice } from "./device.js";
import { button, el, note, p } from "./dom.js";
import { dayAndTime, own, t } from "./texts.js";

/** How customers reach the institution whose app this is. */
export function contact(institution) {
  const { desk, phone, hours, loss_phone } = institution;
  return { desk: own(desk), phone, hours: own(hours), loss_phone };
}

/** How an institution's tokens come about: `self` or `issued`. */
export const wayOf = ({ provisioning }) => (provisioning === "bank_issue" ? "issued" : "self");

/** Everything there is to tell, the worst first. */
export function notes(app) {
  const { holder } = app;
  return [
    ...holder.notes.map((ended) => endedNote(app, ended)),
    holder.lost.length > 0 && lostNote(app),
    ...holder.drafts.map((draft) => draftNote(app, draft)),
    clockNote(holder),
  ].filter(Boolean);
}

function endedNote(app, { serial, institution, atMs }) {
  const name = own(institution.name);
  const phone = institution.loss_phone ?? institution.phone ?? "";
  return note(
    "danger", t("ended-title"),
    p(t("ended", { name, serial, at: dayAndTime(atMs) })),
    p(t("ended-why", { phone })),
    el("div", {}, button(t("noted"), "slim", async () => {
      await app.holder.noted(serial);
      app.draw();
    })),
  );
}

function lostNote(app) {
  const serials = app.holder.lost.join(t("and"));
  return note(
    "warn", t("missing-title"),
    p(t("missing", { serials })),
    p(el("b", {}, t("missing-way-title"))),
    p(t(`missing-way-${wayOf(app.institution())}`, contact(app.institution()))),
    el("div", {}, button(t("missing-known"), "slim", async () => {
      await app.holder.knowsOfLoss();
      app.draw();
    })),
  );
}

function draftNote(app, draft) {
  return note(
    "warn", t("draft-title"),
    p(t("draft", { serial: draft.serial })),
    el(
      "div", { class: "actions" },
      button(t("draft-go"), "slim", () => app.setUp(app.holder.resume(draft), draft.mode)),
      button(t("draft-drop"), "quiet slim", async () => {
        await app.holder.giveUp(draft);
        app.draw();
      }),
    ),
  );
}

function clockNote(holder) {
  if (holder.clockInDoubt()) return note("warn", t("clock-doubt-title"), p(t("clock-doubt")));
  const period = Math.min(30, ...holder.tokens.map(({ otp }) => otp.period_s));
  if (!isOff(holder.clock, period)) return null;
  return note("warn", t("clock-off-title"), p(t("clock-off", { off: offInWords(holder.clock) })));
}

function offInWords(clock) {
  const { minutes, seconds, ahead } = inWords(clock);
  const time = t(minutes > 0 ? "clock-minutes" : "clock-seconds", { minutes, seconds });
  return t(ahead ? "clock-ahead" : "clock-behind", { time });
}

/** How the clock stands, in one line. */
export function clockLine({ clock }) {
  if (!clock) return t("clock-unknown");
  const at = dayAndTime(clock.atMs);
  if (clock.offsetMs === 0) return t("clock-right", { at });
  return t("clock-corrected", { off: offInWords(clock), at });
}

/** What the device promised about keeping the tokens. */
export function storageLine({ persisted }) {
  if (persisted === null) return t("stored-unknown");
  return t(persisted ? "stored-yes" : "stored-no");
}

/** How to get the app onto the home screen; `null` when it was opened from there. */
export function installNote(app, title = "install-title") {
  if (isInstalled()) return null;
  const kind = kindOfDevice();
  const offer = canOfferInstalling() &&
    el("div", {}, button(t("install-now"), "slim", () => install().then(() => app.draw())));
  const how = p(t(`install-${kind}`));
  return note("warn", t(title), p(t("install-why")), how, offer);
}
