// What the page says and does in the manner of one messenger.

const KINDS = {
  telegram: {
    name: "Telegram", host: "t.me", start: "Старт",
    blocked: "бот заблокирован", block: "Заблокировать бота", unblock: "Разблокировать бота", refused: "Бот заблокирован",
  },
  max: {
    name: "MAX", host: "max.ru", start: "Начать",
    blocked: "бот остановлен", block: "Остановить бота", unblock: "Запустить бота снова", refused: "Бот остановлен",
  },
};

/** The one that is played; known as soon as the page has been told. */
export let messenger = KINDS.telegram;

export function play(name) {
  messenger = KINDS[name] ?? KINDS.telegram;
  document.documentElement.dataset.messenger = name;
  for (const word of document.querySelectorAll(".messenger")) word.textContent = messenger.name;
}
