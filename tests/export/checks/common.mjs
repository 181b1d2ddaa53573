// What the checks share: the sites they are given, and a list of findings.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const findings = [];

/** The sites named on the command line: their output, and what the archive holds. */
export function sites() {
  return process.argv.slice(2).map((folder) => ({
    public: join(folder, "public"),
    truth: JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")),
  }));
}

/** Notes a finding when something does not hold. */
export function expect(holds, ...what) {
  if (!holds) findings.push(what.join(" "));
}

export function same(actual, expected, ...where) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  expect(a === b, ...where, "is", String(a).slice(0, 300), "instead of", String(b).slice(0, 300));
}

/** Ends the check: says what was looked at, and fails with the findings. */
export function finish(count, what) {
  for (const finding of findings.slice(0, 40)) console.log(finding);
  console.log(`${count} ${what} checked, ${findings.length} findings`);
  process.exitCode = findings.length > 0 || count === 0 ? 1 : 0;
}
