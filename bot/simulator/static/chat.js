/* The conversation on the screen: bubbles, notes, quick replies, the dots of typing. */
import { byId, el } from "./dom.js";
import { drawOutput } from "./cards.js";
import { dayText, hourText } from "./moments.js";
import { parsed } from "./wire.js";

const TYPING_AFTER_MS = 150;
const HOLD_MS = 500;
const log = byId("log");
const quick = byId("quick");
const typing = el("div", { class: "typing", role: "status" },
  el("span", { class: "visually-hidden" }, "답을 쓰고 있습니다"), el("i"), el("i"), el("i"));
const NEAR_END_PX = 48;
let pinned = true;
let lastDay = "";
let typingTimer = 0;

const PROBLEMS = {
  timeout: "5초 안에 답이 없어 카카오가 끊었습니다. 손님에게는 폴백 말풍선이 보입니다.",
  network: "서버에 닿지 못했습니다.",
  json: "답이 JSON이 아닙니다. 카카오는 이 답을 버립니다.",
};

function toEnd() {
  log.scrollTop = log.scrollHeight;
  pinned = true;
}

/* Who reads the end keeps seeing it when a picture arrives or the quick replies change. */
const stay = () => { if (pinned) toEnd(); };
log.addEventListener("scroll", () => {
  pinned = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
});
log.addEventListener("load", stay, { capture: true });
new ResizeObserver(stay).observe(log);

const note = (text, name = "") => el("p", { class: `note ${name}` }, text);

function stamp(at) {
  return el("time", { class: "stamp", datetime: new Date(at).toISOString() }, hourText(at));
}

function own(entry, hooks) {
  const body = el("div", { class: "bubble my-bubble" });
  if (entry.photos) {
    for (const url of entry.photos) body.append(el("img", { class: "my-photo", src: url, alt: "보낸 사진" }));
  } else {
    body.append(entry.text);
  }
  const open = () => hooks.menu(entry);
  const more = el("button", { class: "more", type: "button", "aria-label": "이 메시지 메뉴", on: { click: open } }, "⋯");
  hold(body, open);
  return el("div", { class: "mine", data: { request: entry.requestId } }, more, stamp(entry.at), body);
}

/** Open the menu on a long press or a right click, as in the messenger. */
function hold(target, open) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  target.addEventListener("pointerdown", (event) => {
    if (event.button === 0) timer = setTimeout(open, HOLD_MS);
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) target.addEventListener(name, stop);
  target.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    stop();
    open();
  });
}

function bot(entry, hooks) {
  if (entry.problem) return note(PROBLEMS[entry.problem], "error");
  if (entry.status !== 200) return note(`서버가 HTTP ${entry.status} 로 답했습니다. 손님에게는 폴백 말풍선이 보입니다.`, "error");
  const answer = parsed(entry.text);
  if (answer.useCallback) return waiting(answer, entry);
  const outputs = answer.template?.outputs ?? [];
  if (!outputs.length) return note("silent · 봇이 아무 말도 하지 않았습니다", "silent");
  const drawn = outputs.map((output) =>
    drawOutput(output, hooks.act) ?? note(`모르는 말풍선: ${Object.keys(output ?? {})[0] ?? "빈 것"}`, "error"));
  return says(entry, drawn);
}

/** Draw a message that the bot began, with what it offers to tap. */
function push(entry, hooks) {
  const buttons = entry.buttons.map(({ label, link }) =>
    (link ? { label, action: "webLink", webLinkUrl: link } : { label, action: "message", messageText: label }));
  const card = drawOutput({ textCard: { description: entry.text, buttons } }, hooks.act);
  const bell = el("p", { class: "began" }, "먼저 보낸 알림");
  return says(entry, [bell, card], { arrival: String(entry.id), notice: entry.notice });
}

function says(entry, drawn, data = { request: entry.re }) {
  return el("div", { class: "theirs", data },
    el("img", { class: "avatar", src: new URL("stall.svg", import.meta.url).href, alt: "", width: 44, height: 44 }),
    el("div", { class: "said" }, el("p", { class: "name" }, "소신상인 도우미"), ...drawn, stamp(entry.at)));
}

function waiting(answer, entry) {
  const text = answer.data?.text ?? Object.values(answer.data ?? {}).find((one) => typeof one === "string");
  return el("div", { class: "pending" }, says({ at: entry.at }, [
    el("article", { class: "bubble bot-bubble waiting", data: { kind: "useCallback" } },
      el("p", { class: "bubble-text" }, text ?? "잠시만 기다려 주세요…")),
  ]), note("기다리는 말풍선입니다. 진짜 답은 1분 안에 callbackUrl로 따로 보내며, 여기에는 나타나지 않습니다."));
}

function drawn(entry, hooks) {
  if (entry.kind === "me") return own(entry, hooks);
  if (entry.kind === "bot") return bot(entry, hooks);
  if (entry.kind === "push") return push(entry, hooks);
  return note(entry.text, entry.tone);
}

function put(entry, hooks) {
  const day = dayText(entry.at);
  if (day !== lastDay) log.append(el("p", { class: "day" }, day));
  lastDay = day;
  const node = drawn(entry, hooks);
  log.append(node);
  return node;
}

/** Add one entry under the others and bring it into sight. */
export function append(entry, hooks) {
  byId("hello")?.remove();
  const node = put(entry, hooks);
  if (typing.isConnected) log.append(typing);
  const tall = node.offsetHeight > log.clientHeight - 80;
  if (tall) {
    log.scrollTop = node.offsetTop - log.offsetTop - 10;
    pinned = false;
  } else {
    toEnd();
  }
}

/** Draw the whole chat of a merchant; quiet for screen readers. */
export function show(entries, hooks) {
  log.setAttribute("aria-live", "off");
  log.replaceChildren();
  lastDay = "";
  if (!entries.length) {
    log.append(el("div", { id: "hello", class: "hello" },
      el("img", { src: new URL("stall.svg", import.meta.url).href, alt: "", width: 72, height: 72 }),
      el("p", {}, "소신상인 도우미와 나누는 첫 대화입니다."), el("p", {}, "아래 글을 누르거나 직접 써 보세요.")));
  }
  for (const entry of entries) put(entry, hooks);
  toEnd();
  requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
}

/** Show the dots while an answer is awaited. */
export function setTyping(on) {
  log.setAttribute("aria-busy", String(on));
  clearTimeout(typingTimer);
  if (!on) {
    typing.remove();
    return;
  }
  typingTimer = setTimeout(() => {
    log.append(typing);
    toEnd();
  }, TYPING_AFTER_MS);
}

/** Offer quick replies under the last bubble; an empty list takes them away. */
export function offer(replies, act) {
  quick.replaceChildren(...replies.map((reply) => el("button", {
    class: "chip", type: "button", on: { click: () => act(reply, "QUICKREPLY_BUTTON") },
  }, String(reply.label ?? ""))));
  quick.scrollLeft = 0;
  quick.hidden = !replies.length;
}
