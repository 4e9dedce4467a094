// Recording: one button that ticks everybody, how many are there so far, and ticks that outlive another day or place.
// The page works without it.
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

  // another day or place brings another roll: what was said of whoever is on it again stands
  let said = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "people") return;
    said = Array.from(event.detail.target.querySelectorAll("input:checked, select"), (field) => [field.name, field.value]);
  });
  function sayAgain() {
    said.forEach(([name, value]) => {
      const box = document.querySelector(`#people input[name="${name}"][value="${value}"]`);
      const choice = document.querySelector(`#people select[name="${name}"] option[value="${value}"]`);
      if (box) box.checked = true;
      if (choice) choice.selected = true;
    });
    said = [];
    again();
  }

  document.addEventListener("change", (event) => { if (event.target.closest(".roll-picks")) count(); });
  document.addEventListener("htmx:afterSwap", sayAgain);
  window.addEventListener("pageshow", count);
  again();
})();
