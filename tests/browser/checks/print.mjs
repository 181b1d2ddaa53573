// On paper: a tagged PDF without navigation, no heading last on a page, no table or line of code cut off, and the addresses of
// attachments written out.
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { context, inTabs } from "../lib/browser.mjs";

export default async function print({ site, browser, report }) {
  const longest = site.longest();
  const pages = site.samples().filter((page) => page.kind === "meeting" || (longest.includes(page) && page.kind !== "redirect"));
  const tabs = await context(browser, site);
  await inTabs(tabs, pages, async (tab, page) => {
    await tab.goto(page.address);
    await tab.emulateMedia({ media: "print" });
    report.page(page);
    const fault = (rule, element, message) => report.finding(page, "print", rule, element, message);
    if (page.kind === "meeting") {
      const shown = await tab.evaluate(() => [...document.querySelectorAll("header nav, .breadcrumb, .skip, .pager, .follow")].filter((e) => e.checkVisibility()).map((e) => e.outerHTML));
      shown.forEach((element) => fault("navigation", element, "is printed"));
    }
    const colours = await tab.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      return ["--accent", "--bar", "--deep", "--hair", "--line", "--link"].map((name) => `${name}: ${style.getPropertyValue(name).trim()}`);
    });
    colours.filter((colour) => !/: #(.)\1\1$|: #(..)\2\2$/.test(colour)).forEach((colour) => fault("colour", colour, "isn't a grey on paper"));
    const files = await tab.evaluate(() => [...document.querySelectorAll("main a[href]")].filter((link) => link.checkVisibility()).map((link) => link.href));
    const cells = await tab.evaluate(() => [...document.querySelectorAll("main th, main td, main pre")].filter((e) => e.checkVisibility() && !e.querySelector(".hidden")).map((e) => e.textContent));
    const pdf = await tab.pdf({ format: "A4", tagged: true, outline: true });
    await tab.emulateMedia({ media: null });
    const root = page.address.slice(0, -page.file.length);
    const attachments = files.filter((file) => file.startsWith(root) && !/\.html(#|$)/.test(file)).map((file) => site.base && site.base + file.slice(root.length));
    await read(pdf, page.kind === "meeting" ? attachments.filter(Boolean) : [], cells, fault, (text) => report.note(page, text));
  });
  await tabs.close();
}

// The margin of the style sheet, in points.
const MARGIN = (2 / 2.54) * 72;

async function read(pdf, attachments, cells, fault, note) {
  const document = await getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;
  if (!(await document.getMarkInfo())?.Marked) fault("tagged", "", "the PDF isn't tagged");
  let whole = "";
  for (let number = 1; number <= document.numPages; number += 1) {
    const sheet = await document.getPage(number);
    const headings = new Set();
    collect(await sheet.getStructTree(), headings);
    const { items } = await sheet.getTextContent({ includeMarkedContent: true });
    const marks = [];
    let lowest = null;
    for (const item of items) {
      if (item.type?.startsWith("beginMarkedContent")) marks.push(item.id);
      else if (item.type === "endMarkedContent") marks.pop();
      else if (item.str.trim()) {
        whole += item.str;
        const over = item.transform[4] + item.width - (sheet.view[2] - MARGIN);
        if (over > 1) fault("cut off", item.str, `runs ${Math.round(over)} points into the margin of page ${number}`);
        if (!lowest || item.transform[5] < lowest.y - 1) lowest = { y: item.transform[5], text: item.str, mark: marks.findLast(Boolean) };
      }
    }
    if (number < document.numPages && headings.has(lowest?.mark)) fault("heading", lowest.text, `is last on page ${number}`);
  }
  const plain = whole.replace(/\s+/g, "");
  for (const address of attachments) if (!plain.includes(address) && !plain.includes(decodeURI(address))) fault("attachment", address, "the address isn't on the paper");
  // A line that is broken within a word may have a hyphen there.
  const even = (text) => text.replace(/[\s\u00ad\u2010-]+/g, "");
  const printed = even(whole);
  for (const cell of cells) if (!printed.includes(even(cell))) fault("cut off", cell, "isn't on the paper");
  note(`${document.numPages} A4`);
  await document.destroy();
}

/** Gathers the marks of text that stands in a heading. */
function collect(node, headings, inside = false) {
  if (!node) return;
  if (node.type === "content" && inside) headings.add(node.id);
  for (const child of node.children ?? []) collect(child, headings, inside || /^H[1-6]?$/.test(node.role));
}
