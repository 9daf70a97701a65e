// SPDX-License-Identifier: Apache-2.0
// A sweep: data "explore" is what sim/html/explore_data.h says of its results.
const frontKinds = {
  confirmed: {name: "on the front, confirmed on the RTL", shape: "diamond", color: "var(--kind-3)"},
  front: {name: "on the front", shape: "circle", color: "var(--kind-1)"},
  other: {name: "feasible", shape: "circle", color: "var(--idle)"},
};

const objectiveName = ({figure, unit}) =>
  (unit === "1" || figure.endsWith(`_${unit}`) || figure === unit ? figure : `${figure} (${unit})`);
const figureText = (value) => (Number.isInteger(value) ? grouped(value) : rounded(value));

// "array.rows 16, array.cols 8": what varies in the sweep.
const pointText = (sweep, point) =>
  sweep.parameters.filter(({values}) => values.length > 1).map(({key}) => `${key} ${point.parameters[key]}`).join(", ");

function paretoChart(sweep, view, x, y, selection) {
  const front = view.front.map((point) => {
    const kind = point.confirmed ? "confirmed" : "front";
    return {
      key: point.point,
      x: point.objectives[x],
      y: point.objectives[y],
      ...frontKinds[kind],
      text: `point ${point.point}: ${objectiveName(sweep.objectives[x])} ${figureText(point.objectives[x])}, ${
        objectiveName(sweep.objectives[y])} ${figureText(point.objectives[y])}; ${pointText(sweep, point)}`
    };
  });
  const others = view.others.map(
    ([point, ...values]) =>
      ({x: values[x], y: values[y], text: `point ${point}: ${figureText(values[x])}, ${figureText(values[y])}`}));
  const scaleOf = (field) => {
    const values = [...front, ...others].map((point) => point[field]);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    // Far apart: orders of magnitude are what can be seen.
    return least > 0 && most / least > 20 ? {type: "log", domain: [least / 1.15, most * 1.15]} : {
      type: "linear",
      domain: [least - 0.04 * (most - least || most || 1), most + 0.04 * (most - least || most || 1)]
    };
  };
  const [across, up] = [scaleOf("x"), scaleOf("y")];
  const axisName = (at, scale) => `${objectiveName(sweep.objectives[at])}${
    sweep.objectives[at].goal === "maximize" ? ", more is better" : ""}${scale.type === "log" ? " (log)" : ""}`;
  return chart({
    id: "pareto-chart",
    title: `Feasible points of ${view.name}: ${objectiveName(sweep.objectives[y])} over ${
      objectiveName(sweep.objectives[x])}. The table below holds those on the front.`,
    selection,
    spec: (width) => ({
      height: narrow(width) ? 300 : 420,
      data: [{name: "others", values: others}, {name: "front", values: front}],
      scales: [
        {name: "x", range: "width", nice: false, zero: false, ...across},
        {name: "y", range: "height", nice: false, zero: false, ...up}
      ],
      axes: [
        {
          orient: "bottom",
          scale: "x",
          title: axisName(x, across),
          grid: true,
          tickCount: narrow(width) ? 3 : 8,
          format: ",~r"
        },
        {orient: "left", scale: "y", title: axisName(y, up), grid: true, tickCount: 6, format: ",~r"}
      ],
      marks: [
        {
          type: "symbol",
          name: "others-marks",
          from: {data: "others"},
          aria: false,
          encode: {
            enter: {
              x: {scale: "x", field: "x"},
              y: {scale: "y", field: "y"},
              size: {value: 18},
              fill: {value: "var(--idle)"},
              fillOpacity: {value: 0.7},
              tooltip: {field: "text"}
            }
          }
        },
        {
          type: "symbol",
          name: "front-marks",
          from: {data: "front"},
          encode: {
            enter: {
              x: {scale: "x", field: "x"},
              y: {scale: "y", field: "y"},
              shape: {field: "shape"},
              fill: {field: "color"},
              stroke: {value: paper},
              strokeWidth: {value: 1},
              ...choosable
            },
            update: {
              opacity: unlessOtherChosen(1, 0.45),
              size: [{test: "datum.key === chosen", value: 260}, {value: 80}],
              stroke: [{test: "datum.key === chosen", value: ink}, {value: paper}],
              strokeWidth: [{test: "datum.key === chosen", value: 2}, {value: 1}],
              zindex: [{test: "datum.key === chosen", value: 1}, {value: 0}]
            }
          }
        },
      ],
    })
  });
}

function frontTable(sweep, view, selection) {
  const varying = sweep.parameters.filter(({values}) => values.length > 1);
  const columns = [
    {name: "point", of: (p) => String(p.point)},
    ...sweep.objectives.map(
      (objective, at) => ({name: objectiveName(objective), of: (p) => figureText(p.objectives[at])})),
    ...varying.map(({key}) => ({name: key, of: (p) => String(p.parameters[key])})),
    {name: "confirmed", of: (p) => p.confirmed || "–", text: true},
  ];
  return selectableTable(
    "Points on the front. Arrow keys move, Enter chooses, Escape chooses none.", columns, view.front, selection,
    (p) => p.point);
}

// The chosen point: all its figures, and its hardware description to copy.
function pointDetails(sweep, view, selection) {
  const status = element("p", {class: "details", role: "status"});
  const more = element("div", {});
  selection.listen((key) => {
    const point = view.front.find((one) => one.point === key);
    status.textContent = "No point is chosen.";
    more.replaceChildren();
    if (!point) return;
    const confirmed = point.confirmed ? `; confirmed on ${point.confirmed}` : "";
    status.textContent = `Point ${point.point}: ${pointText(sweep, point)}${confirmed}.`;
    const columns = [
      {name: "figure", of: ([name]) => name, text: true},
      {name: "value", of: ([, value]) => figureText(value)},
      {name: "unit", of: ([name]) => (sweep.figures[name].unit === "1" ? "–" : sweep.figures[name].unit), text: true},
      {name: "definition", of: ([name]) => sweep.figures[name].definition, text: true},
    ];
    more.append(
      ...point.models.map(
        ({model, figures}) => plainTable(`Figures of point ${point.point}, ${model}`, columns, Object.entries(figures))),
      fold(
        "Its hardware description, for --config",
        element("pre", {tabindex: "0"}, JSON.stringify(point.config, null, 2))));
  });
  return element("div", {}, status, more);
}

function paretoSection(sweep) {
  const panel = element("div", {});
  const shown = {view: 0, x: 0, y: Math.min(1, sweep.objectives.length - 1)};
  const show = () => {
    const view = sweep.views[shown.view];
    const selection = new Selection();
    if (view.front.length === 0) {
      panel.replaceChildren(note(`No point is feasible for ${view.name}.`));
      return;
    }
    const left = view.others_total - view.others.length;
    const kinds =
      Object.entries(frontKinds)
        .filter(
          ([kind]) =>
            (kind === "other" ? view.others.length
                              : view.front.some((point) => Boolean(point.confirmed) === (kind === "confirmed"))));
    panel.replaceChildren(
      paragraph(`${grouped(view.front.length + view.others_total)} points are feasible, ${
        grouped(
          view.front.length)} of them on the front: nothing is better in one objective and not worse in another.`),
      left > 0
        ? note(`Of the ${grouped(view.others_total)} others ${grouped(view.others.length)} are drawn, evenly chosen.`)
        : "",
      ...(
        sweep.objectives.length > 1
          ? [legend(kinds.map(([, kind]) => kind)), paretoChart(sweep, view, shown.x, shown.y, selection).figure]
          : []),
      frontTable(sweep, view, selection), pointDetails(sweep, view, selection));
  };
  const select = (name, options, key) => {
    const box = element(
      "select", {}, ...options.map((text, at) => element("option", {value: at, selected: at === shown[key]}, text)));
    box.addEventListener("change", () => {
      shown[key] = Number(box.value);
      show();
    });
    return element("label", {}, `${name} `, box);
  };
  const names = sweep.objectives.map(objectiveName);
  const controls = [
    sweep.views.length > 1 ? select("Model", sweep.views.map((view) => view.name), "view") : null,
    sweep.objectives.length > 2 ? select("Across", names, "x") : null,
    sweep.objectives.length > 2 ? select("Up", names, "y") : null,
  ].filter(Boolean);
  show();
  return section(
    "front", "Pareto front", controls.length ? element("div", {class: "choice"}, ...controls) : null, panel);
}

function constraintText({figure, at_least: least, at_most: most, model}) {
  const bounds = [
    least === undefined ? "" : `≥ ${figureText(least)}`, most === undefined ? "" : `≤ ${figureText(most)}`
  ].filter(Boolean).join(" and ");
  return `${figure} ${bounds}${model ? ` (${model})` : ""}`;
}

const productText = ({scenario, mcu, battery, standby}) =>
  `Product: scenario ${scenario} on ${mcu}, battery ${battery}, standby of the accelerator ${standby}.`;

function explorePage({explore}) {
  const confirmed = explore.views.reduce((sum, view) => sum + view.front.filter((point) => point.confirmed).length, 0);
  const notes = [
    `Objectives: ${explore.objectives.map((one) => `${one.goal} ${one.figure}`).join(", ")}.`,
    explore.constraints.length ? `Constraints: ${explore.constraints.map(constraintText).join(", ")}.`
                               : "No constraints.",
    ...(explore.product ? [productText(explore.product)] : []),
    explore.method === "exhaustive" ? "Every point of the space was evaluated: the front is exact."
                                    : "The space was searched (NSGA-II): the front is the best of what was evaluated."
  ];
  return {
    title: `Sweep ${explore.sweep}`,
    facts: explore.models,
    headlines: headlines([
      {
        name: "Points",
        value: grouped(explore.evaluated_points),
        text: `of ${grouped(explore.space_points)} in the space`
      },
      {name: "Models", value: grouped(explore.models.length)},
      ...explore.views.map((view) => ({
                             name: `Front of ${view.name}`,
                             value: grouped(view.front.length),
                             text: `of ${grouped(view.front.length + view.others_total)} feasible`
                           })),
      {name: "Confirmed", value: grouped(confirmed), text: "on the RTL"}
    ]),
    notes: element("ul", {class: "notes"}, ...notes.map((text) => element("li", {}, text))),
    sections: [
      paretoSection(explore),
      section(
        "space", "Space",
        plainTable(
          "Parameters of the sweep",
          [
            {name: "key", of: (p) => p.key, text: true}, {name: "values", of: (p) => p.values.join(", "), text: true},
            {name: "the same for", of: (p) => (p.same || []).join(", ") || "–", text: true}
          ],
          explore.parameters)),
    ],
  };
}
