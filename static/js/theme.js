/* Light or dark, and the size of type: chosen by the reader, kept on this device.

   Loaded in the head without `defer`: the choice must be known before the first paint.
   Marks the root with data-js, which shows the switches that need JavaScript. */

(() => {
  const root = document.documentElement;
  const themes = ["", "light", "dark"];
  const sizes = ["", "1", "2"];
  root.dataset.js = "";

  // Private windows may refuse storage: the switch then holds for this page only.
  const recall = (key) => {
    try {
      return localStorage.getItem(key) ?? "";
    } catch {
      return "";
    }
  };
  const remember = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      /* as above */
    }
  };

  const put = (name, value) => {
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
  };

  put("theme", themes.includes(recall("theme")) ? recall("theme") : "");
  // A page may come in large type already: the address asked for it.
  if (sizes.includes(recall("text")) && recall("text")) put("text", recall("text"));

  const say = (button, choices, value) => {
    const place = button.querySelector("[data-words]");
    place.textContent = place.dataset.words.split("|")[choices.indexOf(value)];
  };

  const wire = (attribute, name, choices) => {
    for (const button of document.querySelectorAll(`[${attribute}]`)) {
      say(button, choices, root.dataset[name] ?? "");
      button.addEventListener("click", () => {
        const now = choices.indexOf(root.dataset[name] ?? "");
        const next = choices[(now + 1) % choices.length];
        put(name, next);
        remember(name, next);
        for (const each of document.querySelectorAll(`[${attribute}]`)) say(each, choices, next);
      });
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    wire("data-theme-switch", "theme", themes);
    wire("data-text-switch", "text", sizes);
  });
})();
