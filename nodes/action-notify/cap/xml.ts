/** A CAP alert as XML, in the order of the schema. Every text is escaped; there is no way to put markup in. */
import type { CapAlert, CapArea, CapInfo } from './alert';

const CAP_NAMESPACE = 'urn:oasis:names:tc:emergency:cap:1.2';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escapeXml(text: string): string {
  // a carriage return would be read as a line feed
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!).replaceAll('\r', '&#13;');
}

/** @returns the document, UTF-8, with a line for each element */
export function toXml(alert: CapAlert): string {
  const { identifier, sender, sent, status, msgType, source, scope, restriction, addresses, note, references } = alert;
  const head = elements({
    identifier, sender, sent, status, msgType, source, scope, restriction, addresses, note, references,
  }); // prettier-ignore
  const lines = [...head, ...alert.info.flatMap(infoLines)].map((line) => `  ${line}`);
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<alert xmlns="${CAP_NAMESPACE}">`, ...lines, '</alert>', ''].join(
    '\n',
  );
}

function infoLines(info: CapInfo): string[] {
  const { language, category, event, responseType, urgency, severity, certainty, effective, onset, expires } = info;
  const { senderName, headline, description, instruction, web, contact } = info;
  const inner = elements({
    language, category, event, responseType, urgency, severity, certainty, effective, onset, expires, senderName, headline,
    description, instruction, web, contact,
  }); // prettier-ignore
  return inside('info', [...inner, ...areaLines(info.area)]);
}

function areaLines({ areaDesc, polygons, circles }: CapArea): string[] {
  const polygon = polygons.flatMap((one) => elements({ polygon: one }));
  const circle = circles.flatMap((one) => elements({ circle: one }));
  return inside('area', [...elements({ areaDesc }), ...polygon, ...circle]);
}

const inside = (name: string, lines: readonly string[]): string[] => [
  `<${name}>`,
  ...lines.map((line) => `  ${line}`),
  `</${name}>`,
];

/** One element for each that has a value, in this order. */
function elements(values: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`<${name}>${escapeXml(value)}</${name}>`],
  );
}
