// SPDX-License-Identifier: Apache-2.0
// Asks Perfetto's own trace processor about a trace, and prints a JSON object for each row:
//
//     node trace-processor.mjs ENGINE TRACE SQL...
//
// ENGINE is the folder that has engine_bundle.js of Perfetto's user interface.
import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";

const [folder, trace, ...queries] = process.argv.slice(2);

// --- protocol buffers, as much as perfetto/trace_processor/trace_processor.proto needs

function varint(number) {
  const bytes = [];
  let rest = BigInt(number);
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return bytes;
}

const field = (number, bytes) =>
  Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(bytes.length)]), bytes]);
const count = (number, value) => Buffer.from([...varint(number << 3), ...varint(value)]);

function* fields(bytes) {
  let at = 0;
  const next = () => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
      shift += 7n;
    }
  };
  while (at < bytes.length) {
    const key = Number(next());
    let value;
    if ((key & 7) === 0) value = next();
    else if ((key & 7) === 1) value = bytes.subarray(at, (at += 8));
    else {
      const length = Number(next());
      value = bytes.subarray(at, (at += length));
    }
    yield [key >> 3, value];
  }
}

function packed(bytes) {
  const values = [];
  for (let at = 0; at < bytes.length; ) {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      shift += 7n;
      if (byte < 128) break;
    }
    values.push(BigInt.asIntN(64, value));
  }
  return values;
}

// --- the engine, which believes to be a worker of a page

const waiting = [];
let pending = Buffer.alloc(0);
const port = {
  onmessage: null,
  postMessage(bytes) {
    // A reply may come in pieces: field 1, its length, and so many bytes.
    pending = Buffer.concat([pending, bytes]);
    for (;;) {
      let [length, at, shift] = [0, 1, 0];
      for (; ; at++, shift += 7) {
        if (at >= pending.length) return;
        length += (pending[at] & 127) * 2 ** shift;
        if (pending[at] < 128) break;
      }
      if (pending.length < at + 1 + length) return;
      const message = pending.subarray(at + 1, at + 1 + length);
      pending = pending.subarray(at + 1 + length);
      waiting.shift()?.(message);
    }
  },
};
let begin;
const self = { location: { href: "file:///engine" } };
Object.defineProperty(self, "onmessage", { set: (value) => (begin = value) });
const context = vm.createContext({
  self,
  WorkerGlobalScope: function () {},
  importScripts() {},
  location: self.location,
  console: { log() {}, warn: (text) => process.env.TP_LOG && console.error(text), error: console.error },
  URL,
  TextDecoder,
  TextEncoder,
  performance,
  setTimeout,
  crypto,
  XMLHttpRequest: class {
    open(_, name) {
      this.name = path.basename(String(name));
    }
    send() {
      this.response = own(fs.readFileSync(path.join(folder, this.name))).buffer;
    }
  },
});
// Its bytes must be of its own realm, or it does not know them.
const Bytes = vm.runInContext("Uint8Array", context);
const own = (bytes) => Bytes.from(bytes);
vm.runInContext(fs.readFileSync(path.join(folder, "engine_bundle.js"), "utf8"), context);
begin({ data: port });

let sequence = 0;
async function ask(method, more) {
  const body = [count(1, ++sequence), count(2, method), ...(more ?? [])];
  const reply = new Promise((resolve) => waiting.push(resolve));
  port.onmessage({ data: own(field(1, Buffer.concat(body))) });
  return reply;
}

function rows(reply) {
  const names = [];
  const rows = [];
  for (const [number, result] of fields(reply)) {
    if (number !== 203) continue;
    let [row, flat] = [{}, []];
    for (const [kind, value] of fields(result)) {
      if (kind === 1) names.push(Buffer.from(value).toString());
      if (kind === 2 && value.length) throw Error(Buffer.from(value).toString());
      if (kind !== 3) continue;
      const batch = { cells: [], numbers: [], doubles: [], strings: [] };
      for (const [part, bytes] of fields(value)) {
        if (part === 1) batch.cells = packed(bytes).map(Number);
        if (part === 2) batch.numbers = packed(bytes).map(Number);
        if (part === 3)
          for (let at = 0; at < bytes.length; at += 8)
            batch.doubles.push(Buffer.from(bytes).readDoubleLE(at));
        if (part === 5) batch.strings = Buffer.from(bytes).toString().split("\0");
      }
      for (const cell of batch.cells) {
        if (cell === 1) flat.push(null);
        if (cell === 2) flat.push(batch.numbers.shift());
        if (cell === 3) flat.push(batch.doubles.shift());
        if (cell === 4) flat.push(batch.strings.shift());
      }
    }
    while (flat.length) rows.push(Object.fromEntries(names.map((name) => [name, flat.shift()])));
  }
  return rows;
}

// What it is still to do by itself, before the first message, it has promised itself.
await new Promise((resolve) => setTimeout(resolve));
const bytes = fs.readFileSync(trace);
for (let at = 0; at < bytes.length; at += 1 << 24)
  await ask(1, [field(101, bytes.subarray(at, at + (1 << 24)))]);
await ask(2);
for (const query of queries)
  for (const row of rows(await ask(3, [field(103, field(1, Buffer.from(query)))])))
    console.log(JSON.stringify(row));
process.exit(0);
