// Typesets TeX with KaTeX: one JSON request per line in, one JSON answer per line out.
"use strict";
const katex = require("katex");
const readline = require("node:readline");

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { tex, displayMode } = JSON.parse(line);
  let answer;
  try {
    const options = { displayMode, output: "htmlAndMathml", strict: "error", throwOnError: true };
    answer = { html: katex.renderToString(tex, options) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
