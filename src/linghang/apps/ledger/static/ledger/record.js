// Recording: one button that ticks everybody, and how many are there so far. The page works without it.
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
  function count() {
    const words = document.querySelector("[data-roll-count]");
    const all = document.querySelectorAll(".roll-picks").length;
    if (!words || !all) return;
    const there = document.querySelectorAll('.roll-picks input[value="present"]:checked').length;
    words.querySelector("[data-there]").textContent = there;
    words.querySelector("[data-away]").textContent = all - there;
    words.hidden = false;
  }

  function again() {
    show();
    count();
  }

  document.addEventListener("change", (event) => { if (event.target.closest(".roll-picks")) count(); });
  document.addEventListener("htmx:afterSwap", again);
  window.addEventListener("pageshow", count);
  again();
})();
