/**
 * The formats of strings, as Python's jsonschema checks them: `email` just needs
 * an @, and `date-time`, `time`, `uri` and `hostname` accept a trailing line feed.
 */

const DAY =
  "(?!0000)(\\d{4})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])" +
  "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]|(29)))";
const TIME =
  "([01]\\d|2[0-3]):([0-5]\\d):(?:[0-5]\\d|(60))(?:\\.\\d+)?" +
  "(?:[Zz]|([+-])([01]\\d|2[0-3]):([0-5]\\d))(?=\\n?$)";
const FULL_DATE = new RegExp(`^${DAY}$`);
const FULL_TIME = new RegExp(`^${TIME}`);

/** Whether `text` matches a format. */
export function isOfFormat(text: string, format: string): boolean {
  switch (format) {
    case "date-time":
      return (
        isDate(text.slice(0, 10)) &&
        /^[Tt]/.test(text[10] ?? "") &&
        isTime(text.slice(11))
      );
    case "date":
      return isDate(text);
    case "time":
      return isTime(text);
    case "email":
      return text.includes("@");
    case "ipv4":
      return IPV4.test(text);
    case "ipv6":
      return isIpv6(text);
    case "uuid":
      return isUuid(text);
    case "uri":
      return URI.test(text);
    case "hostname":
      return isHostname(text);
    default:
      return true;
  }
}

/** An RFC 3339 full-date: 2026-01-31. */
function isDate(text: string): boolean {
  const match = FULL_DATE.exec(text);
  if (match === null) return false;
  const year = Number(match[1]);
  const leaps = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return match[2] === undefined || leaps;
}

/** An RFC 3339 full-time, with its offset; a leap second is the last one of a day in UTC. */
function isTime(text: string): boolean {
  const match = FULL_TIME.exec(text);
  if (match === null) return false;
  const [, hour, minute, leap, sign, hours, minutes] = match;
  if (leap === undefined) return true;
  const offset = sign === undefined ? 0 : Number(hours) * 60 + Number(minutes);
  const local = Number(hour) * 60 + Number(minute);
  const inUtc = sign === "-" ? local + offset : local - offset;
  return (inUtc + 1440) % 1440 === 1439;
}

const BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`);

/** An IPv6 address (RFC 4291) without a zone. */
function isIpv6(text: string): boolean {
  const cut = text.lastIndexOf(":");
  const last = text.slice(cut + 1);
  const plain = IPV4.test(last) ? `${text.slice(0, cut + 1)}0:0` : text;
  const halves = plain.split("::");
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  return halves.length === 1
    ? groups.length === 8
    : halves.length === 2 && groups.length < 8;
}

/** A UUID (RFC 4122) with all four hyphens. */
function isUuid(text: string): boolean {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return true;
  const bare = text
    .replace(/urn:|uuid:/g, "")
    .replace(/^[{}]+|[{}]+$/g, "")
    .replace(/-/g, "");
  const hyphens = [8, 13, 18, 23].every((at) => text[at] === "-");
  return hyphens && /^[0-9a-f]{32}$/i.test(bare);
}

/** A host name (RFC 1123): labels of up to 63 letters, digits and hyphens, 253 in all. */
function isHostname(text: string): boolean {
  const name = text.toLowerCase();
  const size = [...name].length - (name.endsWith(".") ? 1 : 0);
  return size <= 253 && HOSTNAME.test(name);
}

const LABEL = "(?!-)[-A-Z\\u0131\\p{Nd}]{1,63}(?<!-)"; // Python matches ı as an I
const HOSTNAME = new RegExp(`^(?:${LABEL}\\.)*${LABEL}\\.?(?=\\n?$)`, "iu");

const URI = uri();

/** A URI (RFC 3986). */
function uri(): RegExp {
  const plain = "a-zA-Z0-9_.~\\-!$&'()*+,;=";
  const escaped = "%[0-9A-Fa-f]{2}";
  const user = `(?:(?:[${plain}:]|${escaped})*@)?`;
  const literal = `\\[(?:${ipv6()}|v[0-9A-Fa-f]+\\.[${plain}:]+)\\]`;
  const host = `(?:${literal}|(?:[${plain}]|${escaped})*)`;
  const character = `(?:[${plain}:@]|${escaped})`;
  const segments = `(?:/${character}*)*`;
  const start = `//${user}${host}(?::[0-9]*)?${segments}`;
  const path = `/(?:${character}+${segments})?|${character}+${segments}|`;
  const query = `(?:[${plain}:@/?]|${escaped})*`;
  return new RegExp(
    `^[a-zA-Z][a-zA-Z0-9+.-]*:(?:${start}|${path})(?:\\?${query})?(?:#${query})?(?=\\n?$)`,
  );
}

/** An IPv6address (RFC 3986): eight groups, some of which :: stands for. */
function ipv6(): string {
  const group = "[0-9A-Fa-f]{1,4}";
  const byte = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)";
  const last = `(?:${group}:${group}|${byte}(?:\\.${byte}){3})`;
  const forms = [`(?:${group}:){6}${last}`, `::(?:${group}:){5}${last}`];
  for (let before = 0; before < 5; before++) {
    const start = `(?:(?:${group}:){0,${before}}${group})?::`;
    forms.push(`${start}(?:${group}:){${4 - before}}${last}`);
  }
  forms.push(`(?:(?:${group}:){0,5}${group})?::${group}`);
  forms.push(`(?:(?:${group}:){0,6}${group})?::`);
  return forms.join("|");
}
