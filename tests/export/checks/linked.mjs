// JSON-LD of the pages and the catalogue, expanded by jsonld.js with a context of our own: nothing is fetched.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import jsonld from "jsonld";
import { expect, finish, same, sites } from "./common.mjs";

const context = JSON.parse(readFileSync(new URL("../schema-org.json", import.meta.url), "utf8"));
const documentLoader = (url) => {
  expect(url.replace(/\/$/, "") === "https://schema.org", "a context is asked for at", url);
  return { contextUrl: null, documentUrl: url, document: context };
};

let count = 0;
for (const { public: folder, truth } of sites()) {
  for (const path of readdirSync(folder, { recursive: true }).filter((path) => path.endsWith(".html"))) {
    const html = readFileSync(join(folder, path), "utf8");
    for (const [, text] of html.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)) {
      const document = JSON.parse(text);
      const expanded = await jsonld.expand(document, { documentLoader, base: truth.base, safe: true });
      same(expanded.length, document["@graph"].length, path, "things");
      count += 1;
    }
  }
  const catalog = JSON.parse(readFileSync(join(folder, "data/catalog.jsonld"), "utf8"));
  const expanded = await jsonld.expand(catalog, { documentLoader, safe: true });
  same(expanded[0]["@id"], `${truth.base}data/catalog.jsonld`, "the id of the catalogue");
  const triples = await jsonld.toRDF(catalog, { documentLoader, safe: true });
  expect(triples.some(({ predicate }) => predicate.value.endsWith("downloadURL")), "the catalogue has no distribution");
  count += 1;
}
finish(count, "documents");
