// A wide drawing begins in the middle of its first row, or at the chosen step: else a phone would show an empty corner.
document.querySelectorAll(".drawing").forEach(function (frame) {
  var chosen = frame.querySelector("[aria-current]");
  var start = chosen || frame.querySelector(".guide-map__node--start");
  if (!start) return;
  var box = start.getBoundingClientRect();
  var view = frame.getBoundingClientRect();
  frame.scrollLeft += box.left + box.width / 2 - view.left - view.width / 2;
  if (chosen) frame.scrollTop += box.top + box.height / 2 - view.top - view.height / 2;
});
