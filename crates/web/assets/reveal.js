// パスワードを表示する: shows what is being typed. Without this script the choice is not offered.
"use strict";

for (const box of document.querySelectorAll("input[data-reveal]")) {
  const fields = box.form.querySelectorAll('input[type="password"]');
  box.closest("label").hidden = false;
  box.addEventListener("change", () => {
    for (const field of fields) field.type = box.checked ? "text" : "password";
  });
}
