// Recording: one button that ticks everybody. The page works without it.
(function () {
  "use strict";

  function show() {
    document.querySelectorAll("[data-tick-all]").forEach((button) => { button.hidden = false; });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tick-all]");
    if (!button) return;
    const boxes = Array.from(button.closest("fieldset").querySelectorAll('input[name="who"]'));
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => { box.checked = !all; });
  });
  document.addEventListener("htmx:afterSwap", show);
  show();
})();
