"""Measures on the page itself: sizes of text and targets, contrast, overflow.

Contrast is the ratio of WCAG 2.2 (relative luminance, 1.4.3): 4.5 for text.
"""

SMALL_TEXT = """
const found = [];
const walker = document.createTreeWalker(arguments[0], NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode, box = node.parentElement;
  if (!node.textContent.trim() || !box.checkVisibility() || box.closest(".visually-hidden, pre")) continue;
  const size = parseFloat(getComputedStyle(box).fontSize);
  if (size > 0 && size < 16) found.push([node.textContent.trim(), size]);
}
return found;
"""

SMALL_TARGETS = """
const found = [];
for (const one of arguments[0].querySelectorAll("button, a[href], summary, textarea, label:has(input)")) {
  if (!one.checkVisibility() || one.closest("p")) continue;
  const {width, height} = one.getBoundingClientRect();
  if (width < 44 || height < 44) found.push([one.id || one.innerText, width, height]);
}
return found;
"""

LOW_CONTRAST = """
const parse = (text) => {
  const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
  return {r, g, b, a};
};
const over = (top, low) => ({
  r: top.r * top.a + low.r * (1 - top.a), g: top.g * top.a + low.g * (1 - top.a),
  b: top.b * top.a + low.b * (1 - top.a), a: 1,
});
const ground = (box) => {
  const own = parse(getComputedStyle(box).backgroundColor);
  if (own.a === 1) return own;
  return over(own, box.parentElement ? ground(box.parentElement) : {r: 255, g: 255, b: 255, a: 1});
};
const light = ({r, g, b}) => {
  const [x, y, z] = [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const found = [];
const walker = document.createTreeWalker(arguments[0], NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode, box = node.parentElement;
  if (!node.textContent.trim() || !box.checkVisibility() || box.closest(":disabled")) continue;
  const back = ground(box), front = over(parse(getComputedStyle(box).color), back);
  const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
  const ratio = (high + 0.05) / (low + 0.05);
  if (ratio < 4.5) found.push([node.textContent.trim(), Math.round(ratio * 100) / 100]);
}
return found;
"""

SIDEWAYS = """
const wide = [...arguments[0].querySelectorAll("*")].filter((one) =>
  one.checkVisibility() && !one.closest(".track, .quick, .visually-hidden, svg") &&
  one.getBoundingClientRect().right > innerWidth + 1);
return wide.map((one) => [one.tagName, one.className, one.getBoundingClientRect().right]);
"""
