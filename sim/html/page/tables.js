// SPDX-License-Identifier: Apache-2.0
// Tables that scroll in a box of their own.

// columns: [{name, of(row): text, text: whether it is not a number}].
function tableElement(caption, columns, rows, attributes = {}) {
  const cell = (column, tag, text, more = {}) => element(tag, {class: column.text ? "text" : null, ...more}, text);
  const body = element(
    "tbody", {},
    ...rows.map(
      (row) => element(
        "tr", {},
        ...columns.map(
          (column, at) =>
            at === 0 ? cell(column, "th", column.of(row), {scope: "row"}) : cell(column, "td", column.of(row))))));
  return element(
    "table", attributes, element("caption", {}, caption),
    element(
      "thead", {}, element("tr", {}, ...columns.map((column) => cell(column, "th", column.name, {scope: "col"})))),
    body);
}

// A box that can be scrolled with the keyboard as well.
function scrollBox(label, table) {
  return element("div", {class: "scroll", role: "region", "aria-label": label, tabindex: "0"}, table);
}

function plainTable(caption, columns, rows) { return scrollBox(caption, tableElement(caption, columns, rows)); }

// Rows can be chosen: with the arrow keys to a row, Enter or space to choose it, Escape to choose none; or by pointing.
// keyOf(row): what `selection` knows it by.
function selectableTable(caption, columns, rows, selection, keyOf) {
  const table = tableElement(caption, columns, rows, {role: "grid", class: "selectable"});
  const lines = [...table.tBodies[0].rows];
  lines.forEach((line, at) => {
    line.tabIndex = at === 0 ? 0 : -1;
    line.dataset.key = keyOf(rows[at]);
    line.addEventListener("click", () => {
      focusLine(at);
      selection.toggle(keyOf(rows[at]));
    });
  });
  const focusLine = (at) => {
    lines.forEach((line, i) => {
      line.tabIndex = i === at ? 0 : -1;
    });
    lines[at].focus();
  };
  table.addEventListener("keydown", (event) => {
    const at = lines.indexOf(document.activeElement);
    if (at < 0) return;
    const target = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1}[event.key];
    if (target !== undefined) {
      if (target >= 0 && target < lines.length) focusLine(target);
    } else if (event.key === "Enter" || event.key === " ") {
      selection.toggle(keyOf(rows[at]));
    } else if (event.key === "Escape") {
      selection.choose(null);
    } else {
      return;
    }
    event.preventDefault();
  });
  selection.listen((key) => {
    lines.forEach((line, at) => line.setAttribute("aria-selected", String(keyOf(rows[at]) === key)));
    const chosen = lines.findIndex((line, at) => keyOf(rows[at]) === key);
    if (chosen >= 0)
      lines.forEach((line, i) => {
        line.tabIndex = i === chosen ? 0 : -1;
      });
  });
  return scrollBox(caption, table);
}
