/* Shows the picture, makes it smaller, shows how far sending is. The page works without it. */
"use strict";
(() => {
  const LONGEST = 3000; // pixels; the server keeps no more
  const SMALL_ENOUGH = 1500000; // bytes; smaller photos are sent as they are
  const QUALITY = 0.88;

  const find = (id) => document.getElementById(id);
  const form = find("form");
  const parts = ["error", "guide", "picks", "preview", "picture", "name", "progress", "state", "send", "again"];
  const page = Object.fromEntries(parts.map((id) => [id, find(id)]));
  const inputs = Array.from(form.querySelectorAll("input[type=file]"));
  let chosen = null;
  let shown = null;

  function say(message) {
    page.error.textContent = message;
    page.error.hidden = !message;
    if (message) page.error.scrollIntoView({ block: "center" });
  }

  function show(step) {
    page.guide.hidden = page.picks.hidden = step !== "pick";
    page.preview.hidden = step === "pick";
    page.again.hidden = step !== "look";
    page.send.hidden = step === "pick";
    page.send.disabled = step === "send";
    page.progress.hidden = step !== "send";
    page.state.textContent = step === "send" ? "보내고 있어요. 잠시만 기다려 주세요." : "";
  }

  function pickAgain() {
    chosen = null;
    inputs.forEach((input) => { input.value = ""; });
    show("pick");
  }

  function look(file) {
    chosen = file;
    say("");
    if (shown) URL.revokeObjectURL(shown);
    shown = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    page.picture.hidden = !shown;
    if (shown) page.picture.src = shown;
    page.name.textContent = shown ? "" : file.name;
    show("look");
  }

  function nameInstead() { // a photo that this browser cannot draw, such as an iPhone's on a PC
    page.picture.hidden = true;
    page.name.textContent = chosen ? chosen.name : "";
  }

  async function smaller(file) {
    const isPhoto = file.type.startsWith("image/");
    if (!isPhoto || (file.type === "image/jpeg" && file.size < SMALL_ENOUGH)) return file;
    try {
      const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(bitmap.width * scale);
      canvas.height = Math.round(bitmap.height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
      return blob && blob.size < file.size ? blob : file;
    } catch {
      return file; // this phone cannot draw it; the server says whether it can be used
    }
  }

  function answered(call) {
    let answer = {};
    try { answer = JSON.parse(call.responseText); } catch { /* a page of a gateway */ }
    if (call.status === 200 && answer.next) { location.assign(answer.next); return; }
    say(answer.message || form.dataset.networkError);
    if (call.status === 0 || call.status >= 500) show("look"); else pickAgain();
  }

  async function send(event) {
    event.preventDefault();
    if (!chosen) return;
    say("");
    page.progress.value = 0;
    show("send");
    const file = await smaller(chosen);
    if (file.size > Number(form.dataset.limit)) { say(form.dataset.tooBig); pickAgain(); return; }
    const body = new FormData();
    body.append("file", file, "photo");
    const call = new XMLHttpRequest();
    call.open("POST", form.action);
    call.setRequestHeader("X-Requested-With", "script");
    call.timeout = 180000;
    call.upload.onprogress = (step) => {
      if (step.lengthComputable) page.progress.value = (100 * step.loaded) / step.total;
    };
    call.onload = call.onerror = call.ontimeout = () => answered(call);
    call.send(body);
  }

  document.documentElement.classList.add("js");
  inputs.forEach((input) => input.addEventListener("change", () => {
    if (input.files.length) look(input.files[0]);
  }));
  page.picture.addEventListener("error", nameInstead);
  page.again.addEventListener("click", pickAgain);
  form.addEventListener("submit", send);
  window.addEventListener("pageshow", (event) => { if (event.persisted) pickAgain(); });
  show("pick");
})();
