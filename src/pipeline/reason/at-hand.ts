// A language model that somebody has at hand without saying so: a GGUF file, where no server is named or listening.
// It is proposed, never taken: another writer of texts is for a person to choose.
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { ollamaBase } from "../../servers/addresses.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Folders that are looked into, below the one where the command runs. */
const FOLDERS = ["", "models"];
/** Of a model that was split, the first file stands for all. */
const LATER_PART = /-(?!00001)\d{5}-of-\d{5}\.gguf$/i;
const LISTENS_WITHIN_MS = 200;

/**
 * What to tell whoever asked rules to write; undefined where there is nothing to propose.
 * @param folder where files are looked for.
 * @param ollama where an Ollama would listen.
 */
export async function proposalAtHand(
  dataset: string,
  folder: string,
  environment: Environment,
  ollama: URL = ollamaBase(),
): Promise<string | undefined> {
  const { OPENAI_BASE_URL, OPENAI_API_KEY, OLLAMA_HOST } = environment;
  if (OPENAI_BASE_URL || OPENAI_API_KEY || OLLAMA_HOST) return undefined;
  const found = await ggufFiles(folder);
  if (found.length === 0 || (await isListening(ollama))) return undefined;
  return `Rules write the texts. ${found[0]} is at hand: isrf reason ${dataset} --llm llama-cpp:${found[0]} has that model write them.`;
}

async function ggufFiles(folder: string): Promise<readonly string[]> {
  const lists = FOLDERS.map(async (name) =>
    (await readdir(join(folder, name)).catch(() => [])).map((file) => join(name, file)),
  );
  const files = (await Promise.all(lists)).flat();
  return files.filter((file) => /\.gguf$/i.test(file) && !LATER_PART.test(file)).sort();
}

function isListening({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(LISTENS_WITHIN_MS, () => end(false));
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}
