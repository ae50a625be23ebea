/* Drawing the components of SkillResponse 2.0. Pure: data in, elements out. */
import { el, safeUrl, withLinks } from "./dom.js";

const FOLD_AT = 500; /* the messenger folds longer texts behind 전체보기 */
const WON = new Intl.NumberFormat("ko-KR");

/**
 * Return the element of one output, or null when its kind is unknown.
 * act(item, place) is called for a tap; place is the vendor's word (CARD_BUTTON, LIST_ITEM …).
 */
export function drawOutput(output, act) {
  const kind = Object.keys(output ?? {})[0];
  const draw = kind === "carousel" ? carousel : CARDS[kind];
  const content = output?.[kind];
  return draw && content && typeof content === "object" ? draw(content, act) : null;
}

const line = (name, text) => (text ? el("p", { class: name }, ...withLinks(text)) : null);
const frame = (kind, ...children) => el("article", { class: `card ${kind}`, data: { kind } }, ...children);

function picture(url, alt, shape) {
  const address = safeUrl(url);
  const broken = (box) => box.replaceChildren(el("span", { class: "no-picture" }, alt || "사진을 열 수 없습니다"));
  const box = el("div", { class: `picture ${shape}` });
  if (!address) {
    broken(box);
    return box;
  }
  const image = el("img", { src: address, alt: alt ?? "", referrerpolicy: "no-referrer" });
  image.addEventListener("error", () => broken(box));
  box.append(image);
  return box;
}

function thumbnailOf(card) {
  const found = card.thumbnail ?? card.thumbnails?.[0];
  if (!found) return null;
  const shape = found.fixedRatio || found.width === 800 && found.height === 800 ? "square" : "wide";
  return linked(found.link, picture(found.imageUrl, found.altText, shape));
}

function linked(link, child, name = "picture-link") {
  const url = safeUrl(link?.web ?? link?.mobile ?? link?.pc);
  return url
    ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: name }, child)
    : child;
}

function button(item, act, place) {
  const label = el("span", { class: "button-label" }, String(item.label ?? ""));
  const properties = { class: "card-button", data: { action: item.action } };
  if (item.action === "webLink") {
    const url = safeUrl(item.webLinkUrl);
    if (!url) return el("button", { ...properties, type: "button", disabled: true }, label);
    return el("a", { ...properties, href: url, target: "_blank", rel: "noopener noreferrer" },
      label, el("span", { class: "visually-hidden" }, "(새 창)"), el("span", { class: "out", "aria-hidden": "true" }, "↗"));
  }
  const listener = { click: () => act(item, place) };
  return el("button", { ...properties, type: "button", on: listener }, label);
}

function buttonsOf(card, act) {
  const buttons = card.buttons ?? [];
  const sideways = card.thumbnail?.fixedRatio || card.buttonLayout === "horizontal";
  /* the messenger hides three buttons side by side on an itemCard altogether */
  if (!buttons.length || (card.itemList && sideways && buttons.length > 2)) return null;
  return el("div", { class: `buttons ${sideways ? "sideways" : ""}` },
    ...buttons.map((item) => button(item, act, "CARD_BUTTON")));
}

function words(card) {
  const box = el("div", { class: "words" }, line("title", card.title), line("description", card.description));
  return box.childElementCount ? box : null;
}

function simpleText({ text }) {
  const whole = String(text ?? "");
  const folded = whole.length > FOLD_AT;
  const body = el("p", { class: "bubble-text" }, ...withLinks(folded ? `${whole.slice(0, FOLD_AT)}…` : whole));
  const bubble = el("article", { class: "bubble bot-bubble", data: { kind: "simpleText" } }, body);
  if (folded) {
    const unfold = el("button", { class: "unfold", type: "button" }, "전체보기 ›");
    unfold.addEventListener("click", () => {
      body.replaceChildren(...withLinks(whole));
      unfold.remove();
    });
    bubble.append(unfold);
  }
  return bubble;
}

const simpleImage = ({ imageUrl, altText }) => frame("simple-image", picture(imageUrl, altText, "free"));
const textCard = (card, act) => frame("text-card", words(card), buttonsOf(card, act));
const basicCard = (card, act) => frame("basic-card", thumbnailOf(card), words(card), buttonsOf(card, act));

function priceOf({ price, discount, discountRate, discountedPrice }) {
  const final = discountedPrice ?? (discount ? price - discount : price);
  const rate = discountRate ? `${discountRate}%` : discount ? `${WON.format(discount)}원 할인` : null;
  return el("p", { class: "price" },
    rate && el("span", { class: "rate" }, `${rate} `),
    el("strong", {}, `${WON.format(final)}원`),
    final === price ? null : el("s", {}, `${WON.format(price)}원`));
}

function commerceCard(card, act) {
  const seller = card.profile?.nickname && el("p", { class: "seller" }, card.profile.nickname);
  const facts = el("div", { class: "words" }, seller, line("title", card.title), priceOf(card), line("description", card.description));
  return frame("commerce-card", thumbnailOf(card), facts, buttonsOf(card, act));
}

function listRow(item, act) {
  const texts = el("span", { class: "row-words" },
    el("span", { class: "row-title" }, String(item.title ?? "")),
    item.description ? el("span", { class: "row-description" }, item.description) : null);
  const image = item.imageUrl ? picture(item.imageUrl, "", "tile") : null;
  if (item.action) {
    return el("li", {}, el("button", {
      class: "row", type: "button", on: { click: () => act({ ...item, label: item.title }, "LIST_ITEM") },
    }, texts, image));
  }
  const row = linked(item.link, el("span", { class: "row" }, texts, image), "row-link");
  return el("li", {}, row);
}

function listCard(card, act) {
  return frame("list-card",
    el("h3", { class: "list-head" }, String(card.header?.title ?? "")),
    el("ul", { class: "rows" }, ...(card.items ?? []).map((item) => listRow(item, act))),
    buttonsOf(card, act));
}

function headOf({ head, profile, imageTitle }) {
  if (imageTitle) {
    const texts = el("span", { class: "row-words" },
      el("strong", {}, imageTitle.title ?? ""),
      imageTitle.description ? el("span", { class: "row-description" }, imageTitle.description) : null);
    return el("div", { class: "item-profile" }, texts, imageTitle.imageUrl ? picture(imageTitle.imageUrl, "", "tile") : null);
  }
  if (profile) {
    const image = profile.imageUrl ? picture(profile.imageUrl, "", "face") : null;
    return el("div", { class: "item-profile" }, image, el("strong", {}, profile.title ?? ""));
  }
  return head ? el("h3", { class: "item-head" }, head.title ?? "") : null;
}

const pair = ({ title, description }, name) =>
  el("div", { class: name }, el("dt", {}, String(title ?? "")), el("dd", {}, String(description ?? "")));

function itemCard(card, act) {
  const rows = (card.itemList ?? []).map((row) => pair(row, "pair"));
  const summary = card.itemListSummary ? [pair(card.itemListSummary, "pair summary")] : [];
  const side = card.itemListAlignment === "right" ? "to-right" : "to-left";
  return frame("item-card", thumbnailOf(card), headOf(card),
    el("dl", { class: `pairs ${side}` }, ...rows, ...summary), words(card), buttonsOf(card, act));
}

const CARDS = { simpleText, simpleImage, textCard, basicCard, commerceCard, listCard, itemCard };

function carouselHead({ header }) {
  if (!header) return [];
  const url = header.thumbnail?.imageUrl;
  return [frame("carousel-head", url ? picture(url, "", "wide") : null, words(header))];
}

function carousel(content, act) {
  const draw = CARDS[content.type];
  const items = Array.isArray(content.items) ? content.items : [];
  const cards = [...carouselHead(content), ...(draw ? items.map((item) => draw(item, act)) : [])];
  const track = el("div", {
    class: "track", tabindex: "0", role: "group", "aria-label": `카드 ${items.length}장, 옆으로 넘기기`,
  }, ...cards);
  const count = el("span", { class: "count" }, `1 / ${cards.length}`);
  const place = () => {
    const left = track.scrollLeft + track.clientWidth >= track.scrollWidth - 2;
    const step = cards.length > 1 ? cards[1].offsetLeft - cards[0].offsetLeft : 1;
    return left && track.scrollLeft > 0 ? cards.length - 1 : Math.round(track.scrollLeft / step);
  };
  const go = (by) => {
    const aim = cards[Math.min(cards.length - 1, Math.max(0, place() + by))];
    track.scrollTo({ left: aim.offsetLeft - cards[0].offsetLeft, behavior: "smooth" });
  };
  track.addEventListener("scroll", () => { count.textContent = `${place() + 1} / ${cards.length}`; });
  const arrow = (label, sign, by) =>
    el("button", { class: "arrow", type: "button", "aria-label": label, on: { click: () => go(by) } }, sign);
  const controls = el("div", { class: "turner" }, arrow("앞 카드", "‹", -1), count, arrow("다음 카드", "›", 1));
  return el("section", { class: "carousel", data: { kind: "carousel" } }, track, cards.length > 1 ? controls : null);
}
