// Offers the browser's own time zone where a file does not say its own; the person sees it and may change it.
"use strict";
const zone = document.querySelector("[data-own-zone]");
if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
