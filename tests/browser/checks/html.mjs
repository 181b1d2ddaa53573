// The Nu checker and html-validate on every page: no error, no warning.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { HtmlValidate } from "html-validate";

const JAR = path.join(path.dirname(createRequire(import.meta.url).resolve("vnu-jar/package.json")), "build/dist/vnu.jar");
/**
 * The checker reads files without an origin, so to it no stylesheet is 'self'; and it takes data blocks of JSON-LD for
 * scripts. Browsers do neither: offline.mjs sees that no page logs a violation of its policy.
 */
function falseAlarm(message, extract = "") {
  return (
    /^Resource violates Content Security Policy \(meta tag\): external (stylesheet|script) .* blocked by .(style|script)-src. directive\.$/.test(message) ||
    (/^Inline script violates Content Security Policy \(meta tag\)/.test(message) && extract.includes('<script type="application/ld+json">'))
  );
}

const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:standard", "html-validate:a11y"],
  rules: { "no-trailing-whitespace": "off", "doctype-style": "off" },
});

export default async function html({ site, report }) {
  nu(site, report);
  for (const page of site.pages) {
    report.page(page);
    const result = await validator.validateString(page.html, page.file);
    for (const { ruleId, message, line, selector } of result.results.flatMap(({ messages }) => messages)) {
      report.finding(page, "", `html-validate ${ruleId}`, selector ?? source(page, line), message);
    }
  }
}

function nu(site, report) {
  const files = site.pages.map((page) => path.join(site.root, page.file));
  const java = spawnSync("java", ["-Xss2m", "-XX:TieredStopAtLevel=1", "-jar", JAR, "--format", "json", "--stdout", "--exit-zero-always", ...files], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (java.error || java.status !== 0) throw new Error(`the Nu checker didn't run: ${java.error ?? java.stderr}`);
  for (const { url, message, extract, lastLine } of JSON.parse(java.stdout).messages) {
    if (falseAlarm(message, extract)) continue;
    const file = decodeURIComponent(url ?? "").replace(/^file:(\/\/)?/, "");
    const page = site.pages.find((page) => path.join(site.root, page.file) === file);
    report.finding(page ?? file, "", "vnu", extract ?? source(page, lastLine), message);
  }
}

function source(page, line) {
  return page?.html.split("\n")[line - 1] ?? "";
}
