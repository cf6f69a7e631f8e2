// The part of ONNX's protobuf schema that we write (onnx.proto3, IR version 9). Field numbers are the standard's.
import protobuf from "protobufjs";

const field = (id: number, type: string, rule?: "repeated") => (rule ? { id, type, rule } : { id, type });

const root = protobuf.Root.fromJSON({
  nested: {
    Attribute: {
      fields: {
        name: field(1, "string"),
        f: field(2, "float"),
        i: field(3, "int64"),
        s: field(4, "bytes"),
        ints: field(8, "int64", "repeated"),
        type: field(20, "int32"),
      },
    },
    Node: {
      fields: {
        input: field(1, "string", "repeated"),
        output: field(2, "string", "repeated"),
        name: field(3, "string"),
        opType: field(4, "string"),
        attribute: field(5, "Attribute", "repeated"),
        domain: field(7, "string"),
      },
    },
    TensorData: {
      fields: {
        dims: field(1, "int64", "repeated"),
        dataType: field(2, "int32"),
        name: field(8, "string"),
        rawData: field(9, "bytes"),
      },
    },
    Dimension: { fields: { dimValue: field(1, "int64") } },
    TensorShape: { fields: { dim: field(1, "Dimension", "repeated") } },
    TensorType: { fields: { elemType: field(1, "int32"), shape: field(2, "TensorShape") } },
    Type: { fields: { tensorType: field(1, "TensorType") } },
    ValueInfo: { fields: { name: field(1, "string"), type: field(2, "Type") } },
    Graph: {
      fields: {
        node: field(1, "Node", "repeated"),
        name: field(2, "string"),
        initializer: field(5, "TensorData", "repeated"),
        input: field(11, "ValueInfo", "repeated"),
        output: field(12, "ValueInfo", "repeated"),
      },
    },
    OperatorSet: { fields: { domain: field(1, "string"), version: field(2, "int64") } },
    Model: {
      fields: {
        irVersion: field(1, "int64"),
        producerName: field(2, "string"),
        graph: field(7, "Graph"),
        opsetImport: field(8, "OperatorSet", "repeated"),
      },
    },
  },
});

const model = root.lookupType("Model");

export interface OnnxAttribute {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
}

export interface OnnxNode {
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly OnnxAttribute[];
}

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly elemType: number;
  readonly dims: readonly number[];
}

/** Serialise a graph as an ONNX model (opset 18, IR version 9). */
export function encodeModel(graph: {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}): Uint8Array {
  const value = ({ name, elemType, dims }: OnnxValue) => ({
    name,
    type: { tensorType: { elemType, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
  });
  return model
    .encode({
      irVersion: 9,
      producerName: "isrf",
      opsetImport: [{ domain: "", version: 18 }],
      graph: {
        name: "program",
        node: graph.nodes,
        initializer: graph.initializers,
        input: graph.inputs.map(value),
        output: graph.outputs.map(value),
      },
    })
    .finish();
}
