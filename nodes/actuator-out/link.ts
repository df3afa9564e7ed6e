/** The way by which a node's orders leave: a broker, a web address, a SensorThings server. */
import { asServer } from '../sensorthings-server/server';
import { BrokerError, openBroker } from '../runtime/broker-port';
import type { RuntimeApi, RuntimeNode } from '../runtime/node-red';
import { answerFilter } from './address';
import { readAnswer } from './answers';
import { HttpTransport } from './http';
import { MqttTransport } from './mqtt';
import type { Outbox } from './outbox';
import type { Transport } from './outbox-parts';
import { watchingReadings } from './reading';
import type { ActuatorSettings } from './settings';
import { TaskingTransport } from './tasking/transport';

export interface Link {
  transport: Transport;
  close(): Promise<void> | void;
}

/** Why there is no way: a key of the texts under `error.` and `status.`. */
export type NoLink = 'noBroker' | 'noServer';

export interface Heard {
  /** The connection has come or gone. */
  changed(): void;
  answer(fits: Parameters<Outbox['answer']>[0]): void;
}

/** Nothing of `heard` is called before this has returned. */
export function openLink(RED: RuntimeApi, node: RuntimeNode, settings: ActuatorSettings, heard: Heard): Link | NoLink {
  const link = wayOut(RED, node, settings, heard);
  const { confirmBy, reading } = settings;
  if (typeof link === 'string' || confirmBy !== 'observation' || reading.server === '') return link;
  const server = asServer(RED.nodes.getNode(reading.server));
  if (server?.kind !== 'server') return 'noServer';
  return { ...link, transport: watchingReadings(link.transport, server, reading), close: () => link.close() };
}

function wayOut(RED: RuntimeApi, node: RuntimeNode, settings: ActuatorSettings, heard: Heard): Link | NoLink {
  if (settings.via === 'http') {
    const transport = new HttpTransport(settings, node.credentials ?? {});
    return { transport, close: () => transport.close() };
  }
  if (settings.via === 'tasking') {
    const server = asServer(RED.nodes.getNode(settings.server));
    if (server?.kind !== 'server') return 'noServer';
    const transport = new TaskingTransport(server, settings);
    return { transport, close: () => transport.close() };
  }
  try {
    const port = openBroker(RED, settings.broker, node);
    port.onState(() => heard.changed());
    // one subscription for all answers, with a wildcard where the topic has a place holder
    const filter = settings.confirmBy === 'answer' ? answerFilter(settings.answerTopic) : '';
    if (filter !== '') port.subscribe(filter, 1, (topic, payload) => heard.answer(readAnswer(topic, payload)));
    return { transport: new MqttTransport(port, settings), close: () => port.close() };
  } catch (thrown) {
    if (thrown instanceof BrokerError && thrown.code === 'no-broker') return 'noBroker';
    throw thrown;
  }
}
