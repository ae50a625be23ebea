/* What a merchant does: says, taps, sends twice, sends pictures, changes the relation. */
import { config } from "./config.js";
import { now } from "./moments.js";
import { contextsAfter, filled } from "./payload.js";
import { current, enter, save, told } from "./people.js";
import { fetchPost } from "./post.js";
import { deliver, freshId, moveClock, parsed, stateOf, tellRelation } from "./wire.js";

const pending = new Map();
const count = (person, by) => {
  pending.set(person.id, (pending.get(person.id) ?? 0) + by);
  told("pending", { person });
};

/** Return whether an answer to this merchant is awaited. */
export const isWaiting = (person) => (pending.get(person.id) ?? 0) > 0;

/** Put a note into the chat of a merchant. */
export const remark = (person, text, tone = "") => enter(person, { kind: "note", text, tone, at: now() });

/** Send one turn; `turn` is how a transcript calls it: {user}, {tap} or {image}. */
export async function say(person, words, turn) {
  const requestId = freshId();
  const body = JSON.stringify(filled(person, words));
  enter(person, { kind: "me", text: words.text, photos: words.photos, turn, requestId, body, at: now() });
  count(person, 1);
  const result = await deliver(body, requestId);
  const userKey = JSON.parse(body).userRequest.user.id;
  const entry = { kind: "bot", re: requestId, at: now(), ...result };
  const isSame = userKey === person.userKey; /* may have become a new person meanwhile */
  if (isSame) {
    person.contexts = contextsAfter(person.contexts, parsed(result.text));
    enter(person, entry);
  }
  count(person, -1);
  if (isSame) await look(person, entry);
}

/** Ask the server what it knows now; keep the open question with the answer it belongs to. */
export async function look(person, entry) {
  try {
    const state = await stateOf(person.userKey);
    if (entry && !isWaiting(person)) {
      entry.asked = state.asked ?? null;
      save();
    }
    told("state", { person, state });
  } catch (error) {
    told("state", { person, state: { error: String(error.message ?? error) } });
  }
}

/** Deliver a message a second time with the same X-Request-Id, as a network does. */
export async function again(person, entry) {
  count(person, 1);
  const result = await deliver(entry.body, entry.requestId);
  const first = person.entries.find((one) => one.kind === "bot" && one.re === entry.requestId);
  const same = first && first.status === result.status && first.text === result.text;
  const text = same ? "앞과 한 바이트도 다르지 않은 답" : "앞과 다른 답";
  remark(person, `같은 메시지를 한 번 더 전달했습니다 → ${text}`, same ? "" : "error");
  if (!same) enter(person, { kind: "bot", re: entry.requestId, repeat: true, at: now(), ...result });
  count(person, -1);
}

export const lastOwn = (person) => person.entries.findLast((entry) => entry.kind === "me");

const SPOKEN = {
  phone: (item) => `☎ ${item.phoneNumber} 번으로 전화를 겁니다 (PC에서는 아무 일도 없습니다)`,
  share: () => "친구에게 전달하는 창이 열립니다",
  operator: () => "상담원을 부릅니다 (채널의 1:1 채팅으로 넘어갑니다)",
};

/** Do what a tapped button or row does; place is the vendor's word for where it stood. */
export function act(item, place) {
  const person = current();
  if (item.action === "message" || item.action === "block") {
    const isBlock = item.action === "block";
    const words = {
      text: item.messageText || item.label,
      trigger: `${place}_${isBlock ? "BLOCK" : "MESSAGE"}`,
      ...(isBlock ? { blockId: item.blockId, extra: item.extra } : {}),
    };
    return say(person, words, { tap: item.label });
  }
  return remark(person, SPOKEN[item.action]?.(item) ?? `모르는 동작: ${item.action}`);
}

export function photos(person, urls) {
  return say(person, { text: "", photos: urls }, { image: urls });
}

export function burst(person, lines) {
  return Promise.all(lines.map((text) => say(person, { text }, { user: text })));
}

const RELATIONS = { friend: ["added", "채널을 추가했습니다"], blocked: ["blocked", "채널을 차단했습니다"] };

/** Change the relation; the vendor tells our channel webhook about added and blocked only. */
export async function relate(person, relation) {
  person.relation = relation;
  save();
  told("relation");
  const [event, text] = RELATIONS[relation] ?? [null, "아직 채널을 추가하지 않은 사람입니다"];
  if (!event) {
    remark(person, text);
    return;
  }
  const status = await tellRelation(person, event, now());
  const ok = status >= 200 && status < 300;
  remark(person, `${text} → ${config.channelUrl} HTTP ${status || "없음"}`, ok ? "" : "error");
}

const JUMPED = "너무 멀어서 뒷부분은 한 번에 건너뛰었습니다";
const minutes = (seconds) => `${Math.ceil(seconds / 60)}m`;

/** Add what happened to the note about a step of the clock. */
function passed(label, answer, arrived) {
  const parts = [label];
  if (arrived) parts.push(`알림 ${arrived}개`);
  if (answer.done === false) parts.push(`${Math.floor(answer.moved_s / 86400)}일 동안 온 알림 없음`);
  if (answer.jumped) parts.push(JUMPED);
  return parts.join(" · ");
}

/**
 * Move the bot's clock: {advance_s}, {until_arrival} or {reset}. On the way the bot does what it
 * does by itself, so this may take seconds. `step` is how a transcript calls the way.
 */
export async function shift(body, label, step) {
  const person = current();
  const before = new Set(person.arrived);
  told("passing", { on: true });
  try {
    const answer = await moveClock(body);
    told("clock", { now: answer.now });
    await fetchPost();
    const arrived = person.arrived.filter((id) => !before.has(id)).length;
    const turn = body.reset ? {} : { turn: { wait: step ?? minutes(answer.moved_s) } };
    const text = passed(label, answer, arrived);
    enter(person, { kind: "note", text, tone: "clock", at: now(), ...turn });
    told("passing", { on: false, text });
    await look(person);
  } catch (error) {
    told("passing", { on: false, text: "" });
    remark(person, `시계를 옮기지 못했습니다: ${error.message}`, "error");
  }
}

/** Return the turns of a chat in the form that the server turns into a transcript. */
export function turnsOf(person) {
  const answers = new Map();
  for (const entry of person.entries) {
    if (entry.kind === "bot" && !entry.repeat) answers.set(entry.re, entry);
  }
  let arrives = [];
  return person.entries.flatMap((entry) => {
    if (entry.kind === "push") arrives.push({ kind: entry.notice, text: entry.text });
    if (!entry.turn) return [];
    const answer = answers.get(entry.requestId);
    const turn = { ...entry.turn, response: parsed(answer?.text ?? ""), asked: answer?.asked ?? null };
    if (!entry.turn.wait) return [turn];
    const waited = { ...turn, arrives };
    arrives = [];
    return [waited];
  });
}
