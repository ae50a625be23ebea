/* What the server told the page: addresses, secrets of the workshop, the blank payload. */
export const config = JSON.parse(document.getElementById("config").textContent);
