// The data and what is chosen of it. Nothing here knows the page.

const board = JSON.parse(byId("board").textContent);
const { organizations, sections, columns, looks, states } = board;

/** The looks of a column's cells by organization; -1: it was not asked. */
columns.forEach((column, number) => {
  column.number = number;
  column.looks = Int8Array.from(column.cells, (letter) => board.letters.indexOf(letter));
  column.told = new Set(column.told);
  column.section = sections[column.section];
  column.month = column.due.slice(0, 7);
});

const owing = new Set(["overdue", "returned"]);
looks.forEach((look) => {
  look.owes = owing.has(look.outcome);
});

/** For searching: whatever case, ё as е. */
const folded = (text) => text.toLowerCase().replaceAll("ё", "е");

organizations.forEach((organization) => {
  const [label, name, types] = organization;
  organization.found = folded(`${label} ${name} ${types.map((type) => board.types[type]).join(" ")}`);
});
columns.forEach((column) => {
  column.title = `${column.section.number} ${column.section.title}`.trim();
  column.found = folded(`${column.title} ${column.period}`);
});

const read = new Map();

/** The answers to a column by organization, read when they are first wanted. */
function answersTo(column) {
  if (!read.has(column)) read.set(column, JSON.parse(byId(`answers-${column.number}`).textContent));
  return read.get(column);
}

/** A count of each outcome, by the rules of all reports. */
class Sum {
  counts = { on_time: 0, late: 0, returned: 0, overdue: 0, pending: 0, excused: 0 };

  add(look) {
    this.counts[look.outcome] += 1;
  }
  get answered() {
    return this.counts.on_time + this.counts.late;
  }
  /** How many have answered or should have by now: what shares are shares of. */
  get wanted() {
    return this.answered + this.counts.returned + this.counts.overdue;
  }
  get asked() {
    return this.wanted + this.counts.pending;
  }
  /** The share of the wanted answers that have come, as text; empty while nothing is owed and something not yet due. */
  get share() {
    const early = this.counts.pending > 0 && this.answered === this.wanted;
    return this.wanted && !early ? percent(this.answered, this.wanted) : "";
  }
  /** The share for where there is room for it alone. */
  get sign() {
    return this.share || (this.asked ? "…" : "–");
  }
  get ratio() {
    return this.share ? this.answered / this.wanted : null;
  }
  get parts() {
    return ["on_time", "late", "returned", "overdue", "pending"].map((kind) => [`o-${kind}`, this.counts[kind]]);
  }
}

/** «71 %», rounded as the bot rounds: it has told the text of each half percent and of what lies between them. */
function percent(part, whole) {
  const halves = (200 * part) / whole;
  const place = (200 * part) % whole === 0 ? 2 * halves : 2 * Math.floor(halves) + 1;
  return board.percents[place];
}

/** What is chosen at first, and after «Сбросить». */
const unchosen = () => ({
  query: "",
  type: "",
  topic: "",
  first: "",
  last: "",
  states: new Set(),
  debtors: false,
  sort: "name",
});
const groups = board.groups
  .map((_, group) => group)
  .filter((group) => columns.some((column) => column.section.group === group));
const chosen = { ...unchosen(), group: groups[0], view: "grid", column: null };

/** A number for each cell. */
const cellOf = (column, place) => organizations.length * column.number + place;

/** Whether the text has all the words. */
const has = (text, words) => words.every((word) => text.includes(word));

/**
 * What is shown: columns, rows (places of organizations), sums, and which cells are meant. Sums count what type, topic,
 * period and search have chosen; a state, «Только должники» and words of answers choose among cells and leave sums alone.
 */
function selection() {
  const words = folded(chosen.query).split(/\s+/).filter(Boolean);
  let wanted = columns.filter(
    ({ section, month }) =>
      section.group === chosen.group &&
      (chosen.topic === "" || section.topic === Number(chosen.topic)) &&
      (chosen.first === "" || month >= chosen.first) &&
      (chosen.last === "" || month <= chosen.last),
  );
  let rows = organizations.map((_, place) => place);
  if (chosen.type !== "") rows = rows.filter((place) => organizations[place][2].includes(Number(chosen.type)));
  let where = "",
    hits = null;
  if (words.length) {
    const named = rows.filter((place) => has(organizations[place].found, words));
    const titled = wanted.filter((column) => has(column.found, words));
    if (named.length) rows = named;
    else if (titled.length) [wanted, where] = [titled, "в запросах"];
    else [hits, where] = [hitsIn(wanted, rows, words), "в ответах"];
  }
  rows = rows.filter((place) => wanted.some((column) => column.looks[place] >= 0));
  wanted = wanted.filter((column) => rows.some((place) => column.looks[place] >= 0));
  const sums = new Map(wanted.map((column) => [column, new Sum()]));
  const sumsOfRows = new Map(),
    bright = new Set(),
    total = new Sum();
  const countOf = states.map(() => 0);
  const isFiltered = Boolean(chosen.debtors || chosen.states.size || hits);
  const shownRows = [],
    shownColumns = new Set();
  for (const place of rows) {
    const sumOfRow = new Sum();
    let any = false;
    for (const column of wanted) {
      const look = looks[column.looks[place]];
      if (!look) continue;
      sums.get(column).add(look);
      sumOfRow.add(look);
      total.add(look);
      countOf[look.state] += 1;
      if (
        isFiltered &&
        (!chosen.debtors || look.owes) &&
        (!chosen.states.size || chosen.states.has(look.state)) &&
        (!hits || hits.get(column).has(place))
      ) {
        bright.add(cellOf(column, place));
        shownColumns.add(column);
        any = true;
      }
    }
    sumsOfRows.set(place, sumOfRow);
    if (any || !isFiltered) shownRows.push(place);
  }
  return {
    columns: isFiltered ? wanted.filter((column) => shownColumns.has(column)) : wanted,
    rows: sorted(shownRows, sumsOfRows),
    base: rows,
    sums,
    sumsOfRows,
    total,
    countOf,
    where,
    isFiltered,
    isMeant: (column, place) => !isFiltered || bright.has(cellOf(column, place)),
  };
}

/** By column the organizations in whose answers all words are. */
function hitsIn(wanted, rows, words) {
  const among = new Set(rows);
  return new Map(
    wanted.map((column) => {
      const answers = Object.entries(answersTo(column));
      return [
        column,
        new Set(
          answers
            .filter(([place, answer]) => among.has(Number(place)) && has(textOf(answer), words))
            .map(([place]) => Number(place)),
        ),
      ];
    }),
  );
}

/** All that an answer's newest version says, and what was said about it. */
function textOf(answer) {
  const [, , values = [], notOurs = ""] = answer.versions?.[0] ?? [];
  const beside = (answer.beside ?? []).flatMap(([, , text, file]) => [text, file]);
  return folded([...values.flat(), notOurs, answer.comment ?? "", ...beside].filter(Boolean).join(" "));
}

/** Rows in the chosen order; those that are equal by it stay in the order of names. */
function sorted(rows, sumsOfRows) {
  const key = chosen.sort.replace("-", ""),
    sign = chosen.sort.startsWith("-") ? -1 : 1;
  const worth = {
    name: (place) => place,
    share: (place) => sumsOfRows.get(place).ratio ?? 2,
    column: (place) => (chosen.column.looks[place] < 0 ? Infinity : sign * looks[chosen.column.looks[place]].state),
  }[key];
  return key === "column"
    ? rows.sort((a, b) => worth(a) - worth(b) || a - b)
    : rows.sort((a, b) => sign * (worth(a) - worth(b)) || a - b);
}

// Numbers, exactly: the texts are those of the reports, «−1 250,5».

/** A number as an integer of millionths; null if the text is none. */
function exact(text) {
  const plain = text.replaceAll("\u00a0", "").replace("−", "-").replace(",", ".");
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return null;
  const [whole, part = ""] = plain.split(".");
  return BigInt(whole + part.slice(0, 6).padEnd(6, "0"));
}

function number(millionths) {
  const digits = String(millionths < 0n ? -millionths : millionths).padStart(7, "0");
  const whole = digits.slice(0, -6).replace(/\B(?=(\d{3})+$)/g, "\u00a0"),
    part = digits.slice(-6).replace(/0+$/, "");
  return `${millionths < 0n ? "−" : ""}${whole}${part && `,${part}`}`;
}

/** What the values of a field come to: its total, the median where a total means nothing, how often each option. */
function figure([, kind, isSummed], values) {
  const given = values.filter((value) => value !== null && value !== undefined);
  if (!given.length) return { text: "", value: null };
  if (kind === "options") {
    const counts = new Map();
    for (const option of given.flat()) counts.set(option, (counts.get(option) ?? 0) + 1);
    return {
      text: [...counts]
        .sort((a, b) => b[1] - a[1])
        .map(([option, count]) => `${option} — ${count}`)
        .join("; "),
      value: null,
    };
  }
  if (kind !== "number") return { text: "", value: null };
  const numbers = given
    .map(exact)
    .filter((value) => value !== null)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (isSummed) {
    const sum = numbers.reduce((total, value) => total + value, 0n);
    return { text: number(sum), value: Number(sum) / 1e6 };
  }
  const middle = numbers.length >> 1;
  const median = numbers.length % 2 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2n;
  return { text: `медиана ${number(median)}`, value: Number(median) / 1e6 };
}

/** The value of a field in the newest answer of an organization. */
const valueOf = (column, place, field) => answersTo(column)[place]?.versions?.[0]?.[2]?.[field] ?? null;

/** The same, if totals take it in: not what was returned and is not mended yet, or is off control. */
const countedOf = (column, place, field) =>
  ["on_time", "late"].includes(looks[column.looks[place]]?.outcome) ? valueOf(column, place, field) : null;

const day = (iso) => iso.split("-").reverse().join(".");
const months = [
  "январь",
  "февраль",
  "март",
  "апрель",
  "май",
  "июнь",
  "июль",
  "август",
  "сентябрь",
  "октябрь",
  "ноябрь",
  "декабрь",
];
const monthName = (month) => `${months[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;
