// A walk of five steps, of a district or of a region. Each is done when it is seen to be done, whoever does it: what was there before does not count.

import { icon } from "./icons.js";
import { messenger } from "./messengers.js";
import { element } from "./text.js";

const HEAD = 101;
const WEST = 102;
const OFFICE = 900;
const CLUB = "Школьный спортивный клуб";
const SCHOOL = "Сосновоозёрская";
// What an answer about a club begins with, in the department's card of it.
const STATES = /Действует|Создаётся|Не создано/;

const start = () => `У Ивановой Марии нажмите «${messenger.start}»: согласие, тип, школа.`;
const JOINING = {
  open: start,
  approval: () => `${start()} Затем у Цыреновой Анны «Подтвердить».`,
  invite: () => "У Цыреновой Анны: «Люди», «Без руководителя», школа. Ссылку-приглашение отправьте у Ивановой Марии.",
};

const DESK = ["Рабочий стол", (stage) => stage.act("send", { person_id: OFFICE, text: "/panel" })];

const DISTRICT = [
  { title: "Подписаться", who: HEAD,
    text: (stage) => (JOINING[stage.registration] ?? start)(),
    done: (seen) => seen[HEAD].some((text) => text.includes("Вы зарегистрированы")) },
  { title: "Получить запрос", who: HEAD,
    text: () => "Переведите часы на 5 октября: откроется запрос о спортивном клубе.",
    act: ["На 5 октября", (stage) => stage.act("move", { to: october() })],
    done: (seen) => seen[HEAD].some((text) => text.includes(CLUB)) },
  { title: "Ответить", who: HEAD,
    text: () => "Ответьте на запрос о клубе и отправьте. Черновик не пропадёт, даже если бот остановится.",
    done: (seen) => seen[HEAD].some((text) => text.includes("Ответ принят") && text.includes(CLUB)) },
  { title: "Ответ в управлении", who: OFFICE,
    text: () => `У Цыреновой Анны: «Кто ответил», запрос о клубе, ${SCHOOL}.`,
    act: DESK,
    done: (seen) => seen[OFFICE].some((text) => text.includes(CLUB) && text.includes(SCHOOL) && STATES.test(text)) },
  { title: "Скачать свод", who: OFFICE,
    text: () => "На рабочем столе: «Отчёты», «Свод в Excel».",
    act: DESK,
    done: (seen, stage) => fresh(stage, OFFICE).some((row) => row.querySelector('.file[download$=".xlsx"]')) },
];

// A region: each is asked at nine by its own clock, totals by territory come first, one press reminds one of them.
const REGION = [
  { title: "На востоке 9:00", who: HEAD,
    text: () => "Переведите часы на 5 октября, 8:00: в Восточно-Степном районе уже 9, и запрос о клубе открыт. Остальным рано.",
    act: ["На 5 октября, 8:00", (stage) => stage.act("move", { to: `${october()}T08:00` })],
    done: (seen) => seen[HEAD].some((text) => text.includes(CLUB)) },
  { title: "На западе 9:00", who: WEST,
    text: () => "Часом позже о том же спросят остальные районы: у каждого свои 9:00.",
    act: ["На час вперёд", (stage) => stage.act("move", { to: `${october()}T09:00` })],
    done: (seen) => seen[WEST].some((text) => text.includes(CLUB)) },
  { title: "Итоги", who: OFFICE,
    text: () => "В министерстве, у Цыреновой Анны: «Кто ответил». Сначала итоги по территориям, затем запросы.",
    act: DESK,
    done: (seen) => seen[OFFICE].some((text) => text.includes("по территориям:")) },
  { title: "Напомнить одной", who: OFFICE,
    text: () => "Откройте запрос о клубе, «Не ответили», рядом с территорией «Напомнить». Остальным ничего не придёт.",
    done: (seen) => seen[OFFICE].some((text) => text.includes("Напомнить ещё раз")) },
  { title: "Скачать свод", who: OFFICE,
    text: () => "На рабочем столе: «Отчёты», «Свод в Excel»: итоги по территориям сходятся с общим.",
    act: DESK,
    done: (seen, stage) => fresh(stage, OFFICE).some((row) => row.querySelector('.file[download$=".xlsx"]')) },
];

/** Rows of the phone that have come since the tour came to its present step, or changed by what was done since. */
function fresh(stage, id) {
  const rows = stage.phones.get(id)?.node.querySelectorAll(".row.theirs") ?? [];
  return [...rows].filter((row) => Number(row.dataset.changed) > (stage.since?.[id] ?? 0));
}

function newest(stage, id) {
  const rows = stage.phones.get(id)?.node.querySelectorAll(".row") ?? [];
  return Math.max(0, ...[...rows].map((row) => Number(row.dataset.changed)));
}

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
    this.steps = DISTRICT;
  }

  /** Goes on from where this browser has come with this demo: a page that is loaded again repeats no step. */
  goOn(isThere, play) {
    if (play === "region") this.steps = REGION;
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem("tour")); } catch { /* an older page's */ }
    if (kept?.demo === this.stage.demo) {
      this.reached = kept.reached;
      this.stage.since = kept.since;
      this.over = kept.over;
    }
    this.node.hidden = !isThere || Boolean(this.over);
  }

  keep() {
    const { demo, since } = this.stage;
    localStorage.setItem("tour", JSON.stringify({ demo, since, reached: this.reached, over: this.over }));
  }

  /** Whose turn it is. */
  who() {
    return this.node.hidden ? undefined : this.steps[this.reached]?.who;
  }

  look() {
    if (this.node.hidden) return;
    const before = this.reached;
    while (this.reached < this.steps.length && this.steps[this.reached].done(this.seen(), this.stage)) {
      this.reached += 1;
      // The department's phone is full of a month's letters: what counts there comes after this.
      if (this.steps[this.reached]?.who === OFFICE) this.stage.since = { [OFFICE]: newest(this.stage, OFFICE) };
    }
    if (before !== this.reached) this.keep();
    if (before !== this.reached || !this.node.hasChildNodes()) this.draw();
    else this.say();
  }

  seen() {
    const seen = {};
    for (const id of this.steps.map((step) => step.who)) seen[id] = fresh(this.stage, id).map((row) => row.textContent);
    return seen;
  }

  draw() {
    const over = this.reached >= this.steps.length;
    const list = element("ol");
    this.steps.forEach((step, place) => {
      // The number is part of the text: a counter would forget those that a narrow page hides.
      const sign = place < this.reached ? "✓" : `${place + 1}.`;
      const item = element("li", place < this.reached ? "done" : place === this.reached ? "now" : "", `${sign} ${step.title}`);
      if (place === this.reached) item.setAttribute("aria-current", "step");
      list.append(item);
    });
    this.body = element("p");
    this.body.setAttribute("aria-live", "polite");
    this.say();
    const bar = element("div", "bar");
    const step = this.steps[this.reached];
    if (step?.act) bar.append(this.button(step.act[0], async (event) => {
      event.currentTarget.disabled = true;
      const button = event.currentTarget;
      this.stage.show(step.who);
      await step.act[1](this.stage);
      button.disabled = false;
    }, "accent"));
    const leave = this.button(over ? "Закрыть" : "Пропустить", () => this.end(), "plain");
    leave.setAttribute("aria-label", leave.textContent);
    const words = element("span", "wide-only", leave.textContent);
    leave.replaceChildren(words, icon("close"));
    bar.append(leave);
    this.node.replaceChildren(list, this.body, bar);
    for (const phone of this.stage.phones.values()) phone.node.classList.toggle("wanted", phone.person.id === step?.who);
    if (step && matchMedia("(max-width: 899px)").matches && this.stage.shown !== null) this.stage.show(step.who);
  }

  say() {
    const words = this.steps[this.reached]?.text(this.stage) ?? "Готово: запрос задан, ответ получен, свод у вас. Дальше всё можно трогать.";
    if (this.body && this.body.textContent !== words) this.body.textContent = words;
  }

  button(text, act, kind) {
    const button = element("button", kind, text);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }

  end() {
    this.node.hidden = true;
    this.over = true;
    this.keep();
    for (const phone of this.stage.phones.values()) phone.node.classList.remove("wanted");
  }
}
