/** A computation graph written as an ONNX file. */
import protobuf from 'protobufjs';

/** Of onnx.proto3 what is needed here; field numbers are the standard's. */
const SCHEMA = `
syntax = "proto3";
message Opset { string domain = 1; int64 version = 2; }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message Attribute { string name = 1; float f = 2; int64 i = 3; bytes s = 4; repeated float floats = 7; repeated int64 ints = 8; int32 type = 20; }
message Node { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated Attribute attribute = 5; }
message Dim { int64 dim_value = 1; string dim_param = 2; }
message Shape { repeated Dim dim = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Type { TensorType tensor_type = 1; }
message ValueInfo { string name = 1; Type type = 2; }
message Graph { repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated ValueInfo input = 11; repeated ValueInfo output = 12; }
message Model { int64 ir_version = 1; string producer_name = 2; Graph graph = 7; repeated Opset opset_import = 8; }
`;

const FLOAT = 1;
const INT64 = 7;

type Attributes = Record<string, number | number[] | string>;

/** Nodes and constants of a model, added in the order in which they are computed. */
export class Graph {
  readonly nodes: object[] = [];
  readonly initializers: object[] = [];
  private count = 0;

  /** Adds a node and returns the name of its (first) output. */
  node(op: string, input: string[], attributes: Attributes = {}, outputs = 1, output = `t${this.count++}`): string {
    const all = outputs === 1 ? [output] : Array.from({ length: outputs }, (_, i) => `${output}_${i}`);
    const attribute = Object.entries(attributes).map(([name, value]) => {
      if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: 3 };
      if (Array.isArray(value)) return { name, ints: value, type: 7 };
      return Number.isInteger(value) ? { name, i: value, type: 2 } : { name, f: value, type: 1 };
    });
    this.nodes.push({ input, output: all, name: `${op}${this.nodes.length}`, opType: op, attribute });
    return output;
  }

  floats(values: ArrayLike<number>, dims: number[]): string {
    const name = `c${this.count++}`;
    const data = Float32Array.from(values);
    this.initializers.push({ name, dims, dataType: FLOAT, rawData: new Uint8Array(data.buffer) });
    return name;
  }

  ints(values: number[]): string {
    const name = `c${this.count++}`;
    const data = BigInt64Array.from(values, BigInt);
    this.initializers.push({ name, dims: [values.length], dataType: INT64, rawData: new Uint8Array(data.buffer) });
    return name;
  }

  /** The bytes of a .onnx file; dims: null for the batch. Outputs are names of nodes' outputs. */
  encode(input: { name: string; dims: (number | null)[] }, outputs: readonly string[]): Uint8Array {
    const typed = (name: string, shape?: object) => ({ name, type: { tensorType: { elemType: FLOAT, shape } } });
    const dim = input.dims.map((dimValue) => (dimValue === null ? { dimParam: 'batch' } : { dimValue }));
    const Model = protobuf.parse(SCHEMA).root.lookupType('Model');
    const message = Model.fromObject({
      irVersion: 8,
      producerName: 'leukolens',
      opsetImport: [{ domain: '', version: 17 }],
      graph: {
        name: 'sg-cldff',
        node: this.nodes,
        initializer: this.initializers,
        input: [typed(input.name, { dim })],
        output: outputs.map((name) => typed(name)),
      },
    });
    return Model.encode(message).finish();
  }
}
