// Lets the figure in the ring run with the ring. Without this script the figure says what was
// left when the page came, and the text beside it says until when.
"use strict";

for (const ring of document.querySelectorAll(".ring[data-left]")) {
  const figure = ring.querySelector("text");
  const end = performance.now() + Number(ring.dataset.left) * 1000;
  const show = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    figure.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left > 0) setTimeout(show, 1000);
  };
  show();
}
