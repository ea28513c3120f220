// One person's phone: the chat with the bot as a messenger shows it.

import { drawn, icon, marked } from "./icons.js";
import { messenger } from "./messengers.js";
import { deepLink, element, formatted, rich } from "./text.js";

const NEAR = 80;
const PICTURE = 8_000_000;

export class Phone {
  constructor(person, stage) {
    this.person = person;
    this.stage = stage;
    this.messages = new Map();
    this.unread = 0;
    this.busy = new Set();
    this.replyTo = null;
    this.editing = null;
    this.node = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    this.node.dataset.person = person.id;
    drawn(this.node);
    this.find = (selector) => this.node.querySelector(selector);
    this.list = this.find(".messages");
    this.find("h2").textContent = person.name;
    this.node.setAttribute("aria-label", person.name);
    this.list.setAttribute("aria-label", `Сообщения: ${person.name}`);
    this.find(".face").textContent = person.name.split(/\s+/).slice(0, 2).map((word) => word[0]).join("");
    this.find(".face").style.setProperty("--hue", String((person.id * 67) % 360));
    this.listen();
    this.tell(person);
  }

  tell(person) {
    this.person = person;
    this.find(".role").textContent = this.typing ? "бот печатает…" : person.blocked ? messenger.blocked : person.role;
    this.find(".block").textContent = person.blocked ? messenger.unblock : messenger.block;
    this.find(".automatic").checked = person.automatic;
    this.node.classList.toggle("blocked", person.blocked);
    this.list.classList.toggle("fresh", !person.started);
    this.composed();
  }

  listen() {
    const form = this.find(".composer");
    const text = this.find("textarea");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.compose(); });
    text.addEventListener("input", () => this.composed());
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.compose(); }
      if (event.key === "Escape") this.quote(null, null);
    });
    this.find(".attach input").addEventListener("change", (event) => this.attach(event.target));
    this.find(".commands").addEventListener("click", () => this.showCommands(this.find(".list").hidden));
    this.find(".automatic").addEventListener("change", (event) =>
      this.stage.act("automatic", { id: this.person.id, on: event.target.checked }));
    this.find(".block").addEventListener("click", () => {
      this.stage.act(this.person.blocked ? "unblock" : "block", { person_id: this.person.id });
      this.find(".menu").open = false;
    });
    this.find(".modal button").addEventListener("click", () => {
      this.find(".modal").hidden = true;
      text.focus();
    });
    this.find(".quoted button").addEventListener("click", () => this.quote(null, null));
    this.list.addEventListener("scroll", () => { this.below = this.atEnd(); if (this.below) this.read(); });
    // The bars above may grow by a line: what was read at the end stays in sight.
    new ResizeObserver(() => { if (this.below !== false) this.toEnd(); }).observe(this.list);
  }

  // what came

  load(chat) {
    this.messages.clear();
    this.list.replaceChildren();
    for (const message of chat.messages) this.put(message);
    this.setKeyboard(chat.keyboard);
    this.commands = chat.commands;
    this.toEnd();
    this.read();
  }

  take(event) {
    const atEnd = this.atEnd();
    if (event.type === "message" || event.type === "edit" || event.type === "delete" || event.type === "reaction") {
      const known = this.messages.get(event.message_id);
      if (event.message === null) this.drop(event.message_id);
      else this.put(event.message);
      this.setKeyboard(event.keyboard);
      this.commands = event.commands;
      if (event.message?.from_bot) this.setTyping(false);
      const mine = event.message && !event.message.from_bot;
      if (!known && event.message) {
        if (mine || (atEnd && this.visible())) this.toEnd();
        else { this.unread += 1; this.mark(); }
      } else if (atEnd) this.toEnd();
    } else if (event.type === "answer") {
      this.settle();
      if (event.text) event.alert ? this.alert(event.text) : this.toast(event.text);
    } else if (event.type === "action") {
      this.setTyping(true);
    }
  }

  put(message) {
    const node = this.draw(message);
    const before = this.messages.get(message.message_id);
    if (before) {
      const held = before.contains(document.activeElement);
      const [old, fresh] = [keys(before), keys(node)];
      const place = old.length === fresh.length ? old.indexOf(document.activeElement) : 0;
      before.replaceWith(node);
      // At once: whoever has gone on to another key is not called back.
      if (held) (fresh[place] ?? this.list).focus();
    } else this.list.append(node);
    this.messages.set(message.message_id, node);
  }

  drop(id) {
    const node = this.messages.get(id);
    if (node?.contains(document.activeElement)) this.list.focus();
    node?.remove();
    this.messages.delete(id);
  }

  draw(message) {
    const row = element("article", `row ${message.from_bot ? "theirs" : "mine"}`);
    row.dataset.message = message.message_id;
    row.dataset.changed = message.changed;
    if (message.service) row.classList.add("service");
    if (message.media_group_id) row.classList.add("of-album");
    const bubble = element("div", "bubble");
    if (message.reply_to) bubble.append(this.original(message.reply_to));
    if (message.forwarded) bubble.append(element("p", "forwarded", "Переслано"));
    for (const file of message.files) bubble.append(media(file));
    if (message.rich) bubble.append(rich(message.rich));
    else if (message.text) {
      const text = element("div", "text");
      text.append(formatted(message.text, message.entities, this.acting()));
      bubble.append(text);
    } else if (!message.media) bubble.append(element("p", "forwarded", `«${message.kind}»`));
    bubble.append(this.foot(message));
    row.append(bubble);
    const rows = message.markup?.inline_keyboard;
    if (rows) row.append(this.buttons(message, rows));
    return row;
  }

  foot(message) {
    const foot = element("div", "foot");
    for (const emoji of message.reactions) {
      const reaction = element("span", "reaction");
      reaction.append(marked(emoji));
      foot.append(reaction);
    }
    const reply = element("button", "quiet", "Ответить");
    reply.type = "button";
    reply.addEventListener("click", () => this.quote(message, null));
    foot.append(reply);
    if (!message.from_bot && (message.kind === "text")) {
      const change = element("button", "quiet", "Изменить");
      change.type = "button";
      change.addEventListener("click", () => this.quote(null, message));
      foot.append(change);
    }
    const at = new Date(message.date * 1000);
    const when = at.toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit", timeZone: this.person.zone });
    foot.append(element("time", "", (message.edited ? "изм. " : "") + when));
    return foot;
  }

  original(id) {
    const there = this.messages.get(id)?.querySelector(".text")?.textContent || "сообщение";
    return element("p", "reply", there.slice(0, 80));
  }

  buttons(message, rows) {
    const board = element("div", "inline");
    for (const row of rows) {
      const line = element("div", "line");
      for (const key of row) line.append(this.button(message, key));
      board.append(line);
    }
    return board;
  }

  button(message, key) {
    const button = element("button", `key ${key.style || ""}`);
    button.append(marked(key.text));
    button.title = key.text;
    button.type = "button";
    if (key.url) {
      button.classList.add("link");
      button.addEventListener("click", () => {
        const start = deepLink(key.url, this.stage.username);
        if (start !== null) this.send(start);
        else if (/^https?:/i.test(key.url)) window.open(key.url, "_blank", "noreferrer,noopener");
      });
    } else if (key.copy_text) {
      button.addEventListener("click", async () => {
        try { await navigator.clipboard.writeText(key.copy_text.text); this.toast("Скопировано"); }
        catch { this.alert(key.copy_text.text); }
      });
    } else {
      button.addEventListener("click", async () => {
        button.classList.add("pressed");
        this.busy.add(button);
        const said = await this.stage.act("press", {
          person_id: this.person.id, data: key.callback_data, message_id: message.message_id });
        if (!said.ok) { this.settle(); this.toast(said.text); }
      });
    }
    return button;
  }

  settle() {
    for (const button of this.busy) button.classList.remove("pressed");
    this.busy.clear();
  }

  setKeyboard(keyboard) {
    const board = this.find(".keyboard");
    const key = JSON.stringify(keyboard);
    if (key === this.keyboardKey) return;
    this.keyboardKey = key;
    board.replaceChildren();
    board.hidden = !keyboard;
    for (const row of keyboard?.keyboard || []) {
      const line = element("div", "line");
      for (const key of row) {
        const button = element("button", "key");
        button.append(marked(key.text));
        button.type = "button";
        button.addEventListener("click", () => this.send(key.text));
        line.append(button);
      }
      board.append(line);
    }
  }

  setTyping(on) {
    clearTimeout(this.typingEnds);
    this.typing = on;
    if (on) this.typingEnds = setTimeout(() => this.setTyping(false), 5000);
    this.tell(this.person);
  }

  toast(text) {
    const toast = this.find(".toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toastEnds);
    this.toastEnds = setTimeout(() => { toast.hidden = true; }, 3500);
  }

  alert(text) {
    const modal = this.find(".modal");
    modal.querySelector("p").textContent = text;
    modal.hidden = false;
    modal.querySelector("button").focus();
  }

  // what is done

  acting() {
    return { send: (text) => this.send(text), username: this.stage.username };
  }

  async send(text) {
    const said = await this.stage.act("send", { person_id: this.person.id, text });
    if (!said.ok) this.toast(this.person.blocked ? messenger.refused : said.text);
    return said.ok;
  }

  async compose() {
    const field = this.find("textarea");
    const text = field.value.trim();
    if (!text) {
      if (!this.person.started) await this.send("/start");
      return;
    }
    const { editing, replyTo } = this;
    // Whoever is handed a link to the bot follows it: nobody else's phone is at hand to tap it in.
    const about = { person_id: this.person.id, text: deepLink(text, this.stage.username) ?? text };
    // At once: who types fast is already at the next message when the answer comes.
    field.value = "";
    this.quote(null, null);
    this.composed();
    const said = editing ? await this.stage.act("edit", { ...about, message_id: editing.message_id })
      : await this.stage.act("send", replyTo ? { ...about, reply_to: replyTo.message_id } : about);
    if (said.ok) return;
    this.toast(this.person.blocked ? messenger.refused : said.text);
    if (!field.value) { field.value = text; this.composed(); }
  }

  composed() {
    const field = this.find("textarea");
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 120)}px`;
    const start = !this.person.started && !field.value.trim();
    if (start !== this.starts) this.find(".send").replaceChildren(start ? messenger.start : icon("send"));
    this.starts = start;
    this.find(".send").classList.toggle("begin", start);
    this.find(".send").setAttribute("aria-label", start ? messenger.start : "Отправить");
  }

  quote(reply, own) {
    this.replyTo = reply;
    this.editing = own;
    const quoted = reply || own;
    this.find(".quoted").hidden = !quoted;
    if (!quoted) return;
    this.find(".quoted span").textContent = `${own ? "Изменение" : "Ответ"}: ${(quoted.text || quoted.kind).slice(0, 60)}`;
    const field = this.find("textarea");
    if (own) { field.value = own.text; this.composed(); }
    field.focus();
  }

  async attach(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    if (file.size > PICTURE * 2) { this.toast("Файл слишком велик для демонстрации"); return; }
    const content = await new Promise((done) => {
      const reader = new FileReader();
      reader.addEventListener("load", () => done(String(reader.result).split(",", 2)[1] || ""));
      reader.readAsDataURL(file);
    });
    const field = this.find("textarea");
    const words = this.editing ? "" : field.value.trim();
    const picture = ["image/jpeg", "image/png"].includes(file.type) && file.size < PICTURE;
    const said = await this.stage.act("send_file", {
      person_id: this.person.id, name: file.name, mime: file.type || "application/octet-stream",
      content_base64: content, kind: picture ? "photo" : "document", caption: words,
      ...(this.replyTo ? { reply_to: this.replyTo.message_id } : {}) });
    if (!said.ok) { this.toast(said.text); return; }
    if (words) { field.value = ""; this.composed(); }
    this.quote(null, null);
  }

  showCommands(on) {
    const list = this.find(".list");
    this.find(".commands").setAttribute("aria-expanded", String(on));
    list.hidden = !on;
    list.replaceChildren();
    for (const command of this.commands || []) {
      const item = element("li");
      const button = element("button");
      button.type = "button";
      button.append(element("b", "", `/${command.command}`), element("span", "", command.description));
      button.addEventListener("click", () => { this.showCommands(false); this.send(`/${command.command}`); });
      item.append(button);
      list.append(item);
    }
    if (on) list.querySelector("button")?.focus();
  }

  // where one looks

  visible() {
    return !document.hidden && this.node.offsetParent !== null;
  }

  atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  read() {
    if (!this.visible()) return;
    this.unread = 0;
    this.mark();
  }

  mark() {
    const badge = this.find(".unread");
    badge.hidden = !this.unread;
    badge.textContent = String(this.unread);
    badge.setAttribute("aria-label", `Непрочитанных: ${this.unread}`);
    this.stage.marked(this);
  }
}

function keys(row) {
  return [...row.querySelectorAll(".key")];
}

function media(file) {
  const address = `/demo/file/${encodeURIComponent(file.file_id)}`;
  if (file.kind === "photo") {
    const link = element("a", "picture");
    link.href = address;
    link.target = "_blank";
    const image = element("img");
    image.src = address;
    image.alt = file.name || "Фото";
    image.loading = "lazy";
    link.append(image);
    return link;
  }
  const link = element("a", "file");
  link.href = address;
  link.download = file.name;
  const size = file.size < 1024 ? `${file.size} Б` : file.size < 1024 * 1024
    ? `${Math.round(file.size / 1024)} КБ` : `${(file.size / 1024 / 1024).toFixed(1).replace(".", ",")} МБ`;
  const mark = element("span", "mark");
  mark.append(icon("down"));
  link.append(mark, element("b", "", file.name), element("small", "", size));
  return link;
}
