import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hubServer } from "../../../test/support/hub-server.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { checkpointDirectory } from "../generative/backbone-checkpoint.ts";
import { wordSizesEvent } from "../generative/network/word-sizes.ts";
import { resolveOptions } from "../options/index.ts";
import { isrfOptionSpace } from "./definition.ts";

const optionsOf = (preset: string, given = {}, protocol: "strict" | "paper" = "strict") =>
  resolveOptions(isrfOptionSpace, preset, { given, protocol });

describe("presets paper and authors", () => {
  it.each(["paper", "authors"])("%s is T5-small at the published settings, decoding included, by itself", (preset) => {
    const published = {
      checkpoint: "google-t5/t5-small",
      width: 512,
      layers: 6,
      promptForm: "text",
      tasks: "three",
      batch: 64,
      trainNegatives: 99,
      neighbours: 100,
      patience: 5,
      learningRate: 1e-3,
      lambdaDirect: 1,
      lambdaSequential: 1,
      itemSource: "semantic",
      itemHead: 0,
      candidateHead: 0,
      warmStartEpochs: 0,
      adapterStart: "linear",
      textScale: "kept",
      groupSelfLoop: true,
      validationUsers: 0,
      interestEvery: 1,
      groupEvery: 1,
      decoding: "free",
      beams: 20,
      sequentialBeams: 30,
      selection: "loss",
    };
    for (const protocol of ["strict", "paper"] as const) {
      const options = optionsOf(preset, {}, protocol);
      expect(options).toMatchObject(published);
      expect(Object.entries(options).filter(([name, value]) => name.startsWith("witness") && value)).toEqual([]);
    }
  });

  it("differ where the authors' code differs from the print", () => {
    const [paper, authors] = [optionsOf("paper"), optionsOf("authors")] as Record<string, unknown>[];
    const names = Object.keys(paper!).filter((name) => paper![name] !== authors![name]);
    expect(Object.fromEntries(names.sort().map((name) => [name, [paper![name], authors![name]]]))).toEqual({
      alignWith: ["items", "words"],
      distillTeacher: ["h", "e"],
      groupSelfAmong: [true, false],
      lossForm: ["printed", "soft-target"],
      promptPlace: ["after", "before"],
      sequentialWord: ["item", "position"],
      temperature: [0.1, 1],
    });
  });

  it("train the padding of answers as the authors do where the protocol lets them", () => {
    const padding = (preset: string, protocol: "strict" | "paper") => optionsOf(preset, {}, protocol).labelPadding;
    expect([padding("authors", "paper"), padding("authors", "strict")]).toEqual(["trained", "masked"]);
    expect(padding("paper", "paper")).toBe("masked");
  });

  it("take scales that suit fresh embeddings when they are told to start from scratch, under the user's own", () => {
    const scales = { normaliseWords: true, beta: 1, betaDirect: 0, betaSequential: 0 };
    expect(optionsOf("paper", { checkpoint: "none" })).toMatchObject({ checkpoint: "none", ...scales });
    expect(optionsOf("authors", { checkpoint: "none", beta: 2 })).toMatchObject({ ...scales, beta: 2 });
    expect(optionsOf("small", { checkpoint: "none" })).toMatchObject({ normaliseWords: false, beta: 6 });
  });

  it("is warned of, where whole words drown tokens, with what to set", () => {
    const small = optionsOf("small");
    const sizes = (words: number, options = small) => wordSizesEvent([{ task: "direct", words, tokens: 1 }], options);
    const told = (options: typeof small, words: string) =>
      expect(sizes(11.1, options)).toMatchObject({ kind: "warning", message: expect.stringContaining(words) });
    told(
      small,
      "set beta so, or normaliseWords=true with beta=1; such scales suit T5's trained embeddings, checkpoint=",
    );
    told(optionsOf("paper"), "set betaDirect so, or normaliseWords=true with betaDirect=1; beta 11 suits T5-small's");
    expect(sizes(0.1).kind).toBe("warning");
    expect(sizes(1.2).kind).toBe("notice");
  });
});

describe("a backbone by hub id", () => {
  it("is fetched with the files that it needs alone, once", async () => {
    const files = await temporaryDirectory();
    const wanted = ["config.json", "model.safetensors", "tokenizer.json"];
    for (const name of [...wanted, "pytorch_model.bin"]) await writeFile(join(files, name), name);
    const { url, requests } = await hubServer("acme/t5", files);
    const before = { ...process.env };
    Object.assign(process.env, { HF_ENDPOINT: url, XDG_CACHE_HOME: await temporaryDirectory() });
    try {
      const directory = await checkpointDirectory({ checkpoint: "acme/t5" });
      expect(directory).toContain(join("isrf", "hub", "acme--t5", "main"));
      expect(requests.some(({ path }) => path.includes("pytorch_model"))).toBe(false);
      const asked = requests.length;
      expect(await checkpointDirectory({ checkpoint: "acme/t5" })).toBe(directory);
      expect(requests.length).toBe(asked);
    } finally {
      process.env = before;
    }
  });

  it("is a directory where there is one, nothing from scratch, and refused where it is neither", async () => {
    const directory = join(await temporaryDirectory(), "t5");
    await mkdir(directory);
    expect(await checkpointDirectory({ checkpoint: directory })).toBe(directory);
    for (const checkpoint of ["", "none"]) expect(await checkpointDirectory({ checkpoint })).toBeUndefined();
    await expect(checkpointDirectory({ checkpoint: `${directory}-absent` })).rejects.toThrow(
      /no such directory.*google-t5\/t5-small/,
    );
  });
});
