// Sentences in the language of whoever reads.

import en from "./texts.en.js";
import ja from "./texts.ja.js";

const LANGUAGES = { ja, en };
const KEPT_AS = "sekisho-app-language";

let current = chosen();

/** The language in use: `ja` or `en`. */
export const language = () => current;
export const otherLanguage = () => (current === "ja" ? "en" : "ja");

export function speak(code) {
  current = code;
  localStorage.setItem(KEPT_AS, code);
}

/** What was chosen before, in the address or in the app; else the browser's; else Japanese. */
function chosen() {
  const asked = new URLSearchParams(globalThis.location?.search).get("lang");
  const kept = globalThis.localStorage?.getItem(KEPT_AS);
  const own = (globalThis.navigator?.languages ?? []).map((tag) => tag.slice(0, 2).toLowerCase());
  return [asked, kept, ...own].find((code) => code in LANGUAGES) ?? "ja";
}

/** The sentence `key` with `{name}` filled in. */
export function t(key, words = {}) {
  const sentence = LANGUAGES[current][key];
  if (sentence === undefined) throw new Error(`there is no sentence ${key}`);
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(words[name]));
}

/** One of two languages' texts, as the server sends names: `{ ja, en }`. */
export const own = (words) => words?.[current] ?? words?.ja ?? "";

/** A day and a time of day, by this device's clock and zone. */
export function dayAndTime(ms) {
  const at = new Date(ms);
  return t("day-and-time", {
    month: at.getMonth() + 1,
    monthName: at.toLocaleDateString("en", { month: "short" }),
    day: at.getDate(),
    hour: at.getHours(),
    minute: String(at.getMinutes()).padStart(2, "0"),
  });
}
