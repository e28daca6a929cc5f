// Everything this device holds, and what is done with it. Knows nothing of the screen.

import { corrected, inDoubt, learned } from "./clock.js";
import { askToPersist, isPersisted, platform } from "./device.js";
import { askClock, askInstitution, askKept, askState, poster, tellKept } from "./doors.js";
import { Setup, Trouble } from "./provision.js";
import { keepMarker, marker, missing, openStore } from "./store.js";
import { totp } from "./totp.js";

/** The clock is asked again after so long, and a token's state. */
const ASK_AGAIN_MS = 60_000;
const CLOCK = "clock";
/** States in which a token's codes are good for nothing any more. */
const ENDED = ["expired", "defect", "lost", "wiped", "compromised", "destroyed", "revoked"];

export class Holder {
  tokens = [];
  drafts = [];
  /** Tokens that the server ended, and that were wiped. */
  notes = [];
  /** Serials that should be here and are not. */
  lost = [];
  /** What is known of the clock. */
  clock = null;
  persisted = null;
  institution = null;
  askedMs = 0;

  constructor(slug) {
    this.slug = slug;
  }

  /** Reads what is kept here. Throws `Trouble("store")` where nothing can be kept. */
  async open() {
    try {
      this.store = await openStore();
      await this.#read();
      this.clock = (await this.store.setting(CLOCK)) ?? null;
      this.institution = (await this.store.setting(this.slug)) ?? null;
    } catch {
      throw new Trouble("store");
    }
    this.persisted = await isPersisted();
    this.lost = missing(this.tokens, this.notes, Object.keys(marker()));
  }

  async #read() {
    const [tokens, drafts, notes] = await Promise.all([
      this.store.tokens(), this.store.drafts(), this.store.notes(),
    ]);
    const usable = await Promise.all(tokens.map(works));
    // Keys that came back from a backup without what is in them are of no use.
    for (const [at, token] of tokens.entries())
      if (!usable[at]) await this.store.wipe(token.serial);
    const here = (token) => (token.slug === this.slug ? 0 : 1);
    this.tokens = tokens
      .filter((_, at) => usable[at])
      .sort((one, other) => here(one) - here(other) || one.addedMs - other.addedMs);
    this.drafts = drafts;
    this.notes = notes;
  }

  /** The right time, as far as it is known. */
  now() {
    return corrected(Date.now(), this.clock);
  }

  clockInDoubt() {
    return inDoubt(Date.now(), this.clock);
  }

  /** Asks the server what it knows; `true` when something on the screen may have changed. */
  async ask({ again = false } = {}) {
    const nowMs = Date.now();
    const soon = !again && Math.abs(nowMs - this.askedMs) < ASK_AGAIN_MS;
    if (!navigator.onLine || soon) return false;
    this.askedMs = nowMs;
    try {
      await this.#askClock();
      await this.#askInstitution();
      await this.#askKept();
      for (const token of this.tokens) await this.#askState(token);
      await this.#read();
      await this.#mark();
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      // Without a network nothing new is learned, and the codes go on.
      this.askedMs = 0;
    }
    return true;
  }

  async #askClock() {
    const { text, sentMs, gotMs } = await askClock(this.slug);
    const known = learned(text, sentMs, gotMs);
    if (!known) return;
    this.clock = known;
    await this.store.keepSetting(CLOCK, known);
  }

  async #askInstitution() {
    const told = await askInstitution(this.slug);
    if (!told) return;
    this.institution = told;
    await this.store.keepSetting(this.slug, told);
    for (const token of this.tokens.filter(({ slug }) => slug === this.slug)) {
      token.institution = told;
      await this.store.keepToken(token);
    }
  }

  async #askKept() {
    this.lost = missing(this.tokens, this.notes, Object.keys(marker()), await askKept());
  }

  async #askState(token) {
    const told = await askState(token, this.now());
    if (!told || told.serial !== token.serial) return;
    if (ENDED.includes(told.state)) {
      const { institution } = token;
      await this.store.wipe(token.serial, { institution, state: told.state, atMs: this.now() });
      return;
    }
    // What the bank has issued is bound from the first, and in use after its first code (Y-11).
    const bound = (told.bound ?? []).some(({ state }) => state !== "pending");
    Object.assign(token, { bound, askedMs: this.now() });
    await this.store.keepToken(token);
  }

  /** A new setup; `ids` for mode issued. Run it with `settle`. */
  begin(ids = {}) {
    const { slug } = this;
    return new Setup(poster(slug), { slug, platform: platform(), ...ids });
  }

  /** The setup of a draft. */
  resume(draft) {
    return Setup.resume(poster(draft.slug), draft);
  }

  /** Runs a setup to its end and keeps the token; gives its serial. */
  async settle(setup) {
    try {
      const token = await setup.run((draft) => this.#kept(this.store.keepDraft(draft)));
      const institution = await this.#nameOf(token.slug);
      const kept = { ...token, institution, addedMs: this.now(), bound: null };
      await this.#kept(this.store.settle(setup.draft, kept));
      await this.#read();
      await this.#mark();
      this.persisted = await askToPersist();
      return token.serial;
    } catch (trouble) {
      const over = !(trouble instanceof Trouble) || !trouble.passing;
      // Where nothing can be stored there is nothing to delete either.
      if (over && setup.draft) await this.giveUp(setup.draft).catch(() => {});
      else this.drafts = await this.store.drafts();
      throw trouble;
    }
  }

  async #kept(promise) {
    try {
      await promise;
    } catch {
      throw new Trouble("store");
    }
  }

  async #nameOf(slug) {
    if (slug === this.slug && this.institution) return this.institution;
    return (await askInstitution(slug)) ?? { slug, name: { ja: slug, en: slug } };
  }

  async giveUp(draft) {
    await this.store.dropDraft(draft.registration);
    this.drafts = await this.store.drafts();
  }

  async remove(serial) {
    await this.store.wipe(serial);
    await this.#read();
    await this.#mark();
  }

  /** The customer has read that a token was ended. */
  async noted(serial) {
    await this.store.dropNote(serial);
    this.notes = await this.store.notes();
  }

  /** The customer has read what is lost. */
  async knowsOfLoss() {
    this.lost = [];
    await this.#mark();
  }

  /** Writes down, here and at the server, what should be found here next time. */
  async #mark() {
    const names = this.tokens.map(({ serial, institution }) => [serial, institution.name.ja]);
    const lost = this.lost.map((serial) => [serial, marker()[serial] ?? ""]);
    const all = [...names, ...lost];
    keepMarker(Object.fromEntries(all));
    try {
      await tellKept(all.map(([serial]) => serial));
    } catch {
      // Told again at the next change; the marker here stands meanwhile.
    }
  }
}

/** Whether a token's keys can be used. */
async function works({ seedKey, deviceKey }) {
  try {
    return Boolean(deviceKey) && Boolean(await totp(seedKey, 0));
  } catch {
    return false;
  }
}
