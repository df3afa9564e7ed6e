import { migrate } from '../runtime/migrate';
import type { NodeConfig, RuntimeApi, RuntimeNode } from '../runtime/node-red';
import { readDomain } from './domain';
import type { DomainSource } from './domain-source';
import { migrations } from './migrations';

type DomainNode = RuntimeNode & { -readonly [K in keyof DomainSource]: DomainSource[K] };

export = function (RED: RuntimeApi): void {
  function EcdmDomain(this: DomainNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const { definition, faults } = readDomain(migrate(saved, migrations), {
      language: RED.settings.lang,
      // asked for by name ("auto"); nowhere else does the machine's zone count
      timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
    this.definition = Object.freeze(definition);
    for (const fault of faults) this.warn(RED._(`invalid.${fault}`));
  }
  RED.nodes.registerType('ecdm-domain', EcdmDomain);
};
