"use strict";
// What the theme's script adds later is not for the keyboard and the screen reader yet: wide tables, and buttons of code.
(() => {
  const complete = () => {
    for (const [number, one] of document.querySelectorAll("nav.md-code__nav").entries()) {
      if (!one.hasAttribute("aria-label")) one.setAttribute("aria-label", `Code ${number + 1}`);
    }
    for (const one of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) one.tabIndex = 0;
  };
  new MutationObserver(complete).observe(document.body, { childList: true, subtree: true });
  complete();
})();
