import { migrate } from '../runtime/migrate';
import type { NodeConfig, RuntimeApi, RuntimeNode } from '../runtime/node-red';
import { migrations } from './migrations';
import type { Zone } from './zones/model';
import { readZones } from './zones/read-zones';
import { ZoneIndex } from './zones/zone-index';
import type { ZoneSource } from './zones/zone-source';

/** Faults that are written out one by one; the rest is counted. */
const MOST_WARNINGS = 5;

interface CityZonesNode extends RuntimeNode, ZoneSource {
  zones: readonly Zone[];
  index: ZoneIndex;
}

export = function (RED: RuntimeApi): void {
  function CityZones(this: CityZonesNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const { zones, problems } = readZones(migrate(saved, migrations)['zones']);
    this.zones = zones;
    this.index = new ZoneIndex(zones);
    for (const { code, zone = '', params } of problems.slice(0, MOST_WARNINGS)) {
      this.warn(RED._(`finding.${code}`, { ...params, zone }));
    }
    const more = problems.length - MOST_WARNINGS;
    if (more > 0) this.warn(RED._('finding.more', { count: more }));
  }
  RED.nodes.registerType('city-zones', CityZones);
};
