// A static server on 127.0.0.1 that gives a folder under a path, as a web hotel would.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import zlib from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".xml": "application/xml",
  ".atom": "application/atom+xml",
  ".ics": "text/calendar; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".pdf": "application/pdf",
  ".txt": "text/plain; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
};

/**
 * Serves `root` below `prefix`; `address` ends in a slash, `log` holds every path asked for and the answer.
 * With `base` the server passes for that address: pages that name it name the server.
 */
export async function serve(root, { prefix = "/", base } = {}) {
  const log = [];
  const server = http.createServer((request, response) => {
    const wanted = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    let file = wanted.startsWith(prefix) ? path.join(root, wanted.slice(prefix.length)) : null;
    if (file?.endsWith(path.sep) || file === root) file = path.join(file, "index.html");
    const found = file && file.startsWith(root) && fs.existsSync(file) && fs.statSync(file).isFile();
    log.push({ path: wanted, status: found ? 200 : 404 });
    if (!found) {
      response.writeHead(404, { "content-type": "text/plain" });
      return response.end("not found");
    }
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    const headers = { "content-type": type, "cache-control": "max-age=600", "content-encoding": "gzip" };
    response.writeHead(200, headers);
    let body = fs.readFileSync(file);
    if (base && /^text|xml|json/.test(type)) body = Buffer.from(body.toString().replaceAll(base, address));
    response.end(zlib.gzipSync(body));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}${prefix}`;
  return { address, log, close: () => server.close() };
}
