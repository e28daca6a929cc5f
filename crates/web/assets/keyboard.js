// ソフトウェアキーボード: keys on the screen for whoever does not trust the ones on the desk.
// They type into the field that was last in use. Without this script the button is not shown.
"use strict";

const opener = document.querySelector("[data-keyboard]");
const board = document.getElementById("keys");

const ROWS = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "-_.@!?#$%&+*/=()"];

if (opener && board) {
  const fields = [...opener.form.querySelectorAll("input:not([type=hidden])")];
  let target = fields[0];
  let upper = false;

  for (const field of fields) field.addEventListener("focus", () => { target = field; });

  const type = (text) => {
    const [from, to] = [target.selectionStart, target.selectionEnd];
    target.setRangeText(text, from, to, "end");
    target.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const key = (label, press, name) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "key";
    button.textContent = label;
    if (name) button.setAttribute("aria-label", name);
    button.addEventListener("click", () => press(button));
    return button;
  };

  const row = (keys) => {
    const line = document.createElement("div");
    line.className = "keyrow";
    line.append(...keys);
    board.append(line);
  };

  for (const letters of ROWS) {
    row([...letters].map((letter) => {
      const button = key(letter, () => type(button.textContent));
      return button;
    }));
  }

  const { shift, erase, empty } = board.dataset;
  row([
    key(shift, (button) => {
      upper = !upper;
      button.setAttribute("aria-pressed", String(upper));
      for (const each of board.querySelectorAll(".keyrow:not(:last-child) .key")) {
        const text = each.textContent;
        each.textContent = upper ? text.toUpperCase() : text.toLowerCase();
      }
    }),
    key(erase, () => {
      const [from, to] = [target.selectionStart, target.selectionEnd];
      target.setRangeText("", from === to ? Math.max(0, from - 1) : from, to, "end");
    }),
    key(empty, () => { target.value = ""; }),
  ]);

  opener.hidden = false;
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", () => {
    board.hidden = !board.hidden;
    opener.setAttribute("aria-expanded", String(!board.hidden));
  });
}
