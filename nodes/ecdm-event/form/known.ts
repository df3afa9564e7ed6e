/** What the form can suggest: names and units that the flow already uses, then the usual ones. */

const USUAL = ['PM2.5', 'PM10', 'CO', 'NO2', 'O3', 'temperature', 'humidity', 'noise', 'water level', 'rain', 'traffic'];
const MOST = 16;

export const UNITS: readonly string[] = [
  'µg/m³', 'mg/m³', 'ppm', 'ppb', '°C', '%', 'dB(A)', 'm', 'cm', 'mm', 'mm/h', 'm³/s', 'L/s', 'km/h', 'm/s', 'hPa', '/h', 'kWh', 'W/m²',
];

/** Properties that mappings and other events of the workspace name, then the usual ones. */
export function knownProperties(): string[] {
  const found = new Set<string>();
  const take = (name: unknown): void => {
    if (typeof name === 'string' && name !== '' && found.size < MOST) found.add(name);
  };
  RED.nodes.eachNode((node: any) => {
    if (node.type === 'ecdm-event' && Array.isArray(node.events)) {
      for (const event of node.events) (event?.observe?.properties ?? []).forEach(take);
    }
    if (node.type === 'to-observation') {
      const columns = node.mapping?.values?.columns;
      if (Array.isArray(columns)) for (const column of columns) take(column?.property);
    }
  });
  const folded = new Set([...found].map((name) => name.toLowerCase()));
  for (const name of USUAL) if (!folded.has(name.toLowerCase())) take(name);
  return [...found];
}

/** Levels of the zones in the workspace. */
export function knownLevels(): string[] {
  const levels = new Set<string>();
  RED.nodes.eachConfig((node: any) => {
    if (node.type === 'city-zones' && Array.isArray(node.zones)) for (const zone of node.zones) if (zone?.level) levels.add(String(zone.level));
  });
  return [...levels];
}
