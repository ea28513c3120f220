// On paper the table has all its rows, and as many columns a page as A4 has room for; its head is on each page.

// Of 277 mm names take 66 and shares 13; a request takes 9.4 to 14.
const COLUMNS_OF_PAPER = 21,
  SIDES_OF_PAPER = 79,
  LEAST = 9.4,
  MOST = 14;

function drawPaper() {
  const { columns: shown, rows, countOf } = current,
    paper = byId("paper");
  if (chosen.view === "charts") return paper.replaceChildren(make("h1", {}, heading()));
  const count = Math.max(1, Math.ceil(shown.length / COLUMNS_OF_PAPER)),
    wide = Math.ceil(shown.length / count);
  const parts = Array.from({ length: count }, (_, part) => shown.slice(part * wide, (part + 1) * wide));
  return paper.replaceChildren(
    make("h1", {}, heading()),
    make("p", {}, `${board.period}, ${board.made}. ${byId("shown").textContent}`),
    make("p", {}, byId("sum").textContent),
    make(
      "p",
      { class: "legend" },
      states.map(
        ({ sign, word, kind }, place) =>
          countOf[place] > 0 &&
          make("span", {}, make("i", { class: `sign is-${kind}` }, sign), ` ${word} — ${countOf[place]}`),
      ),
    ),
    ...parts.map((part) => paperTable(part, rows)),
  );
}

const heading = () => `Доска района. ${board.groups[chosen.group]}`;

function paperTable(part, rows) {
  const table = make(
    "table",
    {},
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        make("th", { class: "name" }, "Организация"),
        make("th", { class: "share" }, "Доля"),
        part.map((column) => make("th", { class: "request" }, title(column))),
      ),
      make(
        "tr",
        {},
        make("th", { class: "name" }, "Представили"),
        make("th", {}, ""),
        part.map((column) => make("th", {}, current.sums.get(column).sign)),
      ),
    ),
    make(
      "tbody",
      {},
      rows
        .filter((place) => part.some((column) => column.looks[place] >= 0))
        .map((place) =>
          make(
            "tr",
            {},
            make("th", { class: "name" }, organizations[place][0]),
            make("td", {}, current.sumsOfRows.get(place).sign),
            part.map((column) => {
              const look = looks[column.looks[place]];
              return make("td", { class: look ? `is-${look.kind}` : "none" }, look?.sign ?? "");
            }),
          ),
        ),
    ),
  );
  table.style.width = `${SIDES_OF_PAPER + part.length * Math.min(MOST, Math.max(LEAST, (277 - SIDES_OF_PAPER) / part.length))}mm`;
  return table;
}
