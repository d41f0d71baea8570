// SPDX-License-Identifier: Apache-2.0
// What is told of a connection, and how: the keys of `synfin trace --json`, in groups. A key that
// is not named here is shown all the same, last and by its own name.

const plain = (value) => value === true ? "yes" : value === false ? "no" : String(value);
const orUnknown = (write) => (value) => value === null ? unknownText : write(value);
const unknownText = { unknown: "unknown" };
const noneText = { unknown: "none" };
const dash = { unknown: "–" };
const orNone = (value) => value === null ? noneText : plain(value);
const orDash = (value) => value === null ? dash : plain(value);

function process(value) {
  if (value === null) return unknownText;
  const how = [];
  if (value.from !== undefined) how.push("by " + value.from);
  if (value.exiting) how.push("exiting");
  if (value.killed) how.push("killed");
  const name = processName(value) + " " + value.pid;
  return how.length === 0 ? name : name + "  (" + how.join(", ") + ")";
}

/** A time since the epoch in µs. */
function moment(us) {
  const at = us - recording.started_us;
  return clock(at + 0.01, 6) + "  " + sinceStart(at, 6);
}

const seen = (value) => value === null ? { unknown: "not seen" } : moment(value);

const fields = [
  ["Open", [
    ["open", "opened", orUnknown(plain)],
    ["open_result", "result", (value, whole) =>
      value !== null ? plain(value)
        : { unknown: whole.states.length > 0 ? "still opening" : "unknown" }],
    ["connect_us", "connect", (value) => value === null ? dash : duration(value)],
    ["handshake_rtt_us", "round trip", (value, whole) =>
      value !== null ? duration(value)
        : { unknown: "unknown: " + words(whole.handshake_rtt_unknown) }],
    ["syn_retrans", "SYNs again", orDash],
    ["synack_retrans", "SYN-ACKs again", orDash],
    ["isn_local", "ISN, ours", orUnknown(plain)],
    ["isn_remote", "ISN, theirs", orUnknown(plain)],
  ]],
  ["End", [
    ["close", "close", (value, whole) =>
      value !== null ? words(value) : whole.closed_us === null ? { unknown: "still open" } : dash],
    ["first_fin", "first FIN", orDash],
    ["reset", "RST", orDash],
    ["why", "why", (value) => value === null ? dash : words(value)],
    ["error", "error", orNone],
    ["ends_in", "left behind", orDash],
    ["via", "by way of", orDash],
    ["closer", "closed by", (value, whole) =>
      value === null && whole.closed_us === null ? dash : process(value)],
    ["killer", "killed by", (value) => value === null ? dash : process(value)],
  ]],
  ["Whose", [
    ["owner", "process", process],
    ["uid", "uid", orUnknown(plain)],
    ["cgroup", "cgroup", orUnknown(plain)],
    ["cgroup_path", "cgroup path", orUnknown(plain)],
    ["netns", "netns", plain],
    ["local", "local", plain],
    ["remote", "remote", plain],
    ["family", "family", plain],
    ["v4_mapped", "v4-mapped", plain],
  ]],
  ["Payload", [
    ["bytes_sent", "sent", orUnknown((value) => bytesAndCount(value))],
    ["bytes_received", "received", orUnknown((value) => bytesAndCount(value))],
    ["retrans", "sent again", orUnknown((value) => count(value, "segment"))],
  ]],
  ["Times", [
    ["opened_us", "opened", seen],
    ["established_us", "established", seen],
    ["closed_us", "closed", seen],
  ]],
];

const waitFields = [["TIME_WAIT", [
  ["began_us", "began", seen],
  ["ended_us", "ended", seen],
  ["ended_by", "ended by", words],
  ["left_by", "left by", process],
]]];

/** Shown elsewhere, or the same for all. */
const silent = new Set(["type", "id", "states", "handshake_rtt_unknown"]);

function words(value) { return value === null ? "unknown" : String(value).replaceAll("_", " "); }

/** A count beyond 2^53 comes as text. */
function bytesAndCount(value) {
  if (typeof value !== "number") return value + " B";
  return value < 1000 ? value + " B" : bytes(value) + "  (" + grouped.format(value) + ")";
}

/** Groups of [name, text or {unknown}] for an object. */
function describe(object, groups) {
  const told = new Set(silent);
  const described = groups.map(([title, keys]) => [title, keys
    .filter(([key]) => { told.add(key); return key in object; })
    .map(([key, name, write]) => [name, write(object[key], object)])]);
  const rest = Object.keys(object).filter((key) => !told.has(key) && groups === fields);
  if (rest.length > 0) {
    described.push(["More", rest.map((key) =>
      [key, object[key] === null ? dash : typeof object[key] === "object"
        ? JSON.stringify(object[key]) : plain(object[key])])]);
  }
  return described;
}
