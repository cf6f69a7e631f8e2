import { describe, expect, it } from "vitest";
import { leavesOf } from "../host/row-expression.ts";
import {
  add,
  concat,
  dropout,
  gather,
  gradients,
  mul,
  neg,
  type Program,
  pad,
  relu,
  reshape,
  SparseOperator,
  scatterAdd,
  slice,
  sparsePolynomial,
  spmm,
  sub,
  sum,
  type Tensor,
  type Trace,
  trace,
} from "../index.ts";
import { isOp } from "../trace/tensor.ts";
import { planStages } from "./placement.ts";

/** A cycle of five: not symmetric, so that its transpose is another operator. */
const cycle = new SparseOperator({
  rows: 5,
  columns: 5,
  offsets: Int32Array.of(0, 1, 2, 3, 4, 5),
  indices: Int32Array.of(1, 2, 3, 4, 0),
  values: new Float32Array(5).fill(1),
});

/**
 * One line a stage: `product (what it starts from) -> what is read off it`, `itself` where the whole result is kept,
 * and `session (values of earlier stages): what it computes -> what leaves it`. Nodes are called by input or op, and by
 * number where an op occurs more than once.
 */
function printStages(program: Program): string {
  const count = new Map<string, number>();
  const numbers = new Map<Tensor, number>();
  for (const node of program.nodes) {
    count.set(node.op, (count.get(node.op) ?? 0) + 1);
    numbers.set(node, count.get(node.op)!);
  }
  const name = (node: Tensor): string => {
    if (isOp(node, "input")) return node.attributes.name;
    const op = isOp(node, "sparsePolynomial") ? "product" : node.op;
    return count.get(node.op) === 1 ? op : op + numbers.get(node);
  };
  const list = (nodes: readonly Tensor[]): string => nodes.map(name).join(", ");
  return planStages(program)
    .map((stage) => {
      if (stage.kind === "product") {
        const kept = [...stage.reads.map(name), ...(stage.isWanted ? ["itself"] : [])];
        return `${name(stage.product)} (${list(leavesOf(stage.product.inputs[0]!))}) -> ${kept.join(", ")}`;
      }
      const { nodes, outputs } = stage.program;
      const computed = nodes.filter(({ op }) => op !== "input");
      const leaving = Object.entries(outputs).map(([as, node]) =>
        as.startsWith("%") ? name(node) : `${as} = ${name(node)}`,
      );
      return `session (${list(stage.foreign)}): ${list(computed)} -> ${leaving.join(", ")}`;
    })
    .join("\n");
}

const stagesOf = (body: (t: Trace) => Readonly<Record<string, Tensor>>): string => printStages(trace(body));

const table = (t: Trace, name: string) => t.input(name, [5, 4]);
const numbersOf = (t: Trace, name: string) => t.input(name, [6], "int32");
const halves = [0.5, 0.5];

/** Vectors of users and items after one step along the graph, and the sum of scores of pairs as their loss. */
function pairLoss(t: Trace) {
  const [users, items] = [t.parameter({ name: "users", shape: [2, 4] }), t.parameter({ name: "items", shape: [3, 4] })];
  const all = sparsePolynomial(cycle, concat([users, items], 0), halves);
  const [userRows, itemRows] = [slice(all, 0, 0, 2), slice(all, 0, 2, 5)];
  const user = gather(userRows, numbersOf(t, "user"));
  const positive = gather(itemRows, numbersOf(t, "positive"));
  const negative = gather(itemRows, reshape(t.input("negative", [6, 1], "int32"), [6]));
  return { users, items, loss: sum(mul(user, sub(positive, negative))) };
}

describe("programs without a need for sessions", () => {
  it("are a product alone", () => {
    expect(stagesOf((t) => ({ y: spmm(cycle, table(t, "x")) }))).toMatchInlineSnapshot(`"product (x) -> itself"`);
  });

  it("are a product of joined tables, and its parts", () => {
    expect(
      stagesOf((t) => {
        const y = spmm(cycle, concat([t.input("users", [2, 4]), t.input("items", [3, 4])], 0));
        return { users: slice(y, 0, 0, 2), items: slice(y, 0, 2, 5) };
      }),
    ).toMatchInlineSnapshot(`"product (users, items) -> slice1, slice2"`);
  });

  it("are products of products", () => {
    expect(
      stagesOf((t) => ({ y: spmm(cycle, pad(slice(spmm(cycle.transposed, table(t, "x")), 0, 1, 4), 0, 2, 0)) })),
    ).toMatchInlineSnapshot(`
      "product1 (x) -> itself
      product2 (product1) -> itself"
    `);
  });

  it("keep a result that is an output and gathered from as well", () => {
    expect(
      stagesOf((t) => {
        const y = spmm(cycle, table(t, "x"));
        return { y, rows: gather(slice(y, 0, 1, 4), numbersOf(t, "i")) };
      }),
    ).toMatchInlineSnapshot(`"product (x) -> gather, itself"`);
  });

  it("add rows to a product where both are read off", () => {
    expect(
      stagesOf((t) => {
        const rows = scatterAdd(numbersOf(t, "i"), t.input("v", [6, 4]), 5);
        return { y: add(spmm(cycle, rows), rows), z: scatterAdd(numbersOf(t, "i"), t.input("v", [6, 4]), 5) };
      }),
    ).toMatchInlineSnapshot(`
      "session (): scatterAdd -> z = scatterAdd
      product (i, v) -> add"
    `);
  });
});

describe("training steps", () => {
  it("gather rows of the product, run one session, and multiply scattered gradients back", () => {
    expect(
      stagesOf((t) => {
        const { users, items, loss } = pairLoss(t);
        const [dUsers, dItems] = gradients(loss, [users, items]);
        return { loss, dUsers: dUsers!, dItems: dItems! };
      }),
    ).toMatchInlineSnapshot(`
      "product1 (users, items) -> gather1, gather2, gather3
      session (gather2, gather3, gather1): reshape1, sub, mul1, sum, reshape2, fill, reshape3, expand, mul2, mul3, neg -> loss = reshape2, mul3, reshape1, neg, mul2
      product2 (positive, mul3, reshape1, neg, user, mul2) -> slice3, slice4"
    `);
  });

  it("add the gradient of rows before the product to the parts of the gradient behind it", () => {
    expect(
      stagesOf((t) => {
        const { users, loss } = pairLoss(t);
        const own = gather(users, numbersOf(t, "user"));
        return { dUsers: gradients(add(loss, sum(mul(own, own))), [users])[0]! };
      }),
    ).toMatchInlineSnapshot(`
      "product1 (users, items) -> gather1, gather2, gather3
      session (gather2, gather3, gather1): reshape1, sub, gather4, fill, reshape2, expand, mul1, add1, mul2, mul3, neg -> mul3, reshape1, neg, mul2, add1
      product2 (positive, mul3, reshape1, neg, user, mul2) -> scatterAdd4"
    `);
  });
});

describe("products with sessions between", () => {
  it("have one between two in a chain, and one behind", () => {
    expect(
      stagesOf((t) => ({ loss: sum(spmm(cycle, relu(spmm(cycle, relu(table(t, "x")))))) })),
    ).toMatchInlineSnapshot(`
      "session (): relu1 -> relu1
      product1 (relu1) -> itself
      session (product1): relu2 -> relu2
      product2 (relu2) -> itself
      session (product2): sum, reshape -> loss = reshape"
    `);
  });

  it("share the session behind both where neither needs the other", () => {
    expect(
      stagesOf((t) => {
        const x = table(t, "x");
        return { y: relu(concat([spmm(cycle, x), spmm(cycle.transposed, x)], 0)) };
      }),
    ).toMatchInlineSnapshot(`
      "product1 (x) -> itself
      product2 (x) -> itself
      session (product1, product2): concat, relu -> y = relu"
    `);
  });

  it("leave to the last session what no product waits for", () => {
    expect(
      stagesOf((t) => {
        const x = table(t, "x");
        const early = mul(x, 2);
        return { late: neg(x), loss: sum(mul(spmm(cycle, early), early)) };
      }),
    ).toMatchInlineSnapshot(`
      "session (): fill, mul1 -> mul1
      product (mul1) -> itself
      session (product, mul1): neg, mul2, sum, reshape -> late = neg, loss = reshape"
    `);
  });

  it("have the whole result in a session that reads more than rows by fed numbers", () => {
    expect(
      stagesOf((t) => {
        const y = spmm(cycle, table(t, "x"));
        const i = numbersOf(t, "i");
        return { a: gather(y, i), b: gather(y, gather(i, i)), c: sum(slice(y, 0, 0, 2)) };
      }),
    ).toMatchInlineSnapshot(`
      "product (x) -> gather1, slice, itself
      session (product, slice): gather2, gather3, sum, reshape -> b = gather3, c = reshape"
    `);
  });
});

describe("outputs", () => {
  it("that are inputs are copied by a session", () => {
    expect(
      stagesOf((t) => {
        const x = table(t, "x");
        return { same: x, y: spmm(cycle, x) };
      }),
    ).toMatchInlineSnapshot(`
      "session ():  -> same = x
      product (x) -> itself"
    `);
  });

  it("that are inputs are copied by the last session, where there are some", () => {
    expect(
      stagesOf((t) => {
        const x = table(t, "x");
        return { y: relu(spmm(cycle, mul(x, 2))), same: x };
      }),
    ).toMatchInlineSnapshot(`
      "session (): fill, mul -> mul
      product (mul) -> itself
      session (product): relu -> y = relu, same = x"
    `);
  });

  it("leave a session under each of their names, and a later stage reads the value itself", () => {
    expect(
      stagesOf((t) => {
        const x = relu(table(t, "x"));
        const y = spmm(cycle, x);
        return { x1: x, x2: x, y1: y, y2: y, z: neg(y) };
      }),
    ).toMatchInlineSnapshot(`
      "session (): relu -> x1 = relu, x2 = relu
      product (relu) -> itself
      session (product): neg -> z = neg"
    `);
  });
});

describe("keep masks", () => {
  it("are cut anew by each session that needs them", () => {
    // So large that the backward pass makes the factors again; only the parts of the mask are shared with the forward
    // pass.
    const width = 2 ** 20;
    expect(
      stagesOf((t) => {
        const x = t.input("x", [5, width]);
        const y = spmm(cycle, dropout(x, 0.5));
        return { dx: gradients(sum(mul(y, y)), [x])[0]! };
      }),
    ).toMatchInlineSnapshot(`
      "session (): slice, reshape1, keepFactor1, mul1 -> mul1
      product1 (mul1) -> itself
      session (product1): fill, reshape2, expand, mul2, add -> add
      product2 (add) -> itself
      session (product2): slice, reshape1, keepFactor2, mul3 -> dx = mul3"
    `);
  });
});
