// Collects what a check saw, and prints it: a line a page, then each finding once with the pages and states that show it.
export class Report {
  constructor(check) {
    this.check = check;
    this.pages = new Map();
    this.findings = new Map();
  }

  /** Notes that a page was looked at. */
  page(page, state = "") {
    const states = this.#states(page);
    if (state) states.seen.add(state);
  }

  /** Notes a figure that is no finding. */
  note(page, text) {
    this.#states(page).notes.push(text);
  }

  /** Notes a fault: the rule it breaks, where, and what would be right. */
  finding(page, state, rule, element, message) {
    this.#states(page).faults += 1;
    const key = [rule, shorten(element), message].join("\n");
    if (!this.findings.has(key)) this.findings.set(key, { rule, element: shorten(element), message, at: [] });
    const at = state ? `${label(page)} (${state})` : label(page);
    const places = this.findings.get(key).at;
    if (!places.includes(at)) places.push(at);
  }

  /** Prints everything, and gives the number of distinct findings. */
  print(seconds) {
    for (const [name, { seen, faults, notes }] of [...this.pages].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const states = seen.size ? ` [${[...seen].join(", ")}]` : "";
      console.log(`${this.check}: ${name}${states}: ${faults ? `${faults} findings` : "ok"}${notes.length ? `; ${notes.join(", ")}` : ""}`);
    }
    for (const { rule, element, message, at } of this.findings.values()) {
      const more = at.length > 4 ? ` and ${at.length - 4} more` : "";
      console.log(`\n${this.check}: ${rule}: ${message}\n  at ${at.slice(0, 4).join(", ")}${more}${element ? `\n  ${element}` : ""}`);
    }
    console.log(`\n${this.check}: ${this.findings.size} findings on ${this.pages.size} pages in ${seconds.toFixed(1)} s`);
    return this.findings.size;
  }

  #states(page) {
    const name = label(page);
    if (!this.pages.has(name)) this.pages.set(name, { seen: new Set(), faults: 0, notes: [] });
    return this.pages.get(name);
  }
}

function label(page) {
  return typeof page === "string" ? page : `${page.site.name}/${page.file} (${page.kind})`;
}

function shorten(text = "") {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 220 ? `${line.slice(0, 220)}…` : line;
}
