// Hides the parts of the form that another kind of step needs, and warns before typed words are left behind.
(function () {
  var form = document.getElementById("step-form");
  if (!form) return;
  var kind = form.elements.kind;
  function show() {
    form.querySelectorAll("[data-kinds]").forEach(function (part) {
      var fits = part.dataset.kinds.split(" ").indexOf(kind.value) >= 0;
      // What is filled in stays in sight: it may be just what has to be taken out.
      var filled = Array.prototype.some.call(part.querySelectorAll("input[type=text], textarea, select"), function (field) {
        return field.value.trim() !== "";
      });
      part.hidden = !fits && !filled;
    });
  }
  kind.addEventListener("change", show);
  show();
  var typed = Boolean(form.querySelector(".errornote")) || Boolean(document.querySelector(".editor__conflict"));
  form.addEventListener("input", function () { typed = true; });
  form.addEventListener("submit", function () { typed = false; });
  window.addEventListener("beforeunload", function (event) { 
    if (!typed) return;
    event.preventDefault();
    event.returnValue = ""; // what browsers before 2023 go by
  });
  // A session that ended answers with the sign-in page: that belongs into no part of this one.
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.responseURL.indexOf("/check/") < 0) event.detail.shouldSwap = false;
  });
})();
