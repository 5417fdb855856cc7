/* The box to sign in. Without it the typed name is the signature, and counts the same. */
import SignaturePad from "../vendor/signature_pad/signature_pad.min.js";

const form = document.querySelector("form[data-sign]");
if (form) start(form);

function start(form) {
  const box = form.querySelector("[data-pad]");
  const canvas = box.querySelector("canvas");
  const field = form.elements.drawing;
  box.hidden = false;
  const pad = new SignaturePad(canvas, { penColor: "#10131a", backgroundColor: "#ffffff" });

  // One canvas pixel for each of the screen's, at most two: a signature needs no more.
  const fit = () => {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const strokes = pad.toData();
    canvas.width = Math.round(canvas.offsetWidth * ratio);
    canvas.height = Math.round(canvas.offsetHeight * ratio);
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    pad.fromData(strokes);
  };
  fit();
  new ResizeObserver(() => {
    if (Math.abs(canvas.width / Math.min(window.devicePixelRatio || 1, 2) - canvas.offsetWidth) > 1) fit();
  }).observe(canvas);

  box.querySelector("[data-clear]").addEventListener("click", () => pad.clear());
  form.addEventListener("submit", () => {
    field.value = pad.isEmpty() ? "" : pad.toDataURL("image/png");
  });
}
