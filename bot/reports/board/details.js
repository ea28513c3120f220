// The panel: an answer, an organization, a request, or the keys. Esc closes it; whatever opened it has the focus again.

let opener = null;

function openPanel(title, { isBroad = false, buttons = [] }, ...content) {
  const panel = byId("panel");
  if (panel.hidden) opener = document.activeElement;
  byId("tip").hidden = true;
  panel.className = isBroad ? "broad" : "";
  panel.replaceChildren(
    make("nav", {}, buttons, make("button", { type: "button", class: "close", onclick: closePanel }, "Закрыть")),
    make("h2", { id: "panel-title", tabindex: "-1" }, title),
    ...content.flat().filter(Boolean),
  );
  panel.hidden = false;
  panel.scrollTop = 0;
  byId("panel-title").focus();
}

function closePanel() {
  if (byId("panel").hidden) return;
  byId("panel").hidden = true;
  if (!refocus() && opener?.isConnected) opener.focus();
}

const step = (text, label, onclick) =>
  make("button", { type: "button", "aria-label": label, title: label, disabled: !onclick, onclick }, text);

/** The answer of an organization to a request; `rows` are those among which one goes on to the next. */
function showAnswer(column, place, rows = current.rows) {
  const look = looks[column.looks[place]];
  if (!look) return;
  const answer = answersTo(column)[place] ?? {};
  const [newest, ...earlier] = answer.versions ?? [];
  const asked = rows.filter((row) => column.looks[row] >= 0),
    at = asked.indexOf(place);
  const to = (row) =>
    row !== undefined &&
    (() => {
      showAnswer(column, row, rows);
      aim(column, row);
    });
  openPanel(
    organizations[place][0],
    {
      buttons: [
        step("‹", "Предыдущая организация", at > 0 && to(asked[at - 1])),
        step("›", "Следующая организация", at >= 0 && to(asked[at + 1])),
        make("button", { type: "button", onclick: () => showRequest(column) }, "Весь запрос"),
      ],
    },
    make(
      "p",
      { class: "about" },
      [column.title, column.period, `срок ${answer.due ?? day(column.due)}${answer.extended ? " (продлён)" : ""}`]
        .filter(Boolean)
        .join(" · "),
    ),
    make("span", { class: `standing is-${look.kind}` }, `${look.sign} ${look.word}`),
    newest ? values(column, newest, earlier[0]) : make("p", {}, "Ответа нет."),
    answer.comment && [make("h3", {}, "Замечание управления"), make("p", {}, answer.comment)],
    answer.beside && [
      make("h3", {}, "Комментарии и файлы"),
      make(
        "ul",
        {},
        answer.beside.map(([at_, who, text, file]) =>
          make("li", {}, [text, file && `Файл: ${file}`, signed(at_, who)].filter(Boolean).join(" · ")),
        ),
      ),
    ],
    history(answer),
  );
}

const signed = (at, who) => [at, board.people[who]].filter(Boolean).join(", ");

/** The values of a version, with what they were before. */
function values(column, [, , given, notOurs], before) {
  if (notOurs) return make("p", {}, `Не относится: ${notOurs}`);
  const asText = (value) => (Array.isArray(value) ? value.join("; ") : (value ?? "—"));
  const was = before?.[2];
  const rows = column.section.fields.flatMap(([heading], field) => {
    const value = given[field] ?? null,
      old = was?.[field] ?? null;
    if (value === null && (!was || old === null)) return [];
    const differs = was && asText(old) !== asText(value);
    return [make("dt", {}, heading), make("dd", {}, asText(value), differs && make("del", {}, `было: ${asText(old)}`))];
  });
  return make("dl", {}, rows);
}

/** Who has answered when, newest first; whether it was late, the first answer decides. */
function history({ versions = [], late, seen }) {
  const lines = versions.map(([at, who], place) => {
    const isFirst = place === versions.length - 1;
    return make(
      "li",
      {},
      [signed(at, who), !isFirst && "исправлено", isFirst && late && "с опозданием"].filter(Boolean).join(" — "),
    );
  });
  if (seen) lines.push(make("li", {}, `${seen} — открыт запрос`));
  return lines.length > 0 && [make("h3", {}, "Когда и кто"), make("ul", {}, lines)];
}

/** A request: what it comes to, and everybody's answers as a table. */
function showRequest(column) {
  const { base, sums } = current,
    sum = sums.get(column) ?? new Sum(),
    { section } = column;
  const rows = (current.rows.length && current.isFiltered ? current.rows : base).filter(
    (place) => column.looks[place] >= 0,
  );
  const used = section.fields
    .map((_, field) => field)
    .filter((field) => rows.some((place) => valueOf(column, place, field) !== null));
  const totals = used.map(
    (field) =>
      figure(
        section.fields[field],
        rows.map((place) => countedOf(column, place, field)),
      ).text,
  );
  openPanel(
    column.title,
    {
      isBroad: true,
      buttons: [
        make(
          "button",
          {
            type: "button",
            onclick: () => {
              sortByColumn(column);
              closePanel();
            },
          },
          "Упорядочить по ответам",
        ),
      ],
    },
    make(
      "p",
      { class: "about" },
      [column.period, `срок ${day(column.due)}`, board.topics[section.topic]].filter(Boolean).join(" · "),
    ),
    make("p", {}, `Представили ${told(sum)}${sum.counts.late ? `, с опозданием ${sum.counts.late}` : ""}`),
    make("div", { class: "bar" }, stacked(sum.parts)),
    section.text && make("details", {}, make("summary", {}, "Текст"), make("blockquote", {}, section.text)),
    make(
      "div",
      { class: "table", tabindex: "0", role: "region", "aria-label": "Ответы" },
      make(
        "table",
        {},
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            ["Организация", "Состояние", "Ответ", ...used.map((field) => section.fields[field][0])].map((text) =>
              make("th", { scope: "col" }, text),
            ),
          ),
        ),
        make(
          "tbody",
          {},
          rows.map((place) => answerRow(column, place, used, rows)),
        ),
        totals.some(Boolean) &&
          make(
            "tfoot",
            {},
            make(
              "tr",
              {},
              make("td", { colspan: 3 }, "Итого"),
              totals.map((text, at) => make("td", { class: kindOf(section, used[at]) }, text)),
            ),
          ),
      ),
    ),
  );
}

const kindOf = (section, field) => (section.fields[field][1] === "number" ? "number" : "");

function answerRow(column, place, used, rows) {
  const look = looks[column.looks[place]],
    newest = answersTo(column)[place]?.versions?.[0];
  const open = make(
    "button",
    {
      type: "button",
      class: "link",
      onclick: () => {
        showAnswer(column, place, rows);
        aim(column, place);
      },
    },
    organizations[place][0],
  );
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, open),
    make("td", { class: `is-${look.kind}` }, `${look.sign} ${look.word}`),
    make("td", { class: "date" }, newest?.[0].slice(0, 10) ?? ""),
    used.map((field) =>
      make("td", { class: kindOf(column.section, field) }, [newest?.[2]?.[field] ?? ""].flat().join("; ")),
    ),
  );
}

/** An organization: how it stands with all that is shown. */
function showOrganization(place) {
  const [label, name, types] = organizations[place],
    sum = current.sumsOfRows.get(place);
  const asked = [...current.sums.keys()].filter((column) => column.looks[place] >= 0);
  openPanel(
    label,
    {},
    make(
      "p",
      { class: "about" },
      [name, types.map((type) => board.types[type]).join(", ")].filter(Boolean).join(" · "),
    ),
    make("p", {}, `Представлено ${told(sum)}`),
    make("div", { class: "bar" }, stacked(sum.parts)),
    make(
      "div",
      { class: "table" },
      make(
        "table",
        {},
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            ["Запрос", "Срок", "Состояние"].map((text) => make("th", { scope: "col" }, text)),
          ),
        ),
        make(
          "tbody",
          {},
          asked.map((column) => {
            const look = looks[column.looks[place]];
            const open = make(
              "button",
              { type: "button", class: "link", onclick: () => showAnswer(column, place) },
              column.title,
            );
            return make(
              "tr",
              {},
              make("td", {}, open, column.period && make("div", { class: "about" }, column.period)),
              make("td", { class: "date" }, answersTo(column)[place]?.due ?? day(column.due)),
              make("td", { class: `is-${look.kind}` }, `${look.sign} ${look.word}`),
            );
          }),
        ),
      ),
    ),
  );
}

function showKeys() {
  const keys = [
    ["← ↑ → ↓", "по таблице"],
    ["Enter", "открыть ответ, организацию или запрос"],
    ["Esc", "закрыть; очистить поиск"],
    ["/", "поиск"],
    ["Д", "только должники"],
    ["Home, End", "край строки; с Ctrl — таблицы"],
    ["PgUp, PgDn", "на экран выше, ниже"],
  ];
  openPanel(
    "Клавиши",
    {},
    make(
      "table",
      { class: "keys" },
      make(
        "tbody",
        {},
        keys.map(([key, what]) =>
          make(
            "tr",
            {},
            make(
              "td",
              {},
              key.split(", ").flatMap((each) => [make("kbd", {}, each), " "]),
            ),
            make("td", {}, what),
          ),
        ),
      ),
    ),
    make("h3", {}, "Знаки"),
    make(
      "ul",
      {},
      states.map(({ sign, word }) => make("li", {}, `${sign} ${word}`)),
      make("li", {}, "… в «Доле» — долгов нет, срок остальных не наступил"),
      make("li", {}, "пусто — не запрашивали"),
      make("li", {}, "уголок — есть комментарий, файл или замечание"),
    ),
  );
}
