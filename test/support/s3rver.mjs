// An S3 server in a process of its own: node s3rver.mjs PORT DIRECTORY. Says "ready" when it answers.
// s3rver writes contents in their place and their metadata later, which S3 does not: here contents come by rename, and
// the puts of one name one after the other.
import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import S3rver from "@20minutes/s3rver";

const [port, directory] = process.argv.slice(2);
const server = new S3rver({
  address: "127.0.0.1",
  port: Number(port),
  directory,
  silent: true,
  // It reckons without the slash at the end of a bucket's address, and would refuse every list.
  allowMismatchedSignatures: true,
  configureBuckets: [{ name: "bucket" }],
});
const { store } = server;
const write = store.putContent.bind(store);
store.putContent = async (path, content) => {
  const partial = join(dirname(path), `.${randomBytes(8).toString("hex")}`);
  try {
    const facts = await write(partial, content);
    await rename(partial, path);
    return facts;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
};
const put = store.putObject.bind(store);
const turns = new Map();
store.putObject = (object) => {
  const place = `${object.bucket}/${object.key}`;
  const turn = (turns.get(place) ?? Promise.resolve()).then(() => put(object));
  turns.set(
    place,
    turn.catch(() => {}),
  );
  return turn;
};
await server.run();
process.stdout.write("ready\n");
