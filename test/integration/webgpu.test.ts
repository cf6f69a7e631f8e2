// The gradient cases on WebGPU against the CPU. It needs a Vulkan, Metal or Direct3D 12 driver; software Vulkan will
// do:
//   VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json npx vitest run test/integration/webgpu.test.ts
import { describe, expect, it } from "vitest";
import { Random } from "../../src/base/random.ts";
import {
  compile,
  type Device,
  DeviceError,
  gradients,
  mul,
  type Program,
  sizeOf,
  sum,
  trace,
} from "../../src/engine/index.ts";
import type { GradientCase } from "../support/finite-differences.ts";
import { gradientCases } from "../support/gradient-cases.ts";

const missing = await probe();

async function probe(): Promise<string | undefined> {
  try {
    const executable = await compile(
      trace((t) => ({ y: mul(t.input("x", [1]), 2) })),
      { device: "webgpu" },
    );
    await executable.dispose();
    return undefined;
  } catch (error) {
    if (error instanceof DeviceError) return "no WebGPU adapter: install a Vulkan driver to run these";
    throw error;
  }
}

function gradientProgram(c: GradientCase): Program {
  return trace((t) => {
    const inputs = c.shapes.map((shape, i) => t.input(`x${i}`, shape));
    const y = c.body(inputs, t);
    const weights = t.constant("weights", Random.of(8, c.name).normals(sizeOf(y.shape)), y.shape);
    const found = gradients(sum(mul(y, weights)), inputs);
    return { y, ...Object.fromEntries(found.map((gradient, i) => [`g${i}`, gradient])) };
  });
}

async function runOn(device: Device, c: GradientCase): Promise<Record<string, number[]>> {
  const random = Random.of(7, c.name);
  const feeds = c.shapes.map(
    (shape, i) => [`x${i}`, random.normals(sizeOf(shape)).map(c.domain ?? ((x) => x))] as const,
  );
  const executable = await compile(gradientProgram(c), { device });
  const results = await executable.run(Object.fromEntries(feeds));
  await executable.dispose();
  return Object.fromEntries(Object.entries(results).map(([name, data]) => [name, Array.from(data, Number)]));
}

describe.skipIf(missing !== undefined)(`webgpu${missing === undefined ? "" : ` (${missing})`}`, () => {
  for (const c of Object.values(gradientCases).flat()) {
    it(`computes what the CPU computes: ${c.name}`, async () => {
      const [cpu, gpu] = [await runOn("cpu", c), await runOn("webgpu", c)];
      for (const [name, expected] of Object.entries(cpu)) {
        // Shaders sum in another order and use faster transcendental functions.
        for (const [i, value] of expected.entries())
          expect(Math.abs(gpu[name]![i]! - value)).toBeLessThan(2e-4 * (1 + Math.abs(value)));
      }
    });
  }
});
