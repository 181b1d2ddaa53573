// node run.mjs CHECK… --site DIR [--site DIR …]: runs checks over built sites; a line per page and check, then the findings.
import fs from "node:fs";
import { launch } from "./lib/browser.mjs";
import { Report } from "./lib/report.mjs";
import { Site } from "./lib/site.mjs";

const folder = new URL("checks/", import.meta.url);
const known = fs.readdirSync(folder).map((file) => file.replace(".mjs", "")).sort();
const checks = [];
const sites = [];
const rest = process.argv.slice(2);
while (rest.length) {
  const word = rest.shift();
  if (word === "--site") sites.push(rest.shift());
  else checks.push(word);
}
const unknown = checks.find((check) => !known.includes(check));
if (unknown || !sites.length) {
  console.error(`usage: node run.mjs [CHECK…] --site DIR [--site DIR …]\nchecks: ${known.join(" ")}${unknown ? `\nno check is called ${unknown}` : ""}`);
  process.exit(2);
}

// A browser lets a tool wait for its next frame at every step, so sites are checked side by side.
const AT_ONCE = 2;

// 0: all is well, 1: findings, 2: a check couldn't run.
let findings = 0;
let browser;
try {
  browser = await launch();
  for (const name of checks.length ? checks : known) {
    const { default: check } = await import(new URL(`${name}.mjs`, folder));
    const began = performance.now();
    const report = new Report(name);
    const queue = sites.map((root) => new Site(root));
    const work = async () => {
      while (queue.length) await check({ site: queue.shift(), browser, report });
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    findings += report.print((performance.now() - began) / 1000);
  }
  process.exitCode = findings ? 1 : 0;
} catch (error) {
  console.error(error);
  process.exitCode = 2;
} finally {
  await browser?.close();
}
