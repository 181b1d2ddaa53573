// node search.mjs MODE SITE [FILE]: the search of a built site, in a real browser. The modes stand below.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";
import { launch } from "./lib/browser.mjs";
import { serve } from "./lib/serve.mjs";

const [mode, root, file] = process.argv.slice(2);
const folder = ["soeg", "search"].find((name) => fs.existsSync(path.join(root, name)));
const faults = [];
const browser = await launch();

/** The search page at an address, and how to ask it. */
async function open(address) {
  const context = await browser.newContext({ locale: "da-DK" });
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(`the script throws: ${error.message}`));
  page.on("console", (message) => faults.push(`the console says: ${message.text()}`));
  await page.goto(`${address}${folder}/index.html`);
  return { page, ask: (query, all = false) => page.evaluate(ask, [query, all]), close: () => context.close() };
}

/** Types a query, sends it, and gives what is shown once all is there; runs in the page. */
async function ask([query, all]) {
  const found = document.getElementById("found"), more = document.getElementById("more");
  const settled = (done) => new Promise((resolve, reject) => {
    const end = setTimeout(() => reject(new Error("no answer within ten seconds")), 10000);
    const look = () => (done() ? (clearTimeout(end), resolve()) : setTimeout(look, 2));
    look();
  });
  document.getElementById("q").value = query;
  document.getElementById("search").requestSubmit();
  await settled(() => found.hidden || found.ariaBusy === "false");
  const shown = () => (found.hidden ? [] : [...document.querySelectorAll("#hits > li")]);
  while (all && !found.hidden && !more.hidden) {
    const count = shown().length;
    more.click();
    await settled(() => shown().length > count || more.hidden);
  }
  return {
    status: document.getElementById("status").textContent,
    near: document.getElementById("near").hidden ? "" : document.getElementById("near").textContent,
    hits: shown().map((hit) => ({
      address: hit.querySelector("a").getAttribute("href").replace(/^\.\.\//, "").split(":~:")[0],
      title: hit.querySelector("a").textContent,
      about: hit.querySelector("p")?.textContent ?? "",
      elements: [...new Set([...hit.querySelectorAll("*")].map((element) => element.localName))].join(" "),
    })),
  };
}

/** The items a label stands for: itself, or all treatments of a case. */
function answers(label) {
  if (label.includes("#")) return [label];
  const page = fs.readFileSync(path.join(root, "sager", `${label.replace("/", "-")}.html`), "utf8");
  const treated = page.slice(page.indexOf('class="course"'), page.indexOf("</ol>", page.indexOf('class="course"')));
  return [...treated.matchAll(/<h3>[^]*?href="\.\.\/([^"]+#punkt-[^"]+)"/g)].map(([, address]) => address);
}

const modes = {
  /** The first hit of each query, and its title where one is given, from disk, at a root and under a path. */
  async pairs() {
    const lines = fs.readFileSync(file, "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
    const pairs = lines.map((line) => line.split(" | "));
    const [atRoot, underPath] = [await serve(root), await serve(root, { prefix: "/under/sti/" })];
    for (const address of [pathToFileURL(root).href + "/", atRoot.address, underPath.address]) {
      const { page, ask, close } = await open(address);
      const none = await page.evaluate(() => document.getElementById("found").dataset.none);
      for (const [query, expected, title] of pairs) {
        const { hits, status } = await ask(query);
        const first = hits[0]?.address ?? "-";
        if (first !== expected) faults.push(`${query}: ${first} where ${expected} is expected (${status})`);
        if (title && hits[0]?.title !== title) faults.push(`${query}: called ${hits[0]?.title} instead of ${title}`);
        if (expected === "-" && status !== none) faults.push(`${query}: ${JSON.stringify(status)} where ${JSON.stringify(none)} is expected`);
      }
      await close();
    }
    atRoot.close();
    underPath.close();
    return `${pairs.length} queries, ${pairs.filter(([, expected]) => expected === "-").length} of them for nothing`;
  },

  /** Every query finds its item, among whatever else. FILE holds pairs of query and address as JSON. */
  async words() {
    const pairs = JSON.parse(fs.readFileSync(file, "utf8"));
    const { ask, close } = await open(pathToFileURL(root).href + "/");
    for (const [query, address] of pairs) {
      const { hits } = await ask(query, true);
      if (!hits.some((hit) => hit.address === address)) faults.push(`${JSON.stringify(query)} does not find ${address}`);
    }
    await close();
    return `${pairs.length} queries`;
  },

  /** Dates are written as on the pages, and found in every way the language has to write them. FILE is a word that is found. */
  async dates() {
    const { page: asked, ask, close } = await open(pathToFileURL(root).href + "/");
    const { hits } = await ask(file, true);
    if (!hits.length) faults.push(`${file} finds nothing`);
    const locales = (await asked.evaluate(() => document.documentElement.lang)) === "da" ? ["da-DK"] : ["en-GB", "en-US"];
    for (const address of new Set(hits.map((hit) => hit.address.split("#")[0]))) {
      const [year, month, day] = address.match(/\d{4}-\d\d-\d\d/)[0].split("-");
      const written = locales.flatMap((locale) => ["long", "full"].map((dateStyle) => new Intl.DateTimeFormat(locale, { dateStyle, timeZone: "UTC" }).format(new Date(Date.UTC(year, month - 1, day)))));
      const articles = fs.readFileSync(path.join(root, address), "utf8").split('<article id="').slice(1);
      // Of a closed item there may be nothing to search.
      const items = articles.filter((article) => !article.includes('class="tag closed"')).length;
      for (const query of [...written, written[0].toUpperCase(), `${day}-${month}-${year}`, `${+day}.${+month}.${year}`, `${+day}/${+month}/${year}`, `${year}-${month}-${day}`]) {
        const { hits } = await ask(query, true), found = hits.filter((hit) => hit.address.startsWith(`${address}#`)).length;
        if (found < items) faults.push(`${query} finds ${found} of the ${items} items of ${address}`);
      }
    }
    for (const { address, about } of hits) {
      const page = fs.readFileSync(path.join(root, address.split("#")[0]), "utf8").replace(/<[^>]+>/g, "");
      const date = about.split(" · ").find((part) => /^\S*\d.*\d{4}$|^\p{L}+ \d+, \d{4}$/u.test(part));
      if (!date || !page.includes(date)) faults.push(`${address} doesn't say ${date} (${about})`);
    }
    await close();
    return `${hits.length} hits`;
  },

  /** No string makes the script throw. */
  async strings() {
    const { ask, close } = await open(pathToFileURL(root).href + "/");
    let seed = 1;
    const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
    const pieces = ['"', "-", "--", '""', " ", "\u00a0", "*", "+", "~", "=", "#", "%", "\\", "/", "(", "[", "{", "^", "$", ".", "æ", "Å", "a\u030a", "\u0301", "İ", "ß", "ς", "𝒳", "\ud800", "\u2028", "\u202e", "日本", "0", "24/1107", "17-", "skole", "__proto__", "constructor", "<b>", "&lt;", "null", "\u{10ffff}", "e", "x".repeat(300)];
    for (let count = 0; count < 400; count++) {
      const query = Array.from({ length: 1 + random(6) }, () => pieces[random(pieces.length)]).join(random(2) ? "" : " ");
      await ask(query).catch((error) => faults.push(`${JSON.stringify(query)}: ${error.message}`));
    }
    await close();
    return "400 strings";
  },

  /** Titles that are code are shown as text, in hits and suggestions. */
  async hostile() {
    const { ask, close } = await open(pathToFileURL(root).href + "/");
    const { hits } = await ask("fjendtlig", true);
    const titles = hits.map((hit) => hit.title).sort();
    const wanted = JSON.parse(fs.readFileSync(file, "utf8")).sort();
    if (JSON.stringify(titles) !== JSON.stringify(wanted)) faults.push(`titles are ${JSON.stringify(titles)} where ${JSON.stringify(wanted)} is expected`);
    for (const { elements } of hits) if (!/^(h3|a|mark|p| )+$/.test(elements)) faults.push(`a title became elements: ${elements}`);
    const { near } = await ask("<b> fjendlig <img/src=x>");
    if (!near.includes("<b> fjendtlig <img/src=x>")) faults.push(`no suggestion for a slip: ${near}`);
    await close();
    return `${hits.length} titles`;
  },

  /** What queries cost: files, bytes, bytes compressed, and the time from the last file to the first hits. FILE holds a query a line. */
  async measure() {
    const data = path.join(root, folder, "data"), size = (name) => fs.statSync(path.join(data, name)).size;
    const names = fs.readdirSync(data);
    console.log(`index: ${names.length} files, ${names.reduce((sum, name) => sum + size(name), 0)} bytes`);
    const { address, close: stop } = await serve(root);
    const queries = fs.readFileSync(file, "utf8").split("\n").filter(Boolean);
    for (const query of queries) {
      const { page, ask, close } = await open(address);
      await page.waitForLoadState("networkidle");
      await page.evaluate(() => {
        performance.clearResourceTimings();
        const found = document.getElementById("found");
        new MutationObserver(() => (window.shownAt = found.ariaBusy === "false" ? performance.now() : 0)).observe(found, { attributeFilter: ["aria-busy"] });
      });
      const { hits } = await ask(query);
      const { files, late } = await page.evaluate(() => {
        const parts = performance.getEntriesByType("resource");
        return { files: parts.map((part) => new URL(part.name).pathname.split("/").pop()), late: window.shownAt - Math.max(...parts.map((part) => part.responseEnd)) };
      });
      const [bytes, gzipped] = files.map((name) => fs.readFileSync(path.join(data, name))).reduce(([a, b], text) => [a + text.length, b + zlib.gzipSync(text).length], [0, 0]);
      console.log(`${query}: ${hits.length} hits shown ${late.toFixed(0)} ms after the last of ${files.length} files, ${bytes} bytes, ${gzipped} gzipped`);
      await close();
    }
    stop();
    return `${queries.length} queries`;
  },

  /** How well labelled queries are answered: recall among the first ten, and the mean of one over the first right hit's place. */
  async quality() {
    const lines = fs.readFileSync(file, "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
    const { ask, close } = await open(pathToFileURL(root).href + "/");
    let [recall, reciprocal] = [0, 0];
    for (const line of lines) {
      const [query, labels] = line.split(" | "), right = new Set(labels.split(" ").flatMap(answers));
      const places = (await ask(query, true)).hits.map((hit) => hit.address).filter((address) => !/^(sager|cases)\//.test(address));
      const among = places.slice(0, 10).filter((address) => right.has(address)).length / Math.min(10, right.size);
      const first = places.findIndex((address) => right.has(address)) + 1;
      recall += among / lines.length;
      reciprocal += (first ? 1 / first : 0) / lines.length;
      if (among < 1 || first !== 1) console.log(`${query}: ${among.toFixed(2)} of them, the first at ${first}`);
    }
    await close();
    if (recall < 0.8 || reciprocal < 0.9) faults.push(`recall ${recall.toFixed(3)} and mean reciprocal rank ${reciprocal.toFixed(3)} are to be 0.8 and 0.9`);
    return `${lines.length} queries, recall at 10 ${recall.toFixed(3)}, mean reciprocal rank ${reciprocal.toFixed(3)}`;
  },

  /** The address holds the query and the filters; back and forward lead through them; each page of hits is in reach of the keyboard. */
  async history() {
    const { address, close: stop } = await serve(root, { prefix: "/under/sti/" });
    for (const place of [pathToFileURL(root).href + "/", address]) {
      const { page, ask, close } = await open(place);
      const expect = async (what, query, filter, first) => {
        await page.waitForFunction(() => document.getElementById("found").ariaBusy === "false" || document.getElementById("found").hidden);
        const seen = await page.evaluate(() => ({
          query: document.getElementById("q").value,
          year: document.getElementById("year").value,
          shown: document.getElementById("found").hidden ? "" : document.querySelector("#hits a")?.getAttribute("href") ?? "-",
          asked: new URLSearchParams(location.search).get("q") ?? "",
        }));
        const fits = seen.query === query && seen.asked === query && seen.year === filter && seen.shown.includes(first);
        if (!fits) faults.push(`${what}: ${JSON.stringify(seen)} where ${JSON.stringify([query, filter, first])} is expected`);
      };
      await ask("skole");
      await expect("asked", "skole", "", "2026-01-27");
      await page.selectOption("#year", "2024");
      await page.waitForFunction(() => location.search.includes("2024"));
      await expect("filtered by year", "skole", "2024", "2024");
      await ask("cykelsti");
      await expect("asked again", "cykelsti", "2024", "2024");
      await page.goBack();
      await expect("back", "skole", "2024", "2024");
      await page.goBack();
      await expect("back twice", "skole", "", "2026-01-27");
      await page.goForward();
      await expect("forward", "skole", "2024", "2024");
      await page.goto(`${place}${folder}/index.html?q=havnebad&organization=Byr%C3%A5det&outcome=rejected`);
      await expect("a link with filters", "havnebad", "", "");
      const { hits } = await page.evaluate(() => ({ hits: [...document.querySelectorAll("#hits a")].map((link) => link.getAttribute("href")) }));
      if (!hits.every((href) => href.startsWith("../byraadet/"))) faults.push(`the filter for a body lets through ${hits}`);
      await page.goto(`${place}${folder}/index.html?organization=%C3%86ldrer%C3%A5det`);
      await expect("a filter alone", "", "", "../aeldreraadet/");
      await page.goto(`${place}${folder}/index.html`);
      await page.focus("#q");
      await page.keyboard.type("halding");
      await page.waitForFunction(() => location.search.includes("halding") && document.querySelectorAll("#hits > li").length > 0);
      await expect("typed", "halding", "", "#punkt-");
      const count = await page.locator("#hits > li").count();
      await page.focus("#more");
      await page.keyboard.press("Enter");
      await page.waitForFunction((count) => document.querySelectorAll("#hits > li").length > count, count);
      const focused = await page.evaluate((count) => document.activeElement === document.querySelectorAll("#hits a")[count], count);
      if (!focused) faults.push("more hits: the focus isn't on the first of them");
      await close();
    }
    stop();
    return "two places";
  },

  /** What is shown after a search is as accessible as any page. */
  async accessible() {
    const axe = fs.readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
    let states = 0;
    for (const options of [{}, { colorScheme: "dark" }, { viewport: { width: 320, height: 640 } }]) {
      const context = await browser.newContext({ bypassCSP: true, locale: "da-DK", ...options });
      const page = await context.newPage();
      await page.goto(`${pathToFileURL(root).href}/${folder}/index.html`);
      await page.addScriptTag({ content: axe });
      for (const query of ["skole", "24/1107", "skolestruktrr", "xyzzy"]) {
        await page.evaluate(ask, [query, false]);
        const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        for (const { id, nodes } of violations) faults.push(`${query}: ${id}: ${nodes[0].html}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        if (wide) faults.push(`${query}: the page is wider than its window`);
        states++;
      }
      await context.close();
    }
    return `${states} states`;
  },

  /** Files of another build, and files that are missing, are noticed. */
  async stale() {
    const data = path.join(root, folder, "data");
    for (const [name, spoil, message] of [
      ["index.js", (text) => text.replace(/"[0-9a-f]{6}"/, '"000000"'), "stale"],
      ["w0.js", (text) => text.replace(/"[0-9a-f]{6}"/, '"000000"'), "stale"],
      ["d0.js", (text) => text.slice(0, text.length / 2), "stale"],
      ["w0.js", null, "failed"],
    ]) {
      const target = path.join(data, name), kept = fs.readFileSync(target, "utf8");
      fs.rmSync(target);
      if (spoil) fs.writeFileSync(target, spoil(kept));
      const seen = faults.length;
      const { page, ask, close } = await open(pathToFileURL(root).href + "/");
      const { status, hits } = await ask("skole");
      const expected = await page.evaluate((message) => document.getElementById("found").dataset[message], message);
      await close();
      // A file that is missing or torn is a message of the browser too.
      faults.length = seen;
      if (status !== expected || hits.length) faults.push(`${name} ${message}: the page says ${JSON.stringify(status)}`);
      fs.rmSync(target, { force: true });
      fs.writeFileSync(target, kept);
    }
    return "4 faults";
  },
};

try {
  const seen = await modes[mode]();
  console.log([...new Set(faults)].join("\n"));
  console.log(`search ${mode}: ${seen}, ${faults.length} faults`);
  process.exitCode = faults.length ? 1 : 0;
} finally {
  await browser.close();
}
