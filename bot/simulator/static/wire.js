/* Everything that leaves the page. All of it goes to the server that the page came from. */
import { config } from "./config.js";

export const freshId = () => crypto.randomUUID?.() ??
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-");

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * Post a body to the webhook as the vendor does.
 * Returns {status, text, ms, problem}: problem is "timeout", "network", "json" or null.
 */
export async function deliver(body, requestId) {
  const headers = { "Content-Type": "application/json", "X-Request-Id": requestId };
  if (config.secret) headers["X-Skill-Secret"] = config.secret;
  const start = performance.now();
  const ms = () => Math.round(performance.now() - start);
  try {
    const signal = AbortSignal.timeout(config.timeoutMs);
    const answer = await fetch(config.skillUrl, { method: "POST", headers, body, signal });
    const text = await answer.text();
    const problem = answer.ok && !parsed(text) ? "json" : null;
    return { status: answer.status, text, ms: ms(), problem };
  } catch (error) {
    const problem = error.name === "TimeoutError" ? "timeout" : "network";
    return { status: 0, text: "", ms: ms(), problem };
  }
}

/** Tell the channel's webhook that the merchant added or blocked the channel. */
export async function tellRelation(person, event, at) {
  const body = {
    event, id: person.appUserId, id_type: "app_user_id",
    channel_public_id: "_SosinSim", channel_uuid: "@sosin-simulator",
    updated_at: new Date(at).toISOString().replace(/\.\d+Z$/u, "Z"),
  };
  const headers = { "Content-Type": "application/json", "X-Kakao-Resource-ID": freshId() };
  if (config.adminKey) headers.Authorization = `KakaoAK ${config.adminKey}`;
  try {
    const answer = await fetch(config.channelUrl, {
      method: "POST", headers, body: JSON.stringify(body),
    });
    return answer.status;
  } catch {
    return 0;
  }
}

async function own(url, body) {
  const answer = await fetch(url, body && {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer;
}

export const moveClock = async (body) => (await own(config.clockUrl, body)).json();
export const transcript = async (body) => (await own(config.transcriptUrl, body)).text();
export const arrivalsOf = async (userKeys) =>
  (await own(`${config.arrivalsUrl}?${new URLSearchParams(userKeys.map((key) => ["user_key", key]))}`)).json();
export const stateOf = async (userKey) =>
  (await own(`${config.stateUrl}?user_key=${encodeURIComponent(userKey)}`)).json();
export { parsed };
