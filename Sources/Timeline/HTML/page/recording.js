// SPDX-License-Identifier: Apache-2.0
// What was recorded, as Timeline/HTML wrote it: columns of numbers, and a table of texts.

const recording = JSON.parse(document.getElementById("recording").textContent);

/** Numbers one after another: LEB128 in base64. */
class Numbers {
  constructor(base64) {
    const text = atob(base64);
    this.bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) this.bytes[index] = text.charCodeAt(index);
    this.at = 0;
  }

  next() {
    // Not by shifting, which ends at 32 bits.
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** A number with a sign: 0, -1, 1, -2, and so on. */
  signed() { return toSigned(this.next()); }
}

function toSigned(number) { return number % 2 === 0 ? number / 2 : -(number + 1) / 2; }

/** The cells of one key, of all connections: each nothing, a number, or a value of the table. */
class Column {
  constructor(base64) { this.base64 = base64; }

  at(row) {
    if (this.cells === undefined) this.decode();
    return this.cells[row];
  }

  decode() {
    const numbers = new Numbers(this.base64);
    const state = { last: 0 };
    this.cells = new Array(recording.count);
    for (let row = 0; row < recording.count; row++) this.cells[row] = readCell(numbers, state);
    this.base64 = null;
  }
}

function readCell(numbers, state) {
  const cell = numbers.next();
  if (cell === 0) return null;
  const isText = cell % 2 === 0;
  const rest = (cell - (isText ? 2 : 1)) / 2;
  if (isText) return recording.texts[rest];
  state.last += toSigned(rest);
  return state.last;
}

/** The states of all connections: so many, and of each its name and when it was entered. */
class StatesColumn extends Column {
  decode() {
    const numbers = new Numbers(this.base64);
    const state = { last: 0 };
    this.cells = new Array(recording.count);
    for (let row = 0; row < recording.count; row++) {
      const states = new Array(numbers.next());
      for (let index = 0; index < states.length; index++) {
        states[index] = [readCell(numbers, state), readCell(numbers, state)];
      }
      this.cells[row] = states;
    }
    this.base64 = null;
  }
}

function columnsOf(source) {
  return new Map(Object.entries(source).map(([key, base64]) =>
    [key, key === "states" ? new StatesColumn(base64) : new Column(base64)]));
}

const columns = columnsOf(recording.connections);
const waitColumns = columnsOf(recording.time_waits);

/** One row as the object that `synfin trace --json` has for it. */
function objectAt(source, row) {
  const object = {};
  for (const [key, column] of source) {
    // An endpoint's port is told with its address.
    if (key.endsWith("_port") && source.has(key.slice(0, -5))) continue;
    const value = column.at(row);
    const port = source.get(key + "_port");
    object[key] = port === undefined || value === null ? value : value + ":" + port.at(row);
  }
  return object;
}

function connectionAt(row) { return objectAt(columns, row); }

/** The end of the TIME_WAIT that a connection left, or null. */
function timeWaitAt(row) {
  const type = waitColumns.get("type");
  return type === undefined || type.at(row) === null ? null : objectAt(waitColumns, row);
}

/** Decodes what stories need while nothing else is to be done, so that the first is there at once.
 * */
function decodeWhenIdle() {
  const waiting = [...columns.values(), ...waitColumns.values()];
  const idle = window.requestIdleCallback ?? ((body) => setTimeout(() => body(null), 30));
  const step = (deadline) => {
    do {
      const column = waiting.shift();
      if (column === undefined) return;
      if (column.cells === undefined) column.decode();
    } while (deadline !== null && deadline.timeRemaining() > 8);
    idle(step);
  };
  idle(step);
}
