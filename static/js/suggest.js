// Suggestions under a search box: an ARIA 1.2 combobox. The form works without this script, and whatever fails here
// fails in silence: the terminal's shop may have no network at this very moment.
(function () {
  "use strict";

  var WAIT = 150; // ms after the last key
  var LONG_DIGITS = /\d(?:[^0-9A-Za-z\u4e00-\u9fff]{0,3}\d){10}/; // may be a card or phone number: it stays here

  function enhance(form) {
    var input = form.querySelector("input[name=q]");
    var data = form.dataset;
    var popup = document.createElement("div");
    var status = document.createElement("div");
    var list = null;
    var options = [];
    var answered = ""; // the text that the list answers
    var active = -1;
    var composing = false;
    var timer = 0;
    var request = null;

    popup.className = "search-box__popup";
    popup.hidden = true;
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    form.appendChild(popup);
    form.appendChild(status);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-haspopup", "listbox");
    input.setAttribute("aria-expanded", "false");

    function show() {
      if (!list) return;
      popup.hidden = false;
      input.setAttribute("aria-controls", list.id);
      input.setAttribute("aria-expanded", "true");
    }

    function hide() {
      activate(-1);
      popup.hidden = true;
      input.removeAttribute("aria-controls");
      input.setAttribute("aria-expanded", "false");
    }

    function activate(index) {
      if (active >= 0 && options[active]) options[active].setAttribute("aria-selected", "false");
      active = index;
      if (index < 0) return input.removeAttribute("aria-activedescendant");
      options[index].setAttribute("aria-selected", "true");
      options[index].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[index].id);
    }

    function forget() {
      drop();
      list = null;
      options = [];
      hide();
      status.textContent = "";
    }

    function fill(html, text) {
      // A shop's Wi-Fi may answer with a sign-in page of its own: only a listbox is taken.
      var found = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
      if (!found || found.getAttribute("role") !== "listbox") return forget();
      hide();
      answered = text;
      list = found;
      list.id = input.id + "_list";
      options = Array.prototype.slice.call(list.querySelectorAll("[role=option]"));
      options.forEach(function (option, index) {
        option.id = list.id + "_" + index;
      });
      popup.textContent = "";
      popup.appendChild(list);
      status.textContent = options.length ? data.wordsCount.replace("{n}", options.length) : data.wordsNone;
      if (options.length) show();
      else list = null;
    }

    function ask() {
      var text = input.value.trim();
      if (!text || LONG_DIGITS.test(text.normalize("NFKC"))) return forget();
      if (request) request.abort();
      var mine = (request = new AbortController());
      fetch(data.suggest + "?q=" + encodeURIComponent(text), { signal: mine.signal, credentials: "omit" })
        .then(function (response) {
          return response.ok ? response.text() : "";
        })
        .then(function (html) {
          if (request === mine && document.activeElement === input) fill(html, text);
        })
        .catch(function () {});
    }

    function drop() {
      clearTimeout(timer);
      if (request) request.abort();
      request = null;
    }

    // What was chosen belongs to the text before: Enter must not open it for the text that stands there now.
    function changed() {
      drop();
      activate(-1);
      if (!composing) timer = setTimeout(ask, WAIT);
    }

    function open(option) {
      var href = option && option.getAttribute("data-href");
      if (href && /^\/(?!\/)/.test(href)) location.assign(href);
    }

    input.addEventListener("compositionstart", function () {
      composing = true;
      drop();
    });
    input.addEventListener("compositionend", function () {
      composing = false;
      changed();
    });
    input.addEventListener("input", changed);
    input.addEventListener("blur", forget);
    form.addEventListener("submit", forget);
    addEventListener("pagehide", forget);

    input.addEventListener("keydown", function (event) {
      var last = options.length - 1;
      var next = null;
      if (composing || event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Escape" && (request || !popup.hidden)) forget();
      else if (event.key === "ArrowDown" && last < 0) return ask();
      else if (last < 0) return;
      else if (event.key === "ArrowDown") next = active < last ? active + 1 : 0;
      else if (event.key === "ArrowUp") next = active > 0 ? active - 1 : last;
      else if (active < 0 || event.shiftKey) return;
      else if (event.key === "Home") next = 0;
      else if (event.key === "End") next = last;
      else if (event.key === "Enter" && answered === input.value.trim()) open(options[active]);
      else return;
      event.preventDefault();
      if (next !== null) {
        show();
        activate(next);
      }
    });

    // The field keeps the focus; the option is taken when the finger or the button is lifted.
    popup.addEventListener("mousedown", function (event) {
      event.preventDefault();
    });
    popup.addEventListener("click", function (event) {
      open(event.target.closest("[role=option]"));
    });
  }

  if (!window.fetch || !window.AbortController) return;
  Array.prototype.forEach.call(document.querySelectorAll("form[data-suggest]"), enhance);
})();
