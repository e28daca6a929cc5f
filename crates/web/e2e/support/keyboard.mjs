// Moving about by Tab, arrows, Space and Enter alone, as somebody does who uses no mouse.

import assert from "node:assert/strict";

const TABS_MAX = 60;
const CHOICES_MAX = 60;

/** Presses Tab until the focus stands on what `fits` says, and where it can be seen. */
async function tabTo(person, what, fits, wanted) {
  for (let tab = 0; tab < TABS_MAX; tab += 1) {
    await person.page.keyboard.press("Tab");
    if (await person.page.evaluate(fits, wanted)) {
      const ring = await person.page.evaluate(visibleFocus);
      assert.ok(ring, `the focus on ${what} can be seen`);
      return;
    }
  }
  assert.fail(`${what} is not reached by ${TABS_MAX} tabs on ${person.page.url()}`);
}

/** Whether the focused thing, or the face that stands for it, is outlined. */
function visibleFocus() {
  const focused = document.activeElement;
  const shown = [focused, focused.nextElementSibling, focused.closest("label")].filter(Boolean);
  return shown.some((element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
  });
}

/** To a button or a link by its name, and Enter. */
export async function followByKeyboard(person, name) {
  const named = (wanted) => {
    const focused = document.activeElement;
    const words = focused.querySelector("b")?.textContent ?? focused.textContent;
    return focused.matches("a, button") && words.trim() === wanted;
  };
  await tabTo(person, name, named, name);
  await Promise.all([person.page.waitForEvent("load"), person.page.keyboard.press("Enter")]);
  await person.look();
}

/** Into a field by its id. */
export async function typeByKeyboard(person, id, text) {
  await tabTo(person, id, (wanted) => document.activeElement.id === wanted, id);
  await person.page.keyboard.type(text);
}

/** Into the panel of a mark, and by arrows to the picture of this name. */
export async function chooseByKeyboard(person, mark, name) {
  const inPanel = (wanted) =>
    document.activeElement.closest("fieldset.panel")?.dataset.m === wanted;
  await tabTo(person, `the panel of ${mark}`, inPanel, mark);
  await person.page.keyboard.press("Space");
  for (let step = 0; step < CHOICES_MAX; step += 1) {
    const at = await person.page.evaluate(() =>
      document.activeElement.closest("label").querySelector(".name").textContent.trim(),
    );
    if (at === name) return;
    await person.page.keyboard.press("ArrowRight");
  }
  assert.fail(`${name} is not reached by the arrows`);
}
