// The clock, the bot's state and the faults.

import { messenger } from "./messengers.js";

export class Panel {
  constructor(stage) {
    this.stage = stage;
    this.base = null;
    this.clicked = new Set();
    this.at = (id) => document.getElementById(id);
    const busy = async (button, work) => {
      button.disabled = true;
      document.body.classList.add("passing");
      try { await work(); } finally { button.disabled = false; document.body.classList.remove("passing"); }
    };
    this.at("next-event").addEventListener("click", (event) => busy(event.currentTarget, () => stage.act("next_event")));
    this.at("next-day").addEventListener("click", (event) => busy(event.currentTarget, () => stage.act("next_day")));
    this.at("to-date").addEventListener("submit", (event) => {
      event.preventDefault();
      const to = this.at("date").value;
      busy(event.submitter || this.at("date"), async () => {
        const said = await stage.act("move", { to });
        if (!said.ok) window.alert(this.preparing ? said.text : "Часы идут только вперёд: выберите день позже.");
      });
    });
    this.at("play").addEventListener("click", () => stage.act(this.playing ? "pause" : "play"));
    this.at("kill").addEventListener("click", () => stage.act("kill"));
    for (const box of document.querySelectorAll("[data-fault]")) {
      box.addEventListener("change", async () => {
        // What is told meanwhile may be older than the click.
        this.clicked.add(box);
        await stage.act("fault", { name: box.dataset.fault, on: box.checked });
        setTimeout(() => this.clicked.delete(box), 1000);
      });
    }
    this.theme();
    setInterval(() => this.tick(), 500);
  }

  theme() {
    const wanted = localStorage.getItem("theme");
    if (wanted) document.documentElement.dataset.theme = wanted;
    this.at("theme").addEventListener("click", () => {
      const dark = document.documentElement.dataset.theme === "dark"
        || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
      document.documentElement.dataset.theme = dark ? "light" : "dark";
      localStorage.setItem("theme", document.documentElement.dataset.theme);
    });
  }

  tell(state) {
    this.base = Date.parse(state.now) - performance.now();
    this.playing = state.playing;
    this.preparing = Boolean(state.preparing);
    const play = this.at("play");
    play.setAttribute("aria-pressed", String(state.playing));
    play.textContent = state.playing ? "Остановить" : "Год подряд";
    const { bot } = state;
    const down = state.faults.includes("down");
    const place = state.play === "region" ? "край" : "район";
    const coming = state.preparing ? `Готовим ${place}: ${new Date(state.preparing).toLocaleDateString("ru", { day: "numeric", month: "long" })}. Это один раз.`
      : state.ready ? "" : "Бот запускается. Смотрите, он сейчас ответит.";
    if (this.at("coming").textContent !== coming) this.at("coming").textContent = coming;
    this.at("coming").hidden = !coming;
    const word = state.preparing ? `Готовим ${place}…` : !bot.alive && !state.ready ? "Бот запускается…" : !bot.alive ? "Бот остановлен, запускается снова…" : !bot.at_work && !down ? "Бот запускается…"
      : down ? `${messenger.name} недоступен` : "Бот работает";
    const node = this.at("bot");
    if (node.textContent !== word) node.textContent = word;
    node.className = `bot ${bot.alive && bot.at_work && !down ? "well" : "ill"}`;
    for (const box of document.querySelectorAll("[data-fault]")) {
      if (!this.clicked.has(box)) box.checked = state.faults.includes(box.dataset.fault);
    }
    const waiting = state.waiting ? `Ждут бота: ${state.waiting}. Он ответит, как только сможет.`
      : "Ничего не ждёт: бот принял всё, что ему прислали.";
    if (this.at("waiting").textContent !== waiting) this.at("waiting").textContent = waiting;
    this.at("log").textContent = bot.log.map((line) => line.slice(0, 300)).join("\n");
    this.tick();
  }

  tick() {
    if (this.base === null) return;
    const now = new Date(this.base + performance.now());
    const zone = { timeZone: this.stage.zone };
    const year = matchMedia("(max-width: 639px)").matches ? {} : { year: "numeric" };
    this.at("day").textContent = now.toLocaleDateString("ru", { ...zone, weekday: "short", day: "numeric", month: "long", ...year });
    this.at("hour").textContent = now.toLocaleTimeString("ru", { ...zone, hour: "2-digit", minute: "2-digit" });
    const date = this.at("date");
    const today = now.toLocaleDateString("sv", zone);
    date.min = today;
    if (!date.value || date.value < today) date.value = today;
  }
}
