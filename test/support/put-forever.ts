// A writer to be killed: puts contents of its own under one name, over and over, until then. Each is one letter
// repeated, so that a mixture would show. Arguments: the store's address, the name, bytes, the letters.
import { openObjects } from "../../src/objects/index.ts";

const [address = "", name = "", bytes = "", letters = ""] = process.argv.slice(2);
// Above 5 MiB a content goes in parts.
const store = await openObjects(address, { partBytes: 5 * 2 ** 20 });
process.stdout.write("ready\n");
for (let n = 0; ; n++) await store.put(name, Buffer.alloc(Number(bytes), letters[n % letters.length]));
