/* The bot's clock, shown in Korean time whatever the zone of this machine. */
import { config } from "./config.js";

const ZONE = { timeZone: "Asia/Seoul" };
const HOUR = new Intl.DateTimeFormat("ko-KR", { ...ZONE, hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("ko-KR", { ...ZONE, dateStyle: "full" });
const SHORT_DAY = new Intl.DateTimeFormat("ko-KR", {
  ...ZONE, month: "long", day: "numeric", weekday: "short",
});

let ahead = 0;

/** Take over the server's present moment (ISO text). */
export function setNow(iso) {
  ahead = new Date(iso).getTime() - Date.now();
}

/** Return the bot's present moment in milliseconds. */
export const now = () => Date.now() + ahead;

export const hourText = (at) => HOUR.format(at);
export const dayText = (at) => DAY.format(at);
export const clockText = (at) => `${SHORT_DAY.format(at)} ${HOUR.format(at)}`;

/** Return `2026-11-24T05:25:58+0900`, the form that the secure upload uses. */
export function koreanStamp(at) {
  return `${new Date(at + 9 * 3600e3).toISOString().slice(0, 19)}+0900`;
}

setNow(config.now);
