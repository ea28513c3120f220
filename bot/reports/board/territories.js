// The level above organizations: a line for each territory, which opens and closes what is below it. Only a board of
// several territories has this script. A territory stands among the rows as a number below zero.

const { territories } = board;
const opened = new Set();
const asRow = (territory) => -1 - territory,
  ofRow = (row) => -1 - row;
/** What organizations of a territory come to: in all, and by column. */
let sumsOf = [];

organizations.forEach((organization) => {
  organization.found += ` ${folded(territories[organization[3]])}`;
});
byId("about").previousElementSibling.textContent = board.title;

const ofOrganizations = {
  selection,
  rowOf,
  openAt,
  drawSums,
  drawPaper,
  paperTable,
};

/** Rows below their territories; what is searched or filtered for is never closed away. */
selection = () => {
  const found = ofOrganizations.selection();
  sumsOf = territories.map(() => ({ total: new Sum(), columns: new Map(found.columns.map((column) => [column, new Sum()])), size: 0 }));
  for (const place of found.base) {
    const its = sumsOf[organizations[place][3]];
    its.size += 1;
    for (const [column, sum] of its.columns) {
      const look = looks[column.looks[place]];
      if (!look) continue;
      sum.add(look);
      its.total.add(look);
    }
  }
  const isSought = found.isFiltered || chosen.query !== "";
  const below = territories.map(() => []);
  for (const place of found.rows) below[organizations[place][3]].push(place);
  const order = territories.map((_, territory) => territory).filter((territory) => below[territory].length);
  if (chosen.sort.endsWith("share")) {
    const sign = chosen.sort.startsWith("-") ? -1 : 1;
    const worth = (territory) => sumsOf[territory].total.ratio ?? 2;
    order.sort((a, b) => sign * (worth(a) - worth(b)) || a - b);
  }
  const isOpen = (territory) => isSought || opened.has(territory);
  return {
    ...found,
    rows: order.flatMap((territory) => [asRow(territory), ...(isOpen(territory) ? below[territory] : [])]),
    organizations: found.rows.length,
    territories: order.length,
    isOpen,
  };
};

rowOf = (number) => {
  const row = current.rows[number];
  return row < 0 ? lineOf(ofRow(row), number + HEADS) : ofOrganizations.rowOf(number);
};

/** The line of a territory: shares, which are the only thing that territories of any size have in common. */
function lineOf(territory, row) {
  const { total, columns: sums, size } = sumsOf[territory],
    isOpen = current.isOpen(territory);
  const cell = (column, sum, kind) =>
    make(
      "td",
      {
        role: "gridcell",
        class: kind,
        "aria-colindex": column + 1,
        "data-row": row,
        "data-column": column,
        tabindex: tabindex(row, column),
        title: sum.asked ? told(sum) : "",
      },
      !sum.asked && !sum.counts.excused ? "" : kind === "share" ? sum.sign : sum.sign.replace("\u00a0%", ""),
    );
  return make(
    "tr",
    { "aria-rowindex": row + 1, class: "territory" },
    make(
      "th",
      {
        role: "rowheader",
        scope: "row",
        class: "name",
        "aria-expanded": String(isOpen),
        title: `${territories[territory]}: ${told(total)}`,
        "aria-colindex": 1,
        "data-row": row,
        "data-column": 0,
        tabindex: tabindex(row, 0),
      },
      make("div", {}, `${isOpen ? "▾" : "▸"} ${territories[territory]} · ${size}`),
    ),
    cell(1, total, "share"),
    current.columns.map((column, place) => cell(place + SIDES, sums.get(column), begins(place).replace("request", "").trim())),
  );
}

openAt = (row, column) => {
  const place = current.rows[row - HEADS];
  if (row < HEADS || !(place < 0)) return ofOrganizations.openAt(row, column);
  const territory = ofRow(place);
  if (!opened.delete(territory)) opened.add(territory);
  return update();
};

drawSums = () => {
  ofOrganizations.drawSums();
  const { organizations: count, territories: all, columns: shown, where } = current;
  if (count)
    byId("shown").textContent = [
      plural(all, "территория", "территории", "территорий"),
      plural(count, "организация", "организации", "организаций"),
      `${plural(shown.length, "запрос", "запроса", "запросов")}${where && `: найдено ${where}`}`,
    ].join(", ");
  everything.textContent = opened.size ? "Свернуть все" : "Развернуть все";
};

const everything = make(
  "button",
  {
    type: "button",
    id: "all",
    onclick: () => {
      if (opened.size) opened.clear();
      else territories.forEach((_, territory) => opened.add(territory));
      update();
    },
  },
  "Развернуть все",
);
byId("debtors").before(everything);

drawPaper = () => {
  ofOrganizations.drawPaper();
  byId("paper").querySelector("h1").textContent = `${board.title}. ${board.groups[chosen.group]}`;
};

/** On paper as on the screen: territories with what of them is open. */
paperTable = (part, rows) => {
  const table = ofOrganizations.paperTable(part, rows),
    body = table.tBodies[0],
    lines = [...body.rows];
  const isAsked = (place) => part.some((column) => column.looks[place] >= 0);
  body.replaceChildren(
    ...rows.filter((row) => row < 0 || isAsked(row)).map((row) => (row < 0 ? onPaper(ofRow(row), part) : lines.shift())),
  );
  return table;
};

function onPaper(territory, part) {
  const { total, columns: sums } = sumsOf[territory];
  return make(
    "tr",
    { class: "territory" },
    make("th", { class: "name" }, territories[territory]),
    make("td", {}, total.sign),
    part.map((column) => make("td", {}, sums.get(column).asked ? sums.get(column).sign.replace("\u00a0%", "") : "")),
  );
}
