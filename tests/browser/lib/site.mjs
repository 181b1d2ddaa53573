// What a built site holds: its pages, the kind of each, and a choice of pages that shows everything the site can show.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

export class Site {
  constructor(root) {
    this.root = fs.realpathSync(root);
    this.name = path.basename(path.dirname(this.root));
    this.files = list(this.root);
    this.pages = this.files
      .filter((file) => file.endsWith(".html"))
      .map((file) => ({ file, html: fs.readFileSync(path.join(this.root, file), "utf8") }));
    const home = this.pages.find((page) => page.file === "index.html").html;
    /** Where the site will stand: given by home's canonical address. */
    this.base = home.match(/<link rel="canonical" href="([^"]*)index\.html"/)?.[1];
    for (const page of this.pages) {
      page.site = this;
      page.address = pathToFileURL(path.join(this.root, page.file)).href;
      page.scripts = /<script(?![^>]*ld\+json)/.test(page.html);
      page.bytes = Buffer.byteLength(page.html);
      page.kind = kind(page.html);
    }
  }

  /** Of each kind the longest page. */
  longest() {
    const chosen = new Map();
    for (const page of this.pages) {
      const known = chosen.get(page.kind);
      if (!known || page.bytes > known.bytes) chosen.set(page.kind, page);
    }
    return [...chosen.values()];
  }

  /**
   * Of each kind the longest page, and further pages until every element, class and attribute that a kind of page
   * uses anywhere is shown by one of them: the cancelled meeting, the one with corrections, the one with a table.
   */
  samples() {
    const chosen = this.longest();
    const seen = new Set(chosen.flatMap((page) => [...features(page)]));
    for (;;) {
      let best = null;
      for (const page of this.pages) {
        const fresh = [...features(page)].filter((feature) => !seen.has(feature));
        if (fresh.length && (!best || fresh.length > best.fresh.length)) best = { page, fresh };
      }
      if (!best) return chosen;
      chosen.push(best.page);
      best.fresh.forEach((feature) => seen.add(feature));
    }
  }
}

/** The kind of a page: the theme writes it as the class of its body. */
function kind(html) {
  if (/<meta[^>]+http-equiv="?refresh/i.test(html)) return "redirect";
  return html.match(/<body[^>]*\sclass="([^"]+)"/)?.[1] ?? "unknown";
}

function features(page) {
  if (page.features) return page.features;
  page.features = new Set();
  const body = page.html.slice(page.html.indexOf("<body")).replace(/<!--[^]*?-->|<script[^]*?<\/script>/g, "");
  for (const [, tag, attributes] of body.matchAll(/<([a-z][a-z0-9-]*)((?:\s+[^\s=>]+(?:="[^"]*"|=[^\s">]+)?)*)\s*\/?>/g)) {
    page.features.add(`${page.kind} ${tag}`);
    for (const [, name, value = ""] of attributes.matchAll(/([^\s=]+)(?:="?([^"]*)"?)?/g)) {
      page.features.add(`${page.kind} ${tag}[${name}]`);
      if (name === "class") value.split(/\s+/).forEach((word) => page.features.add(`${page.kind} ${tag}.${word}`));
    }
  }
  return page.features;
}

function list(root, below = "") {
  return fs
    .readdirSync(path.join(root, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = below ? `${below}/${entry.name}` : entry.name;
      return entry.isDirectory() ? list(root, name) : [name];
    });
}
