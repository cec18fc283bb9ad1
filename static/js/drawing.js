// A wide drawing begins in the middle of its first row: without this a phone would show an empty corner first.
document.querySelectorAll(".drawing").forEach(function (frame) {
  var start = frame.querySelector(".guide-map__node--start");
  if (!start) return;
  var box = start.getBoundingClientRect();
  var view = frame.getBoundingClientRect();
  frame.scrollLeft += box.left + box.width / 2 - view.left - view.width / 2;
});
