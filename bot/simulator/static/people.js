/* The merchants of this browser: who they are, and what was said, kept in localStorage. */
const STORE = "sosin.simulator.1";
const MOST_ENTRIES = 200;
const PRESETS = [
  { name: "영자네 반찬", burst: "김영자\n010-1234-5678\n영자네 반찬" },
  { name: "바다수산", burst: "박바다\n010-2345-6789\n바다수산" },
  { name: "청과 한아름", burst: "이한아\n010-3456-7890\n청과 한아름" },
];

export const bus = new EventTarget();
export const told = (name, detail = {}) => bus.dispatchEvent(new CustomEvent(name, { detail }));

function hex(count) {
  const bytes = crypto.getRandomValues(new Uint8Array(count));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return fresh ids of the lengths that the vendor's have. */
function ids() {
  const appUserId = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  return { userKey: hex(33), channelKey: hex(6), appUserId };
}

function newPerson({ name, burst }) {
  return {
    id: hex(6), name, ...ids(), relation: "friend", entries: [], contexts: [], unread: 0, arrived: [],
    burst: burst ?? `홍길동\n010-1234-5678\n${name}`,
  };
}

function restored() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE));
    if (found?.people?.length) return found;
  } catch {
    /* a broken or forbidden store: start afresh */
  }
  const people = PRESETS.map(newPerson);
  return { people, current: people[0].id, largeText: false };
}

export const book = restored();

/** Keep everything; the oldest entries go first when the browser's store is full. */
export function save() {
  for (const person of book.people) person.entries = person.entries.slice(-MOST_ENTRIES);
  for (let keep = MOST_ENTRIES; keep >= 1; keep = Math.floor(keep / 2)) {
    try {
      localStorage.setItem(STORE, JSON.stringify(book));
      return;
    } catch {
      for (const person of book.people) person.entries = person.entries.slice(-keep);
    }
  }
}

export const current = () => book.people.find((one) => one.id === book.current) ?? book.people[0];

export function choose(id) {
  book.current = id;
  current().unread = 0;
  save();
  told("person");
}

export function add(name) {
  const person = newPerson({ name });
  book.people.push(person);
  choose(person.id);
}

export function clear(person) {
  person.entries = [];
  person.contexts = [];
  save();
  told("person");
}

/** Make the merchant a stranger to the bot: new ids, empty screen. */
export function renew(person) {
  Object.assign(person, ids(), { relation: "friend", arrived: [] });
  clear(person);
}

/** Add something to the chat of a merchant and have it drawn. */
export function enter(person, entry) {
  person.entries.push(entry);
  const isNews = entry.kind === "bot" || entry.kind === "push";
  if (person.id !== book.current && isNews) person.unread += 1;
  save();
  told("entry", { person, entry });
}
