// A question is answered where it stands: the answer is worked out anew, and the next question has the focus.
"use strict";

const place = document.getElementById("answer");
place?.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.getAttribute("action") !== "/answer/reply") return;
  event.preventDefault();
  const values = new FormData(form, event.submitter);
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  place.setAttribute("aria-busy", "true");
  try {
    const page = new DOMParser().parseFromString(await (await window.myotwitch.send("/answer/reply", values)).text(), "text/html");
    const told = page.querySelector("#told > *");
    if (told) document.getElementById("told").replaceChildren(document.importNode(told, true));
    place.innerHTML = await worked();
    const next = place.querySelector("#question h2") ?? place.querySelector(".advice .headline");
    next.tabIndex = -1;
    next.focus();
  } catch (error) {
    window.myotwitch.tell(error.message);
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  } finally {
    place.removeAttribute("aria-busy");
  }
});

async function worked() {
  for (;;) {
    const response = await fetch("/answer/now", { headers: { Accept: "text/html" } });
    if (response.ok && response.status !== 202) return response.text();
    if (!response.ok) throw new Error(response.statusText);
    await new Promise((resolve) => { setTimeout(resolve, 400); });
  }
}
