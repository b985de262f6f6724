// A part of a page that could not be loaded says so where it stands, and what to do.
const say = (event) => {
  const words = document.getElementById("load-failed");
  const place = event.detail.target;
  if (!words || !place || place.querySelector(":scope > .load-failed")) return;
  place.prepend(words.content.cloneNode(true));
};
for (const what of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(what, say);
}
