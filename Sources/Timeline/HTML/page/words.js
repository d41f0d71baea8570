// SPDX-License-Identifier: Apache-2.0
// Numbers and times as people read them.

const grouped = new Intl.NumberFormat("en-US");

function count(number, singular, plural = singular + "s") {
  return grouped.format(number) + " " + (number === 1 ? singular : plural);
}

/** About three digits: 1.23, 12.3, 123. */
function threeDigits(value) {
  const decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
  return (Math.floor(value * 10 ** decimals + 1e-6) / 10 ** decimals).toFixed(decimals);
}

/** A time in µs: `84 µs`, `12.3 ms`, `1.04 s`, `3m05s`, `2h13m`; cut and not rounded, as everywhere
 * in synfin, so that the same time reads the same. */
function duration(time) {
  const two = (number) => String(number).padStart(2, "0");
  // Times are whole ns, and a difference of two of them may be a little less.
  const us = Math.floor(Math.round(time * 1000) / 1000);
  if (us < 1000) return us + " µs";
  if (us < 1e6) return threeDigits(us / 1000) + " ms";
  if (us < 60e6) return threeDigits(us / 1e6) + " s";
  const seconds = Math.floor(us / 1e6);
  if (seconds < 3600) return Math.floor(seconds / 60) + "m" + two(seconds % 60) + "s";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return Math.floor(minutes / 60) + "h" + two(minutes % 60) + "m";
  return Math.floor(minutes / 1440) + "d" + two(Math.floor(minutes / 60) % 24) + "h";
}

function bytes(number) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let unit = 0;
  let value = number;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1024;
  return (unit === 0 ? String(value) : threeDigits(value)) + " " + units[unit];
}

/** Decimals that a step of `us` needs, of a second. */
function decimalsFor(us) {
  return us >= 1e6 ? 0 : Math.min(6, Math.max(1, Math.ceil(6 - Math.log10(us))));
}

/** The recording's own zone at a time in µs since its start: zones change in summer. */
function zoneAt(us) {
  const zones = recording.zones;
  let zone = zones[0];
  for (const next of zones) if (next.from <= us) zone = next;
  return zone;
}

/** Such as `UTC+01:00`. */
function zoneName(us) {
  const { offset } = zoneAt(us);
  const minutes = Math.abs(offset) / 60;
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  return "UTC" + (offset < 0 ? "−" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

/** Wall-clock parts of a time in µs since the start, where it was recorded. */
function wallClock(us) {
  const local = recording.started_us + us + zoneAt(us).offset * 1e6;
  return { date: new Date(Math.floor(local / 1000)), us: ((local % 1e6) + 1e6) % 1e6 };
}

/** `14:05:09`, and with decimals `14:05:09.250`. */
function clock(us, decimals = 0) {
  const { date, us: rest } = wallClock(us);
  const text = date.toISOString().slice(11, 19);
  if (decimals === 0) return text;
  return text + "." + String(Math.floor(rest)).padStart(6, "0").slice(0, decimals);
}

function day(us) { return wallClock(us).date.toISOString().slice(0, 10); }

/** `+1.250 s`: since the start of the recording. */
function sinceStart(us, decimals = 0) {
  const sign = us < 0 ? "−" : "+";
  const size = Math.abs(us);
  if (size < 60e6 || decimals > 0) {
    return sign + (size / 1e6).toFixed(decimals) + " s";
  }
  return sign + duration(size);
}

function processName(process) { return process.comm === "" ? "?" : process.comm; }

/** `nginx 1234`; `curl, 312 processes`; never a name for what is not known. */
function ownerName(owner) {
  if (owner.processes === 0) return "owner unknown";
  if (owner.pid !== undefined) return processName(owner) + " " + owner.pid;
  const processes = count(owner.processes, "process", "processes");
  return owner.comm === undefined ? "others, " + processes : processName(owner) + ", " + processes;
}
