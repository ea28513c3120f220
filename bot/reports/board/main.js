// Wires the page: what is pressed and typed changes what is chosen, and `update` draws it.

let current = null;

/** Takes the chosen anew and draws it. */
function update() {
  current = selection();
  drawSums();
  const isGrid = chosen.view === "grid";
  scroller.hidden = !isGrid;
  byId("charts").hidden = isGrid;
  document.body.className = chosen.view;
  if (isGrid) drawGrid();
  else drawCharts(current);
}

function drawSums() {
  const { total, countOf, rows, columns: shown, where, isFiltered } = current;
  // The buttons below say how many stand how.
  byId("sum").replaceChildren(
    make("b", {}, total.share || total.answered),
    total.share ? ` представлено: ${total.answered} из ${total.wanted}` : ` представлено из ${total.asked}`,
    total.counts.pending ? ` · срок не наступил: ${total.counts.pending}` : "",
  );
  byId("bar").replaceChildren(...stacked(total.parts));
  byId("states").replaceChildren(
    ...states
      .map(
        ({ sign, word, kind }, place) =>
          (countOf[place] || chosen.states.has(place)) &&
          make(
            "button",
            { type: "button", "aria-pressed": String(chosen.states.has(place)), onclick: () => toggle(place) },
            make("i", { class: `sign is-${kind}`, "aria-hidden": "true" }, sign),
            word,
            make("b", {}, countOf[place]),
          ),
      )
      .filter(Boolean),
  );
  byId("debtors").setAttribute("aria-pressed", String(chosen.debtors));
  byId("shown").textContent = rows.length
    ? `${plural(rows.length, "организация", "организации", "организаций")}, ${plural(shown.length, "запрос", "запроса", "запросов")}${where && `: найдено ${where}`}`
    : "Ничего не найдено";
  const filters = ["query", "type", "topic", "first", "last"].filter((name) => chosen[name] !== "").length;
  byId("active").textContent = filters ? `: ${filters}` : "";
  byId("reset").hidden = !filters && !isFiltered && chosen.sort === "name";
  byId("sort").value = chosen.sort.endsWith("name") ? "name" : chosen.sort;
}

function toggle(state) {
  const place = [...byId("states").children].indexOf(document.activeElement);
  if (!chosen.states.delete(state)) chosen.states.add(state);
  update();
  byId("states").children[place]?.focus();
}

function sortBy(key) {
  chosen.sort = key;
  update();
}

function sortByColumn(column) {
  chosen.column = column;
  const option = byId("sort").querySelector('[value="column"]');
  option.hidden = option.disabled = false;
  sortBy("column");
  scroller.scrollTop = 0;
}

function toggleDebtors() {
  chosen.debtors = !chosen.debtors;
  update();
}

/** Chooses nothing in particular. */
function clear() {
  Object.assign(chosen, unchosen());
  for (const name of ["query", "type", "topic", "first", "last"]) byId(name).value = "";
}

/** Choices of the group that is shown: what it has none of is not offered. */
function fillChoices() {
  const own = columns.filter(({ section }) => section.group === chosen.group);
  const isAsked = (organization, place) => own.some((column) => column.looks[place] >= 0);
  const types = new Set(organizations.filter(isAsked).flatMap(([, , all]) => all));
  const options = (all, entries) => [
    make("option", { value: "" }, all),
    ...entries.map(([value, text]) => make("option", { value }, text)),
  ];
  const named = (places, texts) =>
    [...places].map((place) => [place, texts[place]]).sort((a, b) => a[1].localeCompare(b[1], "ru"));
  const inOrder = [...new Set(own.map(({ month }) => month))].sort().map((month) => [month, monthName(month)]);
  byId("type").replaceChildren(...options("все", named(types, board.types)));
  byId("topic").replaceChildren(
    ...options(
      "все",
      named(new Set(own.map(({ section }) => section.topic)), board.topics).filter(([, text]) => text),
    ),
  );
  byId("first").replaceChildren(...options("начала", inOrder));
  byId("last").replaceChildren(...options("конец", inOrder));
}

function choose(group) {
  clear();
  chosen.group = group;
  [...byId("groups").children].forEach((button, place) =>
    button.setAttribute("aria-pressed", String(groups[place] === group)),
  );
  fillChoices();
  scroller.scrollTo(0, 0);
  update();
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId("theme").setAttribute("aria-pressed", String(theme === "dark"));
}

/** What was chosen last time; a file may not be allowed to remember. */
function remembered() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
}

// Who types is not to wait for what each letter finds.
const PAUSE = 80;
let typing = 0;

function search(text, pause = 0) {
  clearTimeout(typing);
  typing = setTimeout(() => {
    chosen.query = text;
    update();
  }, pause);
}

function listen() {
  const form = byId("form");
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("reset").addEventListener("click", () => {
    clear();
    update();
  });
  for (const name of ["type", "topic", "first", "last"])
    byId(name).addEventListener("change", (event) => {
      chosen[name] = event.target.value;
      update();
    });
  byId("sort").addEventListener("change", (event) => sortBy(event.target.value));
  byId("query").addEventListener("input", (event) => search(event.target.value, PAUSE));
  byId("nothing")
    .querySelector("button")
    .addEventListener("click", () => {
      byId("reset").click();
      byId("query").focus();
    });
  byId("debtors").addEventListener("click", toggleDebtors);
  byId("keys").addEventListener("click", showKeys);
  byId("print").addEventListener("click", () => print());
  byId("theme").addEventListener("click", () => {
    setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    try {
      localStorage.setItem("theme", document.documentElement.dataset.theme);
    } catch {
      /* It will be asked again. */
    }
  });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => {
    if (!remembered()) setTheme(dark.matches ? "dark" : "light");
  });
  for (const button of byId("views").children) {
    button.addEventListener("click", () => {
      chosen.view = button.dataset.view;
      for (const other of byId("views").children) other.setAttribute("aria-pressed", String(other === button));
      update();
    });
  }
  addEventListener("beforeprint", drawPaper);
  addEventListener("afterprint", () => byId("paper").replaceChildren());
  let width = innerWidth;
  addEventListener("resize", () => {
    // A phone's bars come and go while one scrolls: that changes the height alone, and must not move anything.
    if (width !== innerWidth && chosen.view === "grid") drawGrid();
    else if (chosen.view === "grid") drawRows();
    width = innerWidth;
  });
  addEventListener("keydown", pressed);
}

function pressed(event) {
  const isTyping = event.target.matches("input, select, textarea");
  if (event.key === "Escape") {
    if (!byId("panel").hidden) closePanel();
    else if (event.target === byId("query")) {
      byId("query").value = "";
      moveTo(at.row, at.column);
      search("");
    }
    return;
  }
  if (isTyping || event.ctrlKey || event.altKey || event.metaKey) return;
  // The key of / has another letter in the Russian layout.
  if (event.key === "/" || (event.key === "." && event.code === "Slash")) byId("query").focus();
  else if (event.code === "KeyL" || event.key.toLowerCase() === "д") toggleDebtors();
  else if (event.key === "?") showKeys();
  else return;
  event.preventDefault();
}

setTheme(remembered() ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
byId("about").textContent = `${board.period}, ${board.made}`;
byId("groups").append(
  ...groups.map((group) =>
    make(
      "button",
      { type: "button", "aria-pressed": "false", onclick: () => choose(group) },
      `${board.groups[group]} · ${columns.filter(({ section }) => section.group === group).length}`,
    ),
  ),
);
byId("filters").open = !narrow.matches;
listen();
listenToGrid();
choose(groups[0]);
document.documentElement.dataset.ready = "";
