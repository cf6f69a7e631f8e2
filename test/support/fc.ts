// fast-check with a seed of its own for every file, so that a red run is red again: `import fc` from here.
import fc from "fast-check";

/** Other draws: ISRF_FC_SEED=7 npx vitest run FILE. */
const SEED = Number(process.env.ISRF_FC_SEED ?? 2026);
if (!Number.isInteger(SEED)) throw new Error(`ISRF_FC_SEED=${process.env.ISRF_FC_SEED}: expected a whole number.`);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });

export default fc;
