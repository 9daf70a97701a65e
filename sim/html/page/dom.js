// SPDX-License-Identifier: Apache-2.0
// Elements from data. Text becomes text always: names in a model file may be anything.

// element("p", {class: "note"}, "text", otherElement, ...); attributes that are null or false are left out.
function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// A part of the page with a heading that the navigation leads to.
function section(id, title, ...children) {
  return element(
    "section", {id, "aria-labelledby": `${id}-title`}, element("h2", {id: `${id}-title`}, title), ...children);
}

const paragraph = (...text) => element("p", {}, ...text);
const note = (...text) => element("p", {class: "note"}, ...text);

// Content that is shown on request, and in print.
function fold(summary, ...children) { return element("details", {}, element("summary", {}, summary), ...children); }

// Names of colours beside what they stand for: [{name, color, text}].
function legend(entries) {
  return element(
    "ul", {class: "legend"},
    ...entries.map(
      (entry) => element(
        "li", {},
        element(
          "span", {class: `swatch ${entry.shape || ""}`, style: `--swatch: ${entry.color}`, "aria-hidden": "true"}),
        element("span", {}, entry.name), entry.text ? element("span", {class: "quiet"}, entry.text) : null)));
}

// Choices of which one holds: [{value, text}].
function choice(name, title, options, chosen, changed) {
  const inputs = options.map(({value, text}) => {
    const input = element("input", {type: "radio", name, value, checked: value === chosen});
    input.addEventListener("change", () => changed(value));
    return element("label", {}, input, text);
  });
  return element("fieldset", {class: "choice"}, element("legend", {}, title), ...inputs);
}

// The figures one looks for first: [{name, value, unit, text}].
function headlines(entries) {
  return element(
    "dl", {class: "headlines"},
    ...entries.filter(Boolean).map(
      (entry) => element(
        "div", {}, element("dt", {}, entry.name),
        element(
          "dd", {}, element("span", {class: "value"}, entry.value),
          entry.unit ? element("span", {class: "unit"}, ` ${entry.unit}`) : null,
          entry.text ? element("span", {class: "quiet"}, entry.text) : null))));
}
