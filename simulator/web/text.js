// What a message says, as elements: entities of plain texts, blocks of rich messages. Never as HTML.

import { marked } from "./icons.js";
import { messenger } from "./messengers.js";

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", highlighted: "mark" };

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

// Offsets of entities count UTF-16 units, as strings here do.
export function formatted(text, entities, act) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fill = (into, from, to, rest) => {
    let at = from;
    while (rest.length) {
      const next = rest.shift();
      const end = Math.min(next.offset + next.length, to);
      if (next.offset < at || next.offset >= to) continue;
      into.append(marked(text.slice(at, next.offset)));
      const inner = [];
      while (rest.length && rest[0].offset < end) inner.push(rest.shift());
      const made = entity(next, text.slice(next.offset, end), act);
      fill(made, next.offset, end, inner);
      into.append(made);
      // A quotation is a block of its own: the line's end after it is not seen.
      at = made.tagName === "BLOCKQUOTE" && text[end] === "\n" ? end + 1 : end;
    }
    into.append(marked(text.slice(at, to)));
  };
  const whole = document.createDocumentFragment();
  fill(whole, 0, text.length, sorted);
  return whole;
}

function entity(entry, words, act) {
  if (entry.type === "text_link" || entry.type === "url") {
    const link = element("a");
    const address = entry.url || (/^https?:/i.test(words) ? words : `https://${words}`);
    return toAddress(link, address, act);
  }
  if (entry.type === "bot_command") {
    const button = element("button", "word");
    button.type = "button";
    button.addEventListener("click", () => act.send(words));
    return button;
  }
  if (entry.type === "spoiler") {
    const spoiler = element("button", "spoiler");
    spoiler.type = "button";
    spoiler.addEventListener("click", () => spoiler.classList.add("open"));
    return spoiler;
  }
  const made = element(TAGS[entry.type] || "span");
  if (entry.type === "expandable_blockquote") {
    made.className = "expandable";
    made.tabIndex = 0;
    made.setAttribute("role", "button");
    made.setAttribute("aria-expanded", "false");
    const turn = () => made.setAttribute("aria-expanded", String(made.classList.toggle("open")));
    made.addEventListener("click", turn);
    made.addEventListener("keydown", (event) => { if (event.key === "Enter") turn(); });
  }
  return made;
}

// A link to the bot is followed here, every other in a window of its own.
export function toAddress(link, address, act) {
  const start = deepLink(address, act.username);
  if (start !== null) {
    link.href = "#";
    link.addEventListener("click", (event) => { event.preventDefault(); act.send(start); });
  } else if (/^https?:/i.test(address)) {
    link.href = address;
    link.target = "_blank";
    link.rel = "noreferrer noopener";
  }
  return link;
}

export function deepLink(address, username) {
  try {
    const url = new URL(address);
    if (url.hostname !== messenger.host || url.pathname.slice(1).toLowerCase() !== username.toLowerCase()) return null;
    const start = url.searchParams.get("start");
    return start ? `/start ${start}` : "/start";
  } catch {
    return null;
  }
}

export function rich(message) {
  const whole = element("div", "rich");
  for (const block of message.blocks) whole.append(blockOf(block));
  return whole;
}

function blockOf(block) {
  switch (block.type) {
    case "heading": return filled(element(`h${Math.min(6, (block.size || 1) + 2)}`), block.text);
    case "paragraph": return filled(element("p"), block.text);
    case "footer": return filled(element("p", "footer"), block.text);
    case "divider": return element("hr");
    case "details": {
      const made = element("details");
      made.open = Boolean(block.is_open);
      made.append(filled(element("summary"), block.summary), ...block.blocks.map(blockOf));
      return made;
    }
    case "table": return table(block);
    default: return element("div");
  }
}

function table(block) {
  const made = element("table");
  for (const row of block.cells) {
    const line = element("tr");
    for (const cell of row) {
      const box = filled(element(cell.is_header ? "th" : "td"), cell.text ?? "");
      if (cell.colspan) box.colSpan = cell.colspan;
      if (cell.rowspan) box.rowSpan = cell.rowspan;
      if (cell.align) box.style.textAlign = cell.align;
      line.append(box);
    }
    made.append(line);
  }
  const frame = element("div", "wide");
  frame.tabIndex = 0;
  frame.append(made);
  return frame;
}

const RICH = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", subscript: "sub",
  superscript: "sup", marked: "mark" };

function filled(into, text) {
  if (Array.isArray(text)) for (const part of text) filled(into, part);
  else if (text && typeof text === "object") into.append(filled(element(RICH[text.type] || "span"), text.text));
  else into.append(marked(String(text ?? "")));
  return into;
}
