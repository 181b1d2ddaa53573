// From disk and under a path: no request outside the site, nothing in the console, nothing stored, the same without scripts.
import { context, inTabs } from "../lib/browser.mjs";
import { serve } from "../lib/serve.mjs";

export default async function offline({ site, browser, report }) {
  const seen = new Map();
  await fromDisk(site, browser, report, seen);
  await underPath(site, browser, report, seen);
  await withoutScripts(site, browser, report);
}

/** Every page, opened by double-click, under the policy it brings along. */
async function fromDisk(site, browser, report, seen) {
  const tabs = await context(browser, site, { bypassCSP: false });
  const below = new URL("./", site.pages.find((page) => page.file === "index.html").address).href;
  // The page of a missing address is shown at any depth, so with `base_url` its addresses are whole: it isn't for the disk.
  const pages = site.pages.filter((page) => page.kind !== "redirect" && !(page.kind === "not-found" && site.base));
  await inTabs(tabs, pages, async (tab, page) => {
    report.page(page, "from disk");
    const fault = (rule, element, message) => report.finding(page, "from disk", rule, element, message);
    const stop = listen(tab, {
      request: (address) => address.startsWith(below) || address.startsWith("data:") || fault("request", address, "a request outside the site"),
      said: (text) => fault("console", text, "a message in the console"),
    });
    await tab.goto(page.address);
    const { stored, styled, unsafe } = await tab.evaluate(look);
    seen.set(page.file, { page, ...(await tab.evaluate(points)) });
    stop();
    if (stored) fault("storage", "", "the page stores something in the browser");
    if (!styled) fault("styles", "", "the stylesheet doesn't work");
    unsafe.forEach(([element, message]) => fault("policy", element, message));
  });
  if ((await tabs.cookies()).length) report.finding(site.pages[0], "from disk", "storage", "", "a page sets a cookie");
  await tabs.close();
}

/** Pages that show everything there is in a browser, and every link of every page, with the site below a path of a web hotel. */
async function underPath(site, browser, report, seen) {
  const server = await serve(site.root, { prefix: "/under/sti/" });
  const tabs = await context(browser, site, { bypassCSP: false });
  await inTabs(tabs, site.samples().filter((page) => page.kind !== "redirect"), async (tab, page) => {
    report.page(page, "under a path");
    const fault = (rule, element, message) => report.finding(page, "under a path", rule, element, message);
    const stop = listen(tab, { request: () => {}, said: (text) => fault("console", text, "a message in the console") });
    // With `base_url` the page of a missing address has whole addresses, and is right only there.
    await tab.goto((page.kind === "not-found" && site.base ? site.base : server.address) + page.file);
    const found = await tab.evaluate(points);
    stop();
    if (!seen.has(page.file)) seen.set(page.file, { page, ...found });
  });
  await tabs.close();
  server.close();
  for (const found of seen.values()) for (const link of found.links) link[0] = new URL(link[0], server.address + found.page.file).href;

  for (const { page, links } of seen.values()) {
    for (const [address, element, isLink] of links) {
      const fault = (message) => report.finding(page, "under a path", "link", element, message);
      const own = site.base && address.startsWith(site.base) ? server.address + address.slice(site.base.length) : address;
      const { origin, pathname, hash, protocol } = new URL(own);
      if (protocol !== "http:" || origin !== new URL(server.address).origin) {
        if (!isLink && !/^data:/.test(own)) fault("fetches from outside the site");
        continue;
      }
      if (!pathname.startsWith("/under/sti/")) {
        fault("leaves the path of the site");
        continue;
      }
      const file = decodeURIComponent(pathname.slice("/under/sti/".length));
      if (!site.files.includes(file)) fault(file === "" || file.endsWith("/") ? "names a folder: from disk that opens a listing" : "goes to a file that isn't there");
      else if (hash && seen.has(file) && !seen.get(file).ids.includes(decodeURIComponent(hash.slice(1)))) fault("goes to a place the page doesn't have");
    }
  }
  within(site, seen, server.address, report);
}

/** Every page and attachment lies within four clicks of home. */
function within(site, seen, address, report) {
  const depth = new Map([["index.html", 0]]);
  const queue = ["index.html"];
  while (queue.length) {
    const file = queue.shift();
    for (const [link, , isLink] of seen.get(file)?.links ?? []) {
      if (!isLink) continue;
      const whole = site.base && link.startsWith(site.base) ? address + link.slice(site.base.length) : link;
      if (!whole.startsWith(address)) continue;
      const target = decodeURIComponent(new URL(whole).pathname.slice("/under/sti/".length));
      if (depth.has(target)) continue;
      depth.set(target, depth.get(file) + 1);
      queue.push(target);
    }
  }
  const reached = new Set([...depth].filter(([, clicks]) => clicks <= 4).map(([file]) => file));
  const pages = site.pages.filter(({ kind }) => kind !== "redirect" && kind !== "not-found").map(({ file }) => file);
  const attachments = site.files.filter((file) => /\/\d{4}\/[^/]+\/[^/]+$/.test(file) && !file.endsWith(".html"));
  for (const file of [...pages, ...attachments]) {
    if (!reached.has(file)) report.finding(site.pages.find((page) => page.file === file) ?? file, "", "four clicks", "", depth.has(file) ? `${depth.get(file)} clicks from home` : "no link from home leads here");
  }
}

/** What a reader sees is the same with scripts off. */
async function withoutScripts(site, browser, report) {
  const on = await context(browser, site);
  const off = await context(browser, site, { javaScriptEnabled: false });
  const scripted = site.longest().filter((page) => page.kind !== "redirect");
  await inTabs(on, scripted, async (tab, page) => {
    report.page(page, "no script");
    const plain = await off.newPage();
    await plain.goto(page.address);
    await tab.goto(page.address);
    const [a, b] = [await tab.innerText("body"), await plain.innerText("body")];
    // A page with scripts must still say something useful without.
    if (page.scripts ? b.length < 80 : a !== b) report.finding(page, "no script", "no script", "", "the page doesn't show its content without scripts");
    await plain.close();
  });
  await on.close();
  await off.close();
}

function listen(tab, { request, said }) {
  const onRequest = (asked) => request(asked.url());
  const onConsole = (message) => said(`${message.type()}: ${message.text()}`);
  const onError = (error) => said(`error: ${error.message}`);
  tab.on("request", onRequest).on("console", onConsole).on("pageerror", onError);
  return () => tab.off("request", onRequest).off("console", onConsole).off("pageerror", onError);
}

/** What a page points to, as it is written, and what can be pointed to in it; runs in the page. */
function points() {
  return {
    links: [...document.querySelectorAll("[href], [src]")].map((e) => [e.getAttribute("href") ?? e.getAttribute("src"), e.outerHTML.slice(0, 160), e.matches("a, area")]),
    ids: [...document.querySelectorAll("[id]")].map((e) => e.id),
  };
}

/** What a page stores, and what a strict policy forbids; runs in the page. */
function look() {
  const unsafe = [];
  const policy = document.querySelector("meta[http-equiv='Content-Security-Policy' i]")?.content ?? "";
  if (!/default-src 'none'/.test(policy) || /unsafe|\*|https?:/.test(policy)) unsafe.push([policy, "no strict content security policy"]);
  for (const element of document.querySelectorAll("*")) {
    const shown = element.outerHTML.slice(0, 200);
    if (element.hasAttribute("style") || element.localName === "style") unsafe.push([shown, "inline style"]);
    if ([...element.attributes].some(({ name }) => name.startsWith("on"))) unsafe.push([shown, "event handler"]);
    if (element.localName === "script" && !element.src && element.type !== "application/ld+json") unsafe.push([shown, "inline script"]);
    if (/^javascript:/i.test(element.getAttribute("href") ?? "")) unsafe.push([shown, "script address"]);
  }
  let stored = document.cookie.length;
  try {
    stored += localStorage.length + sessionStorage.length;
  } catch {
    // a page from disk may have no storage at all
  }
  return { stored, styled: getComputedStyle(document.body).marginTop !== "8px" || getComputedStyle(document.body).maxWidth !== "none", unsafe };
}
