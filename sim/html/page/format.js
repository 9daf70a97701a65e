// SPDX-License-Identifier: Apache-2.0
// Numbers as text. All take a number or null; null becomes a dash.
const numberFormat = new Intl.NumberFormat("en-US");

const known = (value, text) => (value === null || value === undefined ? "–" : text(value));
const grouped = (value) => known(value, (n) => numberFormat.format(n));
const fixed = (value, digits) =>
  known(value, (n) => n.toLocaleString("en-US", {minimumFractionDigits: digits, maximumFractionDigits: digits}));
const percent = (share, digits = 1) => known(share, (n) => `${fixed(100 * n, digits)} %`);
const ratio = (value, bound) => (bound > 0 && value !== null ? fixed(value / bound, 2) : "–");
// Three digits that count.
const rounded = (value) => known(value, (n) => n.toLocaleString("en-US", {maximumSignificantDigits: 3}));
// Nothing smaller than a byte, whole KiB where they are.
const kibibytes = (bytes) =>
  known(bytes, (n) => (n % 1024 === 0 ? `${grouped(n / 1024)} KiB` : `${fixed(n / 1024, 1)} KiB`));
const hexadecimal = (value) => `0x${value.toString(16).padStart(5, "0")}`;

// "wait_vec 120, drain 36": the largest first.
function largestFirst(byName) {
  return Object.entries(byName)
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
    .map(([name, value]) => `${name} ${grouped(value)}`)
    .join(", ");
}
