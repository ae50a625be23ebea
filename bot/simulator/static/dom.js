/* Building elements. Text only ever becomes text nodes: nothing from a bot is parsed as HTML. */

/** Return the element with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * Build an element. `on` holds listeners, `data` the data attributes, `class` the class list;
 * every other property becomes an attribute (null and false leave it out).
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(node.dataset, value);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Return the address when a browser may open it, else null (javascript:, data: and broken). */
export function safeUrl(text) {
  try {
    const url = new URL(String(text));
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** Return text nodes and links: addresses in a text are tappable, as in the messenger. */
export function withLinks(text) {
  return String(text)
    .split(/(https?:\/\/[^\s<>"']+)/u)
    .map((part, index) => {
      const url = index % 2 ? safeUrl(part) : null;
      return url
        ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, part)
        : document.createTextNode(part);
    });
}
