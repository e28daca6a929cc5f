// What this device keeps: tokens with their unreadable keys in IndexedDB, and beside it the mere
// names of what should be there, so that a loss is noticed.

const NAME = "sekisho-token-app";
const VERSION = 1;
const MARKER = "sekisho-tokens";

/** Opens the store; rejects where the browser keeps nothing (private windows of some). */
export function openStore(factory = indexedDB) {
  return new Promise((opened, failed) => {
    const request = factory.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("tokens", { keyPath: "serial" });
      request.result.createObjectStore("drafts", { keyPath: "registration" });
      request.result.createObjectStore("notes", { keyPath: "serial" });
      request.result.createObjectStore("settings");
    };
    request.onblocked = () => failed(new Error("another window holds the store"));
    request.onerror = () => failed(request.error);
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      opened(new Store(request.result));
    };
  });
}

class Store {
  constructor(base) {
    this.base = base;
  }

  tokens = () => this.#ask("tokens", "readonly", (all) => all.getAll());
  drafts = () => this.#ask("drafts", "readonly", (all) => all.getAll());
  /** Of tokens that the server ended: what to tell, without any key. */
  notes = () => this.#ask("notes", "readonly", (all) => all.getAll());

  keepToken = (token) => this.#ask("tokens", "readwrite", (all) => all.put(token));
  keepDraft = (draft) => this.#ask("drafts", "readwrite", (all) => all.put(draft));
  dropDraft = (registration) => this.#ask("drafts", "readwrite", (all) => all.delete(registration));
  dropNote = (serial) => this.#ask("notes", "readwrite", (all) => all.delete(serial));
  setting = (name) => this.#ask("settings", "readonly", (all) => all.get(name));
  keepSetting = (name, value) => this.#ask("settings", "readwrite", (all) => all.put(value, name));

  /** A draft becomes a token: both or neither. */
  async settle(draft, token) {
    const change = this.base.transaction(["drafts", "tokens"], "readwrite");
    change.objectStore("tokens").put(token);
    change.objectStore("drafts").delete(draft.registration);
    await ended(change);
  }

  /** A token and its keys go; `note`, if given, says later why. */
  async wipe(serial, note) {
    const change = this.base.transaction(["tokens", "notes"], "readwrite");
    change.objectStore("tokens").delete(serial);
    if (note) change.objectStore("notes").put({ serial, ...note });
    await ended(change);
  }

  async #ask(name, mode, act) {
    const change = this.base.transaction(name, mode);
    const request = act(change.objectStore(name));
    await ended(change);
    return request.result;
  }
}

function ended(change) {
  return new Promise((done, failed) => {
    change.oncomplete = () => done();
    change.onabort = change.onerror = () => failed(change.error);
  });
}

/** What should be here, by serial: `{ SKTS…: "架空信用金庫" }`. */
export function marker(storage = localStorage) {
  try {
    const kept = JSON.parse(storage.getItem(MARKER) ?? "{}");
    return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  } catch {
    return {};
  }
}

export function keepMarker(names, storage = localStorage) {
  storage.setItem(MARKER, JSON.stringify(names));
}

/** Serials that should be here, by this device's marker or the server's word, and are not. */
export function missing(tokens, notes, ...remembered) {
  const here = new Set([...tokens, ...notes].map(({ serial }) => serial));
  return [...new Set(remembered.flat())].filter((serial) => !here.has(serial)).sort();
}
