// SPDX-License-Identifier: Apache-2.0
// A Vega specification as a figure that follows the width of the page. Colours in specifications are CSS variables, so
// that the theme, and print, need no drawing.
const ink = "var(--ink)";
const quiet = "var(--quiet)";
const faint = "var(--faint)";
const paper = "var(--paper)";
const font = "system-ui, sans-serif";

const chartConfig = {
  font,
  axis: {
    domainColor: quiet,
    tickColor: quiet,
    gridColor: faint,
    labelColor: ink,
    titleColor: ink,
    labelFont: font,
    titleFont: font,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal",
    labelLimit: 220,
    titlePadding: 8
  },
  text: {font, fontSize: 11, fill: ink},
};

const tooltip = document.getElementById("tooltip");

function showTooltip(handler, event, item, value) {
  tooltip.hidden = value === null || value === undefined || value === "";
  if (tooltip.hidden) return;
  tooltip.textContent = value;
  const space = 12;
  const box = tooltip.getBoundingClientRect();
  const inside = (at, size, limit) => Math.max(4, at + space + size < limit ? at + space : at - space - size);
  tooltip.style.left = `${inside(event.clientX, box.width, document.documentElement.clientWidth)}px`;
  tooltip.style.top = `${inside(event.clientY, box.height, document.documentElement.clientHeight)}px`;
}

// options: id, title (what the figure shows, for those who do not see it), spec(width) -> Vega specification without
// its width, selection (optional) of what the field `key` of data identifies. Returns the figure and a function that
// draws it anew.
function chart({id, title, spec, selection = null}) {
  const canvas = element("div", {class: "canvas"});
  const figure = element("figure", {id, class: "chart"}, canvas);
  let view = null;
  let drawnWidth = 0;

  const draw = () => {
    const width = Math.floor(canvas.clientWidth);
    if (width === 0) return;
    drawnWidth = width;
    if (view) view.finalize();
    canvas.replaceChildren();
    const whole = {
      $schema: "",
      description: title,
      width,
      autosize: {type: "fit-x", contains: "padding"},
      padding: {left: 2, right: 8, top: 4, bottom: 4},
      config: chartConfig,
      ...spec(width),
    };
    delete whole.$schema;
    whole.signals = [...(whole.signals || []), {name: "chosen", value: selection ? selection.key : null}];
    view = new View(parse(whole, {}, {ast: true}), {
      renderer: "svg",
      container: canvas,
      hover: true,
      expr: expressionInterpreter,
      tooltip: showTooltip,
      logLevel: 2
    });
    if (selection) {
      view.addEventListener("click", (event, item) => {
        if (item && item.datum && item.datum.key !== undefined) selection.toggle(item.datum.key);
      });
    }
    view.run();
    figure.dataset.drawn = "true";
  };

  new ResizeObserver(() => {
    if (Math.floor(canvas.clientWidth) !== drawnWidth) draw();
  }).observe(canvas);
  if (selection)
    selection.listen((key) => {
      if (view) view.signal("chosen", key).run();
    });
  return {figure, draw};
}

// Marks of what is not chosen step back. `strong`, `weak`: values of opacity.
const unlessOtherChosen =
  (strong = 1, weak = 0.25) => [{test: "chosen !== null && datum.key !== chosen", value: weak}, {value: strong}];
