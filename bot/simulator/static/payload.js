/* Skill payloads, filled into the blank that the server made (bot/simulator/payload.py). */
import { config } from "./config.js";
import { koreanStamp, now } from "./moments.js";

function properties(person) {
  const found = {
    botUserKey: person.userKey,
    bot_user_key: person.userKey,
    plusfriendUserKey: person.channelKey,
    plusfriend_user_key: person.channelKey,
    appUserId: person.appUserId,
    app_user_id: person.appUserId,
    appUserStatus: "REGISTERED",
    app_user_status: "REGISTERED",
  };
  if (person.relation === "friend") found.isFriend = true;
  return found;
}

/** Return the parameter of the secure upload: JSON in a string, addresses as `List(a, b)`. */
function secureImages(urls, until) {
  return JSON.stringify({
    privacyAgreement: "Y",
    imageQuantity: String(urls.length),
    secureUrls: `List(${urls.join(", ")})`,
    expire: koreanStamp(until),
  });
}

const withExpiry = (url, until) =>
  `${url}${url.includes("?") ? "&" : "?"}expires=${Math.floor(until / 1000)}`;

function addPhotos(payload, photos) {
  const until = now() + config.photoLifetimeMs;
  const value = secureImages(photos.map((url) => withExpiry(url, until)), until);
  payload.action.params = { secureimage: value };
  payload.action.detailParams = { secureimage: { origin: value, value, groupName: "" } };
}

/**
 * Return the payload of one turn.
 * words: {text, trigger, blockId, extra, photos}, everything but the text optional.
 */
export function filled(person, words) {
  const payload = structuredClone(config.template);
  const request = payload.userRequest;
  request.utterance = words.photos ? config.photoUtterance : words.text;
  request.user.id = person.userKey;
  request.user.properties = properties(person);
  payload.flow.trigger.type = words.trigger ?? "TEXT_INPUT";
  payload.contexts = person.contexts;
  payload.action.clientExtra = words.extra ?? {};
  if (words.blockId) {
    request.block = { id: words.blockId, name: "이어지는 블록" };
    Object.assign(payload.intent, request.block);
  }
  if (words.photos) addPhotos(payload, words.photos);
  return payload;
}

/** Return the contexts that stay open after an answer: one turn less, new ones added. */
export function contextsAfter(open, answer) {
  const kept = new Map();
  for (const one of open) {
    if (one.lifespan > 1) kept.set(one.name, { ...one, lifespan: one.lifespan - 1 });
  }
  for (const one of answer?.context?.values ?? []) {
    kept.delete(one.name);
    if (one.lifeSpan > 0) {
      const params = Object.entries(one.params ?? {});
      kept.set(one.name, {
        name: one.name,
        lifespan: one.lifeSpan,
        ttl: one.ttl ?? 0,
        params: Object.fromEntries(params.map(([k, v]) => [k, { value: v, resolvedValue: v }])),
      });
    }
  }
  return [...kept.values()];
}
