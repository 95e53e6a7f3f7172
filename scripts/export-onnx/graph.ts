import { Message } from './protobuf.ts';

/** Field and type numbers are those of onnx.proto, IR version 8. */
const IR_VERSION = 8;
const OPSET = 17;

const TYPES = { float: 1, int8: 3, int64: 7 } as const;
export type ElementType = keyof typeof TYPES;

export type Attribute = number | string | readonly number[] | { readonly float: number };

/** A graph under construction. Each operation gives the name of its output. */
export class Graph {
  /** Nodes, weights, inputs and outputs, in any order: each kind has its own field. */
  readonly #graph = new Message();
  readonly #constants = new Map<string, string>();
  #names = 0;

  input(name: string, type: ElementType, shape: readonly (number | string)[]): string {
    this.#graph.message(11, valueInfo(name, type, shape));
    return name;
  }

  /** Gives a value of the graph a name and makes it an output. */
  output(name: string, value: string, type: ElementType, shape: readonly (number | string)[]): void {
    this.#node('Identity', [value], [name], {});
    this.#graph.message(12, valueInfo(name, type, shape));
  }

  weights(name: string, type: ElementType, shape: readonly number[], data: ArrayBufferView): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const tensor = new Message();
    for (const size of shape) tensor.int(1, size);
    this.#graph.message(5, tensor.int(2, TYPES[type]).text(8, name).bytes(9, bytes));
    return name;
  }

  floats(shape: readonly number[], ...values: number[]): string {
    return this.#constant('float', shape, Float32Array.from(values));
  }

  ints(shape: readonly number[], ...values: (number | bigint)[]): string {
    return this.#constant('int64', shape, BigInt64Array.from(values, BigInt));
  }

  op(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.ops(type, inputs, 1, attributes)[0] as string;
  }

  /** An operation with several outputs. */
  ops(
    type: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string[] {
    const names = Array.from({ length: outputs }, () => `${type}_${this.#names++}`);
    this.#node(type, inputs, names, attributes);
    return names;
  }

  /** The whole model file. */
  finish(name: string): Uint8Array<ArrayBuffer> {
    const opset = new Message().text(1, '').int(2, OPSET);
    const graph = this.#graph.text(2, name);
    return new Message().int(1, IR_VERSION).text(2, 'knowshot').message(7, graph).message(8, opset).finish();
  }

  #constant(type: 'float' | 'int64', shape: readonly number[], data: Float32Array | BigInt64Array): string {
    const key = `${type} ${shape} ${data}`;
    let name = this.#constants.get(key);
    if (name === undefined) {
      name = this.weights(`constant_${this.#constants.size}`, type, shape, data);
      this.#constants.set(key, name);
    }
    return name;
  }

  #node(
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
  ): void {
    const node = new Message();
    for (const input of inputs) node.text(1, input);
    for (const output of outputs) node.text(2, output);
    node.text(3, `${type}_node_${outputs[0]}`).text(4, type);
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value));
    this.#graph.message(1, node);
  }
}

function attribute(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') return message.int(3, value).int(20, 2);
  if (typeof value === 'string') return message.text(4, value).int(20, 3);
  if ('float' in value) return message.float(2, value.float).int(20, 1);
  for (const item of value) message.int(8, item);
  return message.int(20, 7);
}

function valueInfo(name: string, type: ElementType, shape: readonly (number | string)[]): Message {
  const dimensions = new Message();
  for (const size of shape)
    dimensions.message(1, typeof size === 'number' ? new Message().int(1, size) : new Message().text(2, size));
  const tensor = new Message().int(1, TYPES[type]).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
