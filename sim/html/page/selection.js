// SPDX-License-Identifier: Apache-2.0
// One thing (a layer, a design point) is chosen at a time, in all charts and tables of the page that show it.
class Selection {
  constructor() {
    this.key = null;
    this.listeners = [];
  }

  // Called with the key or null, at once and after every change.
  listen(listener) {
    this.listeners.push(listener);
    listener(this.key);
  }

  choose(key) {
    if (key === this.key) return;
    this.key = key;
    for (const listener of this.listeners) listener(key);
  }

  toggle(key) { this.choose(key === this.key ? null : key); }
}
