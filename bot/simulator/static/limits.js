/* What the vendor would cut, hide or refuse in an answer, in words for the developer. */
import { config } from "./config.js";

const KNOWN = new Set([
  "simpleText", "simpleImage", "textCard", "basicCard", "commerceCard", "listCard", "itemCard",
  "carousel",
]);
/* [component, member, most characters, the same inside a carousel] */
const LENGTHS = [
  ["simpleText", "text", 1000, 1000], ["simpleImage", "altText", 50, 50],
  ["textCard", "title", 50, 50], ["textCard", "description", 400, 128],
  ["basicCard", "title", 50, 50], ["basicCard", "description", 230, 76],
  ["commerceCard", "title", 30, 30], ["commerceCard", "description", 40, 40],
];
const MOST_BUTTONS = { textCard: 3, basicCard: 3, commerceCard: 3, listCard: 2, itemCard: 3 };

const tooLong = (text, most) => typeof text === "string" && text.length > most;

function buttonsOf(where, kind, card) {
  const found = [];
  const buttons = card.buttons ?? [];
  if (buttons.length > (MOST_BUTTONS[kind] ?? 3)) found.push(`${where}: 버튼이 너무 많음`);
  for (const button of buttons) {
    if (tooLong(button.label, 14)) found.push(`${where}: 버튼 "${button.label}" 14자 넘음`);
  }
  if (kind === "itemCard" && card.buttonLayout === "horizontal" && buttons.length > 2) {
    found.push(`${where}: 가로 버튼 3개는 모두 숨겨짐`);
  }
  return found;
}

function rowsOf(where, kind, card, inCarousel) {
  const most = { listCard: inCarousel ? 4 : 5, itemCard: inCarousel ? 5 : 10 }[kind];
  const rows = (kind === "listCard" ? card.items : card.itemList) ?? [];
  const found = most && rows.length > most ? [`${where}: 줄이 ${most}개를 넘음`] : [];
  if (kind === "itemCard" && rows.some((row) => tooLong(row.title, 6))) {
    found.push(`${where}: 항목 이름 6자 넘음`);
  }
  return found;
}

function cardOf(where, kind, card, inCarousel) {
  const found = LENGTHS.filter(([name]) => name === kind)
    .map(([, member, alone, within]) => [member, inCarousel ? within : alone])
    .filter(([member, most]) => tooLong(card?.[member], most))
    .map(([member, most]) => `${where}: ${member} ${most}자 넘음`);
  return [
    ...found, ...buttonsOf(where, kind, card ?? {}), ...rowsOf(where, kind, card ?? {}, inCarousel),
  ];
}

function outputOf(output, index) {
  const [kind, ...more] = Object.keys(output ?? {});
  const where = `${index + 1}번째 ${kind}`;
  if (!KNOWN.has(kind) || more.length) return [`${where}: 모르는 모양`];
  const card = output[kind];
  if (kind !== "carousel") return cardOf(where, kind, card, false);
  const most = card.type === "listCard" ? 5 : 10;
  const items = card.items ?? [];
  const found = items.length > most ? [`${where}: 카드가 ${most}장을 넘음`] : [];
  return [...found, ...items.flatMap((item) => cardOf(where, card.type, item, true))];
}

/** Return the warnings about an answer of `bytes` bytes; an empty list when all is well. */
export function warningsFor(answer, bytes) {
  const found = [];
  const outputs = answer.template?.outputs ?? [];
  const replies = answer.template?.quickReplies ?? [];
  if (bytes > config.responseLimit) found.push(`응답이 ${config.responseLimit}바이트를 넘음`);
  if (answer.version !== "2.0") found.push("version이 2.0이 아님");
  if (outputs.length > 3) found.push("말풍선이 3개를 넘음");
  if (replies.length > 10) found.push("빠른 답이 10개를 넘음");
  for (const reply of replies) {
    if (tooLong(reply.label, 14)) found.push(`빠른 답 "${reply.label}" 14자 넘음`);
    if (!["message", "block"].includes(reply.action)) found.push(`빠른 답 "${reply.label}": 안 되는 동작`);
  }
  return [...found, ...outputs.flatMap(outputOf)];
}
