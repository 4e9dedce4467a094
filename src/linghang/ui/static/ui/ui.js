// Small helps for pages that already work without script: close menus, show chosen files, leave filters that submit themselves.
(function () {
  "use strict";

  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }

  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details.menu"));
    const printer = event.target.closest("[data-print]");
    if (printer) window.print();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    closeMenus(null);
    if (open) open.querySelector("summary").focus();
  });

  // file drop: the input covers the whole field, so dropping works by itself; only the names need showing
  document.addEventListener("change", function (event) {
    const input = event.target;
    const drop = input.closest && input.closest(".drop");
    if (drop && input.type === "file") {
      const names = Array.from(input.files, function (file) { return file.name; });
      drop.querySelector(".drop-files").textContent = names.join("、");
    }
    if (input.matches && input.matches("[data-submit-on-change]")) input.form.requestSubmit();
  });

  ["dragover", "dragleave", "drop"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      const drop = event.target.closest && event.target.closest(".drop");
      if (drop) drop.classList.toggle("drop-over", kind === "dragover");
    });
  });
})();
