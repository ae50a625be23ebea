// Presses are written down on the phone first and sent when the net allows, each with a key of
// its own, so that sending twice does it once. Without this script the forms send themselves.
"use strict";
(() => {
  const cards = document.getElementById("cards");
  const net = document.getElementById("net");
  if (!cards || !window.fetch || !window.localStorage) return;
  const STORE = `field:${cards.dataset.mark}`;
  const WORDS = {
    waiting: "보내는 중이에요. 인터넷이 되면 저절로 보내요.",
    sending: "보내는 중",
    sent: "보냈어요",
    signIn: "다시 들어와 주세요. 카카오톡에서 ‘오늘 일정’이라고 보내 주세요. 누르신 것은 잘 두었어요.",
  };
  const ENDS = ["done", "missing", "postpone"];
  const HIDES = { depart: ["depart"], arrive: ["depart", "arrive", "missing"] };
  const POSITION_MS = 4000, FIRST_PAUSE_MS = 2000, LONGEST_PAUSE_MS = 30000, LIMIT_MS = 15000;
  let busy = false, pause = FIRST_PAUSE_MS, timer = 0, halted = false;

  const read = () => {
    try { return JSON.parse(localStorage.getItem(STORE)) || []; } catch { return []; }
  };
  const write = (queue) => localStorage.setItem(STORE, JSON.stringify(queue));
  const change = (key, values) =>
    write(read().map((item) => (item.key === key ? { ...item, ...values } : item)));
  const drop = (key) => write(read().filter((item) => item.key !== key));
  const newKey = () =>
    [...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(16).padStart(2, "0")).join("");

  const tell = (words, ok = false) => {
    net.textContent = words;
    net.hidden = !words;
    net.classList.toggle("ok", ok);
  };
  const mark = (card, words, look = "") => {
    const place = card && card.querySelector("[data-sent]");
    if (!place) return;
    place.textContent = words;
    place.hidden = !words;
    place.className = `sent ${look}`;
  };
  // A page may stay open below the ground for hours: buttons whose time has come open by themselves.
  const arm = (box) => {
    for (const hint of box.querySelectorAll("[data-wait]")) {
      hint.dataset.until = String(Date.now() + 1000 * Number(hint.dataset.wait));
    }
  };
  const wake = () => {
    for (const hint of cards.querySelectorAll("[data-until]")) {
      if (Date.now() < Number(hint.dataset.until)) continue;
      hint.closest("form").querySelector("button").disabled = false;
      hint.remove();
    }
  };
  const cardOf = (visit) => cards.querySelector(`[data-visit="${visit}"]`);

  // What waits is shown as if it were done, so that the next step can be pressed meanwhile.
  const show = () => {
    const queue = read();
    for (const item of queue) {
      const card = cardOf(item.visit);
      if (!card) continue;
      for (const press of card.querySelectorAll(".press")) {
        const action = press.dataset.action;
        if (ENDS.includes(item.action) || (HIDES[item.action] || []).includes(action)) press.hidden = true;
      }
      card.classList.toggle("pending", item.action === "arrive");
      mark(card, `${item.label} · ${WORDS.sending}`);
    }
    if (queue.length) tell(navigator.onLine && !pausedByNet ? WORDS.sending : WORDS.waiting);
  };
  let pausedByNet = false;

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(flush, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };

  const post = (item) => {
    const body = new URLSearchParams({
      csrf: cards.dataset.csrf, key: item.key, action: item.action, note: item.note,
      age: String(Math.max(0, Math.round((Date.now() - item.at) / 1000))),
    });
    for (const name of ["latitude", "longitude", "accuracy"]) {
      if (item[name] !== undefined) body.set(name, item[name]);
    }
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), LIMIT_MS);
    return fetch(item.url, {
      method: "POST", body, signal: stop.signal, credentials: "same-origin", redirect: "error",
      headers: { "X-Requested-With": "script" },
    }).finally(() => clearTimeout(limit));
  };

  const replace = (item, answer) => {
    const card = cardOf(item.visit);
    if (answer.lead) {
      document.getElementById("lead").innerHTML = answer.lead;
      const over = document.getElementById("over");
      if (over) over.hidden = answer.left > 0;
    }
    if (!card) return;
    if (answer.card) {
      card.outerHTML = answer.card;
      if (cardOf(item.visit)) arm(cardOf(item.visit));
    }
    mark(cardOf(item.visit), answer.ok ? `${item.label} · ${WORDS.sent}` : answer.message, answer.ok ? "ok" : "no");
  };

  // One at a time and in order: arriving has to be told before being done.
  async function flush() {
    clearTimeout(timer);
    if (busy || halted) return;
    busy = true;
    try {
      for (let item = read()[0]; item; item = read()[0]) {
        if (item.wait && Date.now() < item.wait) {
          timer = setTimeout(flush, item.wait - Date.now() + 10);
          break;
        }
        let response;
        try {
          response = await post(item);
        } catch {
          pausedByNet = true;
          show();
          later();
          return;
        }
        pausedByNet = false;
        if (response.status === 401) {
          halted = true;
          show();
          tell(WORDS.signIn);
          return;
        }
        if (response.status === 400 && !sessionStorage.getItem("field:fresh")) {
          sessionStorage.setItem("field:fresh", "1");
          location.reload();
          return;
        }
        if (response.status >= 500 || response.status === 429) {
          later();
          return;
        }
        let answer;
        try { answer = await response.json(); } catch { answer = { ok: false, message: "" }; }
        sessionStorage.removeItem("field:fresh");
        drop(item.key);
        pause = FIRST_PAUSE_MS;
        const isHere = Boolean(cardOf(item.visit));
        replace(item, answer);
        tell(isHere ? "" : answer.message, answer.ok);
        show();
      }
    } finally {
      busy = false;
    }
  }

  const locate = (key) => {
    const done = (found) => {
      change(key, found
        ? { wait: 0, latitude: found.coords.latitude, longitude: found.coords.longitude, accuracy: Math.round(found.coords.accuracy) }
        : { wait: 0 });
      flush();
    };
    if (!navigator.geolocation) return done(null);
    navigator.geolocation.getCurrentPosition(done, () => done(null), {
      enableHighAccuracy: true, maximumAge: 60000, timeout: POSITION_MS - 500,
    });
  };

  cards.addEventListener("submit", (event) => {
    const form = event.target;
    const card = form.closest("[data-visit]");
    event.preventDefault();
    const action = form.elements.action.value;
    const item = {
      key: newKey(), visit: card.dataset.visit, action, url: form.getAttribute("action"),
      note: form.elements.note ? form.elements.note.value : "", at: Date.now(), label: form.dataset.label,
    };
    if (action === "arrive") item.wait = Date.now() + POSITION_MS;
    try {
      write([...read(), item]);
    } catch {
      HTMLFormElement.prototype.submit.call(form);
      return;
    }
    form.closest("details").open = false;
    show();
    pause = FIRST_PAUSE_MS;
    if (action === "arrive") locate(item.key); else flush();
  });
  window.addEventListener("online", () => { pause = FIRST_PAUSE_MS; flush(); });
  window.addEventListener("offline", () => { pausedByNet = true; if (read().length) show(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { wake(); flush(); } });
  arm(cards);
  setInterval(wake, 1000);
  show();
  flush();
})();
