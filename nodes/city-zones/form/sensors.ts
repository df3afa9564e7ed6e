/** Where the sensors of the flows are, as far as their servers say: so that zones are drawn around them. */
import { ask, chosenServer } from '../../editor/streams/asking';
import type { Position } from '../zones/model';

export interface Sensor {
  name: string;
  place: Position;
}

/** Servers that are asked, and Datastreams of each: a form is no place for a whole city. */
const MOST_SERVERS = 5;
const MOST_PAGES = 5;

export interface Found {
  sensors: Sensor[];
  /** Servers that could not be asked, by name. */
  failed: string[];
  servers: number;
  /** There are more than were asked for. */
  more: boolean;
}

/** Never rejects. Several Datastreams of one place are one sensor. */
export async function findSensors(): Promise<Found> {
  const servers: { id: string; name: string }[] = [];
  RED.nodes.eachConfig((node: any) => {
    if (node.type === 'sensorthings-server') servers.push({ id: node.id, name: String(node.name || node.url) });
  });
  const found: Found = { sensors: [], failed: [], servers: servers.length, more: servers.length > MOST_SERVERS };
  const places = new Set<string>();
  for (const { id, name } of servers.slice(0, MOST_SERVERS)) {
    let skip: number | undefined = 0;
    for (let page = 0; page < MOST_PAGES && skip !== undefined; page++) {
      const answer = await ask(
        chosenServer(() => id),
        'find',
        { rule: {}, skip },
      );
      if (!answer.ok) {
        found.failed.push(name);
        break;
      }
      for (const { place, thing, name: stream } of answer.items ?? []) {
        const key = `${place?.[0]},${place?.[1]}`;
        if (!place || places.has(key)) continue;
        places.add(key);
        found.sensors.push({ name: thing || stream, place: [place[0], place[1]] });
      }
      skip = answer.next;
    }
    if (skip !== undefined && !found.failed.includes(name)) found.more = true;
  }
  return found;
}
