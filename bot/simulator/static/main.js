/* Joins the parts: the chat on the phone, the composer, the menu of a message. */
import { append, offer, setTyping, show } from "./chat.js";
import { config } from "./config.js";
import { byId } from "./dom.js";
import { book, bus, current, save } from "./people.js";
import { startPost } from "./post.js";
import { act, again, isWaiting, photos, say } from "./session.js";
import { ask, showRequest, startTools } from "./tools.js";
import { parsed } from "./wire.js";

const STARTERS = ["안녕하세요", "채널 만들고 싶어요", "방문 예약할게요"];
const words = byId("words");

const hooks = { act, menu: openMenu };

function openMenu(entry) {
  const menu = byId("menu");
  if (menu.open) return;
  byId("menu-quote").textContent = entry.text || "사진";
  menu.onclick = ({ target }) => {
    const { choice } = target.dataset;
    if (!choice) return;
    menu.close();
    choices[choice](entry);
  };
  menu.showModal();
}

const choices = {
  again: (entry) => again(current(), entry),
  resend: (entry) => (entry.photos
    ? photos(current(), entry.photos) : say(current(), { text: entry.text }, { user: entry.text })),
  json: showRequest,
  close: () => {},
};

/** Quick replies stand only under the last thing that was said. */
function offerLast() {
  const { entries } = current();
  const last = entries.findLast((entry) => entry.kind !== "note");
  if (!last) {
    offer(STARTERS.map((label) => ({ label, action: "message", messageText: label })),
      ({ label }) => say(current(), { text: label }, { user: label }));
    return;
  }
  const answer = last.kind === "bot" && last.status === 200 ? parsed(last.text) : null;
  const replies = answer?.template?.quickReplies;
  offer(Array.isArray(replies) ? replies : [], act);
}

function redraw() {
  show(current().entries, hooks);
  offerLast();
  setTyping(isWaiting(current()));
}

function fit() {
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight, 132)}px`;
  byId("send").disabled = !words.value.trim();
}

function sendWords() {
  const text = words.value.trim();
  if (!text) return;
  words.value = "";
  fit();
  words.focus();
  say(current(), { text }, { user: text });
}

function wireComposer() {
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    sendWords();
  });
  words.addEventListener("input", fit);
  /* Not keydown: while a Hangul syllable is being composed, systems disagree about the key
     that Enter is and how often it comes; the line break that it wants comes once. */
  let shift = false;
  for (const name of ["keydown", "keyup"]) {
    words.addEventListener(name, (event) => { shift = event.shiftKey; });
  }
  words.addEventListener("beforeinput", (event) => {
    if (shift || !["insertLineBreak", "insertParagraph"].includes(event.inputType)) return;
    event.preventDefault();
    sendWords();
  });
  byId("open-photo").addEventListener("click", () => {
    byId("photo-urls").value = config.photoUrl;
    ask("photo", () => {
      const urls = byId("photo-urls").value.split("\n").map((url) => url.trim()).filter(Boolean);
      if (urls.length) photos(current(), urls);
    });
  });
}

function wireTextSize() {
  const button = byId("text-size");
  const draw = () => {
    document.documentElement.classList.toggle("large", book.largeText);
    button.setAttribute("aria-pressed", String(book.largeText));
  };
  button.addEventListener("click", () => {
    book.largeText = !book.largeText;
    save();
    draw();
  });
  draw();
}

wireComposer();
wireTextSize();
bus.addEventListener("person", redraw);
bus.addEventListener("entry", ({ detail }) => {
  if (detail.person.id !== current().id) return;
  append(detail.entry, hooks);
  offerLast();
});
bus.addEventListener("pending", ({ detail }) => {
  if (detail.person.id === current().id) setTyping(isWaiting(detail.person));
});
redraw();
startTools();
startPost();
document.documentElement.dataset.ready = "true";
