/* The panels beside the phone: people, relation, clock, tricks, and what is inside. */
import { byId, el } from "./dom.js";
import { warningsFor } from "./limits.js";
import { clockText, now, setNow } from "./moments.js";
import { add, book, bus, choose, clear, current, renew } from "./people.js";
import { again, burst, lastOwn, look, relate, remark, shift, turnsOf } from "./session.js";
import { parsed, transcript } from "./wire.js";

const RELATION_NAMES = { friend: "친구", none: "친구 아님", blocked: "차단함" };
const sizeOf = (text) => new TextEncoder().encode(text).length;
const sizeText = (text) => `${sizeOf(text).toLocaleString("ko-KR")} B`;
const pretty = (value) => JSON.stringify(value, null, 2);

function personRow(person) {
  const isCurrent = person.id === current().id;
  const last = person.entries.findLast((entry) => entry.kind === "me");
  return el("li", {}, el("button", {
    class: "person", type: "button", "aria-current": isCurrent ? "true" : null,
    on: { click: () => choose(person.id) },
  },
  el("span", { class: "face", "aria-hidden": "true" }, person.name.slice(0, 1)),
  el("span", { class: "person-words" }, el("strong", {}, person.name),
    el("span", { class: "person-last" }, last ? (last.text || "사진") : "아직 대화 없음")),
  person.unread ? el("span", { class: "unread", "aria-label": `새 답 ${person.unread}개` }, String(person.unread)) : null));
}

/** Draw who there is and how they stand to the channel. */
function drawPeople() {
  const person = current();
  byId("people").replaceChildren(...book.people.map(personRow));
  byId("who").textContent = `${person.name} · ${RELATION_NAMES[person.relation]}`;
  for (const input of byId("relation").querySelectorAll("input")) {
    input.checked = input.value === person.relation;
  }
}

function drawInside() {
  const { entries } = current();
  const asked = entries.findLast((entry) => entry.kind === "me");
  const answered = entries.findLast((entry) => entry.kind === "bot");
  byId("request").textContent = asked ? pretty(JSON.parse(asked.body)) : "";
  byId("request-size").textContent = asked ? sizeText(asked.body) : "";
  const answer = parsed(answered?.text ?? "");
  byId("response").textContent = answer ? pretty(answer) : answered?.text ?? "";
  byId("response-size").textContent = answered
    ? `HTTP ${answered.status || "–"} · ${answered.ms} ms · ${sizeText(answered.text)}` : "";
  const warnings = answer && answered.status === 200 ? warningsFor(answer, sizeOf(answered.text)) : [];
  byId("warnings").replaceChildren(...warnings.map((text) => el("li", {}, text)));
}

function drawState({ person, state }) {
  if (person.id !== current().id) return;
  byId("asked").textContent = state.asked ?? "";
  byId("state").textContent = pretty(state);
}

function drawClock() {
  const text = clockText(now());
  if (byId("clock").textContent !== text) byId("clock").textContent = text;
}

function drawPassing({ on: isPassing, text = "" }) {
  for (const button of byId("steps").querySelectorAll("button")) button.disabled = isPassing;
  byId("passing").textContent = isPassing ? "시간이 흐르는 중입니다…" : text;
}

async function saveTranscript() {
  const person = current();
  const name = `${person.name}: 시뮬레이터에서 저장`;
  let text;
  try {
    text = await transcript({ name, turns: turnsOf(person) });
  } catch (error) {
    remark(person, `저장하지 못했습니다: ${error.message}`, "error");
    return;
  }
  const url = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  el("a", { href: url, download: `simulator-${new Date(now()).toISOString().slice(0, 10)}.yaml` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Open a dialog and call `done(value)` when its form is sent with a value. */
export function ask(id, done) {
  const dialog = byId(id);
  dialog.returnValue = "";
  dialog.addEventListener("close", () => { if (dialog.returnValue) done(dialog.returnValue); }, { once: true });
  dialog.showModal();
}

function setDrawer(open) {
  document.body.classList.toggle("drawer-open", open);
  byId("veil").hidden = !open;
  byId("open-tools").setAttribute("aria-expanded", String(open));
  byId(open ? "close-tools" : "open-tools").focus({ preventScroll: true });
}

const on = (id, event, listener) => byId(id).addEventListener(event, listener);

function wirePeople() {
  on("add-person", "click", () => {
    byId("newcomer-name").value = "";
    ask("newcomer", () => add(byId("newcomer-name").value.trim() || `사장님 ${book.people.length + 1}`));
  });
  on("relation", "change", (event) => relate(current(), event.target.value));
  on("clear", "click", () => clear(current()));
  on("renew", "click", () => renew(current()));
  on("save", "click", () => saveTranscript());
}

function wireTricks() {
  on("steps", "click", ({ target }) => {
    const { step, seconds } = target.dataset;
    if (step) shift({ advance_s: Number(seconds) }, `시간이 흘렀습니다 (${target.textContent})`, step);
  });
  on("next-arrival", "click", () =>
    shift({ until_arrival: current().userKey }, "다음 알림까지 흘렀습니다"));
  on("reset-clock", "click", () => shift({ reset: true }, "시계를 지금으로 되돌렸습니다"));
  on("burst-text", "input", ({ target }) => { current().burst = target.value; });
  on("burst", "click", () => {
    const lines = byId("burst-text").value.split("\n").map((text) => text.trim()).filter(Boolean);
    setDrawer(false);
    burst(current(), lines);
  });
  on("again", "click", () => {
    const entry = lastOwn(current());
    if (entry) again(current(), entry);
  });
}

function wireDrawer() {
  on("open-tools", "click", () => setDrawer(true));
  on("close-tools", "click", () => setDrawer(false));
  on("veil", "click", () => setDrawer(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("drawer-open")) setDrawer(false);
  });
}

function drawAll() {
  drawPeople();
  drawInside();
  byId("burst-text").value = current().burst;
  byId("state").textContent = "";
  byId("asked").textContent = "";
  look(current());
}

/** Bring the panels to life. */
export function startTools() {
  wirePeople();
  wireTricks();
  wireDrawer();
  bus.addEventListener("person", drawAll);
  bus.addEventListener("entry", () => { drawPeople(); drawInside(); });
  bus.addEventListener("relation", drawPeople);
  bus.addEventListener("state", ({ detail }) => drawState(detail));
  bus.addEventListener("passing", ({ detail }) => drawPassing(detail));
  bus.addEventListener("clock", ({ detail }) => { setNow(detail.now); drawClock(); });
  setInterval(drawClock, 1000);
  byId("state-box").open = matchMedia("(min-width: 1100px)").matches;
  drawClock();
  drawAll();
}

/** Show the JSON of a message that was sent. */
export function showRequest(entry) {
  byId("request").textContent = pretty(JSON.parse(entry.body));
  byId("request-size").textContent = sizeText(entry.body);
  byId("request-box").open = true;
  document.body.classList.contains("drawer-open") || setDrawer(true);
  byId("request-box").scrollIntoView();
}
