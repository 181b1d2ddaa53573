// Searches the archive in the reader's browser. src/search/mod.rs says what the index is made of.
"use strict";
(() => {
  const edition = document.currentScript.dataset.edition;
  const $ = (id) => document.getElementById(id);
  const form = $("search"), found = $("found"), say = found.dataset;

  // Files. One of another version than its reader expects, or that doesn't come whole, ends the search with a message.
  const parts = new Map();
  const versionOf = (name) => {
    const kind = "wpd".indexOf(name[0]), at = 6 * name.slice(1);
    return kind < 0 ? edition : index.versions[kind].slice(at, at + 6);
  };
  window.referat = (name, version, data) => {
    const part = parts.get(name);
    if (part) version === versionOf(name) ? part.resolve(data) : part.reject("stale");
  };
  let loads = 0;
  const load = (name) => {
    if (!parts.has(name)) {
      const part = {}, script = document.createElement("script");
      part.promise = new Promise((resolve, reject) => Object.assign(part, { resolve, reject }));
      parts.set(name, part);
      const end = (reason) => () => {
        part.reject(reason); // nothing happens when it came
        script.remove();
      };
      part.promise.catch(() => parts.delete(name));
      script.onload = end("stale");
      script.onerror = end("failed");
      script.src = `data/${name}.js?${versionOf(name)}`;
      loads++;
      document.head.append(script);
    }
    return parts.get(name).promise;
  };

  // Numbers, as src/search/bits.rs writes them.
  const reader = (text) => {
    let at = 0, held = 0, have = 0;
    const take = (count) => {
      while (have < count) {
        const code = at < text.length ? text.charCodeAt(at++) : 35;
        held = (held << 6) | (code - (code > 92 ? 36 : 35));
        have += 6;
      }
      have -= count;
      const value = held >> have;
      held &= (1 << have) - 1;
      return value;
    };
    const number = () => {
      for (let value = 0; ;) {
        const group = take(5);
        value = value * 16 + (group & 15);
        if (group < 16) return value;
      }
    };
    const rice = (parameter) => {
      let upper = 0;
      while (take(1)) upper++;
      return upper * 2 ** parameter + take(parameter);
    };
    const list = (limit) => {
      const count = number(), out = new Uint32Array(count);
      let parameter = 0;
      while (parameter < 24 && 10 * Math.max(count, 1) * 2 ** (parameter + 1) <= 7 * limit) parameter++;
      for (let i = 0, next = 0; i < count; i++, next++) out[i] = next += rice(parameter);
      return out;
    };
    return { number, rice, list };
  };

  // Words, as in src/search/words.rs.
  const WORD = /[\p{Alphabetic}\p{N}\p{M}]+/gu;
  const PLAIN = { æ: "ae", ø: "oe", å: "aa", œ: "oe", ß: "ss", ς: "σ" };
  const words = (text) => text.match(WORD) ?? [];
  const small = (word) => word.normalize("NFC").toLowerCase().normalize("NFC");
  const fold = (word) => small(word).replace(/[æøåœßς]/g, (letter) => PLAIN[letter]).normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
  const stem = (key) => {
    if (/[0-9]/.test(key)) return key;
    const ending = index.endings.find((end) => key.endsWith(end) && [...key].length - end.length > 2);
    const root = ending ? key.slice(0, -ending.length) : key;
    return root.length > 3 && /([b-df-hj-np-tvwxz])\1$/.test(root) ? root.slice(0, -1) : root;
  };
  const digits = (text) => "#" + words(text).map(fold).join("");
  const less = (a, b) => {
    const x = [...a], y = [...b], at = x.findIndex((letter, i) => letter !== y[i]);
    return at < 0 ? x.length < y.length : at >= y.length ? false : x[at].codePointAt() < y[at].codePointAt();
  };

  // The meetings: where each item belongs.
  let index, meetings, meetingOf;
  const start = async () => {
    index = await load("index");
    const bits = reader(index.meetings);
    const day = new Date(`${index.newest}T00:00Z`);
    meetings = [];
    meetingOf = new Uint32Array(index.items);
    for (let item = 0; item < index.items;) {
      const organization = bits.number();
      day.setUTCDate(day.getUTCDate() - bits.number());
      meetingOf.fill(meetings.length, item, item += bits.number());
      meetings.push({ organization, date: day.toISOString().slice(0, 10) });
    }
  };
  const mark = (scores, score, belongs) => {
    const all = meetings.map(belongs);
    for (let i = 0; i < index.items; i++) if (all[meetingOf[i]] && scores[i] < score) scores[i] = score;
  };

  // Entries of the files of words between two keys; of files in the middle only as many as `most`.
  const opened = new Map();
  const open = async (number) => {
    const data = await load("w" + number);
    if (!opened.has(number)) {
      const fields = data.split(" "), entries = [];
      for (let i = 0, name = ""; i + 1 < fields.length; i += 2) {
        const code = fields[i].charCodeAt(0);
        name = name.slice(0, code - (code > 92 ? 36 : 35)) + fields[i].slice(1);
        const sign = "#=+~*".includes(name[0]) ? name[0] : "";
        entries.push({ name, sign, key: !sign ? fold(name) : "#=".includes(sign) ? name : name.slice(1), items: fields[i + 1], file: number, place: i / 2 });
      }
      opened.set(number, entries);
    }
    return opened.get(number);
  };
  const lastFile = (key) => {
    let low = 0, high = index.words.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      less(key, index.words[middle]) ? (high = middle - 1) : (low = middle);
    }
    return low;
  };
  // Entries of one key may lie on both sides of a border.
  const firstFile = (key) => {
    let file = lastFile(key);
    while (file > 0 && index.words[file] === key) file--;
    return file;
  };
  const LAST = "\u{10ffff}";
  const between = async (low, high, most = 2) => {
    const from = firstFile(low), to = lastFile(high);
    if (to - from >= most) return null;
    const files = Array.from({ length: to - from + 1 }, (_, i) => open(from + i));
    return (await Promise.all(files)).flat();
  };

  // Scores: five for each step of the field, above text, decision and title; one for each of part, prefix, form, exact.
  const add = (scores, entry, kind) => {
    const bits = reader(entry.items);
    for (const field of [15, 10, 5]) for (const item of bits.list(index.items)) scores[item] = Math.max(scores[item], field + kind);
  };
  const begins = async (key) => (await between(key, key + LAST))?.some((entry) => !entry.sign && entry.key.startsWith(key)) ?? true;
  const scoresOf = async (word, whole = false) => {
    const scores = new Uint8Array(index.items), key = fold(word), root = stem(key);
    // Where many words begin alike, entries that gather them stand beside the word; else the words are few enough.
    let entries = [...new Set([...(await between(root, root, 9)), ...(await between(key, key, 9))])];
    const has = (name) => entries.some((entry) => entry.name === name);
    const wide = key.length > 2, near = !has("*" + key) && wide && (await between(has("~" + root) ? key : root, key + LAST));
    if (near) entries.push(...near);
    else if (wide && !has("*" + key)) entries.push(...(await open(Math.min(lastFile(key) + 1, index.words.length - 1))));
    entries = [...new Set(entries)];
    // All words that begin with what was typed begin with the shortest such beginning.
    const crowd = !near && wide && entries.filter((entry) => entry.sign === "*" && entry.key.startsWith(key)).sort((a, b) => a.key.length - b.key.length)[0];
    for (const entry of entries) {
      if (entry.sign === "+" ? entry.key === root || entry.key === key : entry === crowd) add(scores, entry, entry.sign === "+" ? 1 : 2);
      if (entry.sign === "~" && (entry.key === root || entry.key === key)) add(scores, entry, 3);
      if (entry.sign) continue;
      if (entry.key === key) add(scores, entry, entry.name === small(word) ? 4 : 3);
      else if ([root, key].includes(stem(entry.key)) || entry.key === root) add(scores, entry, 3);
      else if (near && entry.key.startsWith(key)) add(scores, entry, 2);
    }
    if (!whole && !near && !crowd && (wide || (await begins(key)))) short = word;
    return scores;
  };

  // A word that the archive hasn't got, cut in two that it has.
  const halves = async (word, scores) => {
    const key = fold(word);
    const near = (await between(key.slice(0, 3), key)) ?? (await between(key.slice(0, 5), key)) ?? [];
    const firsts = near.filter((entry) => !entry.sign && entry.key.length > 2).flatMap((entry) =>
      ["", ...index.links].map((link) => [entry.key, entry.key + link]));
    const cuts = new Map(firsts.filter(([, long]) => key.startsWith(long) && key.length - long.length > 2).map(([first, long]) => [key.slice(long.length), first]));
    for (const [rest, first] of [...cuts].sort((a, b) => a[0].length - b[0].length).slice(0, 4)) {
      const [a, b] = await Promise.all([scoresOf(first, true), scoresOf(rest, true)]);
      a.forEach((score, i) => { if (score && b[i]) scores[i] = Math.max(scores[i], Math.min(score, b[i]) - 3, 1); });
    }
  };

  // Words in a row. Each place of the first is followed through the others.
  const phrase = async (row) => {
    const scores = new Uint8Array(index.items);
    let ends = null;
    for (const word of row) {
      const key = fold(word), next = new Map();
      for (const entry of (await between(key, key, 9)).filter((entry) => !entry.sign && entry.key === key || word[0] === "#" && entry.name === word)) {
        const lists = reader(entry.items), field = new Map();
        for (const value of [15, 10, 5]) for (const item of lists.list(index.items)) field.set(item, value);
        const bits = reader((await load("p" + entry.file)).split(" ")[entry.place]), gaps = bits.number();
        for (const item of [...field.keys()].sort((a, b) => a - b)) {
          const count = bits.rice(0) + 1, before = ends?.get(item), places = next.get(item) ?? new Set();
          for (let i = 0, at = 0; i < count; i++, at++) {
            at += bits.rice(gaps);
            if (!ends || before?.has(at - 1)) places.add(at);
          }
          if (places.size) {
            next.set(item, places);
            scores[item] = ends ? Math.min(scores[item], field.get(item) + 4) : field.get(item) + 4;
          }
        }
      }
      if (ends) for (const item of ends.keys()) if (!next.has(item)) scores[item] = 0;
      ends = next;
    }
    return scores;
  };

  // What was asked: terms to be found or left out, and the cases named. A date with the name of its month is one term.
  const terms = (text) => {
    const out = [];
    for (const [, not1, quoted, not2, named, plain] of text.matchAll(RegExp(`(-?)"([^"]*)"?|(-?)(?:${index.date}|(\\S+))`, "giu"))) {
      const raw = quoted ?? named ?? plain, row = words(raw);
      if (row.length) out.push({ not: !!(not1 || not2), quoted: quoted !== undefined, raw, row });
    }
    return out;
  };
  const caseOf = async (raw) => {
    const name = digits(raw), length = [...name].length - 1;
    if (!/[0-9]/.test(name) || length < index.case_lengths[0] || length > index.case_lengths[1]) return null;
    return (await between(name, name, 9)).find((entry) => entry.name === name) ?? null;
  };
  const resolve = async (term) => {
    if (term.case && !term.quoted) {
      const scores = new Uint8Array(index.items);
      add(scores, term.case, 4);
      return scores;
    }
    const scores = term.quoted || term.row.length > 1 ? await phrase(term.quoted ? await cased(term) : term.row) : await scoresOf(term.row[0]);
    if (term.quoted) return scores;
    if (term.row.length > 1) {
      // However a day is written, its parts are the same, without marks and zeros before numbers. Its meeting stands before what
      // is said of it elsewhere.
      const asked = term.row.map((word) => +word || fold(word)).join();
      mark(scores, 20, ({ date }) => {
        const [year, month, day] = date.split("-").map(Number), name = fold(index.months[month - 1]);
        return [[year, month, day], [day, month, year], [day, name, year], [name, day, year]].some((parts) => parts.join() === asked);
      });
      return scores;
    }
    const key = fold(term.row[0]), root = stem(key), month = index.months.findIndex((name) => fold(name) === key) + 1;
    if (/^[0-9]{4}$/.test(key)) mark(scores, 8, (meeting) => meeting.date.startsWith(key));
    if (month) mark(scores, 8, (meeting) => +meeting.date.slice(5, 7) === month);
    const own = index.organizations.map((name) => words(name).map(fold).some((word) => stem(word) === root || key.length > 2 && word.startsWith(key)));
    if (own.includes(true)) mark(scores, 8, (meeting) => own[meeting.organization]);
    if (key.length > 5 && scores.reduce((count, score) => count + (score > 0), 0) < 10) await halves(term.row[0], scores);
    return scores;
  };
  // In a phrase a case number is one word.
  const cased = async (term) => {
    const rows = await Promise.all(term.raw.split(/\s+/).map(async (raw) => ((await caseOf(raw)) ? [digits(raw)] : words(raw))));
    return rows.flat();
  };

  let short = "";
  const search = async (asked) => {
    short = "";
    const list = terms(asked.q);
    for (const term of list) term.case = await caseOf(term.raw);
    // "sag 17/22360": the label says nothing more.
    const wanted = list.filter((term, i) => !(list[i + 1]?.case && index.case_labels.includes(fold(term.raw.replace(/[.:]+$/, "")))));
    const all = await Promise.all(wanted.map(resolve));
    const total = new Uint16Array(index.items).fill(1);
    wanted.forEach((term, i) => all[i].forEach((score, item) => {
      total[item] = total[item] && !score === term.not ? total[item] + (term.not ? 0 : score) : 0;
    }));
    const year = (meeting) => !asked.year || meeting.date.startsWith(asked.year);
    const body = (meeting) => !asked.organization || index.organizations[meeting.organization] === asked.organization;
    const fits = meetings.map((meeting) => year(meeting) && body(meeting));
    let outcome = null;
    if (asked.outcome) {
      outcome = new Uint8Array(index.items);
      const entry = (await between("=" + asked.outcome, "=" + asked.outcome, 9)).find((entry) => entry.name === "=" + asked.outcome);
      if (entry) add(outcome, entry, 0);
    }
    const hits = [];
    total.forEach((score, item) => { if (score && fits[meetingOf[item]] && (!outcome || outcome[item])) hits.push(item); });
    hits.sort((a, b) => total[b] - total[a] || a - b);
    const cases = asked.organization || asked.year || asked.outcome ? [] : wanted.filter((term) => term.case && !term.not && !term.quoted);
    const missing = hits.length ? [] : wanted.filter((term, i) => !term.not && term.row.length === 1 && !all[i].some(Boolean));
    return { hits, cases, missing, wanted: wanted.filter((term) => !term.not) };
  };

  // The nearest words of the archive, by the number of letters to change (Damerau and Levenshtein, neighbours swapped once).
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [], row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      [before, row] = [row, next];
    }
    return row[b.length];
  };
  const nearest = async (word) => {
    const key = fold(word), most = key.length < 5 ? 1 : 2;
    const starts = [key.slice(0, 2), key.slice(0, 3), key.slice(0, 4), (key[1] ?? "") + key[0], key.slice(1, 4)];
    const files = await Promise.all(starts.map(async (start) => (start && (await between(start, start + LAST))) || []));
    const near = new Map();
    for (const entry of files.flat()) {
      const far = entry.sign || entry.key.length < 3 ? most + 1 : distance(key, entry.key, most);
      if (far <= most) near.set(entry.name, far * 1e6 - entry.items.length);
    }
    return [...near].sort((a, b) => a[1] - b[1]).slice(0, 3).map(([name]) => name);
  };

  // Showing. All text is set as text.
  const marked = (text, wanted) => {
    const keys = wanted.flatMap((term) => term.row).map(fold), roots = keys.map(stem);
    const hit = (word) => {
      const key = fold(word), root = stem(key);
      return keys.some((other, i) => key === other || root === roots[i] || (other.length > 2 && key.startsWith(other)) || (roots[i].length > 3 && key.includes(roots[i])));
    };
    const out = [];
    let at = 0;
    for (const match of text.matchAll(WORD)) {
      if (!hit(match[0])) continue;
      const element = document.createElement("mark");
      element.textContent = match[0];
      out.push(text.slice(at, match.index), element);
      at = match.index + match[0].length;
    }
    return { nodes: [...out, text.slice(at)], first: out[1] ? { before: out[0], word: out[1].textContent, after: text.slice(out[0].length + out[1].textContent.length) } : null };
  };
  // About 200 letters of a text, with its first word that was found among them.
  const window_ = (text, first) => {
    const from = first && first.before.length > 120 ? text.lastIndexOf(" ", first.before.length - 60) + 1 : 0;
    if (text.length - from <= 220) return (from ? "… " : "") + text.slice(from);
    return (from ? "… " : "") + text.slice(from, text.lastIndexOf(" ", from + 210)).trimEnd() + " …";
  };
  // A fragment with the words around, so that the browser marks this place and no other (WICG, Text Fragments).
  const fragment = (first) => {
    if (!first) return "";
    const plain = (text) => encodeURIComponent(text).replace(/-/g, "%2D");
    const before = first.before.match(/(\S+)\s+$/)?.[1], after = first.after.match(/^\s+([^\s…]+)/)?.[1];
    return ":~:text=" + (before ? plain(before) + "-," : "") + plain(first.word) + (after ? ",-" + plain(after) : "");
  };
  const line = (href, title, about, excerpt) => {
    const node = $("hit").content.cloneNode(true), [meta, text] = node.querySelectorAll("p");
    const link = node.querySelector("a");
    link.href = href;
    link.replaceChildren(...title);
    about.length ? meta.append(...about) : meta.remove();
    excerpt ? text.append(...excerpt) : text.remove();
    return node;
  };
  const slug = (number) => fold(number).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  const textsOf = async (item) => {
    const number = fileNumber(item), data = await load("d" + number);
    let at = index.documents[number];
    for (const [address, name, items] of data) {
      if (item < at + items.length) return { address, name, item: items[item - at] };
      at += items.length;
    }
  };
  const fileNumber = (item) => index.documents.findLastIndex((first) => first <= item);
  const tongue = document.documentElement.lang;
  const dates = new Intl.DateTimeFormat(tongue === "en" ? "en-GB" : tongue, { dateStyle: "long", timeZone: "UTC" });
  const showItem = async (item, wanted) => {
    const { address, name, item: [number, title, cases, outcome, excerpt, closed] } = await textsOf(item);
    const meeting = meetings[meetingOf[item]], { first } = marked(excerpt, wanted);
    const about = [index.organizations[meeting.organization], name, dates.format(new Date(meeting.date)), cases.length && `${say.case} ${cases.map(([printed]) => printed).join(", ")}`, outcome && index.outcomes[outcome - 1][1], closed && say.closed];
    return line(`../${address}#${index.anchor}-${slug(number)}${fragment(first)}`, marked(title, wanted).nodes, [about.filter(Boolean).join(" · ")], marked(window_(excerpt, first), wanted).nodes);
  };
  const showCase = async (term) => {
    const bits = reader(term.case.items), item = bits.list(index.items)[0];
    if (item === undefined) return "";
    const texts = (await textsOf(item)).item, of = texts[2].find(([printed]) => digits(printed) === term.case.name);
    if (!of) return "";
    // A number that stands for several matters has no title.
    const title = of[2] ?? texts[1];
    return line(`../${index.cases}/${of[1]}.html`, [`${say.case} ${of[0]}${title && `: ${title}`}`], [], null);
  };

  let ticket = 0, rest = [], asked, result;
  // Ten hits, or as many of them as lie in so many files.
  const more = async (most) => {
    const mine = ticket, files = new Set(), batch = [];
    for (const item of rest.slice(0, 10)) {
      if (files.add(fileNumber(item)).size > most) break;
      batch.push(item);
    }
    const nodes = await Promise.all(batch.map((item) => showItem(item, result.wanted)));
    if (mine !== ticket) return null;
    rest = rest.slice(batch.length);
    $("more").hidden = !rest.length;
    return nodes;
  };
  const suggest = async (missing) => {
    const near = (await Promise.all(missing.map(async (term) => (await nearest(term.row[0])).map((name) => [term, name])))).flat();
    return near.flatMap(([term, name]) => {
      const link = document.createElement("a"), text = asked.q.replace(term.row[0], name);
      link.href = "?" + new URLSearchParams({ q: text });
      link.textContent = text;
      return [" ", link];
    });
  };
  const fail = (reason) => {
    $("status").textContent = reason === "stale" ? say.stale : say.failed;
    $("hits").replaceChildren();
    $("near").hidden = $("more").hidden = true;
  };
  const run = async () => {
    const mine = ++ticket;
    asked = Object.fromEntries(new FormData(form));
    ready ??= start(); // also when nothing is asked yet: soon something is
    ready.catch(() => { ready = null; });
    found.hidden = !Object.values(asked).some((value) => value.trim());
    found.ariaBusy = !found.hidden;
    if (found.hidden) return;
    const wait = setTimeout(() => { $("status").textContent = say.working; }, 300);
    try {
      await ready;
      loads = 0;
      const now = await search(asked);
      if (mine !== ticket) return;
      [result, rest] = [now, now.hits];
      const first = await Promise.all(now.cases.map(showCase)), nodes = await more(Math.max(3, 8 - loads));
      const near = now.missing.length ? await suggest(now.missing) : [];
      if (mine !== ticket) return;
      $("hits").replaceChildren(...first.filter(Boolean), ...nodes);
      $("near").replaceChildren(say.near, ...near);
      $("near").hidden = !near.length;
      const count = now.hits.length;
      $("status").textContent = [count === 1 ? say.one : count ? say.many.replace("{n}", count.toLocaleString(tongue)) : say.none, short && (short.length > 2 || !count) && say.short.replace("{word}", short)].filter(Boolean).join(" ");
    } catch (reason) {
      if (typeof reason !== "string") throw reason;
      if (mine === ticket) fail(reason);
    } finally {
      clearTimeout(wait);
      if (mine === ticket) found.ariaBusy = false;
    }
  };
  let ready = null;

  // The address holds the query. Typing changes it, everything else makes a step to go back from.
  const address = () => {
    const set = [...new FormData(form)].filter(([, value]) => value);
    return set.length ? "?" + new URLSearchParams(set) : location.pathname;
  };
  const read = () => {
    const set = new URLSearchParams(location.search);
    for (const field of form.elements) if (field.name) field.value = set.get(field.name) ?? "";
    run();
  };
  const step = (how) => {
    history[how](null, "", address());
    run();
  };
  let typing;
  form.addEventListener("input", (event) => {
    clearTimeout(typing);
    typing = setTimeout(() => step(event.target.id === "q" ? "replaceState" : "pushState"), event.target.id === "q" ? 150 : 0);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(typing);
    step("pushState");
  });
  $("more").addEventListener("click", async () => {
    try {
      const nodes = await more(8);
      if (!nodes) return;
      const link = nodes[0].querySelector("a");
      $("hits").append(...nodes);
      link.focus();
    } catch (reason) {
      fail(reason);
    }
  });
  addEventListener("popstate", read);
  form.hidden = false;
  read();
})();
