// Keeps the chosen size of the text, so that the next page comes in it.
// The style sheet changes the size at once; without this script the display page keeps it.
"use strict";

const YEAR_S = 365 * 24 * 3600;

for (const choice of document.querySelectorAll('input[name="text-size"]')) {
  choice.addEventListener("change", () => {
    document.cookie =
      `__Host-sekisho-text=${choice.value}; path=/; max-age=${YEAR_S}; secure; samesite=lax`;
  });
}
