// A walk of five steps. Each is done when it is seen to be done, whoever does it and in whatever order.

import { element } from "./text.js";

const HEAD = 101;
const OFFICE = 900;
const CLUB = "Школьный спортивный клуб";

const STEPS = [
  { title: "Подписаться", text: "В телефоне Ивановой Марии нажмите «Старт» и ответьте на вопросы бота: согласие, тип, организация.",
    who: HEAD, done: (chats) => says(chats[HEAD], "Вы зарегистрированы") },
  { title: "Получить запрос", text: "Переведите часы на 5 октября: открывается запрос о спортивном клубе.",
    who: HEAD, act: ["На 5 октября", (stage) => stage.act("move", { to: october() })],
    done: (chats) => says(chats[HEAD], CLUB) },
  { title: "Ответить", text: "Ответьте на запрос кнопками и отправьте. Черновик не пропадёт, если бота убить: нажатия Telegram хранит 150 секунд, сообщения сутки.",
    who: HEAD, done: (chats) => says(chats[HEAD], "Ответ принят") },
  { title: "Увидеть ответ в управлении", text: "В телефоне Цыреновой Анны: «Кто ответил», запрос, организация.",
    who: OFFICE, act: ["Открыть рабочий стол", (stage) => stage.act("send", { person_id: OFFICE, text: "/panel" })],
    done: (chats) => chats[OFFICE].some((text) => text.includes("Сосновоозёрская") || /Ответили \d/.test(text) || /\nОтвет /.test(text)) },
  { title: "Скачать свод", text: "На рабочем столе: «Отчёты», «Свод в Excel». Файл откроется в Excel и LibreOffice.",
    who: OFFICE, act: ["Открыть рабочий стол", (stage) => stage.act("send", { person_id: OFFICE, text: "/panel" })],
    done: (chats, stage) => Boolean(stage.phones.get(OFFICE)?.node.querySelector('.file[download$=".xlsx"]')) },
];

const says = (texts, words) => texts.some((text) => text.includes(words));

/** 5 October, when the clubs are asked for; letters of a weekend come on Monday. */
function asked(year) {
  const day = new Date(Date.UTC(year, 9, 5));
  const later = { 6: 2, 0: 1 }[day.getUTCDay()] ?? 0;
  return `${year}-10-0${5 + later}`;
}

function october() {
  const date = document.getElementById("date").min;
  const year = Number(date.slice(0, 4));
  return date <= asked(year) ? asked(year) : asked(year + 1);
}

export class Tour {
  constructor(stage) {
    this.stage = stage;
    this.node = document.getElementById("tour");
    this.reached = 0;
    this.node.hidden = localStorage.getItem("tour") === "over";
  }

  look() {
    if (this.node.hidden) return;
    const chats = {};
    for (const id of [HEAD, OFFICE]) {
      const phone = this.stage.phones.get(id);
      chats[id] = phone ? [...phone.node.querySelectorAll(".theirs .text, .theirs .rich")].map((node) => node.textContent) : [];
    }
    const before = this.reached;
    while (this.reached < STEPS.length && STEPS[this.reached].done(chats, this.stage)) this.reached += 1;
    if (before !== this.reached || !this.node.hasChildNodes()) this.draw();
  }

  draw() {
    const over = this.reached >= STEPS.length;
    const list = element("ol");
    STEPS.forEach((step, place) => {
      const item = element("li", place < this.reached ? "done" : place === this.reached ? "now" : "", step.title);
      if (place === this.reached) item.setAttribute("aria-current", "step");
      list.append(item);
    });
    const body = element("p", "", over ? "Готово: запрос задан, ответ получен, свод у вас. Дальше всё можно трогать." : STEPS[this.reached].text);
    body.setAttribute("aria-live", "polite");
    const bar = element("div", "bar");
    const step = STEPS[this.reached];
    if (step?.act) bar.append(this.button(step.act[0], async (event) => {
      event.currentTarget.disabled = true;
      this.stage.show(step.who);
      await step.act[1](this.stage);
    }, "accent"));
    bar.append(this.button(over ? "Закрыть" : "Пропустить знакомство", () => this.end(), "plain"));
    this.node.replaceChildren(list, body, bar);
    for (const phone of this.stage.phones.values()) phone.node.classList.toggle("wanted", phone.person.id === step?.who);
    if (step && matchMedia("(max-width: 899px)").matches && this.stage.shown !== null) this.stage.show(step.who);
  }

  button(text, act, kind) {
    const button = element("button", kind, text);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }

  end() {
    this.node.hidden = true;
    localStorage.setItem("tour", "over");
    for (const phone of this.stage.phones.values()) phone.node.classList.remove("wanted");
  }
}
