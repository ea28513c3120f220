// «Динамика»: what the chosen organizations and requests come to over time. Few bars and one unit a picture.

const BARS = 12;

function drawCharts(selected) {
  const figures = [executionChart(selected), monthsChart(selected), ...dynamicsCharts(selected)];
  byId("charts").replaceChildren(...figures.filter(Boolean));
}

function figureOf(title, about, isBroad, ...content) {
  return make(
    "figure",
    { class: isBroad ? "broad" : "" },
    make("figcaption", {}, title, about && make("small", {}, about)),
    content,
  );
}

/** What requests that have something in common come to, in their order. */
function sumsBy(shown, sums, keyOf) {
  const grouped = new Map();
  for (const column of shown) {
    const sum = grouped.get(keyOf(column)) ?? new Sum();
    for (const [kind, count] of Object.entries(sums.get(column).counts)) sum.counts[kind] += count;
    grouped.set(keyOf(column), sum);
  }
  return grouped;
}

/** Each directive's bar: in time, late, sent back, overdue, not yet due. */
function executionChart({ columns: shown, sums }) {
  const bySection = sumsBy(shown, sums, ({ section }) => section);
  if (!bySection.size) return null;
  const key = [
    ["on_time", "в срок"],
    ["late", "с опозданием"],
    ["returned", "на доработке"],
    ["overdue", "просрочено"],
    ["pending", "срок не наступил"],
  ];
  const rows = [...bySection].map(([section, sum]) => {
    const title = `${section.number} ${section.title}`.trim();
    return make(
      "div",
      { class: "row" },
      make("span", { title }, title),
      make("div", { class: "bar" }, stacked(sum.parts)),
      make("span", {}, told(sum)),
    );
  });
  return figureOf(
    "Исполнение",
    "",
    true,
    make(
      "div",
      { class: "key", "aria-hidden": "true" },
      key.map(([kind, word]) => make("span", {}, make("i", { class: `o-${kind}` }), word)),
    ),
    rows,
  );
}

/** «10 из 12 (83 %)»; while nothing is owed «3 из 12, срок остальных не наступил». */
function told(sum) {
  if (sum.share) return `${sum.answered} из ${sum.wanted} (${sum.share})`;
  if (!sum.asked) return "снято с контроля";
  return `${sum.answered} из ${sum.asked}, срок ${sum.answered ? "остальных " : ""}не наступил`;
}

/** The share of what was due in each month. */
function monthsChart({ columns: shown, sums }) {
  const inOrder = [...shown].sort((a, b) => (a.due < b.due ? -1 : 1));
  const byMonth = sumsBy(inOrder, sums, ({ month }) => month);
  const points = [...byMonth]
    .filter(([, sum]) => sum.share)
    .slice(-BARS)
    .map(([month, sum]) => ({
      label: monthName(month).slice(0, 3),
      below: `${sum.answered} из ${sum.wanted}`,
      value: 100 * sum.ratio,
      text: sum.share,
      inner: (100 * sum.counts.on_time) / sum.wanted,
    }));
  if (points.length < 2) return null;
  return figureOf(
    "Представлено по месяцам, %",
    "по сроку ответа; тёмная часть — в срок",
    false,
    columnChart(points, 100),
  );
}

/** One picture for each number that several periods have asked. */
function dynamicsCharts({ columns: shown, base }) {
  const bySection = new Map();
  for (const column of shown) bySection.set(column.section, [...(bySection.get(column.section) ?? []), column]);
  const figures = [];
  for (const [section, all] of bySection) {
    if (all.length < 2) continue;
    section.fields.forEach((field, place) => {
      if (field[1] !== "number") return;
      const points = all.slice(-BARS).map((column) => {
        const asked = base.filter((row) => column.looks[row] >= 0);
        const values = asked.map((row) => countedOf(column, row, place)).filter((value) => value !== null);
        const { text, value } = figure(field, values);
        return {
          label: column.period || day(column.due),
          below: `${values.length} из ${asked.length}`,
          value,
          text: text.replace("медиана ", ""),
        };
      });
      if (points.filter(({ value }) => value !== null).length < 2) return;
      const about = `${field[0]}, ${field[2] ? "всего" : "медиана"}; внизу — сколько ответили`;
      figures.push(figureOf(`${section.number} ${section.title}`.trim(), about, false, columnChart(points)));
    });
  }
  return figures;
}

/** Columns from 0 up, each with its value above it, its period and how many gave it below. */
function columnChart(points, top) {
  const width = 460,
    height = 190,
    base = 140,
    step = width / Math.max(points.length, 3);
  const highest = top ?? Math.max(...points.map(({ value }) => value ?? 0), 0),
    lowest = Math.min(...points.map(({ value }) => value ?? 0), 0);
  const scale = 112 / (highest - lowest || 1),
    zero = base + lowest * scale;
  const bars = points.flatMap(({ label, below, value, text, inner }, place) => {
    const middle = step * (place + 0.5),
      thick = Math.min(step * 0.6, 56);
    const bar = (size, kind) =>
      draw("rect", {
        class: kind,
        x: middle - thick / 2,
        width: thick,
        y: size < 0 ? zero : zero - size * scale,
        height: Math.abs(size) * scale,
        rx: 2,
      });
    const write = (y, kind, content) => draw("text", { x: middle, y, class: kind, "text-anchor": "middle" }, content);
    const room = Math.floor(step / 6.4);
    const short = label.length > room ? `${label.slice(0, room - 1)}…` : label;
    return [
      value !== null && bar(value, inner === undefined ? "main" : "all"),
      inner !== undefined && bar(inner, "main"),
      write(
        Math.max(zero - Math.max(value ?? 0, 0) * scale - 6, 14),
        value === null ? "faint" : "value",
        value === null ? "—" : text,
      ),
      write(base + 17, "", short),
      write(base + 34, "faint", step < 60 ? below.split(" ")[0] : below),
      draw("title", {}, `${label}: ${value === null ? "нет данных" : text} (${below})`),
    ];
  });
  const spoken = points.map(({ label, text, below }) => `${label}: ${text || "нет данных"} (${below})`).join("; ");
  return draw(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": spoken },
    draw("line", { class: "axis", x1: 0, x2: width, y1: zero, y2: zero }),
    bars,
  );
}
