// Compares the npm tokenizer's ids with those of bpe.py: node check_tokenizer.mjs MODEL_DIR TEXTS_AND_IDS.json
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , folder, cases] = process.argv;
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const require = createRequire(pathToFileURL(`${process.cwd()}/`));
const { Tokenizer } = require("@huggingface/tokenizers");
const tokenizer = new Tokenizer(read(`${folder}/tokenizer.json`), read(`${folder}/tokenizer_config.json`));
let bad = 0;
for (const { text, ids } of read(cases)) {
	const theirs = tokenizer.encode(text).ids;
	if (JSON.stringify([1, ...ids]) !== JSON.stringify(theirs) && bad++ < 10) {
		console.log("differs:", JSON.stringify(text.slice(0, 200)), JSON.stringify(theirs.slice(0, 40)), JSON.stringify(ids.slice(0, 40)));
	}
}
console.log(bad === 0 ? "identical" : `${bad} differ`);
process.exitCode = bad === 0 ? 0 : 1;
