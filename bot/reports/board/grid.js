// The table. Only rows in sight are there, so that a thousand organizations scroll as ten do. Where the keyboard is, is
// told by row and column: row 0 has titles, row 1 shares, then come organizations; column 0 has names, 1 shares.

const HEADS = 2,
  SIDES = 2,
  SPARE = 3;
const grid = byId("grid"),
  scroller = byId("scroller"),
  [head, body] = [grid.tHead, grid.tBodies[0]];
const spaces = [space(), space()];
let at = { row: HEADS, column: SIDES };
let inSight = new Map();
let drawn = "";
// Where the page moves as a whole: the same width as in the style.
const narrow = matchMedia("(max-width: 700px)");

function space() {
  return make("tr", { class: "space", "aria-hidden": "true" }, make("td"));
}

const size = (name) => parseFloat(getComputedStyle(document.documentElement).getPropertyValue(name));

/** Widths of the table's columns: names, then requests, take what room there is. */
function sizesFor(count) {
  const [name, share, request] = ["--name", "--share", "--column"].map(size);
  const room = byId("scroller").parentNode.clientWidth - 50 - share - count * request;
  const wide = Math.max(name, Math.min(room, 1.6 * name));
  const each = count ? Math.max(request, Math.min(request + (room - wide) / count, 1.5 * request)) : 0;
  return [wide, share, ...Array(count).fill(Math.floor(each))];
}

/** Draws everything anew. */
function drawGrid() {
  const { columns: shown, rows, sums } = current;
  const hasFocus = scroller.contains(document.activeElement);
  const sizes = sizesFor(shown.length);
  grid.querySelector("colgroup").replaceChildren(
    ...sizes.map((width) => {
      const column = make("col");
      column.style.width = `${width}px`;
      return column;
    }),
  );
  grid.style.width = `${sizes.reduce((sum, width) => sum + width, 0)}px`;
  const is = (key) => (chosen.sort === key ? "ascending" : chosen.sort === `-${key}` ? "descending" : false);
  head.replaceChildren(
    make(
      "tr",
      { "aria-rowindex": 1 },
      headCell("name", "Организация", 0, 0, { "aria-sort": is("name") }),
      headCell("share", "Доля", 0, 1, { "aria-sort": is("share") }),
      shown.map((column, place) =>
        headCell(begins(place), title(column), 0, place + SIDES, {
          title: [column.title, column.period, `срок ${day(column.due)}`].filter(Boolean).join("\n"),
        }),
      ),
    ),
    make(
      "tr",
      { "aria-rowindex": 2 },
      headCell("name", "Представили", 1, 0),
      headCell("share", current.total.sign, 1, 1),
      shown.map((column, place) => shareCell(column, sums.get(column), place)),
    ),
  );
  grid.setAttribute("aria-rowcount", rows.length + HEADS);
  grid.setAttribute("aria-colcount", shown.length + SIDES);
  byId("nothing").hidden = rows.length > 0;
  grid.hidden = rows.length === 0;
  at = { row: Math.min(at.row, rows.length + HEADS - 1), column: Math.min(at.column, shown.length + SIDES - 1) };
  inSight.forEach((line) => line.remove());
  inSight = new Map();
  drawn = "";
  drawRows();
  if (hasFocus) moveTo(at.row, at.column);
}

/** The class of a request's head: a line stands before each directive. */
const begins = (place) =>
  place && current.columns[place - 1].section !== current.columns[place].section ? "request begins" : "request";

function title(column) {
  return make(
    "div",
    { class: "title" },
    make("span", {}, column.title),
    column.period && make("span", { class: "period" }, column.period),
  );
}

function headCell(kind, content, row, column, attributes = {}) {
  return make(
    "th",
    {
      role: "columnheader",
      scope: "col",
      class: kind,
      "aria-colindex": column + 1,
      "data-row": row,
      "data-column": column,
      tabindex: tabindex(row, column),
      ...attributes,
    },
    content,
  );
}

function shareCell(column, sum, place) {
  const isSorted = chosen.sort === "column" && chosen.column === column;
  const text = sum.share || (sum.asked ? make("span", { class: "due" }, `до ${day(column.due).slice(0, 5)}`) : "–");
  return headCell(
    begins(place),
    // Numbers of a region break behind the stroke: a column holds seven signs.
    [text, make("small", {}, `${sum.answered}/`, make("wbr"), `${sum.share ? sum.wanted : sum.asked}`)],
    1,
    place + SIDES,
    {
      "aria-sort": isSorted ? "descending" : false,
      title: `${told(sum)}\nНажмите, чтобы упорядочить`,
      "aria-label": `${column.title} ${column.period}: ${told(sum)}`,
    },
  );
}

const tabindex = (row, column) => (row === at.row && column === at.column ? 0 : -1);

/** Draws the rows that have come into sight and takes away those that have left it. */
function drawRows() {
  const high = size("--row");
  const first = Math.max(0, Math.floor(scroller.scrollTop / high) - SPARE);
  // As high as it may become, whatever its height has been so far.
  const room = narrow.matches ? innerHeight : scroller.parentNode.clientHeight;
  const last = Math.min(current.rows.length, Math.ceil((scroller.scrollTop + room) / high) + SPARE);
  if (drawn === `${first} ${last}`) return;
  drawn = `${first} ${last}`;
  const isAway = [...inSight].some(
    ([number, line]) => (number < first || number >= last) && line.contains(document.activeElement),
  );
  inSight.forEach((line, number) => {
    if (number < first || number >= last) {
      line.remove();
      inSight.delete(number);
    }
  });
  if (isAway) scroller.focus({ preventScroll: true });
  [first, current.rows.length - last].forEach((count, place) => {
    spaces[place].firstChild.style.height = `${Math.max(count, 0) * high}px`;
    spaces[place].firstChild.colSpan = current.columns.length + SIDES;
  });
  let before = spaces[0];
  if (before.parentNode !== body) body.append(...spaces);
  for (let number = first; number < last; number += 1) {
    let line = inSight.get(number);
    if (!line) {
      line = rowOf(number);
      before.after(line);
      inSight.set(number, line);
    }
    before = line;
  }
}

function rowOf(number) {
  const place = current.rows[number],
    row = number + HEADS,
    sum = current.sumsOfRows.get(place),
    [label, name] = organizations[place];
  const cells = current.columns.map((column, index) => {
    const look = looks[column.looks[place]],
      own = {
        role: "gridcell",
        "aria-colindex": index + SIDES + 1,
        "data-row": row,
        "data-column": index + SIDES,
        tabindex: tabindex(row, index + SIDES),
      };
    const line = begins(index).replace("request", "");
    if (!look) return make("td", { ...own, class: `none${line}`, "aria-label": "не запрашивали" });
    const kinds = [
      `is-${look.kind}${line}`,
      current.isMeant(column, place) ? "" : "dim",
      column.told.has(place) ? "told" : "",
    ];
    return make(
      "td",
      {
        ...own,
        class: kinds.filter(Boolean).join(" "),
        "aria-label": column.told.has(place) ? `${look.word}, есть комментарий` : look.word,
      },
      look.sign,
    );
  });
  return make(
    "tr",
    { "aria-rowindex": row + 1 },
    make(
      "th",
      {
        role: "rowheader",
        scope: "row",
        class: "name",
        title: name || label,
        "aria-colindex": 1,
        "data-row": row,
        "data-column": 0,
        tabindex: tabindex(row, 0),
      },
      make("div", {}, label),
    ),
    make(
      "td",
      {
        role: "gridcell",
        class: "share",
        "aria-colindex": 2,
        "data-row": row,
        "data-column": 1,
        tabindex: tabindex(row, 1),
        title: told(sum),
      },
      sum.sign,
    ),
    cells,
  );
}

const cellAt = (row, column) => grid.querySelector(`[data-row="${row}"][data-column="${column}"]`);

/** Moves to a cell and brings it into sight from below what sticks. */
function moveTo(row, column, isFocused = true) {
  cellAt(at.row, at.column)?.setAttribute("tabindex", "-1");
  at = {
    row: Math.max(0, Math.min(row, current.rows.length + HEADS - 1)),
    column: Math.max(0, Math.min(column, current.columns.length + SIDES - 1)),
  };
  const high = size("--row"),
    top = (at.row - HEADS) * high,
    room = scroller.clientHeight - head.offsetHeight;
  if (at.row >= HEADS) {
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + high > scroller.scrollTop + room) scroller.scrollTop = top + high - room;
  }
  drawRows();
  const cell = cellAt(at.row, at.column);
  if (!cell) return;
  const sticks = head.rows[0].cells[0].offsetWidth;
  if (at.column > 0) {
    if (cell.offsetLeft - sticks < scroller.scrollLeft) scroller.scrollLeft = cell.offsetLeft - sticks;
    else if (cell.offsetLeft + cell.offsetWidth > scroller.scrollLeft + scroller.clientWidth)
      scroller.scrollLeft = cell.offsetLeft + cell.offsetWidth - scroller.clientWidth;
  }
  cell.setAttribute("tabindex", "0");
  if (isFocused) cell.focus({ preventScroll: true });
}

/** Makes the cell of an answer the one to come back to. */
function aim(column, place) {
  const row = current.rows.indexOf(place),
    index = current.columns.indexOf(column);
  if (row >= 0 && index >= 0) moveTo(row + HEADS, index + SIDES, false);
}

/** Gives the focus back to the table; false if something else has opened the panel. */
function refocus() {
  if (!grid.contains(opener) && opener !== scroller && opener?.isConnected) return false;
  moveTo(at.row, at.column);
  return true;
}

function openAt(row, column) {
  const asked = current.columns[column - SIDES],
    place = current.rows[row - HEADS];
  if (row === 0 && column === 0) sortBy(chosen.sort === "name" ? "-name" : "name");
  else if (row < HEADS && column === 1) sortBy(chosen.sort === "share" ? "-share" : "share");
  else if (row === 0) showRequest(asked);
  else if (row === 1 && asked) sortByColumn(asked);
  else if (row >= HEADS && column < SIDES) showOrganization(place);
  else if (row >= HEADS) showAnswer(asked, place);
}

const KEYS = {
  ArrowUp: ({ row, column }) => [row - 1, column],
  ArrowDown: ({ row, column }) => [row + 1, column],
  ArrowLeft: ({ row, column }) => [row, column - 1],
  ArrowRight: ({ row, column }) => [row, column + 1],
  PageUp: ({ row, column }) => [Math.max(row - screenful(), HEADS), column],
  PageDown: ({ row, column }) => [row + screenful(), column],
  Home: ({ row }, all) => [all ? 0 : row, 0],
  End: ({ row }, all) => [all ? Infinity : row, Infinity],
};
const screenful = () => Math.max(1, Math.floor((scroller.clientHeight - head.offsetHeight) / size("--row")) - 1);

function listenToGrid() {
  let isWaiting = false;
  scroller.addEventListener(
    "scroll",
    () => {
      byId("tip").hidden = true;
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        drawRows();
      });
    },
    { passive: true },
  );
  scroller.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey) return;
    if (event.key in KEYS) moveTo(...KEYS[event.key](at, event.ctrlKey));
    else if (event.key === "Enter" || event.key === " ") openAt(at.row, at.column);
    else return;
    event.preventDefault();
  });
  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-row]");
    if (!cell) return;
    const { row, column } = cell.dataset;
    moveTo(Number(row), Number(column));
    openAt(Number(row), Number(column));
  });
  grid.addEventListener("pointerover", (event) =>
    showTip(event.pointerType === "mouse" ? event.target.closest("td[data-row]") : null),
  );
  grid.addEventListener("pointerleave", () => showTip(null));
}

/** What is behind the cell below the mouse, in short. */
function showTip(cell) {
  const tip = byId("tip");
  const column = current.columns[cell?.dataset.column - SIDES],
    place = current.rows[cell?.dataset.row - HEADS],
    look = column && looks[column.looks[place]];
  tip.hidden = !look;
  if (!look) return;
  const newest = answersTo(column)[place]?.versions?.[0];
  const said = (newest?.[2] ?? []).flatMap((value, field) =>
    value === null ? [] : [`${column.section.fields[field][0]}: ${[value].flat().join("; ")}`],
  );
  tip.textContent = [
    organizations[place][0],
    [column.title, column.period].filter(Boolean).join(", "),
    [look.word, newest?.[0].slice(0, 10)].filter(Boolean).join(", "),
    ...said.slice(0, 3).map((text) => (text.length > 90 ? `${text.slice(0, 89)}…` : text)),
    said.length > 3 && `ещё ${said.length - 3}…`,
  ]
    .filter(Boolean)
    .join("\n");
  const box = cell.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(box.left, innerWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${box.bottom + tip.offsetHeight + 8 > innerHeight ? box.top - tip.offsetHeight - 4 : box.bottom + 4}px`;
}
