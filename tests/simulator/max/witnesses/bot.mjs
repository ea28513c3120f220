// A bot of the official JavaScript client. It says what it is told, a line of JSON for each event, and answers.

import { createRequire } from "node:module";

const { Bot, Keyboard } = createRequire(`${process.env.CLIENT}/`)("@maxhub/max-bot-api");
const bot = new Bot(process.env.TOKEN, { clientOptions: { baseUrl: process.env.MAX_API_URL } });
const keyboard = Keyboard.inlineKeyboard([
  [Keyboard.button.callback("Да", "yes"), Keyboard.button.callback("Нет", "no")],
  [Keyboard.button.link("Сайт", "https://example.org/")],
]);

bot.use((ctx, next) => {
  console.log(JSON.stringify(ctx.update));
  return next();
});
bot.on("bot_started", (ctx) => ctx.reply(`Здравствуйте, ${ctx.user.first_name}: ${ctx.startPayload}`));
bot.command("ask", (ctx) => ctx.reply("<b>Готово?</b>", { format: "html", attachments: [keyboard] }));
bot.command("file", async (ctx) => {
  const file = await ctx.api.uploadFile({ source: Buffer.from("отчёт") });
  const image = await ctx.api.uploadImage({ source: Buffer.from("89504e470d0a1a0a", "hex") });
  const sent = await ctx.reply("Отчёт", { attachments: [file.toJson()] });
  await ctx.api.editMessage(sent.body.mid, { text: "Отчёт готов" });
  await ctx.reply("Снимок", { attachments: [image.toJson()] });
});
bot.action("yes", async (ctx) => {
  await ctx.answerOnCallback({ notification: "Записано", message: { text: "Записано", attachments: [] } });
});
bot.on("message_created", (ctx) => ctx.reply(`Эхо: ${ctx.message.body.text}`));

await bot.api.setMyCommands([{ name: "ask", description: "Спросить" }]);
bot.start();
