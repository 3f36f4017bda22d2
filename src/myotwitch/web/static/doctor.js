// Shows the first page as the PDF will have it, for the choices made so far.
"use strict";

const letter = document.querySelector("form.letter");
const look = document.getElementById("look");
const canvas = document.getElementById("first-page");
if (letter && look && canvas) {
  look.hidden = false;
  look.addEventListener("click", async () => {
    if (!letter.reportValidity()) return;
    look.disabled = true;
    look.setAttribute("aria-busy", "true");
    try {
      const choices = new FormData(letter);
      choices.set("form", "png");
      const page = await createImageBitmap(await (await send("/doctor/report", choices)).blob());
      canvas.width = page.width;
      canvas.height = page.height;
      canvas.getContext("2d").drawImage(page, 0, 0);
      canvas.closest("figure").hidden = false;
      canvas.closest("figure").scrollIntoView({ block: "nearest" });
    } catch (error) {
      tell(error.message);
    } finally {
      look.disabled = false;
      look.removeAttribute("aria-busy");
    }
  });
}
