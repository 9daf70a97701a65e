// SPDX-License-Identifier: Apache-2.0
// Builds the page from the data in it: "program" (its version), and what decides the kind of page: "explore", "compare"
// (which comes with the "run" of the accelerator) or "run".
function readData() {
  const data = {};
  for (const node of document.querySelectorAll("script[type=\"application/json\"]"))
    data[node.id.replace("data-", "")] = JSON.parse(node.textContent);
  return data;
}

function buildPage(data) {
  const kinds = {explore: explorePage, compare: comparePage, run: runPage};
  const {title, facts, headlines: figures, notes, sections} =
    kinds[Object.keys(kinds).find((kind) => kind in data)](data);
  document.getElementById("page").replaceChildren(
    element(
      "header", {}, element("p", {class: "brand"}, `Systolite ${data.program.version}`), element("h1", {}, title),
      element("ul", {class: "facts"}, ...facts.map((fact) => element("li", {}, fact)))),
    element(
      "main", {id: "content", tabindex: "-1"}, figures, notes,
      element(
        "nav", {"aria-label": "Sections"},
        element(
          "ul", {},
          ...sections.map(
            (part) => element("li", {}, element("a", {href: `#${part.id}`}, part.querySelector("h2").textContent))))),
      ...sections),
    element(
      "footer", {},
      paragraph(`Made by Systolite ${
        data.program.version}. This file holds all it shows and fetches nothing; the report is in its source as JSON.`),
      fold("Licences", element("pre", {}, document.getElementById("licences").textContent.trim()))));
}

// Print shows what is folded away on the screen.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("section details:not([open])")];
  for (const details of opened) details.open = true;
});
window.addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});

buildPage(readData());
