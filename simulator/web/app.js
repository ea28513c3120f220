// The page: loads the world, listens to what happens in it, and lays out phones.

import { drawn } from "./icons.js";
import { play } from "./messengers.js";
import { Panel } from "./panel.js";
import { Phone } from "./phone.js";
import { Tour } from "./tour.js";

const stage = {
  phones: new Map(),
  zone: "UTC",
  username: "",
  shown: null,
  turns: new Map(),

  // What one person does happens in the order in which it is done.
  act(verb, body = {}) {
    const who = body.person_id ?? 0;
    const turn = (stage.turns.get(who) || Promise.resolve()).then(() => stage.ask(verb, body));
    if (who) stage.turns.set(who, turn);
    return turn;
  },

  async ask(verb, body) {
    try {
      const response = await fetch(`/demo/${verb}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      return await response.json();
    } catch {
      return { ok: false, text: "Нет связи с демонстрацией" };
    }
  },

  marked(phone) {
    const badge = document.querySelector(`#tabs [data-person="${phone.person.id}"] .unread`);
    if (badge) { badge.hidden = !phone.unread; badge.textContent = String(phone.unread); }
  },

  show(id) {
    stage.shown = id;
    // Where two phones fit, the other one is the department's; beside that, the visitor's.
    const everybody = [...stage.phones.keys()];
    const beside = id === everybody.at(-1) ? everybody[0] : everybody.at(-1);
    for (const [each, phone] of stage.phones) {
      phone.node.classList.toggle("shown", each === id);
      phone.node.classList.toggle("beside", each === beside);
    }
    for (const tab of document.querySelectorAll("#tabs [data-person]")) {
      tab.setAttribute("aria-current", String(Number(tab.dataset.person) === id));
      // Without a scroll of the page itself.
      if (Number(tab.dataset.person) === id) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    const phone = stage.phones.get(id);
    phone?.toEnd();
    phone?.read();
  },
};

drawn(document);
const panel = new Panel(stage);
const tour = new Tour(stage);

function people(listed) {
  const tabs = document.getElementById("tabs");
  for (const person of listed) {
    const phone = stage.phones.get(person.id);
    if (phone) { phone.tell(person); continue; }
    const made = new Phone(person, stage);
    stage.phones.set(person.id, made);
    document.getElementById("phones").append(made.node);
    const tab = document.createElement("button");
    tab.type = "button";
    tab.dataset.person = person.id;
    tab.append(person.name.split(" ")[0]);
    const badge = document.createElement("span");
    badge.className = "unread";
    badge.hidden = true;
    tab.append(badge);
    tab.addEventListener("click", () => stage.show(person.id));
    tabs.append(tab);
    made.composed();
  }
}

async function add() {
  const name = window.prompt("Фамилия и имя нового участника");
  if (!name?.trim()) return;
  const said = await stage.act("person", { name });
  if (!said.ok) { window.alert("Не получилось добавить участника."); return; }
  await load();
  stage.show(said.result);
  stage.phones.get(said.result)?.node.scrollIntoView({ inline: "end" });
}

function told(state) {
  // Another demo at the same address has other people's chats.
  if (stage.demo && stage.demo !== state.demo) { location.reload(); return; }
  if (!stage.demo) { stage.demo = state.demo; play(state.messenger); tour.goOn(state.tour, state.play); }
  stage.zone = state.zone;
  stage.username = state.bot.username;
  stage.registration = state.registration;
  people(state.people);
  panel.tell(state);
}

async function load() {
  const response = await fetch("/demo/state");
  const state = await response.json();
  told(state);
  for (const [id, chat] of Object.entries(state.chats)) stage.phones.get(Number(id))?.load(chat);
  tour.look();
  return state.n;
}

async function begin() {
  const n = await load();
  stage.show(tour.who() ?? [...stage.phones.keys()][0]);
  let after = n;
  let broken = false;
  const source = new EventSource(`/demo/events?after=${after}`);
  source.addEventListener("message", (message) => {
    const event = JSON.parse(message.data);
    after = Number(message.lastEventId);
    if (event.type === "stage") { told(event); return; }
    const phone = stage.phones.get(event.chat_id);
    if (!phone) { load(); return; }
    phone.take(event);
    tour.look();
  });
  source.addEventListener("error", () => { broken = true; document.getElementById("lost").hidden = false; });
  source.addEventListener("open", () => {
    document.getElementById("lost").hidden = true;
    // What was missed is sent again.
    if (broken) { broken = false; load(); }
  });
  setInterval(async () => {
    try { told(await (await fetch("/demo/stage")).json()); } catch { /* said by the stream */ }
  }, 1000);
  document.getElementById("add").addEventListener("click", add);
  const more = document.getElementById("more");
  more.addEventListener("click", () => {
    const open = document.querySelector(".top").classList.toggle("open");
    more.setAttribute("aria-expanded", String(open));
  });
  for (const phone of stage.phones.values()) { phone.toEnd(); phone.read(); }
  document.documentElement.dataset.ready = "yes";
}

document.addEventListener("visibilitychange", () => { for (const phone of stage.phones.values()) if (phone.atEnd()) phone.read(); });
// What hangs over the page goes away as everywhere: by Escape or a click beside it.
const hanging = () => document.querySelectorAll(".trouble[open], .menu[open]");
document.addEventListener("click", (event) => { for (const menu of hanging()) if (!menu.contains(event.target)) menu.open = false; });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of hanging()) { menu.open = false; menu.querySelector("summary").focus(); }
});
begin();
