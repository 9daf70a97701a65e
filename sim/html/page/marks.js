// SPDX-License-Identifier: Apache-2.0
// What the marks of several charts have in common.

// Marks of data that can be chosen: what the field `text` says is shown at the pointer and is their name.
const choosable = {tooltip: {field: "text"}, description: {field: "text"}, cursor: {value: "pointer"}};

// A mark that says nothing of its own: nobody can point at it, and those who cannot see the chart do not miss it.
const backdrop = (mark) => ({interactive: false, aria: false, ...mark});

// A text in the chart, or one for each row of the data `from`.
const label = (enter, from = null) =>
  backdrop({type: "text", ...(from ? {from: {data: from}} : {}), encode: {enter}});
