// Searches the sections of the book for all words given; the index is search-index.js.
(() => {
  "use strict";
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const query = new URLSearchParams(location.search).get("q") || "";
  const field = document.querySelector(".search-form input");
  const status = document.querySelector(".search-status");
  const list = document.querySelector(".search-results");
  const words = fold(query).split(/\s+/).filter(Boolean);

  field.value = query;
  if (!words.length) {
    field.focus();
    return;
  }

  const home = document.documentElement.dataset.content_root;
  const sections = window.bookIndex.map(([page, pageTitle, anchor, title, text], order) => {
    const inTitle = fold(title);
    const inText = fold(text);
    const score = words.reduce((sum, word) => {
      const hits = inText.split(word).length - 1;
      if (!hits && !inTitle.includes(word)) return NaN;
      return sum + Math.min(hits, 5) + (inTitle.includes(word) ? 10 : 0);
    }, 0);
    return { page, pageTitle, anchor, title, text, score, order };
  });
  const found = sections.filter(({ score }) => score > 0);
  found.sort((a, b) => b.score - a.score || a.order - b.order);

  // Writes text with the words marked; folding keeps positions except where a letter decomposes.
  function marked(text) {
    const box = document.createElement("p");
    const pattern = new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "gi");
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      const mark = document.createElement("mark");
      mark.textContent = match[0];
      box.append(text.slice(end, match.index), mark);
      end = match.index + match[0].length;
    }
    box.append(text.slice(end));
    return box;
  }

  function around(text) {
    const hit = Math.max(0, ...words.map((word) => fold(text).indexOf(word)));
    const start = hit < 80 ? 0 : text.indexOf(" ", hit - 70) + 1;
    return (start ? "… " : "") + text.slice(start, start + 220) + (text.length > start + 220 ? " …" : "");
  }

  for (const section of found.slice(0, 50)) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${home}${section.page}#${section.anchor}`;
    link.textContent = section.title === section.pageTitle ? section.title : `${section.pageTitle}: ${section.title}`;
    item.append(link, marked(around(section.text)));
    list.append(item);
  }
  const count = found.length === 1 ? "One section" : `${found.length || "No"} sections`;
  status.textContent = `${count} found for “${query}”.`;
})();
