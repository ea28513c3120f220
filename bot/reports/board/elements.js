// Making elements. Texts become text nodes only: nothing that anybody typed is ever read as markup.

const byId = (id) => document.getElementById(id);

/** An element; attributes and children that are false, null or undefined are left out, children are elements or texts. */
function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for pictures. */
function draw(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

/** A bar whose parts are [class, count]. The policy forbids style attributes, not the styles that scripts set. */
function stacked(parts) {
  const whole = parts.reduce((sum, [, count]) => sum + count, 0);
  return parts
    .filter(([, count]) => count)
    .map(([kind, count]) => {
      const part = make("i", { class: kind });
      part.style.width = `${(100 * count) / whole}%`;
      return part;
    });
}

const rules = new Intl.PluralRules("ru");

/** «1 запрос», «2 запроса», «5 запросов». */
function plural(count, one, few, many) {
  return `${count}\u00a0${{ one, few }[rules.select(count)] ?? many}`;
}
