/** As much of the protocol-buffer wire format as ONNX needs: https://protobuf.dev/programming-guides/encoding. */
export class Message {
  readonly #parts: Uint8Array[] = [];
  #size = 0;

  int(field: number, value: number | bigint): this {
    return this.#add(varint(BigInt(field) << 3n), varint(BigInt.asUintN(64, BigInt(value))));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#add(varint((BigInt(field) << 3n) | 5n), bytes);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#add(varint((BigInt(field) << 3n) | 2n), varint(BigInt(value.length)), value);
  }

  message(field: number, value: Message): this {
    this.#add(varint((BigInt(field) << 3n) | 2n), varint(BigInt(value.#size)));
    return this.#add(...value.#parts);
  }

  finish(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #add(...parts: Uint8Array[]): this {
    for (const part of parts) {
      this.#parts.push(part);
      this.#size += part.length;
    }
    return this;
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
