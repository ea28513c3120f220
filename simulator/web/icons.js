// Icons of the page's own, and those that stand for marks within messages where no font of this machine draws them.

const NAMESPACE = "http://www.w3.org/2000/svg";

// On a square of 24: lines, which are as thick as a letter's. A name alone is another's picture.
const LINES = {
  attach: "M20 11.5 12.6 19a5 5 0 0 1-7.1-7.1l7.9-7.9a3.4 3.4 0 0 1 4.8 4.8l-7.9 7.9a1.7 1.7 0 0 1-2.4-2.4l7.2-7.2",
  send: "M4 12 20 4l-5 16-4-6z M11 14l9-10",
  more: "M12 5v.1 M12 12v.1 M12 19v.1",
  close: "M6 6l12 12 M18 6 6 18",
  theme: "M12 4a8 8 0 1 0 0 16z M12 4a8 8 0 0 1 0 16",
  down: "M12 4v12 M6.5 11 12 16.5 17.5 11 M5 20h14",
  menu: "M4 7h16 M4 12h16 M4 17h16",
  "⚠": "M12 4 21 20H3z M12 10v4 M12 17v.1",
  "✅": "M4 4h16v16H4z M8 12l3 3 5-6",
  "☑": "✅",
  "✔": "M5 12l5 5 9-10",
  "✓": "✔",
  "❗": "M12 4v10 M12 19v.1",
  "❓": "M8.5 9a3.5 3.5 0 1 1 5 3c-1.2.6-1.5 1.2-1.5 2.5 M12 19v.1",
  "🏫": "M3 20h18 M5 20v-9l7-5 7 5v9 M10 20v-5h4v5 M12 6V3h4",
  "🚫": "M12 4a8 8 0 1 0 .1 0z M6.5 6.5l11 11",
  "✉": "M3 6h18v12H3z M3 7l9 6 9-6",
  "📨": "✉",
  "📭": "✉",
  "📥": "M4 14v6h16v-6 M12 4v10 M8 10l4 4 4-4",
  "📤": "M4 14v6h16v-6 M12 14V4 M8 8l4-4 4 4",
  "🗓": "M4 6h16v14H4z M4 10h16 M8 3v4 M16 3v4",
  "📅": "🗓",
  "🕓": "M12 4a8 8 0 1 0 .1 0z M12 8v4l3 2",
  "🕘": "🕓",
  "⏳": "M7 4h10 M7 20h10 M8 4c0 5 8 5 8 8s-8 3-8 8 M16 4c0 5-8 5-8 8",
  "📋": "M6 5h12v16H6z M9 3h6v4H9z M9 12h6 M9 16h6",
  "📄": "M6 3h8l4 4v14H6z M9 12h6 M9 16h6",
  "🗂": "M3 6h7l2 2h9v11H3z",
  "↩": "M9 6 4 11l5 5 M4 11h10a5 5 0 0 1 0 9h-2",
  "💬": "M4 5h16v11H10l-4 4v-4H4z",
  "✍": "M4 20h6 M7 16 17 5l3 3L10 18l-4 1z",
  "✏": "✍",
  "👀": "M2 12s4-6 10-6 10 6 10 6-4 6-10 6S2 12 2 12z M12 9.5a2.5 2.5 0 1 0 .1 0z",
  "👁": "👀",
  "📎": "attach",
  "📣": "M4 10v4h4l9 5V5l-9 5z M8 14l1 6",
  "👥": "M9 5a3 3 0 1 0 .1 0z M3 20c0-5 3-7 6-7s6 2 6 7 M16 6a3 3 0 0 1 0 5 M17 13c3 1 4 4 4 7",
  "👤": "M12 4a4 4 0 1 0 .1 0z M5 20c0-5 3-7 7-7s7 2 7 7",
  "🌴": "M12 21c0-6 0-9 1-12 M13 9c-3-4-7-3-9 0 4-1 6-1 9 0 M13 9c1-4 5-5 8-2-4 0-6 0-8 2 M13 9c4 0 6 3 5 6-1-3-3-5-5-6",
  "➖": "M5 12h14",
  "−": "➖",
  "➕": "M5 12h14 M12 5v14",
  "✖": "close",
  "⏸": "M8 5v14 M16 5v14",
  "⏹": "M6 6h12v12H6z",
  "▶": "M7 5l12 7-12 7z",
  "◻": "M5 5h14v14H5z",
  "🔗": "M10 14a4 4 0 0 1 0-6l3-3a4 4 0 0 1 6 6l-2 2 M14 10a4 4 0 0 1 0 6l-3 3a4 4 0 0 1-6-6l2-2",
  "🔔": "M6 17V11a6 6 0 0 1 12 0v6l2 1H4z M10 21h4",
  "🔕": "M6 17V11a6 6 0 0 1 12 0v6l2 1H4z M4 4l16 17",
  "👍": "M4 11h4v9H4z M8 12l4-8c2 0 3 1 2 6h5c2 0 1 10-2 10H8",
  "👌": "M12 4a8 8 0 1 0 .1 0z M8.5 12l2.500 2.500 5-5",
  "🗑": "M5 7h14 M9 7V4h6v3 M7 7l1 13h8l1-13",
  "🏷": "M4 4h8l8 8-8 8-8-8z M8.500 8.500v.1",
  "🌙": "M18 15a7 7 0 0 1-9-10 8 8 0 1 0 9 10z",
  "☀": "M12 8a4 4 0 1 0 .1 0z M12 2v2 M12 20v2 M2 12h2 M20 12h2 M5 5l1.500 1.500 M17.500 17.500 19 19 M5 19l1.500-1.500 M17.500 6.500 19 5",
};
const TONES = { good: "✅☑✔✓👍👌", bad: "❗🚫✖🔕", warn: "⚠🔔⏳" };
const MARK = new RegExp(`(${Object.keys(LINES).filter((name) => !/^\w+$/.test(name)).join("|")})\uFE0F?`, "gu");

export function icon(name) {
  let lines = LINES[name];
  while (lines && LINES[lines]) lines = LINES[lines];
  const made = document.createElementNS(NAMESPACE, "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(NAMESPACE, "path");
  path.setAttribute("d", lines || "M5 5h14v14H5z");
  made.append(path);
  return made;
}

// Whether some font draws pictures in colour; a bell in black is a box, or as good as one.
export const DRAWN = (() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  if (!paper) return true;
  paper.font = "20px sans-serif";
  paper.textBaseline = "top";
  paper.fillText("🔔", 0, 0);
  const dots = paper.getImageData(0, 0, 24, 24).data;
  for (let at = 0; at < dots.length; at += 4) if (Math.abs(dots[at] - dots[at + 2]) > 40) return true;
  return false;
})();

/** The text with icons for marks that no font has; what is copied and read aloud stays the same. */
export function marked(text) {
  const whole = document.createDocumentFragment();
  if (DRAWN) { whole.append(text); return whole; }
  let at = 0;
  for (const found of text.matchAll(MARK)) {
    whole.append(text.slice(at, found.index));
    at = found.index + found[0].length;
    const sign = document.createElement("span");
    const tone = Object.keys(TONES).find((name) => TONES[name].includes(found[1]));
    sign.className = tone ? `sign ${tone}` : "sign";
    const word = document.createElement("span");
    word.className = "hidden";
    word.append(found[0]);
    sign.append(word, icon(found[1]));
    whole.append(sign);
  }
  whole.append(text.slice(at));
  return whole;
}

/** Draws the page's own icons where it names them. */
export function drawn(within) {
  for (const place of within.querySelectorAll("[data-icon]")) place.replaceChildren(icon(place.dataset.icon));
}
