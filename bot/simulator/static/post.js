/* Messages that the bot begins: looked for every few seconds, and after each step of the clock. */
import { config } from "./config.js";
import { book, enter } from "./people.js";
import { arrivalsOf } from "./wire.js";

const MOST_KNOWN = 400;
let last = Promise.resolve();

function take(person, arrival) {
  person.arrived.push(arrival.id);
  person.arrived = person.arrived.slice(-MOST_KNOWN);
  const { kind: notice, at, ...said } = arrival;
  enter(person, { ...said, kind: "push", notice, at: Date.parse(at) });
}

async function look() {
  const asked = book.people.map((person) => [person, person.userKey]);
  const found = await arrivalsOf(asked.map(([, key]) => key));
  for (const [person, key] of asked) {
    if (person.userKey !== key) continue; /* has become a new person meanwhile */
    person.arrived ??= [];
    const fresh = (found[key] ?? []).filter((one) => !person.arrived.includes(one.id));
    for (const arrival of fresh) take(person, arrival);
  }
}

/** Fetch what arrived and draw it, after a look that is under way. */
export function fetchPost() {
  last = last.catch(() => {}).then(look);
  return last;
}

/** Keep looking while somebody looks at the page. */
export function startPost() {
  const again = () => { if (!document.hidden) fetchPost().catch(() => {}); };
  setInterval(again, config.postEveryMs);
  document.addEventListener("visibilitychange", again);
  again();
}
